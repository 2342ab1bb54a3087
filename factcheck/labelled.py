"""Labelled data to measure on: pairs, BEIR sets, document sets with gold."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ValidationError

from factcheck.errors import InputError
from factcheck.fields import Text
from factcheck.records import Claim, ClaimSet, Source, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Labels = NDArray[np.int64]

_MEANINGS = {
    **dict.fromkeys(("opposes", "oppose", "contradiction", "refutes"), 0),
    **dict.fromkeys(("neutral", "nei"), 1),
    **dict.fromkeys(("supports", "support", "entailment"), 2),
}
_PAIR_FIELDS = (("text", "claim"), ("premise", "hypothesis"))


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs (statement, claim) and the column of `LABELS` that is right for each."""

    pairs: tuple[tuple[str, str], ...]
    labels: Labels


def read_pairs(path: Path) -> LabelledPairs:
    """Read JSON lines (also .gz) of `{claim, text, label}` or `{premise, hypothesis, label}`.

    Raises:
        InputError: The file cannot be read, or a line is not such an object.
    """
    found = [_pair(row, place) for row, place in _rows(path)]
    if not found:
        raise InputError(f"{path}: holds no labelled pair")
    return LabelledPairs(
        tuple(pair for pair, _ in found), np.array([label for _, label in found], np.int64)
    )


def _pair(row: dict[str, Any], place: str) -> tuple[tuple[str, str], int]:
    for statement, claim in _PAIR_FIELDS:
        if statement in row and claim in row:
            label = _MEANINGS.get(str(row.get("label")).lower())
            if label is None:
                known = ", ".join(_MEANINGS)
                raise InputError(f"{place}: label {row.get('label')!r} is none of {known}")
            return (_text(row, statement, place), _text(row, claim, place)), label
    raise InputError(f"{place}: neither {{claim, text, label}} nor {{premise, hypothesis, label}}")


def _text(row: dict[str, Any], key: str, place: str) -> str:
    """A field that is a text; lone surrogates, which JSON allows, are none."""
    value = row.get(key)
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InputError(f"{place}: {key} is not a text")
    return value


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file of JSON lines, each with its place."""
    for line, place in _lines(path):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"{place}: not valid JSON") from None
        if not isinstance(row, dict):
            raise InputError(f"{place}: not a JSON object")
        yield row, place


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield line, f"{path}:{number}"
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None


@dataclass(frozen=True)
class RetrievalSet:
    """A BEIR set: https://github.com/beir-cellar/beir.

    Attributes:
        corpus: Texts by id, the title before the text.
        queries: Those that have a relevant text, by id.
        relevant: By a query's id the gain of each text that is relevant to it, above 0.
    """

    corpus: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read_retrieval(folder: Path) -> RetrievalSet:
    """Read `corpus.jsonl`, `queries.jsonl` (both also .gz) and `qrels/test.tsv`.

    Raises:
        InputError: One is missing, cannot be read, or names what is not there.
    """
    corpus = _texts(_either(folder, "corpus.jsonl"))
    queries = _texts(_either(folder, "queries.jsonl"))
    relevant: dict[str, dict[str, int]] = {}
    for line, place in _lines(_either(folder / "qrels", "test.tsv")):
        cells = line.rstrip("\r\n").split("\t")
        if place.endswith(":1") and cells == ["query-id", "corpus-id", "score"]:
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]{1,6}", cells[2]):  # noqa: PLR2004 - as BEIR has it
            raise InputError(f"{place}: not query-id, corpus-id and score, parted by tabs")
        query, text, gain = cells
        if query not in queries or text not in corpus:
            raise InputError(f"{place}: {query!r} or {text!r} is not in the set")
        if int(gain) > 0:
            relevant.setdefault(query, {})[text] = int(gain)
    if not relevant:
        raise InputError(f"{folder}: no query has a relevant text")
    return RetrievalSet(corpus, {name: queries[name] for name in relevant}, relevant)


def _either(folder: Path, name: str) -> Path:
    """A file, or the same compressed."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise InputError(f"{folder}: holds no {name}, nor {name}.gz")


def _texts(path: Path) -> dict[str, str]:
    """Texts by id, the title before the text."""
    found: dict[str, str] = {}
    for row, place in _rows(path):
        name = _text(row, "_id", place)
        if name in found:
            raise InputError(f"{place}: a second text is called {name!r}")
        title = _text(row, "title", place) if row.get("title") else ""
        found[name] = f"{title} {_text(row, 'text', place)}".strip()
    return found


class _Side(BaseModel):
    sentences: list[Text]


class _Gold(BaseModel):
    claim: int
    opposes: list[str]
    supports: list[str]


class _File(BaseModel):
    official: _Side
    critique: _Side
    analysis: _Side
    gold: list[_Gold]


@dataclass(frozen=True)
class LabelledSet:
    """An official text's claims, the sentences of its critics, and which oppose or support which.

    Attributes:
        name: The file's name without its ending.
        claims: Those that are labelled.
        statements: All of them; ids as in the gold: `c0`, `a0`.
        opposing: By a claim's key the keys of the statements that oppose it.
        supporting: By a claim's key those that support it.
    """

    name: str
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...]
    opposing: dict[str, frozenset[str]]
    supporting: dict[str, frozenset[str]]


def read_document_sets(folder: Path) -> list[LabelledSet]:
    """Read the document sets of a folder: `*.json`, sentence by sentence with gold.

    Raises:
        InputError: There is none, or one is not such a set.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(f"{folder}: holds no document set (*.json)")
    return [_document_set(path) for path in paths]


def expectations(files: ClaimSet) -> LabelledSet:
    """What the claims of claim files expect.

    Raises:
        InputError: None of them has an expectation.
    """
    labelled = tuple(claim for claim in files.claims if claim.expect)
    if not labelled:
        raise InputError("no claim among these has an expectation to measure against")
    expected = {c.key: frozenset(c.expect.counterpoints) for c in labelled if c.expect}
    return LabelledSet("claims", labelled, files.statements, expected, {})


def _document_set(path: Path) -> LabelledSet:
    try:
        told = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"{path}: not a document set: {at}: {first['msg']}") from None
    official = Source(id="official", kind="official", title="official text")
    critique = Source(id="critique", kind="analysis", title="critique and analysis")
    statements = {
        f"{letter}{number}": Statement(source=critique, id=f"{letter}{number}", text=text)
        for letter, side in (("c", told.critique), ("a", told.analysis))
        for number, text in enumerate(side.sentences)
    }
    if not told.gold or not statements:
        raise InputError(f"{path}: holds no labelled claim, or no statement")
    claims: list[Claim] = []
    opposing: dict[str, frozenset[str]] = {}
    supporting: dict[str, frozenset[str]] = {}
    for gold in told.gold:
        unknown = {*gold.opposes, *gold.supports} - set(statements)
        if unknown or not 0 <= gold.claim < len(told.official.sentences):
            raise InputError(f"{path}: gold of claim {gold.claim} names what is not there")
        text = told.official.sentences[gold.claim]
        claims.append(Claim(source=official, id=f"o{gold.claim}", text=text))
        key = claims[-1].key
        if key in opposing:
            raise InputError(f"{path}: gold has claim {gold.claim} twice")
        opposing[key] = frozenset(statements[name].key for name in gold.opposes)
        supporting[key] = frozenset(statements[name].key for name in gold.supports)
    return LabelledSet(path.stem, tuple(claims), tuple(statements.values()), opposing, supporting)
