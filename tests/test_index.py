"""An index on disk: what goes in comes back, and nothing is lost or there twice."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import FakeEncoder
from index_made import fails_after, full, keys, made, rows, source, statements, text

from factcheck.errors import InputError, ModelError, OutputError
from factcheck.index import extra, header, table, tending
from factcheck.index.building import build, prepared
from factcheck.index.corpus import IndexCorpus, Search
from factcheck.index.describing import info
from factcheck.index.entries import entry_of
from factcheck.index.held import Digests
from factcheck.index.removing import remove
from factcheck.index.table import commit, create, fragments_of, open_table
from factcheck.index.verifying import verify
from factcheck.index.writing import encoded, write
from factcheck.records import Source, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "an index"


def sound(place: Path) -> None:
    """No row twice, no pointer into nothing, every vector that of its text."""
    found = verify(open_table(str(place)), FakeEncoder(), sample=10_000)
    assert found.faults == ()


def test_a_statement_comes_back_with_every_field(place: Path) -> None:
    given = [full(), *statements(5)]
    assert made(place, given).added == 6
    assert list(IndexCorpus(open_table(str(place)))) == sorted(given, key=lambda s: s.key)


def test_what_is_in_already_is_not_encoded_again(place: Path) -> None:
    made(place, statements(20))
    version = open_table(str(place)).version
    encoder = FakeEncoder()
    done = made(place, statements(20), encoder)
    assert (done.added, done.same, done.encoded) == (0, 20, 0)
    assert encoder.batches == []
    assert open_table(str(place)).version == version
    encoder = FakeEncoder()
    assert made(place, statements(25), encoder, batch=7).added == 5
    assert sorted(t for batch in encoder.batches for t in batch) == sorted(map(text, range(20, 25)))
    sound(place)


def test_a_text_is_stored_once_whatever_batch_it_comes_in(place: Path) -> None:
    given = [
        Statement(source=source(n % 3), id=f"x{n}", text=text(n % 4), path="f", line=n)
        for n in range(24)
    ]
    encoder = FakeEncoder()
    done = made(place, given, encoder, batch=5)
    assert (done.added, done.encoded) == (24, 4)
    found = rows(place, "text", "text_sha256", "vector")
    assert sum(row["text"] is not None for row in found) == 4
    assert sum(row["vector"] is not None for row in found) == 4
    sound(place)
    assert [s.text for s in IndexCorpus(open_table(str(place)))] == [
        s.text for s in sorted(given, key=lambda s: s.key)
    ]


def test_where_the_first_with_a_text_goes_another_takes_its_place(place: Path) -> None:
    twins = [
        Statement(source=source(n), id="same", text="The press was closed.", path="f", line=n)
        for n in range(3)
    ]
    made(place, [*twins, *statements(3)])
    encoder = FakeEncoder()
    for left in (["s01/same", "s02/same"], ["s02/same"]):
        (first,) = (row["key"] for row in rows(place) if row["text"] == "The press was closed.")
        assert remove(str(place), [first]) == 1
        assert [key for key in keys(place) if key.endswith("same")] == left
        sound(place)
    assert remove(str(place), ["s02/same", "nobody/here"]) == 1
    assert encoder.batches == []
    assert len(keys(place)) == 3
    assert made(place, twins).encoded == 1
    sound(place)


def test_first_and_heir_can_go_at_once(place: Path) -> None:
    twins = [
        Statement(source=source(n), id="same", text="The press was closed.", path="f", line=n)
        for n in range(5)
    ]
    made(place, twins, batch=2)
    assert remove(str(place), [twin.key for twin in twins[:4]]) == 4
    assert keys(place) == ["s04/same"]
    sound(place)
    assert remove(str(place), ["s04/same"]) == 1
    assert keys(place) == []
    assert info(open_table(str(place))).rows == 0


def test_a_statement_that_changed_is_put_in_the_place_of_the_old(place: Path) -> None:
    old = statements(10)
    made(place, old)
    new = [each.model_copy(update={"locator": "p. 1"}) for each in old[:4]]
    new[0] = new[0].model_copy(update={"text": "Another text altogether."})
    encoder = FakeEncoder()
    done = made(place, [*new, *old[4:]], encoder)
    assert (done.added, done.changed, done.same, done.encoded) == (0, 4, 6, 1)
    assert encoder.batches == [["Another text altogether."]]
    assert list(IndexCorpus(open_table(str(place)))) == sorted(
        [*new, *old[4:]], key=lambda s: s.key
    )
    sound(place)


def test_a_changed_first_leaves_its_text_to_those_that_point_to_it(place: Path) -> None:
    twins = [
        Statement(source=source(n), id="same", text="The press was closed.", path="f", line=n)
        for n in range(3)
    ]
    made(place, twins)
    changed = [twin.model_copy(update={"text": "Something else."}) for twin in twins[:2]]
    assert made(place, changed).changed == 2
    assert [s.text for s in IndexCorpus(open_table(str(place)))] == [
        "Something else.",
        "Something else.",
        "The press was closed.",
    ]
    sound(place)


def test_two_statements_with_one_key_are_refused_and_the_rest_stays(place: Path) -> None:
    clash = statements(1)[0].model_copy(update={"text": "Other words.", "line": 99})
    prepared(str(place), FakeEncoder())
    with pytest.raises(InputError, match=r"^made.jsonl:99: two statements are called 's00/n0000'"):
        build(str(place), [*statements(6), clash], FakeEncoder(), batch=3)
    assert len(keys(place)) == 6
    assert made(place, [*statements(6), statements(1)[0]]).same == 7


def test_a_source_with_other_fields_is_refused_or_replaced(place: Path) -> None:
    made(place, statements(6, sources=2))
    other = Source(id="s00", kind="ngo", title="Another title")
    new = [
        each.model_copy(update={"source": other})
        for each in statements(4, sources=2)
        if each.source.id == "s00"
    ]
    with pytest.raises(InputError, match=r"a source called 's00' with other fields.*--replace"):
        made(place, new)
    done = made(place, new, replace_sources=True)
    assert (done.changed, done.removed) == (2, 1)
    assert keys(place) == ["s00/n0000", "s00/n0002", "s01/n0001", "s01/n0003", "s01/n0005"]
    sound(place)
    clash = [new[0], statements(6, sources=2)[2]]
    with pytest.raises(InputError, match="two sources are called 's00'"):
        made(place, clash, replace_sources=True)


@pytest.mark.parametrize("commits", [0, 1, 2, 3])
def test_a_build_that_is_stopped_goes_on_where_it_was(place: Path, commits: int) -> None:
    prepared(str(place), FakeEncoder())
    with pytest.raises(KeyboardInterrupt):
        build(
            str(place),
            statements(40),
            FakeEncoder(),
            batch=10,
            before_commit=fails_after(commits),
        )
    assert len(keys(place)) == commits * 10
    assert open_table(str(place)).unfinished
    encoder = FakeEncoder()
    done = made(place, statements(40), encoder, batch=10)
    assert (done.added, done.same) == (40 - commits * 10, commits * 10)
    assert sum(map(len, encoder.batches)) == 40 - commits * 10 + 0
    assert not open_table(str(place)).unfinished
    assert len(keys(place)) == len(set(keys(place))) == 40
    sound(place)


_KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from conftest import FakeEncoder
from index_made import fails_after, statements
from factcheck.index import building, table
from factcheck.index.building import build, prepared

when, count = sys.argv[2], int(sys.argv[3])
seen = [0]

def die(*_arguments, **_options):
    seen[0] += 1
    if seen[0] > count:
        os.kill(os.getpid(), signal.SIGKILL)

encoder = FakeEncoder()
if when == "create":
    die()
prepared(sys.argv[1], encoder)
options = {{}}
if when == "written":
    options = {{"before_commit": die}}
elif when == "committed":
    options = {{"told": die}}
elif when == "half written":
    before = table.fragments_of
    def half(opened, rows):
        # Files that no version names, as where the process dies while it writes.
        data = table.Path(table.uri_of(opened.place)) / "data"
        data.mkdir(exist_ok=True)
        (data / "torn.lance").write_bytes(b"half")
        die()
        return before(opened, rows)
    from factcheck.index import writing
    writing.fragments_of = half
elif when == "indices":
    building.finish_words = die
elif when == "end":
    building.end = die
build(sys.argv[1], statements(30), encoder, batch=10, **options)
"""


