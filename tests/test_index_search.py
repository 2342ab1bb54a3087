"""An index in the place of files: the same report, byte for byte, and filters besides."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import FakeEncoder, FakeStance, claim
from hypothesis import given, settings
from hypothesis import strategies as st
from index_made import made, source, statements, text

from factcheck.check import check
from factcheck.compare import compare
from factcheck.errors import InputError
from factcheck.formats import Layout, renderer
from factcheck.gate import Policy
from factcheck.index import tending
from factcheck.index.candidates import fused
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.table import open_table
from factcheck.index.where import check_on, checked, of_kinds
from factcheck.records import Expectation, Statement, Suppression
from factcheck.report import Report
from factcheck.search import top_k, top_k_of_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

CLAIMS = [
    claim("press", "The press and the court were open in case 7."),
    claim("river", "The river lasted; the school was open."),
    claim("press-again", "The press and the court were open in case 7."),
]


def unit(rng: np.random.Generator, rows: int, columns: int) -> Vectors:
    vectors = rng.standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@settings(deadline=None, max_examples=100)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 60),
    k=st.integers(1, 70),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    copies=st.integers(0, 20),
)
def test_a_stream_of_blocks_gives_the_bits_of_the_whole(
    seed: int, rows: int, k: int, cuts: list[int], copies: int
) -> None:
    rng = np.random.default_rng(seed)
    corpus, asked = unit(rng, rows, 5), unit(rng, 4, 5)
    corpus[rng.integers(0, rows, copies)] = corpus[rng.integers(0, rows)]
    whole = top_k(asked, corpus, k)
    order = rng.permutation(rows)  # blocks come in any order, cut anywhere, also empty
    edges = sorted({0, rows, *(min(cut, rows) for cut in cuts)})
    parts = [order[start:stop] for start, stop in pairwise(edges)]
    streamed = top_k_of_blocks(asked, ((corpus[part], part) for part in [order[:0], *parts]), k)
    assert whole[0].tobytes() == streamed[0].tobytes()
    assert whole[1].tobytes() == streamed[1].tobytes()


def test_blocks_are_looked_at() -> None:
    some = np.ones((2, 3), np.float32)
    for block, message in (
        ((np.ones((1, 4), np.float32), np.zeros(1, np.int64)), "differ in their columns"),
        ((some, np.zeros(1, np.int64)), "2 rows need as many ids"),
        ((some * np.nan, np.arange(2)), "not finite"),
    ):
        with pytest.raises(ValueError, match=message):
            top_k_of_blocks(some, [block], 1)
    with pytest.raises(ValueError, match="at least 1"):
        top_k_of_blocks(some, [], 0)
    assert top_k_of_blocks(some, [], 3)[0].shape == (2, 0)


def both(
    tmp_path: Path, every: list[Statement], **options: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reports of statements in memory and in an index, as JSON, but for how it was searched."""
    place = tmp_path / "both"
    made(place, every, batch=17)
    corpus = IndexCorpus(open_table(str(place)))
    stance = options.pop("stance", None)
    told = []
    for side in (every, corpus):
        report = compare(CLAIMS, side, encoder=FakeEncoder(), stance=stance, **options)
        content = json.loads(report.model_dump_json())
        told.append(content)
        index = content["run"].pop("index")
        assert (index is None) is (side is every)
    return told[0], told[1]


@pytest.mark.parametrize("judged", [False, True])
@pytest.mark.parametrize("count", [3, 40, 400])
def test_an_index_gives_the_report_of_the_same_statements_in_files(
    tmp_path: Path, count: int, judged: bool
) -> None:
    every = statements(count)[::-1]
    mine, theirs = both(tmp_path, every, stance=FakeStance() if judged else None, k=7)
    assert json.dumps(mine) == json.dumps(theirs)


def test_the_least_similarity_holds_in_an_index_too(tmp_path: Path) -> None:
    mine, theirs = both(tmp_path, statements(60), min_similarity=0.9)
    assert json.dumps(mine) == json.dumps(theirs)
    assert any(len(finding["counterpoints"]) < 5 for finding in mine["findings"])


TWINS = [
    Statement(source=source(n), id="same", text="The press was closed.", path="f", line=n + 1)
    for n in (2, 0, 1)
]


