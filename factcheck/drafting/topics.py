"""What the sentences of a document are about: phrases that recur in it.

Counted here: of the libraries tried, YAKE is under the AGPL and KeyBERT gives words that
stand side by side rather than phrases (docs/extract.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from factcheck.stance.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.stance.words import Word

MOST = 3
"""Topics of one sentence."""

_IN_SENTENCES = {1: 3, 2: 2}  # a phrase of so many words is in at least so many sentences
_MIN_LENGTH = 3
_MAX_LENGTH = 60
# Verbs and adverbs, as a rule: what is done, not what it is done to.
_NO_NOUN = re.compile(r".*(?:ed|ly|ing)$")

Stems = tuple[str, ...]


def topics_of(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The topics of each text, as identifiers; those that most texts share come first."""
    phrases = [_phrases(words(text)) for text in texts]
    counts = Counter(stems for each in phrases for stems in each)
    forms: defaultdict[Stems, Counter[str]] = defaultdict(Counter)
    for each in phrases:
        for stems, form in each.items():
            forms[stems][form] += 1
    names = {
        stems: min(forms[stems], key=lambda form: (-forms[stems][form], form))
        for stems, count in counts.items()
        if count >= _IN_SENTENCES[len(stems)]
    }
    return [_chosen([stems for stems in each if stems in names], counts, names) for each in phrases]


def _chosen(
    among: Sequence[Stems], counts: Counter[Stems], names: dict[Stems, str]
) -> tuple[str, ...]:
    """The phrases in the most sentences, two words before one, none that is part of another."""
    chosen: list[Stems] = []
    for stems in sorted(among, key=lambda stems: (-counts[stems] * len(stems) ** 2, stems)):
        if not any(set(stems) & set(other) for other in chosen):
            chosen.append(stems)
    return tuple(dict.fromkeys(names[stems] for stems in chosen[:MOST]))


def _phrases(found: Sequence[Word]) -> dict[Stems, str]:
    """One and two words on end that tell what the sentence is about, by their stems."""
    phrases: dict[Stems, str] = {}
    for word in found:
        if _tells(word):
            _add(phrases, (word,))
    for first, second in pairwise(found):
        if _tells(first) and _tells(second) and not second.breaks:
            _add(phrases, (first, second))
    return phrases


def bare(word: Word) -> str:
    """A word in lower case, without the mark of a possessor."""
    return word.lower.removesuffix("'s").replace("'", "")


def _tells(word: Word) -> bool:
    return word.content and not (word.text.islower() and _NO_NOUN.match(word.text))


def _add(phrases: dict[Stems, str], chosen: tuple[Word, ...]) -> None:
    plain = unicodedata.normalize("NFKD", "-".join(bare(word) for word in chosen))
    name = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    if _MIN_LENGTH <= len(name) <= _MAX_LENGTH:
        phrases.setdefault(tuple(word.stem for word in chosen), name)
