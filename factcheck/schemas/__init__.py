"""The committed JSON Schemas, and how they are made from the records and the settings.

`python -m factcheck.schemas` writes them anew; a test fails when they are stale.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Which = Literal["claims", "report", "check", "validation", "diff", "config"]

FILES: Mapping[Which, str] = {
    "claims": "claim-file.schema.json",
    "report": "report.schema.json",
    "check": "check.schema.json",
    "validation": "validation.schema.json",
    "diff": "diff.schema.json",
    "config": "config.schema.json",
}

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def read_schema(which: Which) -> str:
    """A committed schema, as text."""
    return (files(__package__) / FILES[which]).read_text("utf-8")


def make_schema(which: Which) -> str:
    """A schema made from the records or the settings, as text."""
    schema = {"$schema": _DIALECT, **_made(which)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _made(which: Which) -> dict[str, Any]:
    # Reading a schema needs none of these.
    from factcheck import settings  # noqa: PLC0415
    from factcheck.changes import Changes  # noqa: PLC0415
    from factcheck.outcome import Outcome  # noqa: PLC0415
    from factcheck.records import ClaimFile, Record  # noqa: PLC0415
    from factcheck.report import Report  # noqa: PLC0415
    from factcheck.validated import Validated  # noqa: PLC0415

    if which == "config":
        return settings.schema()
    if which == "claims":
        return ClaimFile.model_json_schema(mode="validation")
    formats: dict[Which, type[Record]] = {
        "report": Report,
        "check": Outcome,
        "validation": Validated,
        "diff": Changes,
    }
    return formats[which].model_json_schema(mode="serialization")