@pytest.fixture
def twins(tmp_path: Path) -> IndexCorpus:
    """An index where s02 came first with a text that s00 and s01 have too."""
    made(tmp_path / "twins", [*TWINS, *statements(30)], batch=1)
    return IndexCorpus(open_table(str(tmp_path / "twins")))


def test_a_text_of_several_sources_is_one_counterpoint_with_all_of_them(
    twins: IndexCorpus,
) -> None:
    report = compare([claim("press", "The press was open.")], twins, encoder=FakeEncoder(), k=3)
    (finding,) = report.findings
    first = finding.counterpoints[0]
    assert (first.statement.source_id, first.statement.text) == ("s00", "The press was closed.")
    assert [(each.source_id, each.id, each.line) for each in first.also_in] == [
        ("s01", "same", 2),
        ("s02", "same", 3),
    ]
    assert "The press was closed." not in [c.statement.text for c in finding.counterpoints[1:]]
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("name", ["terminal", "json", "jsonl", "markdown", "csv"])
def test_every_format_shows_all_sources(twins: IndexCorpus, name: str) -> None:
    report = compare([claim("press", "The press was open.")], twins, encoder=FakeEncoder(), k=1)
    shown = renderer(name)(report, Layout(width=200, color=False))
    for number in range(3):
        assert f"s0{number}" in shown or f"Source {number}" in shown


def test_the_page_shows_all_sources(twins: IndexCorpus) -> None:
    from factcheck.formats.html import page
    from factcheck.survey import Survey

    survey = Survey()
    asked = claim(
        "press", "The press was open.", expect=Expectation(counterpoints=("s02/same", "s00/n0004"))
    )
    report = compare(
        [asked], twins, encoder=FakeEncoder(), stance=FakeStance(), k=1, seen=survey.add
    )
    shown = page(report, survey.landscape())
    assert "Also in" in shown
    assert "<code>s01/same</code>" in shown
    assert "<code>s02/same</code>" in shown
    assert "an index searched by vectors" in shown
    (of_twin, _) = survey.landscape().expected
    assert of_twin.statement is not None
    assert of_twin.statement.source_id == "s00"


def test_a_filter_leaves_only_what_it_says_of_texts_with_several_sources_too(
    twins: IndexCorpus,
) -> None:
    for where, sources in (
        ("source = 's02'", ["s02"]),
        ("source <> 's00'", ["s01", "s02"]),
        ("kind = 'ngo' or source = 's01'", ["s00", "s01"]),
    ):
        left = IndexCorpus(twins.table, Search(checked(where)))
        report = compare([claim("press", "The press was open.")], left, encoder=FakeEncoder(), k=1)
        first = report.findings[0].counterpoints[0]
        found = [first.statement.source_id, *(each.source_id for each in first.also_in)]
        assert found == sources, where
        assert {each.id for each in report.sources} >= set(sources)
        assert report.run.index is not None
        assert report.run.index.where == checked(where)


def test_a_filtered_index_gives_the_report_of_the_filtered_statements(tmp_path: Path) -> None:
    every = statements(200)
    made(tmp_path / "i", every)
    for where, kept in (
        ("kind IN ('ngo', 'press')", [s for s in every if s.source.kind in {"ngo", "press"}]),
        ("line BETWEEN 5 AND 9", [s for s in every if 5 <= s.line <= 9]),
        (
            "id LIKE '%7' AND NOT source = 's03'",
            [s for s in every if s.id.endswith("7") and s.source.id != "s03"],
        ),
    ):
        corpus = IndexCorpus(open_table(str(tmp_path / "i")), Search(checked(where)))
        a = compare(CLAIMS, kept, encoder=FakeEncoder())
        b = compare(CLAIMS, corpus, encoder=FakeEncoder())
        assert a == b.model_copy(update={"run": a.run})
        assert a.run == b.run.model_copy(update={"index": None})


