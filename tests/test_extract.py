from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
import pytest
import yaml
from conftest import CLAIMS, REPOSITORY, SEEDS, FakeEncoder, Run, needs_seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.claims import read_claim_file
from factcheck.drafting.allowed import clean
from factcheck.drafting.claim_file import new_file
from factcheck.drafting.decisions import accept, pending, problems_of, reworded, skip
from factcheck.drafting.drafts import Draft, drafts_of
from factcheck.drafting.merging import merged
from factcheck.drafting.quoting import MAX_WORDS
from factcheck.drafting.scalars import comment, flow, scalar
from factcheck.drafting.sources import About
from factcheck.drafting.topics import topics_of
from factcheck.errors import ClaimFileError, InputError
from factcheck.fields import Identifier
from factcheck.paths import source_id
from factcheck.propositions import Proposition
from factcheck.quotes import Anchor, QuoteFinder
from factcheck.records import ClaimFile, Document, Metadata
from factcheck.statements import statements_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ABOUT = About("letter", "official", "A letter", True, Metadata(), "a" * 64, "letter.txt")
LETTER = """\
The harbour was opened to ships of all nations in 1887. We noted with concern that the river
has fallen by two metres since the dam was built.

The council has paid every debt of the harbour. Thank you all!

Nobody was asked before the fish market was closed. The council has paid every debt of the harbour.
"""


def drafts(text: str, score: float | None = 0.9) -> tuple[Draft, ...]:
    sentences = statements_of(Document(text, "letter.txt", "a" * 64))
    scores = None if score is None else [score] * len(sentences)
    asserted = [Proposition(each.text, None, None, 0, len(each.text)) for each in sentences]
    return drafts_of(text, sentences, asserted, scores)


def drafted(text: str) -> str:
    return new_file(ABOUT, drafts(text))


def merge(file: str, text: str, about: About = ABOUT) -> str:
    return merged(file.encode(), "x.yaml", about, text, drafts(text)).text


def content(file: str) -> ClaimFile:
    read = read_claim_file(file.encode(), "x.yaml")
    assert not read.problems, read.problems
    assert read.content is not None
    return read.content


CHANGED = replace(ABOUT, sha256="b" * 64)
"""The source after its document changed."""

