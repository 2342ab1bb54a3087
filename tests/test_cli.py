from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest
from conftest import FakeEncoder, Run

from factcheck import __version__

FACTCHECK = [sys.executable, "-m", "factcheck"]


def findings(out: str) -> dict[str, list[str]]:
    return {
        finding["claim"]["id"]: [c["statement"]["id"] for c in finding["counterpoints"]]
        for finding in json.loads(out)["findings"]
    }


@pytest.mark.usefixtures("folder", "fake_model")
class TestCompare:
    def test_takes_the_folder_claims_by_default(self, run: Run) -> None:
        ran = run("compare", "--format", "json", "-k", 1)
        assert ran.code == 0
        assert findings(ran.out) == {"press": ["closed"], "peace": ["praise"]}
        assert ran.err == ""

    def test_shows_a_terminal_report(self, run: Run) -> None:
        ran = run("compare")
        assert ran.code == 0
        for words in ("A declaration", "para. 1", "“We agreed that the press is free”", "2 claims"):
            assert words in ran.out
        assert "\x1b" not in ran.out

    def test_colours_only_when_asked_to_in_a_pipe(self, run: Run) -> None:
        assert "\x1b[" in run("compare", "--color", "always").out

    def test_the_same_bytes_every_time(self, run: Run) -> None:
        first = run("compare", "--format", "json").out
        for more in ((), ("--no-cache",), ("--batch-size", 1), ("--batch-size", 64)):
            assert run("compare", "--format", "json", *more).out == first

    def test_encodes_nothing_twice(self, run: Run, fake_model: FakeEncoder) -> None:
        run("compare")
        run("compare", "-k", 2)
        assert len(fake_model.batches) == 1
        run("compare", "--no-cache")
        assert len(fake_model.batches) == 2

    def test_takes_each_side_by_itself(self, run: Run) -> None:
        ran = run(
            "compare", "claims/official.yaml", "--against", "claims/letter.yaml", "-f", "json"
        )
        assert findings(ran.out).keys() == {"press", "peace"}

    def test_takes_raw_documents(self, run: Run) -> None:
        Path("Speech No 1.txt").write_text("The press is free here.\n\nPeace has lasted. So it is.")
        Path("report.md").write_text("They closed the press. A very fine day.\n")
        options = ("--all", "-f", "json", "-k", 1)
        ran = run("compare", "Speech No 1.txt", "--against", "report.md", *options)
        report = json.loads(ran.out)
        assert [s["id"] for s in report["sources"]] == ["report", "speech-no-1"]
        assert [s["kind"] for s in report["sources"]] == ["analysis", "official"]
        first = report["findings"][0]
        assert first["claim"]["text"] == "The press is free here."
        assert first["claim"]["locator"] == "para. 1"
        assert first["counterpoints"][0]["statement"]["id"] == "closed-press"
        assert report["findings"][1]["claim"]["line"] == 3

    def test_reads_standard_input(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        for content, name in (
            (b"The press is free. Peace has lasted.", "stdin"),
            (Path("claims/official.yaml").read_bytes(), "declaration"),
        ):
            reader, writer = os.pipe()
            os.write(writer, content)
            os.close(writer)
            with os.fdopen(reader) as stdin:
                monkeypatch.setattr(sys, "stdin", stdin)
                ran = run("compare", "-", "--all", "--against", "claims/letter.yaml", "-f", "json")
            assert ran.code == 0, ran.err
            assert json.loads(ran.out)["findings"][0]["claim"]["source_id"] == name

    def test_chooses_claims_and_kinds(self, run: Run) -> None:
        only = ("compare", "-f", "json")
        assert findings(run(*only, "--only", "press").out).keys() == {"press"}
        assert findings(run(*only, "--only", "declaration/peace").out).keys() == {"peace"}
        assert findings(run(*only, "--topic", "peace").out).keys() == {"peace"}
        assert findings(run(*only, "--kind", "ngo", "--kind", "press").out)["press"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nowhere"], "nowhere: no such file or folder"),
            (["empty"], "empty: the folder holds no claim file"),
            (["claims/letter.yaml"], "no claim among these"),
            (["claims/official.yaml"], "no statement among these; name critique sources"),
            (["--against", "claims/official.yaml"], "claims/official.yaml: no statement"),
            (["--only", "pres"], "no claim is called 'pres'; did you mean 'press'?"),
            (["--topic", "war"], "no topic is called 'war'"),
            (["--only", "press", "--topic", "peace"], "both the ids and the topics"),
            (["--kind", "press"], "no statement is from a source of kind press"),
            (["claims", "empty.txt"], "empty.txt: holds no sentence"),
            (["claims", "data.bin"], "files ending in '.bin' are not read"),
            (["claims", "a.pdf.txt"], "a.pdf.txt: this is a PDF, not plain text"),
            (["claims", "nul.txt"], "nul.txt: holds NUL bytes"),
            (["claims", "letter.txt"], "two sources are called 'letter'"),
            (["claims", "pipe.txt"], "pipe.txt: not a regular file"),
            (["-", "--against", "-"], "standard input can be only one"),
            (["--output", "claims"], "claims: is no file"),
            (["--output", "no/such/folder/x"], "no/such/folder/x: cannot be written"),
        ],
    )
    def test_what_cannot_be_done_is_one_line(
        self, run: Run, arguments: list[str], message: str
    ) -> None:
        Path("empty").mkdir()
        Path("empty.txt").write_text("***")
        Path("data.bin").write_text("x")
        Path("a.pdf.txt").write_bytes(b"%PDF-1.7")
        Path("nul.txt").write_bytes(b"one two three \0")
        Path("letter.txt").write_text("One two three.")
        os.mkfifo("pipe.txt")
        ran = run("compare", *arguments)
        assert ran.code == 2
        assert ran.out == ""
        (line,) = ran.err.splitlines()
        assert line.startswith("error: ")
        assert message in line

    def test_too_large_a_document_is_refused(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("factcheck.documents.MAX_BYTES", 10)
        Path("long.txt").write_text("One two three four.")
        assert "larger than" in run("compare", "long.txt", "--against", "claims").err

    def test_problems_of_claim_files_name_their_places(self, run: Run) -> None:
        Path("claims/bad.yaml").write_text("version: 1\nsource: {id: x}\n")
        ran = run("compare")
        assert ran.code == 2
        assert "claims/bad.yaml:2:9: the field 'kind' is missing" in ran.err

    @pytest.mark.parametrize(
        "arguments", [["-k", "0"], ["--min-similarity", "2"], ["-f", "pdf"], ["--nothing"]]
    )
    def test_wrong_options_are_usage_errors(self, run: Run, arguments: list[str]) -> None:
        ran = run("compare", *arguments)
        assert ran.code == 2
        assert "Usage" in ran.err

    def test_the_environment_gives_options(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FACTCHECK_K", "1")
        monkeypatch.setenv("FACTCHECK_FORMAT", "json")
        assert findings(run("compare").out)["press"] == ["closed"]
        assert len(findings(run("compare", "-k", 2).out)["press"]) == 2

    def test_verbose_says_what_is_done(self, run: Run) -> None:
        ran = run("compare", "-v", "-f", "json")
        assert "2 claims, 3 statements" in ran.err
        assert "encoder all-MiniLM-L6-v2" in ran.err
        assert run("compare", "-v", "-q").err == ""

    def test_timings_say_where_the_time_went(self, run: Run) -> None:
        first, again = (run("compare", "-f", "json", "--timings") for _ in range(2))
        assert first.out == again.out
        for stage in ("starting", "reading", "comparing", "  encoding", "writing", "in all"):
            assert f"\n{stage} " in again.err
        assert first.err.count("by the model") == 1
        assert again.err.count("by the model") == 0
        assert "in all" not in run("compare").err

    def test_how_models_run_can_be_said(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FACTCHECK_PRECISION", "f64")
        refused = run("compare")
        assert refused.code == 2
        assert "f64" in refused.err
        told = json.loads(run("compare", "-f", "json", "--precision", "f32").out)
        assert told["run"]["encoder"]["precision"] == "f32"

    def test_a_corrupt_cache_is_a_warning(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache" / "vectors.sqlite3").write_bytes(b"nonsense " * 999)
        ran = run("compare")
        assert ran.code == 0
        assert ran.err.startswith("warning: the cache")
        assert "corrupt" in ran.err

    def test_a_file_is_written_whole(self, run: Run) -> None:
        Path("out.json").write_text("old")
        Path("out.json").chmod(0o640)
        Path("link.json").symlink_to("out.json")
        ran = run("compare", "-f", "json", "-o", "link.json")
        assert ran.out == ""
        assert ran.err == "link.json: 2 claims\n"
        assert json.loads(Path("out.json").read_text())["schema_version"] == 1
        assert Path("link.json").is_symlink()
        assert Path("out.json").stat().st_mode & 0o777 == 0o640
        assert run("compare", "-f", "json").out == Path("out.json").read_text()

    def test_a_new_file_gets_the_usual_rights(self, run: Run) -> None:
        mask = os.umask(0o027)
        try:
            run("compare", "-o", "new.txt", "-q")
        finally:
            os.umask(mask)
        assert Path("new.txt").stat().st_mode & 0o777 == 0o640

    def test_a_full_disk_leaves_the_old_file(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("out.json").write_text("old")
        before = sorted(Path().iterdir())

        def full(*_: object) -> NoReturn:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        ran = run("compare", "-f", "json", "-o", "out.json")
        assert ran.code == 2
        assert "out.json: cannot be written: No space left on device" in ran.err
        assert Path("out.json").read_text() == "old"
        assert sorted(Path().iterdir()) == before

    def test_a_device_is_written_to_and_not_replaced(self, run: Run) -> None:
        assert run("compare", "-o", os.devnull).code == 0
        assert Path(os.devnull).is_char_device()

    def test_an_error_of_ours_is_no_green_light(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> NoReturn:
            raise RuntimeError("it broke\nin two")

        # By its module: `factcheck.compare` may be the function of that name.
        monkeypatch.setattr(import_module("factcheck.compare"), "compare", fail)
        ran = run("compare")
        assert ran.code == 2
        assert ran.err == (
            "error: internal error: RuntimeError: it broke (--debug shows the traceback)\n"
        )
        ran = run("compare", "--debug")
        assert ran.code == 2
        assert "Traceback" in ran.err
        assert 'raise RuntimeError("it broke' in ran.err

    def test_debug_shows_the_traceback_of_our_errors_too(self, run: Run) -> None:
        for arguments in (("--debug", "compare", "nowhere"), ("compare", "nowhere", "--debug")):
            ran = run(*arguments)
            assert ran.code == 2
            assert "Traceback" in ran.err
            assert "no such file" in ran.err

    def test_an_interrupt_is_130(
        self, run: Run, fake_model: FakeEncoder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(_texts: Sequence[str], _progress: Any) -> NoReturn:
            signal.raise_signal(signal.SIGINT)
            raise AssertionError

        monkeypatch.setattr(fake_model, "encode", interrupt)
        # Whoever runs the tests in the background may have told them to leave Ctrl-C alone.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        ran = run("compare", "-o", "out.json")
        signal.signal(signal.SIGINT, before)
        assert ran.code == 130
        assert "Traceback" not in ran.err
        assert not Path("out.json").exists()

    def test_an_unknown_encoding_of_the_terminal_gets_ascii(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("factcheck.cli.console._encoding", lambda _stream: "ascii")
        assert run("compare").out.isascii()


def test_progress_shows_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    from factcheck.cli.console import work_progress

    class Terminal:
        def __init__(self, *, tty: bool) -> None:
            self.tty, self.written = tty, ""

        def isatty(self) -> bool:
            return self.tty

        def write(self, text: str) -> int:
            self.written += text
            return len(text)

        def flush(self) -> None: ...

    for tty, quiet, shown in ((True, False, True), (True, True, False), (False, False, False)):
        terminal = Terminal(tty=tty)
        with work_progress(quiet, "Encoding", terminal) as progress:  # type: ignore[arg-type]
            progress(0, 10)
            progress(5, 10)
            progress(10, 10)
        assert bool(terminal.written) is shown
    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*FACTCHECK, "schema", "report"]
    ran = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, text=True)
    os.close(writer)
    assert ran.returncode == 141
    assert ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_standard_output_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        command = [*FACTCHECK, "schema", "claims"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: standard output: No space left")


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"factcheck {__version__}\n"
    assert "compare" in run("--help").out
    assert run("compare", "-h").code == 0
    assert run().code == 2


def test_validate_tells_what_it_checked(run: Run, folder: Path) -> None:
    ran = run("validate")
    assert (ran.code, ran.out, ran.err) == (0, "2 files: no error\n", "")
    assert run("validate", "-q").out == ""


def test_validate_tells_every_problem(run: Run, folder: Path) -> None:
    bad = Path("claims/official.yaml").read_text().replace("letter/closed", "letter/close")
    Path("claims/official.yaml").write_text(bad.replace("title:", "titel:"))
    near = "; did you mean 'letter/closed'?"
    ran = run("validate")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "claims/official.yaml:3:3: the field 'title' is missing",
        "claims/official.yaml:5:3: unknown field 'titel'; did you mean 'title'?",
        "claims/official.yaml:15:23: no statement is called 'letter/close'" + near,
        "2 files: 3 errors",
    ]


def test_validate_without_critique_leaves_expectations(run: Run, folder: Path) -> None:
    ran = run("validate", "claims/official.yaml")
    assert ran.code == 0
    assert "expectations not checked" in ran.err
    assert run("validate", "claims/official.yaml", "-q").err == ""


def test_validate_shows_no_steering_characters(run: Run, folder: Path) -> None:
    Path("claims/\x1b[31m.yaml").write_text("version: 1\n")
    ran = run("validate")
    assert "\x1b" not in ran.out
    assert "\\x1b[31m.yaml" in ran.out


def test_validate_with_nothing_to_check_is_an_error(run: Run, folder: Path) -> None:
    assert run("validate", "nowhere").code == 2
    assert run("validate", "--documents", "nowhere").code == 2


@pytest.mark.parametrize("which", ["claims", "report"])
def test_schema_prints_json(run: Run, which: str) -> None:
    assert json.loads(run("schema", which).out)["$schema"].endswith("2020-12/schema")


def test_models_are_listed_and_verified(run: Run) -> None:
    for command in ("list", "verify"):
        ran = run("models", command)
        assert ran.code == 0
        for words in ("all-MiniLM-L6-v2", "53aa5117", "384", "Apache-2.0", "intact"):
            assert words in ran.out
        (told,) = json.loads(run("models", command, "-f", "json").out)
        assert told["intact"] is True
        both = json.loads(run("models", command, "-f", "json", "--stance-model", "contrast").out)
        assert [(each["role"], each["intact"]) for each in both] == [
            ("encoder", True),
            ("stance", True),
        ]


def test_damaged_weights_are_found(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"other tensors")
    monkeypatch.setattr("factcheck.weights._packaged", lambda: model)
    ran = run("models", "verify")
    assert ran.code == 1
    assert "DAMAGED" in ran.out
    ran = run("compare")
    assert ran.code == 2
    assert "are damaged" in ran.err
    own = run("models", "verify", "--model", model)
    assert own.code == 0
    assert "no published sum" in own.out


def test_the_cache_can_be_looked_at_and_cleared(
    run: Run, folder: Path, fake_model: FakeEncoder, tmp_path: Path
) -> None:
    assert "vectors: 0" in run("cache", "info").out
    run("compare")
    assert "vectors: 5" in run("cache", "info").out
    assert str(tmp_path / "cache") in run("cache", "info").out
    assert run("cache", "clear").out == "5 vectors deleted\n"
    assert "vectors: 0" in run("cache", "info").out


def test_the_cache_has_a_place_by_default(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACTCHECK_CACHE_DIR")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name, **_: f"/nowhere/{name}")
    assert "path:    /nowhere/factcheck/vectors.sqlite3" in run("cache", "info").out


def test_the_commands_of_the_module_are_those_of_the_script() -> None:
    ran = subprocess.run([*FACTCHECK, "--version"], capture_output=True, check=True, text=True)
    assert ran.stdout == f"factcheck {__version__}\n"
