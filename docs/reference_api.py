"""The page of the public Python API, from signatures and docstrings, read without importing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import griffe
from tables import cell, code, paragraphs, table

import factcheck

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORDER = ("function", "class", "error")
_HEADS = {
    "function": "Functions",
    "class": "Records and models",
    "error": "Errors",
}


def page() -> str:
    """Every public name with its signature and docstring."""
    folder = Path(factcheck.__file__).parent
    package = griffe.load("factcheck", search_paths=[folder.parent], docstring_parser="google")
    homes = factcheck._HOMES  # noqa: SLF001 - where each public name lives
    parts: dict[str, list[str]] = {kind: [] for kind in _ORDER}
    for name, home in sorted(homes.items()):
        thing = package[f"{home}.{name}"]
        kind = "error" if name.endswith("Error") else "class" if thing.is_class else "function"
        parts[kind].append(_section(name, thing))
    body = "\n\n".join(f"## {_HEADS[kind]}\n\n" + "\n\n".join(parts[kind]) for kind in _ORDER)
    return f"""\
# Python

All public names, imported from `factcheck` itself. `import factcheck` loads nothing heavy: a name
is loaded when it is first used. The [README](../../README.md#from-python) has a first example.

{body}
"""


def _section(name: str, thing: Any) -> str:
    parts = [f"### {name}", _signature(name, thing), _told(thing)]
    if thing.is_class:
        if fields := list(_fields(thing)):
            parts.append(table(("field", "type", "what it is"), fields))
        parts += [
            f"{_signature(f'{name}.{method}', inner)}\n\n{_told(inner)}"
            for method, inner in _methods(thing)
        ]
    return "\n\n".join(part for part in parts if part)


def _signature(name: str, thing: Any) -> str:
    if thing.is_attribute:  # a property
        return f"```python\n{name}: {thing.annotation}\n```"
    if thing.is_class and "__init__" not in thing.members:
        return ""
    function = thing.members["__init__"] if thing.is_class else thing
    given = [each for each in function.parameters if each.name != "self"]
    lines, only_named = [], False
    for each in given:
        if each.kind is griffe.ParameterKind.keyword_only and not only_named:
            lines.append("*")
            only_named = True
        annotation = f": {each.annotation}" if each.annotation else ""
        default = f" = {each.default}" if each.default is not None else ""
        lines.append(f"{each.name}{annotation}{default}")
    returns = f" -> {function.returns}" if function.returns and not thing.is_class else ""
    body = ", ".join(lines)
    if len(name) + len(body) + len(returns) > 78:  # noqa: PLR2004 - what a page shows of a line
        body = "\n" + "".join(f"    {line},\n" for line in lines)
    return f"```python\n{name}({body}){returns}\n```"


def _told(thing: Any) -> str:
    if thing.docstring is None:
        return ""
    parts = [_part(section) for section in thing.docstring.parsed]
    return "\n\n".join(part for part in parts if part)


def _part(section: Any) -> str:
    kind = section.kind.value
    if kind == "text":
        return paragraphs(section.value)
    if kind in {"parameters", "attributes"}:
        rows = ((code(each.name), cell(each.description)) for each in section.value)
        return table(("parameter" if kind == "parameters" else "field", "what it is"), rows)
    if kind == "returns":
        return "**Returns.** " + " ".join(cell(each.description) for each in section.value)
    if kind == "raises":
        rows = ((code(str(each.annotation)), cell(each.description)) for each in section.value)
        return table(("raises", "where"), rows)
    return ""


def _fields(thing: Any) -> Iterator[tuple[str, str, str]]:
    """What a record holds, its bases included, from the base on."""
    if thing.docstring and any(s.kind.value == "attributes" for s in thing.docstring.parsed):
        return
    for name, member in {**thing.inherited_members, **thing.members}.items():
        plain = member.is_attribute and "property" not in member.labels
        if plain and not name.startswith("_") and name != "model_config" and member.annotation:
            yield code(name), code(_type(member)), cell(_description(member))


def _type(member: Any) -> str:
    """The type of a field without what pydantic is told of it."""
    annotation = member.annotation
    if getattr(annotation, "canonical_name", "") == "Annotated":
        first: Any = annotation.slice.elements[0]
        return str(first)
    return str(annotation)


def _description(member: Any) -> str:
    arguments = getattr(member.value, "arguments", ())
    for each in arguments:
        if getattr(each, "name", "") == "description":
            return str(each.value).strip("\"'")
    return member.docstring.value if member.docstring else ""


def _methods(thing: Any) -> Iterator[tuple[str, Any]]:
    for name, member in {**thing.inherited_members, **thing.members}.items():
        ours = member.is_function or (member.is_attribute and "property" in member.labels)
        if ours and not name.startswith("_") and member.docstring:
            yield name, member
