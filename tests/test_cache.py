from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEncoder

from factcheck.cache import FILE_NAME, CachedEncoder, CacheWarning, VectorCache
from factcheck.errors import OutputError

WRITER = """
import sys
from pathlib import Path
import numpy as np
from factcheck.cache import VectorCache
cache = VectorCache(Path(sys.argv[1]))
name, count = sys.argv[2], int(sys.argv[3])
rng = np.random.default_rng(0)
for n in range(count):
    row = rng.standard_normal(384).astype(np.float32)
    row /= np.linalg.norm(row)
    cache.write("m", {f"{name} {n}": row, "shared": row})
    print(n, flush=True)
"""


def unit(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    row = np.array(values, np.float32)
    return np.asarray(row / np.linalg.norm(row), np.float32)


def test_what_was_encoded_once_is_not_encoded_again(tmp_path: Path, encoder: FakeEncoder) -> None:
    first = CachedEncoder(encoder, VectorCache(tmp_path)).encode(["one", "two", "one"])
    again = CachedEncoder(encoder, VectorCache(tmp_path)).encode(["two", "three", "one"])
    assert encoder.batches == [["one", "two"], ["three"]]
    assert first[0].tobytes() == first[2].tobytes() == again[2].tobytes()
    assert first.dtype == again.dtype == np.float32
    assert first.shape == (3, encoder.dimension)


def test_no_texts_need_no_cache(tmp_path: Path, encoder: FakeEncoder) -> None:
    cached = CachedEncoder(encoder, VectorCache(tmp_path))
    assert cached.encode([]).shape == (0, encoder.dimension)


def test_models_do_not_share_vectors(tmp_path: Path, encoder: FakeEncoder) -> None:
    other = FakeEncoder()
    other.fingerprint = "fake-2"
    CachedEncoder(encoder, VectorCache(tmp_path)).encode(["one"])
    CachedEncoder(other, VectorCache(tmp_path)).encode(["one"])
    assert other.batches == [["one"]]


def test_more_texts_than_one_query_takes(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)
    vectors = {f"text {n}": unit(n, 1, 2) for n in range(1200)}
    cache.write("m", vectors)
    found = cache.read("m", list(vectors))
    assert found.keys() == vectors.keys()
    assert cache.info()[0] == 1200
    assert cache.clear() == 1200
    assert cache.info()[0] == 0
    assert cache.clear() == 0


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    now = 0.0
    room = 1000 * (4 * 384 + 250)
    cache = VectorCache(tmp_path, max_bytes=room, clock=lambda: now)
    row = unit(*range(384))
    cache.write("m", {f"old {n}": row for n in range(500)})
    now = 5000
    cache.write("m", {f"new {n}": row for n in range(400)})
    now = 10000
    cache.read("m", [f"old {n}" for n in range(100)])  # used again: the youngest now
    cache.write("m", {f"more {n}": row for n in range(300)})
    left = cache.read("m", [f"{age} {n}" for age in ("old", "new", "more") for n in range(500)])
    assert all(f"old {n}" in left for n in range(100))
    assert all(f"new {n}" in left for n in range(400))
    assert all(f"more {n}" in left for n in range(300))
    assert 900 <= len(left) <= 1000


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 99, b"\0" * 5000])
def test_a_corrupt_file_is_begun_anew(tmp_path: Path, encoder: FakeEncoder, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.warns(CacheWarning, match=r"cannot be used .*begun anew"):
        CachedEncoder(encoder, VectorCache(tmp_path)).encode(["one"])
    CachedEncoder(encoder, VectorCache(tmp_path)).encode(["one"])
    assert len(encoder.batches) == 1


def test_a_page_overwritten_in_the_middle_is_found_out(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    cache = VectorCache(tmp_path)
    cache.write("m", {f"text {n}": unit(n, 1, 2) for n in range(2000)})
    content = bytearray(cache.path.read_bytes())
    content[4096 : 4096 * 40] = b"\xa5" * (4096 * 39)
    cache.path.write_bytes(content)
    with pytest.warns(CacheWarning, match="cannot be used"):
        assert cache.read("m", [f"text {n}" for n in range(2000)]) is not None
    assert cache.info() == (0, 0)


def test_a_vector_that_is_none_is_encoded_again(tmp_path: Path, encoder: FakeEncoder) -> None:
    cache = VectorCache(tmp_path)
    CachedEncoder(encoder, cache).encode(["one", "two", "three"])
    with sqlite3.connect(cache.path) as db:
        db.execute("UPDATE vectors SET vector = zeroblob(128)")
    db.close()
    CachedEncoder(encoder, cache).encode(["one"])
    assert encoder.batches[-1] == ["one"]


@pytest.mark.parametrize("blob", ["text", b"odd", b"\xff" * 128])
def test_bytes_that_are_no_unit_vector_are_not_used(tmp_path: Path, blob: bytes | str) -> None:
    cache = VectorCache(tmp_path)
    cache.write("m", {"one": unit(1, 2)})
    with sqlite3.connect(cache.path) as db:
        db.execute("UPDATE vectors SET vector = ?", (blob,))
    db.close()
    assert cache.read("m", ["one"]) == {}


def test_a_cache_that_cannot_be_written_is_left_out(tmp_path: Path, encoder: FakeEncoder) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(CacheWarning, match="left out"):
        vectors = CachedEncoder(encoder, VectorCache(tmp_path / "file" / "below")).encode(["one"])
    assert vectors.shape == (1, encoder.dimension)


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.warns(CacheWarning, match="left out"):
        assert VectorCache(tmp_path).read("m", ["one"]) == {}
    assert (tmp_path / FILE_NAME).is_dir()


def start(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    writers = [start(tmp_path, name, 40) for name in ("a", "b")]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert VectorCache(tmp_path).info()[0] == 81


def test_a_killed_writer_leaves_a_sound_cache(tmp_path: Path) -> None:
    for round_ in range(5):
        writer = start(tmp_path, f"round {round_}", 10**6)
        assert writer.stdout is not None
        for _ in range(round_ + 1):
            writer.stdout.readline()
        writer.kill()
        writer.communicate()
        wanted = [f"round {round_} {n}" for n in range(round_ + 1)]
        assert VectorCache(tmp_path).read("m", wanted).keys() == set(wanted)
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.mark.parametrize(
    "statements",
    [
        "PRAGMA user_version = 99",
        "CREATE TABLE vectors (x)",
        "CREATE TABLE vectors (x); PRAGMA user_version = 1",
    ],
)
def test_a_cache_of_another_version_is_begun_anew(
    tmp_path: Path, encoder: FakeEncoder, statements: str
) -> None:
    cache = VectorCache(tmp_path)
    with sqlite3.connect(cache.path) as db:
        db.executescript(statements)
    db.close()
    with pytest.warns(CacheWarning, match="begun anew"):
        CachedEncoder(encoder, cache).encode(["one"])
    CachedEncoder(encoder, cache).encode(["one"])
    assert len(encoder.batches) == 1


def test_the_file_keeps_within_its_bounds(tmp_path: Path) -> None:
    bound = 2 * 1024 * 1024
    cache = VectorCache(tmp_path, max_bytes=bound)
    row = unit(*range(384))
    for batch in range(40):
        cache.write("m", {f"text {batch} {n}": row for n in range(100)})
    count, size = cache.info()
    assert size < 1.3 * bound
    assert count > 500


def test_a_changed_bit_is_found_out(tmp_path: Path, encoder: FakeEncoder) -> None:
    cache = VectorCache(tmp_path)
    CachedEncoder(encoder, cache).encode(["one"])
    with sqlite3.connect(cache.path) as db:
        (blob,) = db.execute("SELECT vector FROM vectors").fetchone()
        db.execute("UPDATE vectors SET vector = ?", (bytes([blob[0] ^ 1]) + blob[1:],))
    db.close()
    CachedEncoder(encoder, cache).encode(["one"])
    assert len(encoder.batches) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_may_not_be_cleared_says_so(tmp_path: Path, encoder: FakeEncoder) -> None:
    cache = VectorCache(tmp_path)
    CachedEncoder(encoder, cache).encode(["one"])
    cache.path.chmod(0o444)
    with pytest.raises(OutputError, match="cannot be cleared"):
        cache.clear()


def test_a_broken_cache_cannot_be_cleared(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"nonsense " * 999)
    with pytest.raises(OutputError, match="cannot be cleared"):
        VectorCache(tmp_path).clear()
