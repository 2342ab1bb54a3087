"""What the formats of a difference have in common: figures, words, counts, headings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factcheck.changes import (
        Changes,
        ClaimMoved,
        Figures,
        Held,
        InCorpus,
        PairMoved,
        Shown,
        Strongest,
    )
    from factcheck.report import ReportStatement, Summary

VERDICTS = ("countered", "conflicting", "supported", "uncovered", "unjudged")
_LABELS = ("opposes", "neutral", "supports")
_STEP = 1e-4


class Told(NamedTuple):
    """A figure before and after; `move` is empty where no number tells it."""

    what: str
    old: str
    new: str
    move: str


def key(passage: ReportStatement) -> str:
    """`source/id`."""
    return f"{passage.source_id}/{passage.id}"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 claim`, `2,000 claims`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verdict_counts(changes: Changes) -> Iterator[tuple[str, int, int]]:
    """By verdict how many claims have it before and after; verdicts of no claim are left out."""

    def of(summary: Summary, verdict: str) -> int:
        return int(getattr(summary, verdict))

    for verdict in VERDICTS:
        old, new = of(changes.old.summary, verdict), of(changes.new.summary, verdict)
        if old or new:
            yield verdict, old, new


def figures(moved: PairMoved, changes: Changes) -> list[Told]:
    """The figures that moved, of a pair."""
    least = max(changes.least_move, _STEP)
    told = [*_stance(moved, least), *_numbers(moved, changes, least)]
    if moved.old.rank != moved.new.rank:
        move = f"{moved.new.rank - moved.old.rank:+d}"
        told.append(Told("rank", str(moved.old.rank), str(moved.new.rank), move))
    if not moved.edited and moved.old.signals != moved.new.signals:
        told.append(Told("signals", _joined(moved.old.signals), _joined(moved.new.signals), ""))
    return told


def _stance(moved: PairMoved, least: float) -> Iterator[Told]:
    old, new = moved.old.stance, moved.new.stance
    if old is None or new is None:
        return
    if moved.label:
        before, after = (f"{each.label} {getattr(each, each.label):.2f}" for each in (old, new))
        yield Told("stance", before, after, "")
    moves = {label: getattr(new, label) - getattr(old, label) for label in _LABELS}
    label = max(_LABELS, key=lambda each: abs(moves[each]))
    if not moved.label and _reaches(moves[label], least):
        yield number(label, getattr(old, label), getattr(new, label))


def _numbers(moved: PairMoved, changes: Changes, least: float) -> Iterator[Told]:
    old, new = moved.old, moved.new
    if _reaches(new.similarity - old.similarity, least):
        yield number("similarity", old.similarity, new.similarity)
    if changes.old.run.rank == changes.new.run.rank and _reaches(new.score - old.score, least):
        yield number("score", old.score, new.score)


def _reaches(move: float, least: float) -> bool:
    return round(abs(move), 4) >= least


def number(what: str, old: float, new: float) -> Told:
    """Two figures with decimals that tell them apart, and what lies between them as shown."""
    decimals = 2 if f"{old:.2f}" != f"{new:.2f}" else 4
    before, after = (f"{value:.{decimals}f}" for value in (old, new))
    return Told(what, before, after, f"{float(after) - float(before):+.{decimals}f}")


def _joined(signals: Iterable[str]) -> str:
    return "; ".join(signals) or "none"


def stood(figures_: Figures) -> str:
    """What a report tells of a pair: `rank 2, opposes 0.81, similarity 0.33`."""
    stance = figures_.stance
    judged = f", {stance.label} {getattr(stance, stance.label):.2f}" if stance else ""
    return f"rank {figures_.rank}{judged}, similarity {figures_.similarity:.2f}"


def _where(shown: Shown) -> str:
    """What is known of a statement that only one report shows for a claim."""
    told: dict[tuple[str, InCorpus], str] = {
        ("left", "yes"): "no longer among the k shown; still compared",
        ("left", "no"): "removed",
        ("left", "unknown"): "no longer among the k shown; not known whether still compared",
        ("entered", "yes"): "now among the k shown; compared before too",
        ("entered", "no"): "added",
        ("entered", "unknown"): "now among the k shown; not known whether compared before",
    }
    return told[shown.change, shown.elsewhere]


def speaks(held: Held, label: str) -> bool:
    """Whether the strongest on a side bears on the verdict; where none does, the opposing."""
    sides = {"countered": ("opposes",), "supported": ("supports",)}
    both = ("opposes", "supports")
    return label in sides.get(
        held.verdict or "", both if held.verdict == "conflicting" else both[:1]
    )


def held(told: Held) -> str:
    """How many statements oppose and support: `10 opposing, 2 supporting`."""
    if told.opposing_count is None or told.supporting_count is None:
        return told.reason
    counts = ((told.opposing_count, "opposing"), (told.supporting_count, "supporting"))
    return ", ".join(f"{many:,} {side}" for many, side in counts if many) or told.reason


class StrongestMoved(NamedTuple):
    """The strongest on one side before and after."""

    label: Literal["opposes", "supports"]
    figures: tuple[str, str]
    statements: tuple[str, ...]


def strongest(moved: ClaimMoved) -> Iterator[StrongestMoved]:
    """Sides on which the strongest is another, or its figure moved."""
    sides: tuple[tuple[Literal["opposes", "supports"], Strongest | None, Strongest | None], ...] = (
        ("opposes", moved.old.opposing, moved.new.opposing),
        ("supports", moved.old.supporting, moved.new.supporting),
    )
    for label, old, new in sides:
        if not (speaks(moved.old, label) or speaks(moved.new, label)) or (old, new) == (None, None):
            continue
        was, now = (f"{each.figure:.2f}" if each else "none" for each in (old, new))
        names = tuple(dict.fromkeys(each.statement for each in (old, new) if each))
        if was != now or len(names) > 1:
            yield StrongestMoved(label, (was, now), names)


class Group(NamedTuple):
    """A statement that came among those shown for some claims, or left them."""

    statement: str
    text: str
    change: Literal["entered", "left"]
    whereabouts: str
    claims: tuple[Shown, ...]


def by_statement(every: Iterable[Shown]) -> list[Group]:
    """What came and went, by statement: those that stood highest first, then the most claims."""
    groups: dict[tuple[str, str], list[Shown]] = {}
    for each in every:
        groups.setdefault((each.statement, each.change), []).append(each)
    told = [
        Group(
            group[0].statement,
            group[0].statement_text,
            group[0].change,
            _where(group[0]),
            tuple(group),
        )
        for group in groups.values()
    ]
    return sorted(
        told, key=lambda g: (g.claims[0].figures.rank, -len(g.claims), g.statement, g.change)
    )


def listed(changes: Changes, *, whole: bool) -> list[Shown]:
    """What came and went; what only follows from the rest where all is asked for."""
    return [each for each in changes.shown if whole or not each.follows]


def tally(changes: Changes) -> str:
    """The result in one line: `different: other k; 2 verdicts moved; 1 claim changed`."""
    if not changes.different:
        claims = counted(changes.new.summary.claims, "claim")
        return f"the same: {claims}, no verdict, text or stance differs"
    labels = sum(1 for moved in changes.moves if moved.label)
    came = len(listed(changes, whole=False))
    altered = ", ".join(
        counted(len(every), what)
        for what, every in (
            ("source", changes.sources),
            ("claim", changes.claims),
            ("statement", changes.statements),
        )
        if every
    )
    found = [
        *([f"other {', '.join(each.what for each in changes.run)}"] * bool(changes.run)),
        *_counts(len(changes.verdicts), "verdict moved", "verdicts moved"),
        *([f"{altered} changed"] * bool(altered)),
        *_counts(labels, "stance changed", "stances changed"),
        *_counts(len(changes.moves) - labels, "pair moved", "pairs moved"),
        *_counts(came, "came or left", "came or left"),
        *_counts(len(changes.grounds), "verdict on other grounds", "verdicts on other grounds"),
    ]
    return f"different: {'; '.join(found)}"


def _counts(number_: int, one: str, many: str) -> list[str]:
    return [counted(number_, one, many)] if number_ else []


def heading(what: str, changes: Iterable[str]) -> str:
    """`Claims: 1 added, 2 edited`."""
    counts = Counter(changes)
    return f"{what}: {', '.join(f'{many:,} {change}' for change, many in counts.items())}"


def not_listed(changes: Changes, *, whole: bool = False) -> list[str]:
    """What is counted only, in words; nothing where there is none."""
    untold = changes.untold
    least = f"moved less than {changes.least_move:g}"
    beyond = "shown by one report only, for its k or least similarity"
    follow = "came or left only as others did"
    told = (
        (untold.below, least, least),
        (untold.ranks, "rank that follows from the rest", "ranks that follow from the rest"),
        (untold.follow * (not whole), follow, follow),
        (untold.beyond, beyond, beyond),
        (untold.places * (not whole), "stands in another place", "stand in other places"),
    )
    return [counted(many, one, more) for many, one, more in told if many]
