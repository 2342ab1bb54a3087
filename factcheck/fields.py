"""The types of fields: what a text, an id, a day or a URL in a record must be."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError


def _clean(value: str) -> str:
    """Refuse blank text and characters that a text should not hold."""
    if value.isprintable() and not value.isspace() and value:
        return value  # nearly all texts: no need to look at each character
    seen = (c for c in value if not c.isspace() and unicodedata.category(c) != "Cf")
    if next(seen, None) is None:
        raise PydanticCustomError("blank", "is empty or blank")
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            code = f"U+{ord(character):04X}"
            raise PydanticCustomError(
                "control", "holds the control character {code}; remove it", {"code": code}
            )
    return value


def _day(value: object) -> object:
    """Accept a calendar day written as 2024-11-23, or a date."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError(
        "day", "{value} is no calendar day; write it as 2024-11-23", {"value": repr(value)}
    )


def _https(value: str) -> str:
    """Accept an absolute https URL with a host and without a user or steering characters."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        _ = parts.port  # raises where the port is no number
    except ValueError:
        parts, host = urlsplit(""), ""
    labels = host.removesuffix(".").split(".")
    sound = all(re.fullmatch(r"\w([\w-]*\w)?", label) for label in labels)
    plain = value.startswith("https://") and value.isprintable() and "@" not in parts.netloc
    if not (host and sound and plain) or re.search(r"[\s<>\"\\^`{|}]", value):
        raise PydanticCustomError(
            "https_url",
            "{value} is no https URL; write it as https://example.org/page",
            {"value": repr(value)},
        )
    return value


_NOT_BLANK = Field(json_schema_extra={"pattern": r"\S"})
Text = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_clean), _NOT_BLANK]
Line = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_clean), _NOT_BLANK]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]
Reference = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*$", max_length=241),
]
RuleCode = Annotated[str, StringConstraints(pattern=r"^FC[0-9]{3}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[
    dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
HttpsUrl = Annotated[
    str,
    StringConstraints(max_length=2_000),
    AfterValidator(_https),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": r"^https://[^/@\s]+(/\S*)?$"}),
]
