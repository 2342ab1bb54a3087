"""What an index was made with, kept in its table; what was made otherwise is refused."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from factcheck.errors import InputError
from factcheck.index.entries import SCHEMA_VERSION

if TYPE_CHECKING:
    from factcheck.encoders import Encoder

SPLITTER_VERSION = 1
"""Of how raw documents are cut; a test tells when it must be raised."""

METADATA_KEY = "factcheck"


@dataclass(frozen=True)
class Header:
    """What an index was made with.

    Attributes:
        encoder: The model's name.
        sha256: Of its weights.
        fingerprint: Of all that bears on a vector.
        dimension: Of its vectors.
        schema_version: Of the table's columns.
        splitter_version: Of how raw documents were cut.
    """

    encoder: str
    sha256: str
    fingerprint: str
    dimension: int
    schema_version: int = SCHEMA_VERSION
    splitter_version: int = SPLITTER_VERSION

    def text(self) -> str:
        """As it stands in the table's metadata."""
        return json.dumps(asdict(self), sort_keys=True)


def header_for(encoder: Encoder) -> Header:
    """The header of an index made with an encoder; asks it for one vector."""
    width = encoder.encode(["width"]).shape[1]
    return Header(encoder.name, encoder.sha256, encoder.fingerprint, width)


def header_of(text: str | None, place: str) -> Header:
    """Read a header.

    Raises:
        InputError: The table is none of factcheck's, or was made by another version.
    """
    if text is None:
        raise InputError(f"{place}: is a Lance table, but no index made by factcheck")
    try:
        told = json.loads(text)
        version = told["schema_version"]
        if version == SCHEMA_VERSION:
            return Header(**told)
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{place}: the header of the index is damaged; {_anew(place)}") from None
    raise InputError(
        f"{place}: was made with version {version} of the index's columns, and this factcheck "
        f"reads version {SCHEMA_VERSION}; {_anew(place)}"
    )


def check_header(header: Header, encoder: Encoder, place: str) -> None:
    """Refuse an index whose vectors or sentences are not those of this factcheck.

    Raises:
        InputError: Its encoder is another, or its documents were cut otherwise.
    """
    if (header.encoder, header.sha256) != (encoder.name, encoder.sha256):
        raise InputError(
            f"{place}: was made with the encoder {header.encoder!r} (sha256 "
            f"{header.sha256[:12]}), not {encoder.name!r} ({encoder.sha256[:12]}); name that by "
            f"--model {shlex.quote(header.encoder)}, or {_anew(place)}"
        )
    if header.fingerprint != encoder.fingerprint:
        raise InputError(
            f"{place}: was made with {header.encoder!r} run in another way (backend, precision "
            f"or device), which gives other vectors; run it as then, or {_anew(place)}"
        )
    if header.splitter_version != SPLITTER_VERSION:
        raise InputError(
            f"{place}: its documents were cut into sentences by version "
            f"{header.splitter_version}, and this factcheck has version {SPLITTER_VERSION}; "
            f"{_anew(place)}"
        )


def _anew(place: str) -> str:
    return f"make it anew: factcheck index build CORPUS -o {shlex.quote(place)} --replace"
