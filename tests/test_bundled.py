"""The claim files that come with the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import CLAIMS, SEEDS, Run, needs_seeds

from factcheck import documents
from factcheck.inputs import read_claim_files
from factcheck.quotes import Anchor, find_quote
from factcheck.records import Claim, ClaimSet
from factcheck.validation import validate


@pytest.fixture(scope="module")
def bundled() -> ClaimSet:
    return read_claim_files([CLAIMS])


def test_they_are_valid() -> None:
    found = validate([CLAIMS])
    assert found.problems == ()
    assert found.files == 5
    assert found.notes == ()


def test_there_are_as_many_as_promised(bundled: ClaimSet) -> None:
    assert len(bundled.claims) >= 50
    assert len(bundled.statements) >= 35
    assert len({source.sha256 for source in bundled.sources}) == 5


def test_every_paragraph_is_represented(bundled: ClaimSet) -> None:
    def places(source: str) -> set[str | None]:
        return {claim.locator for claim in bundled.claims if claim.source.id == source}

    assert places("phnom-penh-declaration") >= {f"para. {n}" for n in range(1, 16)}
    assert places("baku-statement") >= {f"para. {n}" for n in range(1, 6)}
    parts = {f"Explanations ({n})" for n in ("i", "ii", "iii", "iv")}
    parts |= {"Objectives", "Rationale", "General overview, para. 1", "General overview, para. 2"}
    assert places("iptp-concept-note") == parts


def test_quotes_are_short_and_undamaged(bundled: ClaimSet) -> None:
    for passage in (*bundled.claims, *bundled.statements):
        assert passage.quote is not None, passage.key
        assert len(passage.quote.exact.split()) <= 25, passage.key
        assert not re.search(r"[<>*#]|SEE ALSO|Share this", passage.quote.exact), passage.key


def test_texts_stand_alone(bundled: ClaimSet) -> None:
    pronouns = r"\b(We|our|us) \b|^(It (?!is)|They|He|She|This|These)\b"
    frames = r"agreed that|noted with|In this regard"
    for passage in (*bundled.claims, *bundled.statements):
        assert not re.search(f"{pronouns}|{frames}", passage.text), passage.text
        assert passage.locator, passage.key
        assert passage.topics, passage.key
        assert 5 <= len(passage.text.split()) <= 45, passage.text


def _opposed(claim: Claim) -> bool:
    return bool(claim.expect and claim.expect.counterpoints)


def test_expectations_are_labelled(bundled: ClaimSet) -> None:
    opposed = [claim for claim in bundled.claims if _opposed(claim)]
    uncovered = [claim for claim in bundled.claims if claim.expect and claim.expect.uncovered]
    assert len(opposed) >= 20
    assert len(uncovered) >= 10
    assert not {claim.key for claim in opposed} & {claim.key for claim in uncovered}
    pairs = sum(len(claim.expect.counterpoints) for claim in opposed if claim.expect)
    readme = (CLAIMS / "README.md").read_text("utf-8")
    assert f"{len(opposed)} claims have counterpoints ({pairs} pairs), {len(uncovered)} are" in (
        " ".join(readme.split())
    )


def test_documents_are_not_reprinted(bundled: ClaimSet) -> None:
    """No sentence of a text is a long stretch of its document's own words."""
    for passage in (*bundled.claims, *bundled.statements):
        assert passage.quote is not None
        assert passage.text != passage.quote.exact


@needs_seeds
def test_every_quote_is_in_its_document(run: Run) -> None:
    found = validate([CLAIMS], SEEDS)
    assert found.problems == ()
    ran = run("validate", CLAIMS, "--documents", SEEDS)
    assert ran.code == 0
    assert f"{found.quotes} quotes checked: no error" in ran.out


@needs_seeds
def test_a_changed_word_is_found_out(tmp_path: Path, run: Run) -> None:
    original = (CLAIMS / "critique" / "ngo-open-letter.yaml").read_text("utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(original.replace("forcibly closing", "forcibly opening"), "utf-8")
    ran = run("validate", changed, "--documents", SEEDS)
    assert ran.code == 1
    assert re.search(r"changed\.yaml:\d+:\d+: the quote is not in 004_.*matches up to", ran.out)


@needs_seeds
def test_the_documents_are_split_into_sentences() -> None:
    from factcheck.inputs import read_sources

    for path in sorted(SEEDS.glob("*.txt")):
        text = documents.load(path.read_bytes(), path.name).text
        found = read_sources([path], "statements").statements
        assert len(found) > 8
        for statement in found:
            assert statement.quote is not None
            assert isinstance(find_quote(text, statement.quote), Anchor)


def test_they_pass_their_own_gate(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CLAIMS.parent)
    monkeypatch.delenv("FACTCHECK_STANCE_MODEL")
    ran = run("check", "--locked", "-f", "concise", "--today", "2026-01-01")
    assert (ran.code, ran.err) == (0, "")
    assert "FC501" not in ran.out
