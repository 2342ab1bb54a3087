"""Inputs and surroundings that mean no good, or just happen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FakeEncoder, Run

from factcheck.claims import read_claim_file
from factcheck.errors import DamagedWeightsError, ModelError
from factcheck.inputs import read_claim_files
from factcheck.statements import split_sentences
from factcheck.weights import DEFAULT_ENCODER, _packaged, resolve

HEAD = "version: 1\nsource: {id: a, kind: ngo, title: A%s}\n"
BODY = "statements:\n  - {id: one, text: Some text.}\n"


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read_claim_file(text.encode(), "f").problems]


@pytest.mark.parametrize(
    "url",
    [
        r"https://example.org/\e]8;;x\a",
        r"https://example.org/\u202e",
        r"https://exa\u200bmple.org/",
        r"\x01https://example.org",
        "HTTPS://example.org",
        "https://%20/",
        "https://-/",
        "https://user:word@example.org/",
        "https://example.org:port/",
        "https://[::1/",
        "https://a b/",
        "javascript:alert(1)",
        "//example.org",
    ],
)
def test_no_url_that_is_none(url: str) -> None:
    (problem,) = problems(HEAD % f', url: "{url}"' + BODY)
    assert problem.startswith("f:2:43: url: ")
    assert "is no https URL" in problem
    assert problem.isprintable()


@pytest.mark.parametrize(
    "url",
    ["https://example.org", "https://bücher.example/a?b=c&d#e", "https://example.org:8443/%20x"],
)
def test_urls_that_are_some(url: str) -> None:
    assert problems(HEAD % f", url: '{url}'" + BODY) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD % "" + "statements:\n", "f:3:1: statements is an empty list"),
        (HEAD % "" + "statements: null\n", "f:3:1: statements is an empty list"),
        (HEAD % ", &x date: 2024-01-01" + BODY, "f:2:38: YAML anchors and aliases are not read"),
        (HEAD % ", !!str date: 2024-01-01" + BODY, "f:2:38: YAML tags are not read"),
        (HEAD.replace("1", "true") % "" + BODY, "f:1:10: version 'true' is not known"),
        (HEAD.replace("1", "1.0") % "" + BODY, "f:1:10: version '1.0' is not known"),
        (HEAD % "\u2028" + BODY, "f:2:36: the character U+2028 may not stand in YAML"),
        (HEAD % "" + BODY + "# \u0085\n", "f:5:3: the character U+0085 may not stand in YAML"),
        (HEAD.replace(" A%", ' "\\u200b"%') % "" + BODY, "f:2:35: title: is empty or blank"),
    ],
)
def test_what_looks_right_and_is_not(text: str, message: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(message)


@pytest.mark.parametrize("value", ["1", "false", "yes"])
def test_uncovered_is_true_or_left_out(value: str) -> None:
    text = HEAD.replace("ngo", "official") % "" + "claims:\n  - {id: one, text: Some text.,"
    (problem,) = problems(text + f" expect: {{uncovered: {value}}}}}\n")
    assert "uncovered must be true" in problem


def test_an_endless_list_of_problems_ends() -> None:
    text = HEAD % "" + "statements:\n" + "".join(f"  - {n}\n" for n in range(5000))
    found = problems(text)
    assert len(found) == 201
    assert any("4,800 more problems" in line for line in found)


def test_a_list_without_end_is_one_problem() -> None:
    topics = ", ".join(f"a{n}" for n in range(101))
    text = HEAD % "" + f"statements:\n  - {{id: one, text: Some text., topics: [{topics}]}}\n"
    assert problems(text) == ["f:4:41: topics has more than 100 items"]


@pytest.mark.parametrize(
    "text",
    ["." * 200_000, "No. 1 " * 20_000, "one two three\n" * 50_000, ". " + " " * 500_000 + "A b c"],
    ids=["dots", "numbers", "lines", "spaces"],
)
def test_long_texts_are_split_in_a_moment(text: str) -> None:
    assert len(split_sentences(text)) <= 1  # quadratic work would not end here


def test_a_slow_pipe_is_read_to_its_end(folder: Path) -> None:
    command = [sys.executable, "-m", "factcheck", "validate", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for part in ("ver", "sion: 1\n", "sourc: 3\n"):
            process.stdin.write(part)
            process.stdin.flush()
        process.stdin.close()
        out = process.stdout.read()
    assert "stdin:2:1: unknown field 'sourc'; did you mean 'source'?" in out


@pytest.mark.parametrize("head", ["# c\n\n---\n", "# " + "c" * 9000 + "\n", "\ufeff", ""])
def test_standard_input_is_told_apart_by_its_first_words(
    run: Run, folder: Path, head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.write(writer, (head + "version: 2\n").encode())
    os.close(writer)
    with os.fdopen(reader) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        ran = run("compare", "-", "--against", "claims/letter.yaml")
    assert "version 2 is not known" in ran.err


def test_a_place_outside_can_be_opened(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (folder / "claims" / "bad.yaml").write_text("version: 2\n")
    ran = run("validate", "../work/claims")
    assert "../work/claims/bad.yaml:1:10: version 2 is not known" in ran.out


def test_what_cannot_be_read_does_not_hide_the_rest(run: Run, folder: Path) -> None:
    Path("claims/gone.yaml").symlink_to("nowhere")
    os.mkfifo("claims/pipe.yaml")
    Path("claims/bad.yaml").write_text("version: 2\n")
    ran = run("validate")
    assert ran.code == 1
    for line in (
        "claims/gone.yaml: not a regular file",
        "claims/pipe.yaml: not a regular file",
        "claims/bad.yaml:1:10: version 2",
    ):
        assert line in ran.out


def test_a_broken_critique_file_is_not_blamed_on_expectations(run: Run, folder: Path) -> None:
    Path("claims/other.yaml").write_bytes(Path("claims/letter.yaml").read_bytes())
    Path("claims/letter.yaml").write_text("version: 1\nsource: {id: [\n")
    text = Path("claims/other.yaml").read_text().replace("id: letter", "id: other")
    Path("claims/other.yaml").write_text(text)
    ran = run("validate")
    assert "letter.yaml:3:1: not valid YAML" in ran.out
    assert "no statement is called" not in ran.out


def test_links_are_followed_once(folder: Path) -> None:
    (folder / "claims" / "loop").symlink_to("..")
    shutil.move(folder / "claims" / "letter.yaml", folder / "LETTER.YAML")
    (folder / "linked").mkdir()
    shutil.move(folder / "LETTER.YAML", folder / "linked" / "LETTER.YAML")
    (folder / "claims" / "more").symlink_to("../linked")
    found = read_claim_files(["claims"])
    assert {source.id for source in found.sources} == {"declaration", "letter"}


@pytest.mark.parametrize("path", ["", "x" * 5000, "claims/official.yaml/below"])
def test_no_path_at_all(run: Run, folder: Path, path: str) -> None:
    for command in ("compare", "validate"):
        ran = run(command, path)
        assert ran.code == 2
        assert "internal error" not in ran.err


def test_a_name_that_is_no_utf_8_can_be_told(
    run: Run, folder: Path, fake_model: FakeEncoder
) -> None:
    name = os.fsdecode(b"claims/bad\xff.yaml")
    Path("claims/letter.yaml").rename(name)
    ran = run("compare", "-f", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["sources"][1]["path"] == "claims/bad\\xff.yaml"


@pytest.mark.parametrize("name", ["声明.txt", "宣言.txt"])
def test_names_in_other_scripts_give_ids(
    run: Run, folder: Path, fake_model: FakeEncoder, name: str
) -> None:
    Path(name).write_text("Some words here.")
    Path("другое.txt").write_text("Other words here.")
    ran = run("compare", name, "--all", "--against", "другое.txt", "-f", "json")
    first, second = (source["id"] for source in json.loads(ran.out)["sources"])
    assert first != second
    assert first.startswith("document-")


@pytest.mark.usefixtures("fake_model")
class TestOutput:
    @pytest.mark.parametrize("target", ["claims/official.yaml", "claims/letter.yaml", "link"])
    def test_no_input_is_overwritten(self, run: Run, folder: Path, target: str) -> None:
        Path("link").symlink_to("claims/official.yaml")
        before = Path("claims/official.yaml").read_bytes()
        ran = run("compare", "-o", target)
        assert ran.code == 2
        assert "is one of the inputs" in ran.err
        assert Path("claims/official.yaml").read_bytes() == before

    def test_what_is_no_file_is_written_to(self, folder: Path) -> None:
        command = [sys.executable, "-m", "factcheck", "models", "list"]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0
        script = "import sys; from factcheck.cli.console import emit; emit('x\\n', '/dev/stdout')"
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        assert ran.stdout == b"x\n"

    @pytest.mark.parametrize("target", ["", "x" * 300])
    def test_no_file_can_be_called_so(self, run: Run, folder: Path, target: str) -> None:
        ran = run("compare", "-o", target)
        assert ran.code == 2
        assert "internal error" not in ran.err

    def test_a_file_takes_all_characters(
        self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("factcheck.cli.console._encoding", lambda _stream: "ascii")
        monkeypatch.setenv("COLUMNS", "40")
        run("compare", "-o", "out.txt")
        text = Path("out.txt").read_text("utf-8")
        assert "“We agreed that the press is free”" in text
        assert max(map(len, text.splitlines())) > 40


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_surprise(folder: Path, closed: str) -> None:
    script = f'"$0" -m factcheck validate {closed}'
    ran = subprocess.run(["sh", "-c", script, sys.executable], capture_output=True, check=False)
    assert ran.returncode == (2 if closed == ">&-" else 0)
    assert b"Traceback" not in ran.stderr
    assert b"internal" not in ran.stderr
    script = f'"$0" -m factcheck validate nowhere {closed}'
    ran = subprocess.run(["sh", "-c", script, sys.executable], capture_output=True, check=False)
    assert ran.returncode == 2


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && "$0" -m factcheck validate'
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = ["sh", "-c", script, sys.executable, str(gone)]
    ran = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr
    assert b"internal" not in ran.stderr


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the packaged model, in the place of the packaged one."""
    folder = tmp_path / "model"
    shutil.copytree(_packaged(), folder)
    monkeypatch.setattr("factcheck.weights._packaged", lambda: folder)
    return folder