HOSTILE = (
    "a: b # c",
    "- x",
    "'quoted' \"twice\"",
    "yes",
    "null",
    "2024-11-23",
    "12",
    "&anchor *alias !tag",
    "{a: b} [c]",
    "%0A::error",
    "key:",
    "\\ back \\\\ slash",
    "| > folded",
    "\u2028\u202e\ufeff\x85",
    "---",
    "tail ",
    "\U000e0001",
    "x" * 300 + " " + "y" * 300,
    "word " * 2000,
    "é" * 10,
    "#",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_written_so_that_it_is_read_as_the_same_text(text: str) -> None:
    value = clean(text)
    lines = f"a:\n  b: {scalar(value, indent=4, column=5)}\n  {comment(text)}\n  c: {flow([value])}"
    assert yaml.safe_load(lines) == {"a": {"b": value, "c": [value]}}
    located = read_claim_file(lines.encode(), "x").located
    assert located.data == {"a": {"b": value, "c": [value]}}


@given(st.text(max_size=400))
def test_scalars_survive_whatever_they_hold(text: str) -> None:
    value = clean(text)
    lines = f"a:\n  b: {scalar(value, indent=4, column=5)}\n  c: {flow([value])}\n"
    assert read_claim_file(lines.encode(), "x").located.data["a"] == {"b": value, "c": [value]}


def test_a_draft_quotes_its_sentence_and_says_where_it_stands() -> None:
    first, *_ = drafts(LETTER)
    assert first.id == "harbour-opened-ships-nations-1887"
    assert first.quote is not None
    assert first.quote.exact == "The harbour was opened to ships of all nations in 1887."
    assert first.quote.prefix is None
    assert first.locator


def test_a_sentence_that_stands_twice_is_told_by_its_surroundings() -> None:
    debts = [each for each in drafts(LETTER) if "debt" in each.text]
    finder = QuoteFinder(LETTER)
    assert [each.id for each in debts] == [debts[0].id, f"{debts[0].id}-2"]
    for each in debts:
        assert each.quote is not None
        found = finder.find(each.quote)
        assert isinstance(found, Anchor)
        assert (found.start, found.occurrences) == (each.start, 1)
    assert len({each.key for each in drafts(LETTER)}) == len(drafts(LETTER))


def test_a_long_sentence_is_cut_at_a_clause_and_still_stands_in_the_document() -> None:
    text = "The council of the town met in the hall, " * 12 + "and then it went home."
    (draft,) = drafts(text)
    assert draft.quote is not None
    assert len(draft.quote.exact.split()) <= MAX_WORDS
    assert draft.quote.exact.endswith("hall")
    assert draft.quote.exact in text


def test_ids_hang_on_the_sentence_alone() -> None:
    before = {each.text: each.id for each in drafts(LETTER)}
    after = {each.text: each.id for each in drafts("A new one begins the letter.\n\n" + LETTER)}
    assert before.items() <= after.items()
    assert drafts("Совет города закрыл рынок вчера.")[0].id.startswith("s-")
    assert source_id("Ünïted – Letter (2).v1") == "united-letter-2-.v1"
    assert source_id("письмо").startswith("document-")


def test_topics_are_phrases_that_recur() -> None:
    texts = [
        "The fish market was closed.",
        "The fish market will open again.",
        "A fish market needs boats.",
        "The weather was fine.",
    ]
    assert topics_of(texts) == [("fish-market",)] * 3 + [()]


def test_a_new_file_is_valid_and_leaves_what_is_unknown_to_fill_in() -> None:
    file = drafted(LETTER)
    read = content(file)
    assert read.source.document == "letter.txt"
    assert read.claims is not None
    assert len(read.claims) == len(drafts(LETTER))
    assert "  # date: to fill in\n" in file
    assert file.count("# draft, check-worthiness 0.90\n") == len(read.claims)


def test_metadata_that_a_claim_file_cannot_hold_is_left_in_a_comment() -> None:
    found = Metadata(
        author="A: writer", date=dt.date(2024, 2, 3), url="http://example.org/x", language="en\n#"
    )
    about = replace(ABOUT, kind="press", metadata=found, has_title=False, document=None)
    file = new_file(replace(about, elsewhere="../a\x1bb.txt"), drafts(LETTER))
    source = content(file).source
    assert (source.publisher, source.date, source.url) == ("A: writer", dt.date(2024, 2, 3), None)
    assert "# url: to fill in; the document says http://example.org/x" in file
    assert "# to fill in: this is the name of its file" in file
    assert "\\u001b" in file
    assert content(file).statements


paragraphs = st.lists(
    st.one_of(
        st.text(max_size=120),
        st.sampled_from(HOSTILE),
        st.sampled_from(LETTER.split(". ")),
        st.text(alphabet="ab. ,:#'\"-\n\t\x00\x0b\x85\u2028\ud800", max_size=80),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(paragraphs)
def test_drafts_of_any_text_are_valid_and_merge_with_themselves_unchanged(parts: list[str]) -> None:
    text = ". ".join(parts)
    found = drafts(text)
    if not found:
        return
    file = new_file(ABOUT, found)
    read = content(file)
    assert [each.id for each in read.claims or ()] == [each.id for each in found]
    assert [each.text for each in read.claims or ()] == [each.text for each in found]
    assert merge(file, text) == file
    assert merge(file, text, CHANGED).replace("b" * 64, "a" * 64) == file
    finder = QuoteFinder(text)
    for each in read.claims or ():
        assert each.quote is None or isinstance(finder.find(each.quote), Anchor)


CURATED = """\
# Our notes on the letter.
version: 1
source: # who says so
  id: letter
  kind: official
  title:   'A letter'
  sha256: {sha}  # of the scan
claims:
# What they say of the harbour
- id: debts
  text: "The  harbour owes nothing."
  quote: {{ exact: "The council has paid every debt of the harbour", prefix: "built. " }} # sic
  topics: [ harbour,money ]
  expect: {{uncovered: true}}
    # said twice

- topics: [harbour]
  # the year is not ours
  id: opened
  text: >-
    The harbour has been open
    since 1887.
  quote:
    exact: The harbour was opened to ships of all
      nations in 1887   # see the map
  locator: top of the page
# the end
"""


def test_what_a_curator_wrote_stays_byte_for_byte() -> None:
    before = CURATED.format(sha="a" * 64)
    after = merge(before, LETTER)
    rest = iter(after.splitlines(keepends=True))
    assert all(line in rest for line in before.splitlines(keepends=True))  # in this order
    ids = [each.id for each in content(after).claims or ()]
    # Each stands after the one whose quote precedes it in the letter.
    assert [name.split("-")[0] for name in ids] == [
        *("debts", "thank", "nobody", "council", "opened"),
        "noted",
    ]
    assert merge(after, LETTER) == after


def test_new_sentences_come_at_their_place() -> None:
    first = drafted(LETTER)
    grown = LETTER.replace("Thank you", "The pier was painted green in the spring. Thank you")
    ids = [each.id for each in content(merge(first, grown, CHANGED)).claims or ()]
    at = ids.index("pier-painted-green-spring")
    assert ids[at - 1].startswith("council-paid-debt-harbour")


def test_a_quote_follows_a_document_that_changed_and_its_old_words_are_told() -> None:
    before = CURATED.format(sha="a" * 64)
    now = LETTER.replace("ships of all nations in 1887", "the ships of all nations in 1878")
    result = merged(before.encode(), "x.yaml", CHANGED, now, ())
    assert (result.changed, result.gone, result.kept) == (1, 0, 2)
    assert "# changed: the quote was The harbour was opened to ships of all" in result.text
    claims = content(result.text).claims or ()
    assert claims[1].quote is not None
    assert claims[1].quote.exact == "The harbour was opened to the ships of all nations in 1878"
    assert "# see the map" in result.text
    kept = set(before.splitlines()) - set(result.text.splitlines())
    assert {line.split(":")[0].strip() for line in kept} == {
        "sha256",
        "exact",
        "nations in 1887   # see the map",
    }
    again = merged(result.text.encode(), "x.yaml", CHANGED, now, ())
    assert again.text == result.text


FIRST = "The harbour was opened to ships of all nations in 1887."
NOW = "The harbour was opened to the ships of all nations in 1878"
TWICE = f"{NOW}. It rained. {NOW}. We noted that the market is closed."
MANNERS = [
    "quote: {}",
    "quote: '{}'",
    "quote: {{exact: '{}'}}",
    "quote: {{exact: '{}', suffix: We noted that}}",
    "quote: {{prefix: it rained., exact: '{}'}}",
    "quote:\n    exact: {}",
    "quote:\n    exact: {}\n    prefix: it rained.\n    suffix: We noted that",
    "quote:\n    exact: >-\n      {}",
]
"""How a quote may be written."""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("written", MANNERS)
def test_a_quote_is_rewritten_in_the_manner_it_was_written(written: str, newline: str) -> None:
    head = f"version: 1\nsource:\n  id: x\n  kind: official\n  title: x\n  sha256: {'a' * 64}\n"
    entry = f"claims:\n- id: a\n  {written.format(FIRST)}\n"
    before = (head + entry).replace("\n", newline)
    assert content(before).claims
    text = f"In the spring it rained. {NOW}. We noted that the market is closed."
    result = merged(before.encode(), "x.yaml", CHANGED, text, ())
    assert (result.changed, result.gone) == (1, 0)
    quote = (content(result.text).claims or ())[0].quote
    assert quote is not None
    after = result.text.replace(newline, "\n")
    assert result.text == after.replace("\n", newline)
    if ">-" in written:  # a block is the curator's; it is told, not rewritten
        assert "# changed: the document now has The harbour was opened to the ships" in after
        assert quote.exact == FIRST
    else:
        assert "# changed: the quote was The harbour was opened to ships" in after
        assert quote.exact.rstrip(".") == NOW
        assert isinstance(QuoteFinder(text).find(quote), Anchor)
    again = merged(result.text.encode(), "x.yaml", replace(CHANGED, sha256="c" * 64), text, ())
    assert again.text.replace("c" * 64, "b" * 64) == result.text


def test_a_changed_quote_that_now_stands_twice_gets_what_tells_it() -> None:
    head = f"version: 1\nsource: {{id: x, kind: official, title: x, sha256: {'a' * 64}}}\nclaims:\n"
    before = f"{head}- id: a\n  quote:\n    exact: {FIRST}\n    suffix: We noted that the market\n"
    result = merged(before.encode(), "x.yaml", CHANGED, TWICE, ())
    quote = (content(result.text).claims or ())[0].quote
    assert quote is not None
    found = QuoteFinder(TWICE).find(quote)
    assert isinstance(found, Anchor)
    assert (found.start, found.occurrences) == (TWICE.rindex(NOW), 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_is_gone_is_told_and_taken_back_however_lines_end(newline: str) -> None:
    before = drafted(LETTER).replace("\n", newline)
    short = LETTER.replace("Nobody was asked before the fish market was closed.", "")
    marked = merge(before, short, CHANGED)
    assert marked.count("# gone: the document no longer holds this quote") == 1
    assert merge(marked, LETTER, ABOUT) == before


def test_what_is_gone_is_marked_once_and_found_again_when_it_is_back() -> None:
    before = drafted(LETTER)
    short = LETTER.replace("Nobody was asked before the fish market was closed.", "")
    marked = merge(before, short, CHANGED)
    assert marked.count("# gone: the document no longer holds this quote") == 1
    assert [c.id for c in content(marked).claims or ()] == [
        c.id for c in content(before).claims or ()
    ]
    third = replace(ABOUT, sha256="c" * 64)
    assert merge(marked, short, third).replace("c" * 64, "b" * 64) == marked
    assert merge(marked, LETTER, ABOUT) == before


def test_what_was_taken_out_is_not_proposed_again() -> None:
    before = drafted(LETTER)
    chosen = pending(before)[0]
    after = skip(before, chosen.id)
    assert chosen.id not in after
    assert merge(after, LETTER) == after
    assert merge(after, LETTER + "\nThe end came late.\n", CHANGED).count("# draft") == (
        after.count("# draft") + 1
    )


def test_each_decision_changes_its_draft_alone() -> None:
    file = drafted(LETTER)
    first, second, third, *rest = pending(file)
    taken = accept(file, first.id)
    assert taken == file.replace("# draft, check", "# check", 1)
    lines = second.lines.replace("text: ", "text: Others say that ", 1)
    told = reworded(taken, second.id, lines)
    assert "Others say that" in told
    left = skip(told, third.id)
    assert [each.id for each in pending(left)] == [each.id for each in rest]
    content(left)


def test_a_file_whose_drafts_were_all_skipped_can_still_be_added_to() -> None:
    file = drafted(LETTER)
    for each in pending(file):
        file = skip(file, each.id)
    assert not problems_of(file.encode(), "x")
    assert merge(file, LETTER) == file
    grown = merge(file, LETTER + "\nThe end came late.\n", CHANGED)
    assert len(content(grown).claims or ()) == 1


def test_a_source_in_braces_gets_its_sum_there() -> None:
    before = (
        "version: 1\nsource: {id: letter, kind: official, title: x}\nclaims:\n"
        "- {id: debts, text: Owes nothing, quote: every debt of the harbour was paid}\n"
    )
    now = "First came the rain. Then every debt of the harbour has been paid by them all."
    after = merge(before, now)
    claims = content(after).claims or ()
    assert content(after).source.sha256 == "a" * 64
    assert claims[-1].quote is not None
    assert merge(after, now) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("tail", ["", "\n\n# end", "\n"])
def test_lines_end_as_those_of_the_file(newline: str, tail: str) -> None:
    before = CURATED.format(sha="a" * 64).rstrip() + tail
    after = merge(before.replace("\n", newline), LETTER)
    assert after.replace(newline, "").count("\n" if newline == "\r\n" else "\r") == 0
    content(after)


FLOW = (
    b'{"version": 1, "source": {"id": "x", "kind": "official", "title": "x"}, '
    b'"claims": [{"id": "a", "text": "b"}]}'
)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"a: b\n", "no claim file"),
        (b"\x00\xff", "no claim file"),
        (b"hello", "no claim file"),
        (b"version: 1\nsource: {}\nclaims: []\n", "missing"),
        (FLOW, "brackets"),
        (b"version: 1\nsource: {id: x, kind: ngo, title: x}\nstatements: [{id: a, text: b}]\n",
         "kind 'ngo'"),
        (CURATED.format(sha="a" * 64).replace("harbour", "moon").replace("1887", "of cheese")
         .replace("The council has paid every debt", "Nobody has seen the other side")
         .replace("was opened to ships", "consists of many kinds").replace("a" * 64, "c" * 64)
         .encode(), "another document"),
    ],
)  # fmt: skip
def test_what_is_no_claim_file_of_this_document_is_left_alone(file: bytes, told: str) -> None:
    with pytest.raises((InputError, ClaimFileError), match=told):
        merged(file, "x.yaml", ABOUT, LETTER, drafts(LETTER))


@dataclass(frozen=True)
class _Model:
    threshold: float = 0.5


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch, fake_model: FakeEncoder) -> None:
    """Sentences with thanks are not worth checking; all others are."""

    def checkworthy(
        vectors: NDArray[np.float32], texts: Sequence[str], *, encoder_sha256: str
    ) -> NDArray[np.float32]:
        assert encoder_sha256 == fake_model.sha256
        assert len(vectors) == len(texts)
        return np.array([0.1 if "Thank" in text else 0.8 for text in texts], np.float32)

    monkeypatch.setattr("factcheck.checkworthiness.checkworthy", checkworthy)
    monkeypatch.setattr("factcheck.checkworthiness.default_model", _Model)