@pytest.mark.parametrize(
    ("when", "count", "left"),
    [
        ("written", 0, 0),
        ("written", 2, 20),
        ("half written", 1, 10),
        ("committed", 0, 10),
        ("committed", 2, 30),
        ("indices", 0, 30),
        ("end", 0, 30),
    ],
)
def test_a_build_killed_at_any_moment_loses_and_doubles_nothing(
    place: Path, when: str, count: int, left: int
) -> None:
    script = _KILLED.format(tests=str(Path(__file__).parent))
    ran = subprocess.run(
        [sys.executable, "-c", script, place, when, str(count)], check=False, capture_output=True
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    assert len(keys(place)) == left
    sound(place)
    done = made(place, statements(30), batch=10)
    assert (done.added, done.same) == (30 - left, left)
    assert Counter(keys(place)) == Counter(each.key for each in statements(30))
    told = info(open_table(str(place)))
    assert told.words
    assert not told.unfinished
    sound(place)


def test_two_writers_both_land(place: Path) -> None:
    """The second writes while the first is between its look at the index and its commit."""
    prepared(str(place), FakeEncoder())
    mine, theirs = statements(30), statements(30, first=15)
    runs = iter([True])

    def between() -> None:
        if next(runs, False):
            made(place, theirs, batch=8)

    done = build(str(place), mine, FakeEncoder(), batch=10, before_commit=between)
    assert Counter(keys(place)) == Counter(each.key for each in statements(45))
    assert done.added == 15
    assert sum(row["vector"] is not None for row in rows(place, "vector")) == 45
    sound(place)


def test_a_writer_and_a_remover_both_land(place: Path) -> None:
    made(place, statements(20))
    more = [
        Statement(source=source(5), id=f"twin{n}", text=text(n), path="f", line=n)
        for n in range(20)
    ]
    runs = iter([True])

    def between() -> None:
        if next(runs, False):
            remove(str(place), [each.key for each in statements(10)])

    assert made(place, more, batch=20, before_commit=between).encoded == 10
    assert len(keys(place)) == 30
    sound(place)


def test_a_writer_that_always_comes_second_says_so(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(place, statements(3))
    monkeypatch.setattr("factcheck.index.writing.commit", lambda *_: None)
    monkeypatch.setattr("factcheck.index.removing.commit", lambda *_: None)
    for work in (
        lambda: write(str(place), statements(5), FakeEncoder()),
        lambda: remove(str(place), keys(place)),
    ):
        with pytest.raises(OutputError, match="others keep writing to this index"):
            work()
    assert len(keys(place)) == 3


def test_readers_see_one_version_while_another_writes(place: Path) -> None:
    made(place, statements(20))
    reader = IndexCorpus(open_table(str(place)))
    late = IndexCorpus(open_table(str(place)))
    assert len(list(reader)) == 20
    made(place, statements(30))
    remove(str(place), keys(place)[:10])
    tending.compact(str(place), dt.timedelta(days=1))
    assert list(reader) == list(late) == sorted(statements(20), key=lambda s: s.key)
    assert len(list(IndexCorpus(open_table(str(place))))) == 20


def test_compacting_makes_few_files_and_drops_old_versions(place: Path) -> None:
    made(place, statements(40), batch=4)
    before = info(open_table(str(place)))
    assert before.fragments == 10
    done = tending.compact(str(place), dt.timedelta(0))
    after = info(open_table(str(place)))
    assert (done.fragments, after.fragments, after.versions) == ((10, 1), 1, 1)
    assert done.bytes_freed > 0
    assert after.bytes < before.bytes
    sound(place)
    assert made(place, statements(40)).same == 40


def test_a_full_disk_is_told_and_leaves_the_last_version(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(place, statements(10))

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("LanceError(IO): No space left on device (os error 28), /rust/src/x.rs:1:2")

    lance = extra.lance()
    with monkeypatch.context() as patched:
        patched.setattr(lance.fragment, "write_fragments", full_disk)
        message = "cannot be written: .*No space left on device .os error 28.; what was committed"
        with pytest.raises(OutputError, match=message):
            made(place, statements(20))
    assert len(keys(place)) == 10
    assert made(place, statements(20)).added == 10
    sound(place)


def test_an_index_of_another_encoder_is_refused_with_the_command_that_mends_it(place: Path) -> None:
    made(place, statements(3))

    class Other(FakeEncoder):
        name, sha256 = "other", "a" * 64

    class Same(FakeEncoder):
        fingerprint = "fake-1 bf16"

    for encoder, message in (
        (
            Other(),
            "made with the encoder 'fake'.*--model fake.*index build CORPUS -o '.*' --replace",
        ),
        (Same(), "run in another way.*--replace"),
    ):
        with pytest.raises(InputError, match=message):
            made(place, statements(3), encoder)
    prepared(str(place), Other(), replace=True)
    assert keys(place) == []
    assert open_table(str(place)).header.encoder == "other"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"schema_version": 99}, "version 99 of the index's columns.*--replace"),
        ({"splitter_version": 99}, "cut into sentences by version 99.*--replace"),
        ({"surprise": 1}, "the header of the index is damaged.*--replace"),
        (None, "no index made by factcheck"),
        ("{", "the header of the index is damaged"),
    ],
)
def test_an_index_of_another_version_is_refused(place: Path, changed: Any, message: str) -> None:
    made(place, statements(3))
    data = open_table(str(place)).data
    told = json.loads(data.schema.metadata[b"factcheck"])
    content = json.dumps(told | changed) if isinstance(changed, dict) else changed
    data.update_schema_metadata({"factcheck": content})
    with pytest.raises(InputError, match=message):
        made(place, statements(3))