def test_another_tokenizer_is_damage_too(copied: Path) -> None:
    assert resolve(DEFAULT_ENCODER).expected_sha256
    text = (copied / "tokenizer.json").read_text("utf-8")
    (copied / "tokenizer.json").write_text(text.replace('"the":', '"THE":'), "utf-8")
    with pytest.raises(DamagedWeightsError, match="tokenizer or configuration"):
        resolve(DEFAULT_ENCODER)


def test_one_flipped_bit_in_the_weights_is_damage(copied: Path) -> None:
    with (copied / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)[0]
        file.seek(50_000_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(DamagedWeightsError, match="weights of all-MiniLM-L6-v2"):
        resolve(DEFAULT_ENCODER)


def test_a_pickle_beside_other_tensors_is_refused(copied: Path) -> None:
    dense = copied / "2_Dense"
    dense.mkdir()
    (dense / "x.safetensors").write_bytes(b"")
    (dense / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelError, match=r"2_Dense/pytorch_model\.bin is a pickle"):
        resolve(str(copied))
    (dense / "x.safetensors").rename(dense / "model.safetensors")
    assert resolve(str(copied)).name == "model"  # loaders take the safetensors; no path is told


@pytest.mark.parametrize("name", ["./nowhere", "../nowhere", ".", "a/b/c", "a b"])
def test_a_missing_folder_is_not_looked_up_on_the_hub(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"no such folder|holds no model"):
        resolve(name)


def test_the_json_of_a_model_can_be_anything(copied: Path) -> None:
    for content in ("[]", "3", "null"):
        (copied / "config.json").write_text(content)
        shutil.rmtree(copied / "1_Pooling", ignore_errors=True)
        from factcheck.weights import dimension

        assert dimension(resolve(str(copied))) is None
