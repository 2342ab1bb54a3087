"""A disk that is really full: an index stays at its last complete version, and goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# What is left of the disk while a build runs, from nothing to enough: in KiB.
LEFT = (0, 8, 16, 24, 32, 40, 52, 64, 128)
# The largest file that may be written, in bytes.
LARGEST = (0, 1_000, 2_700, 3_000, 4_000, 6_000, 9_000, 12_000)
CUT_SHORT = "a file was cut short as it was written; is the disk full?"

_TRY = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from conftest import FakeEncoder
from index_made import keys, made, statements
from factcheck.errors import OutputError
from factcheck.index.table import exists, open_table
from factcheck.index.verifying import verify

def attempt(place, limited, freed):
    told = {{"error": ""}}
    committed = [0]
    limited()
    try:
        made(place, statements(30), batch=10, told=lambda done: committed.append(done.added))
    except OutputError as error:
        told["error"] = str(error)
    finally:
        freed()
    there = keys(place) if exists(str(place)) else []
    told |= {{"committed": max(committed), "there": len(there)}}
    told["faults"] = len(verify(open_table(str(place)), None).faults) if exists(str(place)) else 0
    again = made(place, statements(30), batch=10)
    whole = keys(place)
    told |= {{"added": again.added, "whole": len(whole), "distinct": len(set(whole))}}
    table = open_table(str(place))
    told |= {{"sound": not verify(table, None).faults, "unfinished": table.unfinished}}
    return told

found = []
"""
_ON_A_SMALL_DISK = """
disk = Path(sys.argv[1])
for left in json.loads(sys.argv[2]):
    ballast = disk / "ballast"
    def fill():
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        with ballast.open("wb") as file:
            file.write(bytes(max(0, free - left * 1024)))
    found.append(attempt(disk / f"index-{left}", fill, ballast.unlink))
print(json.dumps(found))
"""
_WITH_SMALL_FILES = """
import resource
most = resource.getrlimit(resource.RLIMIT_FSIZE)
for largest in json.loads(sys.argv[2]):
    found.append(attempt(
        Path(sys.argv[1]) / f"index-{largest}",
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, most[1])),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, most),
    ))
print(json.dumps(found))
"""
_CUT_SHORT = """
import datetime as dt, resource
from factcheck.index.candidates import lexical
from factcheck.index.catalogue import catalogue_of
from factcheck.index.tending import compact
most = resource.getrlimit(resource.RLIMIT_FSIZE)

def small(largest, work):
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, most[1]))
    try:
        return work() and ""
    except OutputError as error:
        return str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)

def words(place):
    table = open_table(str(place))
    return int((lexical(table, catalogue_of(table, None), ["court"], 5, filtered=False) >= 0).sum())

place = Path(sys.argv[1]) / "index"
told = {"build": small(14_000, lambda: made(place, statements(400), batch=10))}
table = open_table(str(place))
told |= {"unfinished": table.unfinished, "rows": len(keys(place))}
again = made(place, statements(400), batch=10)
told |= {"added": again.added, "words": words(place)}
told["compact"] = small(30_000, lambda: compact(str(place), dt.timedelta(0)))
told |= {"kept": len(keys(place)), "faults": verify(open_table(str(place)), None).faults}
fragments = compact(str(place), dt.timedelta(0)).fragments
told |= {"fragments": fragments, "after": len(keys(place)), "words_after": words(place)}
told["sound"] = not verify(open_table(str(place)), None).faults
print(json.dumps(told))
"""


def script(rest: str) -> str:
    return _TRY.format(tests=str(Path(__file__).parent)) + rest


def judged(ran: subprocess.CompletedProcess[str], places: int, reason: str) -> list[dict[str, Any]]:
    """Whatever could be written: nothing half, nothing lost, and the same command goes on."""
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(ran.stdout.splitlines()[-1])
    assert len(found) == places
    for told in found:
        assert told["there"] in {0, 10, 20, 30}
        assert told["there"] >= told["committed"]  # what was told to be in is in
        assert told["faults"] == 0
        assert told["there"] + told["added"] == told["whole"] == told["distinct"] == 30
        assert told["sound"]
        assert not told["unfinished"]
        if told["error"]:
            assert reason in told["error"] or CUT_SHORT in told["error"]
            assert "cannot be written" in told["error"]
            assert "what was committed before stays" in told["error"]
            assert "\n" not in told["error"]
    assert any(told["error"] and not told["there"] for told in found)
    assert not found[-1]["error"]
    return found


@cache
def own_mounts() -> list[str]:
    """What runs a command where it may mount a disk of its own that ends with it; nothing where
    this machine does not let it."""
    tool = shutil.which("unshare")
    words = [tool, "--map-root-user", "--mount"] if tool else []
    probe = [*words, "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]
    if not words or subprocess.run(probe, check=False, capture_output=True).returncode:
        return []
    return words


def test_a_disk_that_is_full_at_any_moment_leaves_the_last_version(tmp_path: Path) -> None:
    words = own_mounts()
    if not words:
        pytest.skip("this machine lets nobody mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = 'mount -t tmpfs -o size=8m none "$1" && exec "$2" -c "$3" "$1" "$4"'
    given = [str(disk), sys.executable, script(_ON_A_SMALL_DISK), json.dumps(LEFT)]
    ran = subprocess.run(
        [*words, "sh", "-c", mounted, "sh", *given], check=False, capture_output=True, text=True
    )
    found = judged(ran, len(LEFT), "No space left on device")
    assert any(told["error"] and told["there"] > 0 for told in found)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_write_that_fails_at_any_moment_leaves_the_last_version(tmp_path: Path) -> None:
    given = [str(tmp_path), json.dumps(LARGEST)]
    ran = subprocess.run(
        [sys.executable, "-c", script(_WITH_SMALL_FILES), *given],
        check=False,
        capture_output=True,
        text=True,
    )
    found = judged(ran, len(LARGEST), "File too large")
    assert any(CUT_SHORT in told["error"] for told in found)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_an_index_of_words_or_a_compacted_file_that_is_cut_short_is_not_kept(
    tmp_path: Path,
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", script(_CUT_SHORT), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    for name in ("build", "compact"):
        assert CUT_SHORT in told[name] or "File too large" in told[name]
    assert (told["unfinished"], told["rows"]) == (True, 400)
    assert (told["added"], told["words"]) == (0, 5)
    assert (told["kept"], told["faults"]) == (400, [])
    assert told["fragments"] == [40, 1]
    assert (told["after"], told["words_after"], told["sound"]) == (400, 5, True)