def test_how_documents_are_cut_has_not_changed() -> None:
    """Where this fails, documents are cut otherwise: raise SPLITTER_VERSION, and the sum."""
    import hashlib
    import io

    from factcheck.paths import Found
    from factcheck.raw import read_document

    raw = (
        b"# A letter\n\n"
        b"1. The press was closed, and the court did nothing. We call on the state to:\n"
        b"   (a) open the papers;\n   (b) free the editors.\n\n"
        b'The minister said that "the press is free". It is not. Who knows why?\n'
    )
    cut = read_document(Found(Path("a.md"), "a.md"), io.BytesIO(raw), "a", "statements")
    told = json.dumps([each.model_dump(mode="json") for each in cut.passages], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    assert (header.SPLITTER_VERSION, digest) == (1, "2d144dd4ed853aaf")


@pytest.mark.parametrize("bad", ["", "  ", "a\0b"])
def test_a_place_that_no_index_can_have_is_refused(bad: str) -> None:
    with pytest.raises(InputError):
        open_table(bad)


def test_no_index_and_no_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no index; make one by: factcheck index build"):
        open_table(str(tmp_path / "nothing"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file; an index is a folder"):
        open_table(str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot be written"):
        create(str(tmp_path / "file" / "below"), header.header_for(FakeEncoder()), replace=False)


@pytest.mark.parametrize("name", ["a%20b", "a b#c?d", "%0A::error", "ü'\"x", "[1]{2}*"])
def test_an_index_can_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    made(place, statements(4), batch=2)
    assert (place / table.NAME / "_versions").is_dir()
    assert len(list(IndexCorpus(open_table(str(place))))) == 4
    assert remove(str(place), ["s00/n0000"]) == 1
    sound(place)


def test_a_url_is_a_place_too(tmp_path: Path) -> None:
    place = f"file://{tmp_path}/url"
    assert not table.exists(place)
    prepared(place, FakeEncoder())
    assert build(place, statements(3), FakeEncoder()).added == 3
    assert len(list(IndexCorpus(open_table(place)))) == 3
    with pytest.raises(InputError, match="cannot be read"):
        table.exists("nonsense://x/y")


def test_rows_written_elsewhere_are_put_in_by_one_commit(place: Path) -> None:
    """What workers of a cluster would do: each writes files, and one names them all."""
    from factcheck.index.columns import rows_of

    encoder = FakeEncoder()
    opened = prepared(str(place), encoder)
    parts = []
    for first in (0, 10, 20):
        entries = [entry_of(each) for each in statements(10, first)]
        vectors = encoder.encode([e.statement.text for e in entries])
        by_text = {e.text_sha256: v for e, v in zip(entries, vectors, strict=True)}
        parts += fragments_of(opened, rows_of(entries, by_text, opened.data.schema))
    assert keys(place) == []
    assert commit(opened, parts) is not None
    assert commit(opened, parts) is None  # another came first
    assert len(keys(place)) == 30
    sound(place)


@pytest.mark.parametrize("seed", range(3))
def test_digests_hold_what_a_dict_would(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.index.held._FOLD", 16)
    rng = np.random.default_rng(seed)
    # Few bytes, many zeros: numpy drops those at the end.
    made_up = [bytes(rng.integers(0, 2, 16, np.uint8)) for _ in range(200)]
    pairs = {key: bytes(rng.integers(0, 2, 16, np.uint8)) for key in made_up[:50]}
    digests = Digests(b"".join(pairs), b"".join(pairs.values()))
    for key in made_up[25:150]:
        pairs[key] = key[::-1]
        digests.add(key, key[::-1])
    assert all(digests.get(key) == pairs.get(key) for key in made_up)
    assert digests.get(b"\1" * 16) == pairs.get(b"\1" * 16)


def damage(place: Path, key: str, **values: Any) -> None:
    """Change fields of a row behind the index's back."""
    pa = extra.arrow()
    data = open_table(str(place)).data
    (row,) = data.to_table(filter=f"key = '{key}'").to_pylist()
    data.delete(f"key = '{key}'")
    data.insert(pa.Table.from_pylist([row | values], schema=data.schema))


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"text": "Other words."}, "the text is not that of its hash"),
        ({"speaker": "Somebody"}, "the fields are not those of their hash"),
        ({"source_sha256": b"x" * 32}, "the source's fields are not those of their hash"),
        ({"kind": "nonsense"}, "cannot be read as a statement"),
        ({"suppress": "nonsense"}, "cannot be read as a statement"),
        ({"quote": "\x00"}, "cannot be read as a statement"),
        ({"id": "other"}, "the key is not that of its source and id"),
        ({"vector": [0.5] * 32}, "the vector is not of length 1"),
        ({"vector": [float("nan")] * 32}, "the vector holds what is no number"),
        ({"vector": [1.0, *[0.0] * 31]}, "the vector is not that of its text"),
        ({"vector": None}, "has a text and no vector"),
        ({"text": None}, "has a vector and no text"),
        ({"text": None, "vector": None}, "points to a text that no row holds"),
    ],
)
def test_what_is_wrong_with_a_row_is_found_and_mended(
    place: Path, values: dict[str, Any], what: str
) -> None:
    made(place, statements(12))
    damage(place, "s01/n0005", **values)
    found = verify(open_table(str(place)), FakeEncoder(), sample=1000)
    faults = {fault.what: fault.keys for fault in found.faults}
    assert faults[what] == ("s01/n0005",)
    assert found.mends[0].endswith("--key s01/n0005")
    assert remove(str(place), ["s01/n0005"]) == 1
    assert made(place, statements(12)).added == 1
    sound(place)


def test_a_row_that_stands_twice_is_found(place: Path) -> None:
    made(place, statements(6))
    data = open_table(str(place)).data
    data.insert(data.to_table(filter="key = 's00/n0004'"))
    found = verify(open_table(str(place)), None)
    assert {fault.what for fault in found.faults} == {
        "the key stands twice",
        "the text is held by another row too",
    }


def test_files_that_are_damaged_are_told(place: Path) -> None:
    made(place, statements(200))
    (file,) = (place / table.NAME / "data").glob("*.lance")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    found = verify(open_table(str(place)), FakeEncoder())
    assert "the files cannot be read" in found.faults[0].what
    assert found.mends == (f"factcheck index build CORPUS -o '{place}' --replace",)
    with pytest.raises(InputError, match=r"cannot be read.*index verify"):
        list(IndexCorpus(open_table(str(place))))


def test_a_reader_stumbles_clearly_over_a_damaged_row(place: Path) -> None:
    made(place, statements(4))
    damage(place, "s01/n0001", kind="nonsense")
    with pytest.raises(InputError, match=r"the index is damaged at 's01/n0001'.*index verify"):
        list(IndexCorpus(open_table(str(place))))
    remove(str(place), ["s01/n0001"])
    damage(place, "s02/n0002", text=None, vector=None)
    with pytest.raises(InputError, match="the index is damaged at 's02/n0002'"):
        IndexCorpus(open_table(str(place)), Search()).check()


def test_vectors_that_are_none_are_not_kept() -> None:
    class Broken(FakeEncoder):
        def encode(self, texts: Sequence[str], progress: Any = None) -> Any:
            return np.full((len(texts), 4), np.nan, np.float32)

    with pytest.raises(ModelError, match="not of length 1"):
        encoded(["a"], Broken())


def test_the_words_and_vectors_have_indices_of_their_own(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(place, statements(300))
    assert tending.index_names(open_table(str(place))) == {"text"}
    tending.index_vectors(open_table(str(place)), least=1000)
    assert not info(open_table(str(place))).ann
    made(place, statements(310), ann=True, ann_from=100)
    assert tending.index_names(open_table(str(place))) == {"text", "vector"}
    made(place, statements(320), ann_from=100)
    remove(str(place), keys(place)[:5])
    sound(place)
    assert info(open_table(str(place))).ann
