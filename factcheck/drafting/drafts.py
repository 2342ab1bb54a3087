"""A document's sentences to drafts of claims: ids, quotes that hold, texts, topics.

Nothing here chooses: every sentence becomes a draft, so that the id of one does not hang on which
of the others are wanted.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from factcheck.drafting.allowed import clean, is_blank
from factcheck.drafting.quoting import quote_at
from factcheck.drafting.topics import bare, topics_of
from factcheck.quotes import QuoteFinder, fold
from factcheck.stance.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factcheck.propositions import Proposition
    from factcheck.records import Quote

_MAX_TEXT = 10_000
_MOST_ALIKE = 20  # of sentences in the same words so many are told apart by what is around them
_MAX_LOCATOR = 1_000
_ID_WORDS = 5
_ID_LENGTH = 60


class Sentence(Protocol):
    """What is asked of a sentence of a document: its place, and how a reader finds it."""

    @property
    def start(self) -> int:
        """Where it begins in the document's text."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def locator(self) -> str:
        """Where a reader finds it: `para. 14`."""


@dataclass(frozen=True)
class Draft:
    """A claim or statement as proposed to a curator.

    Attributes:
        id: Made of the first words that tell what it is about.
        key: Of the sentence: the same words give the same key wherever they stand.
        start: Where the sentence begins in the document's text.
        end: Where it ends.
        text: The proposition.
        quote: None where nothing of the sentence may stand in a claim file.
        speaker: Who says it, where that is not the source.
        locator: Where a reader finds it.
        topics: What it is about, among what the document speaks of more than once.
        score: How worth checking it is, 0 to 1; None where that was not asked.
    """

    id: str
    key: str
    start: int
    end: int
    text: str
    quote: Quote | None = None
    speaker: str | None = None
    locator: str | None = None
    topics: tuple[str, ...] = ()
    score: float | None = None


def drafts_of(
    text: str,
    sentences: Sequence[Sentence],
    propositions: Sequence[Proposition],
    scores: Sequence[float] | None = None,
) -> tuple[Draft, ...]:
    """A draft for each sentence that says something a claim file can hold.

    Args:
        text: The document's.
        sentences: In the order of the document.
        propositions: What each asserts: a sentence too long to be quoted is quoted from where
            that begins.
        scores: How worth checking each is.
    """
    finder = QuoteFinder(text, indexed=True)
    texts = [clean(each.text)[:_MAX_TEXT].strip() for each in propositions]
    topics = topics_of(texts)
    names, keys = _Counted("-"), _Counted("/")
    drafts = []
    seen: Counter[str] = Counter()
    for n, each in enumerate(sentences):
        if is_blank(texts[n]):
            continue
        sentence = fold(text[each.start : each.end])
        seen[sentence] += 1
        key = _key(keys(sentence))
        locator = clean(each.locator)[:_MAX_LOCATOR].strip()
        speaker = clean(propositions[n].speaker or "")[:_MAX_LOCATOR].strip()
        drafts.append(
            Draft(
                id=names(_slug(texts[n]) or f"s-{key}"),
                key=key,
                start=each.start,
                end=each.end,
                text=texts[n],
                quote=quote_at(
                    finder,
                    each.start,
                    each.end,
                    propositions[n].start,
                    apart=seen[sentence] <= _MOST_ALIKE,
                ),
                speaker=None if is_blank(speaker) else speaker,
                locator=None if is_blank(locator) else locator,
                topics=topics[n],
                score=None if scores is None else float(scores[n]),
            )
        )
    return tuple(drafts)


class _Counted:
    """Names given once; the second of a kind is numbered 2."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        found = name
        while found in self._given:
            self._next[name] = self._next.get(name, 1) + 1
            found = f"{name}{self._mark}{self._next[name]}"
        self._given.add(found)
        return found


def _key(sentence: str) -> str:
    return hashlib.sha256(sentence.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _slug(text: str) -> str:
    """The first words that tell what a text is about; nothing where they are not Latin."""
    told = [bare(word) for word in words(text) if word.content or word.number]
    chosen = (told if len(told) > 1 else [bare(word) for word in words(text)])[:_ID_WORDS]
    plain = unicodedata.normalize("NFKD", "-".join(chosen)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(slug) <= _ID_LENGTH:
        return slug
    return (slug[: _ID_LENGTH + 1].rpartition("-")[0] or slug)[:_ID_LENGTH]
