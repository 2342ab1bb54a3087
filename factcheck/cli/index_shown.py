"""What the commands of `factcheck index` say, as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from factcheck.formats.text import printable

if TYPE_CHECKING:
    from factcheck.index.describing import Info
    from factcheck.index.verifying import Verified
    from factcheck.index.writing import Written


def done_text(done: Written) -> str:
    """What was put in."""
    parts = [f"{many(done.added, 'statement')} added ({many(done.encoded, 'text')} encoded)"]
    parts += [f"{done.changed:,} changed"] if done.changed else []
    parts += [f"{done.same:,} there already"] if done.same else []
    parts += [f"{done.removed:,} removed"] if done.removed else []
    return ", ".join(parts)


def many(count: int, what: str) -> str:
    """So many of something: `1 statement`, `1,200 statements`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def as_json(told: Any) -> str:
    """As the commands print it for other programs."""
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def info_text(told: Info) -> str:
    """What an index holds."""
    kinds = ", ".join(f"{count:,} {printable(kind)}" for kind, count in told.kinds.items())
    each = f" ({told.bytes / told.rows:,.0f} a statement)" if told.rows else ""
    header = told.header
    lines = {
        "statements": f"{told.rows:,}{f' ({kinds})' if kinds else ''}",
        "texts": f"{told.texts:,}",
        "sources": f"{told.sources:,}",
        "bytes": f"{told.bytes:,}{each}",
        "version": f"{told.version:,}; {many(told.versions, 'version')} kept",
        "files": f"{told.fragments:,}",
        "words": "indexed" if told.words else "not indexed",
        "approximate": "indexed" if told.ann else "not indexed: searched exactly",
        "encoder": f"{printable(header.encoder)}, sha256 {printable(header.sha256)}",
        "dimension": f"{header.dimension:,}",
        "schema": f"version {header.schema_version}",
        "splitter": f"version {header.splitter_version}",
    }
    if told.unfinished:
        lines["unfinished"] = "a build was stopped; the same command again goes on with it"
    return "".join(f"{name + ':':<13}{value}\n" for name, value in lines.items())


def verified_text(told: Verified) -> str:
    """Whether an index is sound; if not, what is wrong and what mends it."""
    if not told.faults:
        return f"sound: {many(told.rows, 'row')} read, {many(told.encoded, 'text')} encoded anew\n"
    lines = []
    for fault in told.faults:
        more = f" and {fault.rows - len(fault.keys):,} more" if fault.rows > len(fault.keys) else ""
        lines.append(f"{printable(fault.what)}: {', '.join(map(printable, fault.keys))}{more}")
    lines += ["mend it by:", *(f"  {printable(each)}" for each in told.mends)]
    return "\n".join(lines) + "\n"
