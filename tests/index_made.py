"""What the tests of the index share: statements made up, indices made of them, rows looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import FakeEncoder

from factcheck.index.building import build, prepared
from factcheck.index.table import open_table
from factcheck.records import Quote, Source, Statement, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factcheck.encoders import Encoder
    from factcheck.index.writing import Written

WORDS = [
    "press",
    "union",
    "border",
    "river",
    "school",
    "court",
    "price",
    "water",
    "labour",
    "peace",
    "market",
    "road",
    "health",
]
KINDS = ("ngo", "press", "analysis")


def source(number: int, **fields: Any) -> Source:
    told = {"id": f"s{number:02d}", "kind": KINDS[number % 3], "title": f"Source {number}"}
    return Source(**told | fields)


def text(number: int) -> str:
    """Texts that differ, and share words with others."""
    chosen = [WORDS[number * step % len(WORDS)] for step in (1, 3, 7)]
    return f"The {' and the '.join(chosen)} were closed in case {number}."


def statements(count: int, first: int = 0, sources: int = 4) -> list[Statement]:
    return [
        Statement(
            source=source(n % sources), id=f"n{n:04d}", text=text(n), path="made.jsonl", line=n + 1
        )
        for n in range(first, first + count)
    ]


def full(name: str = "full") -> Statement:
    """A statement with every field there is."""
    import datetime as dt

    day = dt.date(2024, 2, 29)
    return Statement(
        source=Source(
            id="letter",
            kind="ngo",
            title="A 'letter' | <b>`of`</b> %0A::error",
            publisher="Union ]]>",
            date=day,
            language="pt-BR",
            url="https://example.org/a",
            archived_url="https://example.org/b",
            retrieved=day,
            sha256="a" * 64,
            document="letter.pdf",
        ),
        id=name,
        text="The press — it's said — was closed.",
        quote=Quote(exact="closed\n\tit", prefix="they ", suffix=" at once"),
        speaker="A. Speaker",
        locator="para. 3",
        topics=("media", "law"),
        suppress=(
            Suppression(rule="FC301", reason="known", owner="desk", until=day),
            Suppression(rule="FC302", reason="also"),
        ),
        path="claims/letter.yaml",
        line=7,
        column=3,
    )


def made(
    place: Path, given: Iterable[Statement], encoder: Encoder | None = None, **options: Any
) -> Written:
    encoder = encoder or FakeEncoder()
    prepared(str(place), encoder)
    return build(str(place), given, encoder, **options)


def rows(place: Path, *columns: str) -> list[dict[str, Any]]:
    found = open_table(str(place)).data.to_table(columns=list(columns) or None)
    told: list[dict[str, Any]] = found.to_pylist()
    return sorted(told, key=lambda row: row.get("key", ""))


def keys(place: Path) -> list[str]:
    return [row["key"] for row in rows(place, "key")]


def fails_after(commits: int) -> Callable[[], None]:
    """A hook that stops a build before a commit."""
    seen = iter(range(commits))

    def hook() -> None:
        if next(seen, None) is None:
            raise KeyboardInterrupt

    return hook