@pytest.fixture
def letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "letter.txt"
    path.write_text(LETTER)
    return path


@pytest.mark.usefixtures("scored", "letter")
def test_the_command_drafts_what_can_be_checked(run: Run) -> None:
    ran = run("extract", "letter.txt", "--kind", "official")
    assert ran.code == 0
    claims = content(ran.out).claims or ()
    assert "Thank" not in ran.out
    assert "The river has fallen by two metres" in " ".join(each.text or "" for each in claims)
    assert len(content(run("extract", "letter.txt", "--kind", "ngo", "--all").out).statements or ())
    none = run("extract", "letter.txt", "--kind", "ngo", "--min-checkworthiness", "0.9")
    assert none.code == 2
    assert "--all" in none.err
    assert none.out == ""


@pytest.mark.usefixtures("scored", "letter")
def test_the_drafted_file_validates_and_a_second_run_leaves_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    file = tmp_path / "claims" / "letter.yaml"
    assert run("extract", "letter.txt", "--kind", "official", "-o", "claims/letter.yaml").code == 0
    assert run("validate", "claims").code == 0
    assert content(file.read_text()).source.document == "../letter.txt"
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    ran = run("extract", "letter.txt", "--kind", "official", "-o", "claims/letter.yaml")
    assert (ran.code, ran.out) == (0, "")
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


