"""The pages of the configuration and of the JSON Schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reference_commands import variables
from tables import cell, code, table

from factcheck.schemas import FILES, make_schema
from factcheck.settings import SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the environment says besides the variables of options; a test looks for each in the code.
OTHER_VARIABLES = {
    "NO_COLOR": "Set to anything: no colours.",
    "TERM": "`dumb`: no colours.",
    "COLUMNS": "How wide text is shown where standard output is no terminal; else 100.",
    "VISUAL": "The editor of `factcheck extract --interactive`.",
    "EDITOR": "The same, where `VISUAL` is not set.",
}

_ABOUT = {
    "claims": "Claim files, as curators write them: [how to write them](../claim-files.md).",
    "report": "What `factcheck compare --format json` writes.",
    "check": "What `factcheck check --format json` writes.",
    "config": "`factcheck.toml`, told [in plain words](configuration.md).",
}
_KINDS = {"whole": "whole number", "text": "text", "texts": "list of texts", "flag": "true, false"}
_KINDS |= {"number": "number", "codes": "list of rules", "codes_by_pattern": "table of rules"}


def configuration_page() -> str:
    """Every key of the configuration, and every variable of the environment."""
    return f"""\
# Configuration

`factcheck.toml`, or the table `[tool.factcheck]` of `pyproject.toml`. The nearest one upward from
the working folder counts, up to the root of the repository. Paths in it are relative to it.

```toml
claims = ["claims/official"]
against = ["claims/critique"]
k = 3
```

`factcheck config` shows each setting and where its value comes from: the command line goes first,
then the environment, then the file. `factcheck init` writes a first file. What would overwrite or
fetch something (`--output`, `--allow-download`) cannot be configured: a file comes along with
whatever is cloned.

## Keys

{table(("key", "value", "what it does"), (_setting(each) for each in SETTINGS.values()))}

A list of rules holds codes (`FC203`), beginnings of codes (`FC2`) or `ALL`: see
[the rules](rules.md).

## Environment variables

{table(("variable", "stands for", "of"), _variables())}

{table(("variable", "what it does"), ((code(n), about) for n, about in OTHER_VARIABLES.items()))}
"""


def _setting(setting: Setting) -> tuple[str, str, str]:
    value = " ".join(code(each) for each in setting.choices) or _KINDS.get(
        setting.kind, setting.kind
    )
    if setting.choices and setting.many:
        value = f"list of {value}"
    if setting.least is not None:
        value += f" from {setting.least:g}" + (f" to {setting.most:g}" if setting.most else "")
    below = " Beside the file or below." if setting.place == "below" else ""
    return code(setting.name), value, cell(setting.about) + below


def _variables() -> Iterator[tuple[str, str, str]]:
    for name, options in variables().items():
        words = sorted({each for of in options.values() for each in of})
        yield code(name), " ".join(code(option) for option in options), ", ".join(words)


def schemas_page() -> str:
    """Every schema with its objects and their fields."""
    sections = "\n\n".join(
        f"## {which}\n\n{_ABOUT.get(which, '')} As JSON Schema: "
        f"[{name}](../../factcheck/schemas/{name}), or `factcheck schema {which}`."
        f"\n\n{_objects(which, json.loads(make_schema(which)))}"
        for which, name in FILES.items()
    )
    return f"""\
# JSON Schemas

The public formats, as JSON Schema (draft 2020-12). `factcheck schema NAME` prints one. A test holds
each of them to what the program reads and writes.

{sections}
"""


def _objects(which: str, schema: Mapping[str, Any]) -> str:
    """A table of fields for each object that has some."""
    objects = {schema.get("title", which): schema, **schema.get("$defs", {})}
    told = [
        f"### {which}: {name}\n\n{cell(each.get('description', '').splitlines()[0])}\n\n"
        f"{table(('field', 'value', 'what it is'), _fields(each))}"
        if each.get("description")
        else f"### {which}: {name}\n\n{table(('field', 'value', 'what it is'), _fields(each))}"
        for name, each in objects.items()
        if each.get("properties")
    ]
    return "\n\n".join(told)


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    needed = set(schema.get("required", ()))
    for name, field in schema["properties"].items():
        about = cell(field.get("description", ""))
        yield code(name), _value(field), f"Needed. {about}".strip() if name in needed else about


_FORMATS = {"date": "day", "uri": "URL", "object": "table", "string": "text"}
_FORMATS |= {"integer": "whole number", "boolean": "true, false"}


def _value(field: Mapping[str, Any]) -> str:
    """What a field takes, in a few words."""
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if choices := [field["const"]] if "const" in field else field.get("enum"):
        return " ".join(
            code(each if isinstance(each, str) else json.dumps(each)) for each in choices
        )
    if either := field.get("anyOf"):
        return " or ".join(dict.fromkeys(_value(each) for each in either))
    return _of_type(field)


def _of_type(field: Mapping[str, Any]) -> str:
    kind, values = field.get("type", "anything"), field.get("additionalProperties")
    if kind == "array":
        return f"list of {_value(field['items'])}" if "items" in field else "list"
    if kind == "object" and isinstance(values, dict):
        return f"table of {_value(values)}"
    name = str(field.get("format", kind))
    return _FORMATS.get(name, name)