def test_filters_are_read_word_by_word() -> None:
    assert checked("Kind = 'ngo' and date >= '2020-01-01'") == (
        "kind = 'ngo' AND date >= date '2020-01-01'"
    )
    assert checked("date between '2020-01-01' and '2021-01-01' and title='2020'") == (
        "date BETWEEN date '2020-01-01' AND date '2021-01-01' AND title = '2020'"
    )
    assert checked("'2020-01-01' < retrieved") == "date '2020-01-01' < retrieved"
    assert checked("title = '2020-01-01'") == "title = '2020-01-01'"
    assert checked("array_has(topics, 'it''s')") == "array_has ( topics , 'it''s' )"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("", "is empty; write it as"),
        ("knd = 'ngo'", "names 'knd'; did you mean 'kind'. The columns are: key, source"),
        ("text = 'x'", "names 'text' The columns are|names 'text'; did you mean"),
        ("vector IS NULL", "names 'vector'"),
        ("_rowid = 1", "names '_rowid'"),
        ("random() < 1", "calls 'random'; what may be called: array_has"),
        ("now () > date", "calls 'now'"),
        ("kind = (SELECT kind FROM x)", "names 'SELECT'"),
        ("kind = 'ngo'; DROP TABLE x", "holds ';' at character 13"),
        ("kind = 'ngo' -- x", "holds '-' at character 14"),
        ("kind = 'ngo' /* x */", "holds '/'"),
        ('kind = "ngo"', "text in other marks"),
        ("`kind` = 'ngo'", "text in other marks"),
        ("kind = 'ngo", "a text without an end"),
        ("kind = 'n\x1bgo'", "a control character within a text"),
        ("(" * 21 + "kind = 'x'" + ")" * 21, "more than 20 deep"),
        ("(kind = 'x'", "a bracket without its other half"),
        ("kind = 'x')", "a bracket without its other half"),
        ("kind = '" + "x" * 5000 + "'", "longer than 4,000 characters"),
        (" or ".join(["line=1"] * 120), "more than 400 words"),
        ("date >= 'soon'", "has 'soon' for a day; write it as '2024-11-23'"),
        ("date >= '2024-02-30'", "write it as '2024-11-23'"),
    ],
)
def test_what_is_no_filter_is_refused(where: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        checked(where)
    assert str(caught.value).startswith("--where ")


@pytest.mark.parametrize(
    "where", ["kind = 1 = 2 3", "line = 'x'", "kind", "and", "NOT", "kind IN ()"]
)
def test_what_makes_no_sense_is_refused_before_any_row_is_read(tmp_path: Path, where: str) -> None:
    made(tmp_path / "i", statements(3))
    with pytest.raises(InputError, match="--where cannot be understood: "):
        check_on(open_table(str(tmp_path / "i")), checked(where))


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("kind'=<>()[],; -/*\"`\\\x00\u202eNOTR1.%"), max_size=40))
def test_no_filter_gets_through_with_signs_of_another_language(where: str) -> None:
    try:
        told = checked(where)
    except InputError:
        return
    bare = "".join(told.split("'")[::2])
    assert not set(bare) & set(';-/*"`\\\x00')


def test_filters_narrow_kinds() -> None:
    assert of_kinds(None, []) is None
    assert of_kinds(None, ["ngo"]) == "kind IN ('ngo')"
    assert of_kinds("line = 1 OR line = 2", ["ngo", "press"]) == (
        "(line = 1 OR line = 2) AND kind IN ('ngo', 'press')"
    )


def test_a_filter_that_leaves_nothing_is_told(tmp_path: Path) -> None:
    made(tmp_path / "i", statements(3))
    table = open_table(str(tmp_path / "i"))
    corpus = IndexCorpus(table, Search("kind = 'nobody'"))
    with pytest.raises(InputError, match="holds no statement that --where or --kind leaves"):
        compare(CLAIMS, corpus, encoder=FakeEncoder())


