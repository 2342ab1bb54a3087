"""The page of the commands, by introspection of what Typer makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from tables import cell, code, paragraphs, table
from typer.main import get_command

from factcheck.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUSES = (
    ("0", "Done. Of a check: nothing found that counts."),
    ("1", "Findings: of a check, a validation, damaged weights, or two reports that differ."),
    ("2", "An error: a wrong option, a file that cannot be read, a check that cannot be made."),
    ("130", "Interrupted by Ctrl-C."),
    ("141", "The reader of the output went away, as in a closed pipe."),
)
_HEADS = ("option", "what it does")


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by its words: `("eval", "claims")`."""
    yield from _within(get_command(app), ())


def _within(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _within(command, (*words, name))
        else:
            yield (*words, name), command


def variables() -> dict[str, dict[str, list[str]]]:
    """The variables that options take: the options by their names, each with its commands."""
    found: dict[str, dict[str, list[str]]] = {}
    for words, command in commands():
        for each in command.params:
            if each.envvar:
                option = max(each.opts, key=len)
                found.setdefault(each.envvar, {}).setdefault(option, []).append(" ".join(words))
    return dict(sorted(found.items()))


def page() -> str:
    """Every command with its arguments, options and exit statuses."""
    every = list(commands())
    index = (
        (f"[`factcheck {' '.join(words)}`](#factcheck-{'-'.join(words)})", _summary(command))
        for words, command in every
    )
    sections = "\n\n".join(_section(words, command) for words, command in every)
    return f"""\
# Commands

Every command with its options, made from the program itself. `factcheck COMMAND --help` tells the
same.

{table(("command", "does"), index)}

Results go to standard output; progress, notes and errors go to standard error. Where an option has
a variable, the variable gives its value if the command line does not; then comes the
[configuration](configuration.md), then the default.

## Exit statuses

{table(("status", "means"), STATUSES)}

## Options of the program

These stand before the name of a command: `factcheck --version`.

{table(_HEADS, _options(get_command(app)))}

{sections}
"""


def _summary(command: Any) -> str:
    return cell(command.help.split("\n\n", maxsplit=1)[0])


def _section(words: tuple[str, ...], command: Any) -> str:
    name = f"factcheck {' '.join(words)}"
    usage = " ".join([name, *(_usage(each) for each in command.params if _is_argument(each))])
    arguments = [
        (code(_usage(each)), cell(each.help or "")) for each in command.params if _is_argument(each)
    ]
    options = list(_options(command))
    parts = [f"## {name}", paragraphs(command.help), f"```text\n{usage} [OPTIONS]\n```"]
    if arguments:
        parts.append(table(("argument", "what it is"), arguments))
    if options:
        parts.append(table(_HEADS, options))
    return "\n\n".join(parts)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument" and not parameter.hidden)


def _usage(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper().rstrip("_")
    name = f"{name}..." if argument.nargs == -1 else name
    return name if argument.required else f"[{name}]"


def _options(command: Any) -> Iterator[tuple[str, str]]:
    context = typer.Context(command, info_name="")
    for each in command.params:
        if each.param_type_name == "option" and not each.hidden:
            spelled = ", ".join(code(name) for name in (*each.opts, *each.secondary_opts))
            takes = "" if each.is_bool_flag else f" {code(_takes(each, context))}"
            about = [cell(each.help or "")]
            about += [f"Default {default}."] if (default := _default(each)) else []
            about += [f"Variable {code(each.envvar)}."] if each.envvar else []
            yield spelled + takes, " ".join(about)


def _takes(option: Any, context: Any) -> str:
    """What a value must be: `json|csv`, `number, -1 to 1`."""
    bare = re.sub(r"^<|>$", "", option.display_type(context))
    bare = re.sub(r"^list\[(.*)\]$", r"\1", bare)
    kind = {"str": "TEXT", "path": "PATH", "int": "N", "int range": "N", "float": "X"}
    bare = kind.get(bare, "X" if bare == "float range" else bare)
    least, most = option.min, option.max
    if least is not None and most is not None:
        return f"{bare} from {least} to {most}"
    return f"{bare} from {least}" if least is not None else bare


def _default(option: Any) -> str:
    value = option.default
    if value in {None, ()} or callable(value) or option.is_bool_flag or not option.show_default:
        return ""
    return code(str(getattr(value, "value", value)))
