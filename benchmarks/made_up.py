"""Made-up claim files of any size, whose sentences have the lengths of real ones.

    python benchmarks/made_up.py FOLDER --claims 2000 --statements 20000

The sentences come from the document sets in `training/data/documents`. A claim is an official
sentence as it stands there, drawn without putting back. A statement is the first half of the words
of one critical sentence and the second half of another with as many words: there can be more of
them than there are sentences, no two are the same, and as many have ten words, or thirty, as among
the real ones. They make little sense, which the time of a model does not depend on. The same
sizes give the same files.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENTS = Path(__file__).resolve().parent.parent / "training" / "data" / "documents"
_SENTENCE = re.compile(r"([oca])\d+ (\S.*)")
_SEED = 7
_ENTRIES_A_FILE = 500

Side = Literal["official", "critical"]


def sentences() -> dict[Side, list[str]]:
    """All distinct sentences of the document sets, by who speaks, in the order of the files."""
    found: dict[Side, dict[str, None]] = {"official": {}, "critical": {}}
    for path in sorted(DOCUMENTS.rglob("*.txt")):
        text = path.read_text("utf-8").partition("\ngold\n")[0]
        for letter, sentence in _SENTENCE.findall(text):
            found["official" if letter == "o" else "critical"][sentence] = None
    return {side: list(texts) for side, texts in found.items()}


def spread(rows: Sequence[Any], count: int) -> list[Any]:
    """So many rows, from all over."""
    chosen = np.linspace(0, len(rows), min(count, len(rows)), endpoint=False, dtype=int)
    return [rows[index] for index in chosen]


def made_claims(count: int) -> list[str]:
    """So many official sentences, no two the same.

    Raises:
        ValueError: There are not so many.
    """
    there = sentences()["official"]
    if count > len(there):
        raise ValueError(f"there are only {len(there)} official sentences, not {count}")
    return random.Random(_SEED).sample(there, count)  # noqa: S311 - chance is not for secrets here


def made_statements(count: int) -> list[str]:
    """So many critical sentences, each of two halves, no two the same."""
    chance = random.Random(_SEED)  # noqa: S311 - likewise
    there = sentences()["critical"]
    by_words: defaultdict[int, list[str]] = defaultdict(list)
    for sentence in there:
        by_words[len(sentence.split())].append(sentence)
    made: dict[str, None] = {}
    while len(made) < count:
        one = chance.choice(there).split()
        other = chance.choice(by_words[len(one)]).split()
        half = len(one) // 2
        made[" ".join(one[:half] + other[half:])] = None
    return list(made)


def write_set(folder: Path, claims: int, statements: int) -> None:
    """Write claim files into a folder: `official/` and `critique/`, 500 entries a file."""
    _write(folder / "official", "official", "claims", made_claims(claims))
    _write(folder / "critique", "ngo", "statements", made_statements(statements))


def add_statements(folder: Path, number: int, texts: Sequence[str]) -> None:
    """Write one more file of statements."""
    _write_file(folder / "critique" / f"added-{number}.yaml", "ngo", "statements", texts)


def told_lengths(texts: Sequence[str]) -> str:
    """How long texts are, for a note."""
    characters = [len(text) for text in texts]
    words = [len(text.split()) for text in texts]
    return (
        f"{min(characters)} to {max(characters)} characters, {np.median(characters):.0f} in the"
        f" middle; {min(words)} to {max(words)} words, {np.median(words):.0f} in the middle"
    )


def _write(folder: Path, kind: str, section: str, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), _ENTRIES_A_FILE):
        path = folder / f"{kind}-{start // _ENTRIES_A_FILE}.yaml"
        _write_file(path, kind, section, texts[start : start + _ENTRIES_A_FILE])


def _write_file(path: Path, kind: str, section: str, texts: Sequence[str]) -> None:
    name = path.stem
    lines = ["version: 1", "source:", f"  id: {name}", f"  kind: {kind}", f"  title: {name}"]
    lines += ["  date: 2026-01-01", "  publisher: Nobody", f"{section}:"]
    for number, text in enumerate(texts):
        # A JSON string is a YAML string, whatever stands in it.
        lines += [f"  - id: n{number}", f"    text: {json.dumps(text, ensure_ascii=False)}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Write a set and tell how long its sentences are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=2000)
    parser.add_argument("--statements", type=int, default=20_000)
    options = parser.parse_args()
    write_set(options.folder, options.claims, options.statements)
    print(f"claims: {told_lengths(made_claims(options.claims))}")
    print(f"statements: {told_lengths(made_statements(options.statements))}")
    print(f"real critical sentences: {told_lengths(sentences()['critical'])}")


if __name__ == "__main__":
    main()
