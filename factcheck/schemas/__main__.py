"""Write the schemas anew."""

from __future__ import annotations

from pathlib import Path

from factcheck.schemas import FILES, make_schema

for which, name in FILES.items():
    Path(__file__).with_name(name).write_text(make_schema(which), "utf-8")