def test_words_find_what_shares_them_and_both_are_fused(tmp_path: Path) -> None:
    every = [*statements(60), *TWINS]
    made(tmp_path / "i", every)
    table = open_table(str(tmp_path / "i"))
    asked = [
        claim("press", "The press was; NOT (open) AND \"so\" ^2 ~ 'it'!"),
        claim("x", "Zzz qqq."),
    ]
    reports = {
        how: compare(
            asked,
            IndexCorpus(table, Search(retrieve=how)),
            encoder=FakeEncoder(),
            k=70,
        )
        for how in ("dense", "lexical", "hybrid")
    }
    lexical = reports["lexical"].findings
    assert [len(finding.counterpoints) for finding in lexical][1] == 0
    assert all("press" in c.statement.text.lower() for c in lexical[0].counterpoints[:1])
    exact = {c.statement.text: c.similarity for c in reports["dense"].findings[0].counterpoints}
    for how in ("lexical", "hybrid"):
        for found in reports[how].findings[0].counterpoints:
            assert exact[found.statement.text] == found.similarity
    assert len(reports["hybrid"].findings[0].counterpoints) == 61
    filtered = IndexCorpus(table, Search("source = 's02'", "lexical"))
    only = compare(asked[:1], filtered, encoder=FakeEncoder(), k=70).findings[0].counterpoints
    assert only
    assert {c.statement.source_id for c in only} == {"s02"}
    assert "The press was closed." in {c.statement.text for c in only}


def test_ranks_are_fused_as_their_formula_says() -> None:
    first, second = np.array([[4, 2, 7]]), np.array([[2, 9, -1]])
    assert fused(first, second, 5).tolist() == [[2, 4, 9, 7, -1]]
    assert fused(first, second, 1).tolist() == [[2]]


def test_words_that_are_not_indexed_are_told(tmp_path: Path) -> None:
    made(tmp_path / "i", statements(3))
    table = open_table(str(tmp_path / "i"))
    table.data.drop_index("text")
    corpus = IndexCorpus(open_table(str(tmp_path / "i")), Search(retrieve="lexical"))
    with pytest.raises(InputError, match=r"has no index of its words; make it by: .*index compact"):
        compare(CLAIMS, corpus, encoder=FakeEncoder())
    tending.compact(str(tmp_path / "i"), dt.timedelta(days=1))
    fresh = IndexCorpus(open_table(str(tmp_path / "i")), Search(retrieve="lexical"))
    assert compare(CLAIMS, fresh, encoder=FakeEncoder()).findings[0].counterpoints


def test_an_approximate_search_tells_its_recall_and_ranks_exactly(tmp_path: Path) -> None:
    place = tmp_path / "i"
    made(place, [*statements(600), *TWINS])
    small = IndexCorpus(open_table(str(place)), Search(ann=True))
    assert not small.approximate
    search = Search(ann=True, ann_from=100)
    with pytest.raises(
        InputError, match=r"no index for an approximate search.*index compact --ann"
    ):
        compare(CLAIMS, IndexCorpus(open_table(str(place)), search), encoder=FakeEncoder())
    tending.index_vectors(open_table(str(place)), least=100)
    exact = compare(CLAIMS, IndexCorpus(open_table(str(place))), encoder=FakeEncoder(), k=10)
    corpus = IndexCorpus(open_table(str(place)), search)
    near = compare(CLAIMS, corpus, encoder=FakeEncoder(), k=10)
    assert near.run.index is not None
    assert near.run.index.approximate
    assert near.run.index.recall is not None
    assert near.run.index.recall >= 0.8
    told = {c.statement.id: c.similarity for c in exact.findings[0].counterpoints}
    found = {c.statement.id: c.similarity for c in near.findings[0].counterpoints}
    shared = told.keys() & found.keys()
    assert len(shared) >= 8
    assert all(told[name] == found[name] for name in shared)
    shown = renderer("terminal")(near, Layout(width=300, color=False))
    assert f"approximately (recall {near.run.index.recall:.3f} on a sample)" in shown
    judged = compare(CLAIMS, corpus, encoder=FakeEncoder(), stance=FakeStance(), k=10)
    assert judged.run.index is not None
    assert (judged.run.index.recall or 0) >= 0.8  # of 200 candidates a claim
    some = Search("source = 's02'", ann=True, ann_from=1)
    only = compare(CLAIMS, IndexCorpus(corpus.table, some), encoder=FakeEncoder(), k=10)
    assert {c.statement.source_id for f in only.findings for c in f.counterpoints} == {"s02"}
    fused_ = Search(retrieve="hybrid", ann=True, ann_from=1)
    mixed = compare(CLAIMS, IndexCorpus(corpus.table, fused_), encoder=FakeEncoder(), k=10)
    assert mixed.run.index is not None
    assert (mixed.run.index.approximate, len(mixed.findings[0].counterpoints)) == (True, 10)