@pytest.mark.usefixtures("scored", "letter")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["letter.txt", "--kind", "official", "-o", "letter.txt"], "one of the inputs"),
        (["letter.txt", "--kind", "official", "-o", "notes.yaml"], "no claim file"),
        (["letter.txt", "--kind", "official", "-o", "no/x.yaml"], "there is no folder"),
        (["letter.txt", "--kind", "official", "-i"], "name one by -o"),
        (["letter.txt", "--kind", "official", "-i", "-o", "x.yaml"], "terminal"),
        (["letter.xyz", "--kind", "official"], "not read"),
        (["gone.txt", "--kind", "official"], "no such file"),
        ([".", "--kind", "official"], "is a folder"),
        (["letter.txt", "--kind", "rumour"], "rumour"),
        (["letter.txt", "--kind", "official", "--all", "--min-checkworthiness", "1"], "exclude"),
    ],
)
def test_errors_end_in_2_and_touch_nothing(
    run: Run, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "notes.yaml").write_text("my: notes\n")
    (tmp_path / "letter.xyz").write_text("x")
    before = {path: path.read_bytes() for path in tmp_path.glob("*.*")}
    ran = run("extract", *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert {path: path.read_bytes() for path in tmp_path.glob("*.*")} == before


@pytest.mark.usefixtures("scored", "letter")
def test_decisions_are_in_the_file_at_once_and_it_goes_on_from_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.yaml"
    keys = iter("axs")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def getchar() -> str:
        key = next(keys, None)
        if key is None:
            raise KeyboardInterrupt  # as Ctrl-C does
        return key

    monkeypatch.setattr(click, "getchar", getchar)
    ask = ("extract", "letter.txt", "--kind", "official", "-o", "x.yaml", "-i")
    assert run(*ask).code == 130
    after = file.read_text()
    assert len(re.findall("# check-worthiness", after)) == 1
    total = len(re.findall(r"[0-9a-f]{10}\b", "".join(re.findall("# proposed:.*", after))))
    assert len(pending(after)) == total - 2
    keys = iter("eq")

    def edit(text: str, extension: str) -> str:
        return re.sub("text: .*", "text: In other words.", text, count=1)

    monkeypatch.setattr(click, "edit", edit)
    ran = run(*ask)
    assert ran.code == 0
    assert "left to decide" in ran.err
    assert "In other words." in file.read_text()
    assert len(pending(file.read_text())) == total - 3
    keys = iter("a" * total)
    assert "all decided" in run(*ask).err
    assert not pending(file.read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_keys_are_read_from_a_terminal_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    import pty
    import termios

    file = tmp_path / "x.yaml"
    (tmp_path / "letter.txt").write_text(LETTER)
    ask = ["extract", "letter.txt", "--kind", "ngo", "-o", "x.yaml", "-i", "--all"]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, "-m", "factcheck", *ask, "--model", "none"],
        stdin=theirs,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
    ) as process:
        assert process.stderr is not None
        for key in (b"a", b"s", b""):
            while b"[q]uit" not in (line := process.stderr.readline()):
                assert line  # it has not ended
            while termios.tcgetattr(theirs)[3] & termios.ICANON:
                time.sleep(0.01)  # what is typed before it listens is dropped
            os.write(ours, key)
        process.kill()
    os.close(ours)
    os.close(theirs)
    text = file.read_text()
    total = len(drafts(LETTER))
    assert len(pending(text)) == total - 2
    assert len(content(text).statements or ()) == total - 1
    assert not list(tmp_path.glob(".factcheck-*"))


def test_ids_and_topics_are_identifiers() -> None:
    from pydantic import TypeAdapter

    adapter = TypeAdapter(Identifier)
    for each in drafts(f"Ōsaka’s “Œuvre” isn't -- here. {LETTER} ΑΒΓ ΔΕΖ ΗΘΙ."):
        adapter.validate_python(each.id)
        for topic in each.topics:
            adapter.validate_python(topic)


@needs_seeds
@pytest.mark.parametrize("path", sorted(CLAIMS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_bundled_files_take_drafts_and_lose_nothing(path: Path) -> None:
    from factcheck.documents import LOADERS

    before = path.read_text()
    source = content(before).source
    for seed in SEEDS.glob("*.txt"):
        document = LOADERS[".txt"](seed.read_bytes(), seed.name)
        if document.sha256 == source.sha256:
            about = About(source.id, source.kind, "x", True, Metadata(), document.sha256)
            found = drafts(document.text)
            result = merged(before.encode(), path.name, about, document.text, found)
            lines = iter(result.text.splitlines(keepends=True))
            assert all(line in lines for line in before.splitlines(keepends=True))
            assert result.added < len(found)
            content(result.text)
            again = merged(result.text.encode(), path.name, about, document.text, found)
            assert again.text == result.text
