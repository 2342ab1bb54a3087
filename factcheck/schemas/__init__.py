"""The committed JSON Schemas, and how they are made from the records.

`python -m factcheck.schemas` writes them anew; a test fails when they are stale.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Which = Literal["claims", "report"]

FILES: Mapping[Which, str] = {
    "claims": "claim-file.schema.json",
    "report": "report.schema.json",
}

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def read_schema(which: Which) -> str:
    """A committed schema, as text."""
    return (files(__package__) / FILES[which]).read_text("utf-8")


def make_schema(which: Which) -> str:
    """A schema made from the records, as text."""
    from factcheck.records import ClaimFile  # noqa: PLC0415 - reading a schema needs no records
    from factcheck.report import Report  # noqa: PLC0415 - likewise

    schema: dict[str, Any]
    if which == "claims":
        schema = ClaimFile.model_json_schema(mode="validation")
    else:
        schema = Report.model_json_schema(mode="serialization")
    return json.dumps({"$schema": _DIALECT, **schema}, indent=2, ensure_ascii=False) + "\n"