def test_the_gate_decides_the_same_by_an_index(tmp_path: Path) -> None:
    silenced = (Suppression(rule="FC301", reason="known"),)
    every = [
        each.model_copy(update={"suppress": silenced}) if each.id == "n0003" else each
        for each in statements(30)
    ]
    expect = Expectation(counterpoints=("s03/n0007", "s00/n0000", "nobody/here"))
    claims = [CLAIMS[0].model_copy(update={"expect": expect}), CLAIMS[1]]
    made(tmp_path / "i", every)
    policy = Policy(frozenset(("FC101", "FC201", "FC202", "FC301", "FC601", "FC603")), k=3)
    outcomes = [
        check(
            claims,
            side,
            policy=policy,
            today=dt.date(2026, 1, 1),
            encoder=FakeEncoder(),
            stance=FakeStance(),
        )
        for side in (every, IndexCorpus(open_table(str(tmp_path / "i"))))
    ]
    assert outcomes[0] == outcomes[1]
    rules = {each.rule for each in outcomes[0].diagnostics}
    assert {"FC201", "FC301", "FC603"} <= rules
    assert any(each.status == "suppressed" for each in outcomes[0].diagnostics)


def test_an_expected_statement_that_is_merged_with_another_counts_as_shown(
    twins: IndexCorpus,
) -> None:
    asked = claim("press", "The press was open.", expect=Expectation(counterpoints=("s02/same",)))
    policy = Policy(frozenset(("FC201", "FC301")), k=1)
    outcome = check([asked], twins, policy=policy, today=dt.date(2026, 1, 1), encoder=FakeEncoder())
    assert not [each for each in outcome.diagnostics if each.rule == "FC201"]
    lost = {each.statement for each in outcome.diagnostics if each.rule == "FC301"}
    assert not lost & {"s00/same", "s01/same", "s02/same"}
    assert "s00/n0000" in lost


def test_an_index_of_another_encoder_is_not_compared_with(tmp_path: Path) -> None:
    made(tmp_path / "i", statements(3))

    class Other(FakeEncoder):
        name = "other"

    with pytest.raises(InputError, match="was made with the encoder 'fake'"):
        compare(CLAIMS, IndexCorpus(open_table(str(tmp_path / "i"))), encoder=Other())


def test_texts_told_apart_by_a_vector_alone_are_in_the_order_of_their_keys(tmp_path: Path) -> None:
    """The fake takes no note of case: other texts, the same vector, ties."""
    every = [
        Statement(source=source(0), id=f"x{n:03d}", text=text(1).upper()[:n] + text(1)[n:])
        for n in range(1, 40)
    ]
    every = list({each.text: each for each in every}.values())
    mine, theirs = both(tmp_path, every[::-1], k=4)
    assert json.dumps(mine) == json.dumps(theirs)


def test_few_rows_are_taken_and_many_are_scanned_with_one_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = statements(90)
    made(tmp_path / "i", every)
    table = open_table(str(tmp_path / "i"))
    reports = []
    for few in (0, 1000):
        monkeypatch.setattr("factcheck.index.vectors._FEW", few)
        corpus = IndexCorpus(table, Search("source = 's01'"))
        reports.append(compare(CLAIMS, corpus, encoder=FakeEncoder()))
    assert reports[0] == reports[1]


@pytest.mark.model
def test_the_real_model_gives_the_same_bytes_by_an_index(tmp_path: Path) -> None:
    from conftest import CLAIMS as FILES

    from factcheck import weights
    from factcheck.encoders import SentenceEncoder
    from factcheck.inputs import read_claim_files

    encoder = SentenceEncoder(weights.resolve(weights.DEFAULT_ENCODER))
    read = read_claim_files([FILES])
    made(tmp_path / "i", read.statements, encoder, batch=11)
    corpus = IndexCorpus(open_table(str(tmp_path / "i")))
    files, index = (
        compare(read.claims, side, encoder=encoder) for side in (read.statements, corpus)
    )
    without = index.model_copy(update={"run": index.run.model_copy(update={"index": None})})
    assert files.model_dump_json() == without.model_dump_json()
