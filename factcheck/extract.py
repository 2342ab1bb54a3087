"""A document's sentences to drafts of claims: ids, quotes that hold, texts, topics.

Nothing here chooses: every sentence becomes a draft, so that the id of one does not hang on which
of the others are wanted.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from factcheck.quotes import Anchor, QuoteFinder, fold
from factcheck.records import Quote
from factcheck.stance.words import words
from factcheck.topics import bare, topics_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_WORDS = 40
"""A quote of a draft is not longer; it ends where a clause does."""

_MIN_WORDS = 8  # a shorter beginning of a sentence proves little
_MAX_QUOTE = 2_000
_MAX_TEXT = 10_000
_MAX_LOCATOR = 1_000
_ID_WORDS = 5
_ID_LENGTH = 60
_CONTEXT = (4, 8, 16, 32)  # words of prefix and suffix, as few as do
_REACH = 600  # characters in which they are looked for
# What no claim file may hold; other control characters are white space.
_BARRED = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_CLAUSE = re.compile(r"[,;:—–)][\"'”’»]*(?= )")


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
    locator: str | None = None
    topics: tuple[str, ...] = ()
    score: float | None = None


def drafts_of(
    text: str,
    sentences: Sequence[Sentence],
    propositions: Sequence[str],
    scores: Sequence[float] | None = None,
) -> tuple[Draft, ...]:
    """A draft for each sentence that says something a claim file can hold.

    Args:
        text: The document's.
        sentences: In the order of the document.
        propositions: What each asserts, without its frame.
        scores: How worth checking each is.
    """
    finder = QuoteFinder(text)
    texts = [clean(each)[:_MAX_TEXT].strip() for each in propositions]
    topics = topics_of(texts)
    names, keys = _Counted("-"), _Counted("/")
    drafts = []
    for n, each in enumerate(sentences):
        if _is_blank(texts[n]):
            continue
        key = _key(keys(fold(text[each.start : each.end])))
        locator = clean(each.locator)[:_MAX_LOCATOR].strip()
        drafts.append(
            Draft(
                id=names(_slug(texts[n]) or f"s-{key}"),
                key=key,
                start=each.start,
                end=each.end,
                text=texts[n],
                quote=quote_at(finder, each.start, each.end),
                locator=None if _is_blank(locator) else locator,
                topics=topics[n],
                score=None if scores is None else float(scores[n]),
            )
        )
    return tuple(drafts)


def quote_at(
    finder: QuoteFinder, start: int, end: int, *, most: int | None = MAX_WORDS
) -> Quote | None:
    """A quote of a stretch of a text, with as much context as tells it from others like it.

    Args:
        finder: Of the text.
        start: Where the stretch begins.
        end: Where it ends.
        most: How many words are quoted; a longer stretch is cut at the end of a clause.

    Returns:
        None where the stretch holds nothing that may stand in a claim file.
    """
    first, last = _allowed(finder.text, start, end)
    exact = fold(finder.text[first:last])
    exact = exact if most is None else _cut(exact, most)
    first += len(finder.text[first:last]) - len(finder.text[first:last].lstrip())
    plain = _quote(exact)
    if plain is None or _holds(finder, plain, first):
        return plain
    quote = plain
    for count in _CONTEXT:
        before = _before(finder.text, first, count)
        after = _after(finder.text, first, exact, count)
        for prefix, suffix in ((before, None), (None, after), (before, after)):
            quote = _quote(exact, prefix, suffix) or quote
            if _holds(finder, quote, first):
                return quote
    return quote if isinstance(finder.find(quote), Anchor) else None


def clean(text: str) -> str:
    """White space folded, control characters out."""
    return fold(_BARRED.sub(" ", text))


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


def _allowed(text: str, start: int, end: int) -> tuple[int, int]:
    """The longest stretch without characters that no claim file may hold."""
    bars = [start - 1, *(bar.start() for bar in _BARRED.finditer(text, start, end)), end]
    spans = [(left + 1, right) for left, right in pairwise(bars)]
    return max(spans, key=lambda span: span[1] - span[0])


def _cut(exact: str, most: int) -> str:
    """At most so many words, to the end of a clause where one is near."""
    parts = exact.split(" ")
    if len(parts) <= most and len(exact) <= _MAX_QUOTE:
        return exact
    head = " ".join(parts[:most])[:_MAX_QUOTE]
    least = len(" ".join(parts[:_MIN_WORDS]))
    ends = [match.start() for match in _CLAUSE.finditer(f"{head} ") if match.start() >= least]
    return head[: ends[-1]].rstrip() if ends else head.rstrip()


def _quote(exact: str, prefix: str | None = None, suffix: str | None = None) -> Quote | None:
    try:
        return Quote(exact=exact, prefix=prefix, suffix=suffix)
    except ValidationError:
        return None


def _holds(finder: QuoteFinder, quote: Quote, start: int) -> bool:
    """Whether a quote is found at its place and nowhere else."""
    found = finder.find(quote)
    return isinstance(found, Anchor) and found.occurrences == 1 and found.start == start


def _before(text: str, start: int, count: int) -> str | None:
    near = _BARRED.split(text[max(0, start - _REACH) : start])[-1]
    return _context(near.split()[-count:])


def _after(text: str, start: int, exact: str, count: int) -> str | None:
    end = start
    for character in exact.replace(" ", ""):  # past what is quoted, however it is spaced
        end = text.index(character, end) + 1
    near = _BARRED.split(text[end : end + _REACH])[0]
    return _context(near.split()[:count])


def _context(near: list[str]) -> str | None:
    found = " ".join(near)
    return None if _is_blank(found) else found


def _is_blank(text: str) -> bool:
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in text)
