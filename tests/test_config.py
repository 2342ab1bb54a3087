from __future__ import annotations

import json
import os
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import FakeEncoder, Run
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.main import get_command

from factcheck.cli import app, config
from factcheck.rules import RULES
from factcheck.schemas import make_schema, read_schema
from factcheck.settings import SETTINGS

pytestmark = pytest.mark.usefixtures("folder", "fake_model")

COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
TOLD = ("compare", "check", "validate", "review")
SCHEMA = json.loads(read_schema("config"))
VALIDATOR = Draft202012Validator(SCHEMA)


def shown(run: Run, *more: object) -> int:
    ran = run("compare", "-f", "json", *more)
    assert ran.code == 0, ran.err
    return len(json.loads(ran.out)["findings"][0]["counterpoints"])


def told(run: Run) -> dict[str, tuple[Any, str, str | None]]:
    ran = run("config", "-f", "json")
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)["settings"]
    assert len({row["setting"] for row in rows}) == len(rows)  # commands agree
    return {row["setting"]: (row["value"], row["source"], row["where"]) for row in rows}


class TestPrecedence:
    def test_the_command_line_goes_before_the_environment_before_the_file(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("factcheck.toml").write_text("k = 1\n")
        assert shown(run) == 1
        monkeypatch.setenv("FACTCHECK_K", "2")
        assert shown(run) == 2
        assert shown(run, "-k", 3) == 3

    def test_the_nearest_file_upward_counts(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("pyproject.toml").write_text("[tool.factcheck]\nk = 2\nclaims = ['claims']\n")
        below = Path("below")
        below.mkdir()
        (below / "pyproject.toml").write_text("[tool.other]\n")
        monkeypatch.chdir(below)
        assert shown(run) == 2
        Path("factcheck.toml").write_text("k = 1\nclaims = ['../claims']\n")
        assert shown(run) == 1

    def test_nothing_above_the_repository_counts(self, run: Run) -> None:
        Path("../factcheck.toml").write_text("k = 1\n")
        assert shown(run) == 3

    def test_an_own_file_goes_before_the_project_file(self, run: Run) -> None:
        Path("pyproject.toml").write_text("[tool.factcheck]\nk = 2\n")
        Path("factcheck.toml").write_text("k = 1\n")
        assert shown(run) == 1

    def test_a_byte_order_mark_is_no_error(self, run: Run) -> None:
        Path("factcheck.toml").write_bytes(b"\xef\xbb\xbfk = 1\r\n")
        assert shown(run) == 1


class TestReach:
    def test_both_sides_can_be_configured(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("factcheck.toml").write_text(
            "claims = ['claims/official.yaml']\nagainst = ['claims/letter.yaml']\n"
            "cache_dir = 'kept'\nmodel = './model'\n"
        )
        Path("below").mkdir()
        monkeypatch.chdir("below")
        monkeypatch.delenv("FACTCHECK_CACHE_DIR")
        assert shown(run) == 3
        assert Path("../kept/vectors.sqlite3").exists()
        assert run("validate").code == 0

    def test_a_configuration_counts_for_all_commands(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("FACTCHECK_CACHE_DIR")
        Path("factcheck.toml").write_text("format = 'json'\ncache_dir = 'kept'\nmodel = './m'\n")
        assert json.loads(run("compare").out)["schema_version"] == 1
        assert "path:    kept/vectors.sqlite3" in run("cache", "info").out
        assert "vectors: 5" in run("cache", "info").out
        assert "all-MiniLM-L6-v2" not in run("models", "list").out

    def test_claims_reach_explain_and_eval(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("FACTCHECK_STANCE_MODEL")
        Path("claims").rename("texts")
        keys = ("explain", "declaration/press", "letter/closed", "-f", "json")
        assert "claims: no such file" in run(*keys).err
        Path("factcheck.toml").write_text("claims = ['texts']\n")
        ran = run("eval", "claims", "-f", "json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out.splitlines()[0])["rank"] == "similarity"
        assert "no such file" not in run(*keys).err
        assert "nowhere: no such file" in run(*keys, "--in", "nowhere").err

    def test_document_sets_go_before_configured_claims(self, run: Run) -> None:
        Path("factcheck.toml").write_text("claims = ['claims']\n")
        ran = run("eval", "claims", "--documents", "nowhere")
        assert ran.code == 2
        assert "nowhere" in ran.err
        assert "two ways" not in ran.err
        assert "two ways" in run("eval", "claims", "claims", "--documents", "nowhere").err

    def test_every_setting_but_one_is_an_option_of_a_command(self) -> None:
        found = {
            setting.name
            for name in TOLD
            for parameter in COMMANDS[name].params
            if (setting := config.setting_of((name,), parameter))
        }
        assert found == SETTINGS.keys() - {"per_file_ignores"}

    def test_a_setting_takes_what_its_options_take(self) -> None:
        for name in TOLD:
            for parameter in COMMANDS[name].params:
                setting = config.setting_of((name,), parameter)
                choices = getattr(parameter.type_descriptor, "choices", None)
                if setting is not None:
                    values = [getattr(choice, "value", choice) for choice in choices or ()]
                    assert list(setting.choices) == values, setting.name

    def test_a_list_does_not_reach_a_parameter_that_takes_one(self) -> None:
        def extract(kind: str = "ngo") -> None: ...

        other = typer.Typer()
        other.command()(extract)
        other.callback()(lambda: None)
        (parameter,) = get_command(other).commands["extract"].params  # type: ignore[attr-defined]
        assert config.setting_of(("extract",), parameter) is None


class TestMessages:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("kk = 1", "factcheck.toml:1: unknown option 'kk'; did you mean 'k'?"),
            ("#\n\nlokc = 'x'", "factcheck.toml:3: unknown option 'lokc'; did you mean 'lock'?"),
            ("[zzz]\nk = 1", "factcheck.toml:1: unknown option 'zzz'"),
            ("fail-on = 'never'", "unknown option 'fail-on'; did you mean 'fail_on'?"),
            ("k = ", "factcheck.toml: Invalid value"),
            ("k = 1\nk = 2\n", "factcheck.toml:2:6: Cannot overwrite a value"),
            ("#\n\xff", "factcheck.toml:2: byte 0xff is not UTF-8; save the file as UTF-8"),
            ("k = 'many'", "factcheck.toml:1: k must be a whole number, not 'many'"),
            ("k = true", "factcheck.toml:1: k must be a whole number, not true"),
            ("k = 0", "factcheck.toml:1: k must be 1 or more, not 0"),
            ("k = 1.5", "k must be a whole number, not 1.5"),
            (f"k = 0x{'f' * 5000}", "k must be 1 or more, not one beyond 64 bits"),
            (f"k = {'9' * 5000}", "factcheck.toml: Exceeds the limit"),
            ("k = 2024-11-23", "k must be a whole number, not 2024-11-23"),
            ("min_similarity = '0'", "min_similarity must be a number, not '0'"),
            ("min_similarity = nan", "min_similarity must be from -1 to 1, not nan"),
            ("review_band = 1.5", "review_band must be from 0 to 1, not 1.5"),
            ("claims = 'claims'", "claims must be a list of texts, not 'claims'"),
            ("claims = [3]", "claims must be a list of texts, not one that holds 3"),
            ("claims = ['']", "claims must be a list of texts, not one that holds ''"),
            ("model = ''", "model must be a text, not an empty one"),
            ('lock = "a\\u0000"', "lock must be a text, not 'a\\x00', which holds control"),
            ('"k\\n%0A::error" = 1', "unknown option 'k\\n%0A::error'"),
            ("fail_on = 'eror'", "fail_on must be 'error', 'review' or 'never', not 'eror'; did"),
            ("kind = ['ngos']", "kind must be 'ngo', 'analysis' or 'press', not 'ngos'; did you"),
            ("rank = 'x'", "rank must be 'contrast' or 'similarity', not 'x'"),
            ("format = 'pdf'", "factcheck.toml:1: format must be 'terminal', 'json'"),
            ("strict = 1", "strict must be true or false, not 1"),
            ("locked = 'yes'", "locked must be true or false, not 'yes'"),
            ("select = 'FC2'", "select must be a list of texts, not 'FC2'"),
            ("select = ['FC2', 'FC291']", "select: no rule is called 'FC291'; did you mean 'FC20"),
            ("ignore = ['fc2']", "ignore: no rule is called 'fc2'"),
            ("per_file_ignores = ['FC2']", "per_file_ignores must be a table of lists, not a list"),
            (
                "k = 1\n[per_file_ignores]\n'a/*' = ['FC999']",
                "factcheck.toml:3: per_file_ignores: 'a/*': no rule is called 'FC999'",
            ),
            ("per_file_ignores.'a/*' = 'FC2'", "factcheck.toml:1: per_file_ignores: 'a/*' must be"),
            ("[per_file_ignores]\n'/a' = []", "'/a' must be a relative pattern, without '..'"),
            ("[per_file_ignores]\n'b/../a' = []", "must be a relative pattern, without '..'"),
            # What fetches or overwrites is not a file's to ask for.
            ("allow_download = true", "unknown option 'allow_download'"),
            ("output = 'x'", "unknown option 'output'"),
            ("lock = '../x'", "lock must lie beside this file or below, not at '../x'"),
            ("baseline = '/x'", "baseline must lie beside this file or below, not at '/x'"),
        ],
    )
    def test_a_configuration_that_cannot_be_used_is_an_error(
        self, run: Run, content: str, message: str
    ) -> None:
        Path("factcheck.toml").write_bytes(content.encode("latin-1"))
        ran = run("compare")
        assert ran.code == 2
        assert ran.out == ""
        (line,) = ran.err.splitlines()
        assert line.startswith("error: factcheck.toml")
        assert message in line

    def test_all_that_is_wrong_is_told_at_once(self, run: Run) -> None:
        Path("pyproject.toml").write_text(
            "[tool.x]\nk = 1\n[tool.factcheck]\nk = 'a'\nkk = 1\nselect = ['X', 'FC1', 'Y']\n"
            "[tool.factcheck.per_file_ignores]\n'*' = ['Z']\n"
        )
        places = [line.split(": ")[0] for line in run("compare").err.splitlines()]
        assert places[0] == "error"
        assert places[1:] == [f"pyproject.toml:{n}" for n in (5, 6, 6, 8)]
        assert "pyproject.toml:4: k must be" in run("compare").err

    def test_of_many_problems_the_first_are_told(self, run: Run) -> None:
        Path("factcheck.toml").write_text("".join(f"x{n} = 1\n" for n in range(50_000)))
        lines = run("compare").err.splitlines()
        assert len(lines) == 21
        assert lines[-1] == "and more; mend these first"

    def test_long_values_and_keys_are_cut(self, run: Run) -> None:
        Path("factcheck.toml").write_text(f"rank = '{'x' * 100_000}'\n{'y' * 100_000} = 1\n")
        err = run("compare").err
        assert len(err) < 400
        assert "factcheck.toml:2: unknown option" in err

    def test_a_link_does_not_lead_the_lock_elsewhere(self, run: Run) -> None:
        Path("../victim").write_text("precious")
        Path("factcheck.lock").symlink_to("../victim")
        Path("factcheck.toml").write_text("lock = 'factcheck.lock'\n")
        assert "must lie beside this file or below" in run("compare").err


class TestHostileFiles:
    @pytest.mark.parametrize(
        "content",
        [
            "k = " + "[" * 50_000,
            "k = " + "{k = " * 20_000,
            "k = 1\n" + ".".join("a" * 300_000) + " = 1",
            "k = {" + ".".join(["'a'"] * 100_000) + " = 1}",
            "[" + ".".join("a" * 100_000) + "]",
        ],
        ids=["lists", "tables", "dotted key", "dotted key within", "dotted header"],
    )
    def test_a_deep_one_is_an_error_and_soon(self, run: Run, content: str) -> None:
        Path("factcheck.toml").write_text(content)
        ran = run("compare")
        assert ran.code == 2
        assert ran.err.startswith("error: factcheck.toml: ")
        assert "nested too deeply" in ran.err or "more than 64 parts" in ran.err

    @pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link", "link to itself"])
    def test_what_is_no_file_is_an_error(self, run: Run, kind: str) -> None:
        match kind:
            case "folder":
                Path("factcheck.toml").mkdir()
            case "pipe":
                os.mkfifo("factcheck.toml")
            case _:
                target = "factcheck.toml" if kind == "link to itself" else "nowhere"
                Path("factcheck.toml").symlink_to(target)
        ran = run("compare")
        assert ran.code == 2
        assert "factcheck.toml: is not a regular file" in ran.err

    def test_a_huge_one_is_an_error(self, run: Run) -> None:
        Path("factcheck.toml").write_text("#" * (2**20 + 1))
        assert "factcheck.toml: is larger than 1 MiB" in run("compare").err

    def test_one_that_cannot_be_read_is_an_error(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("factcheck.toml").write_text("k = 1")
        real = Path.open

        def refuse(path: Path, *arguments: Any, **more: Any) -> Any:
            if path.name == "factcheck.toml":
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *arguments, **more)

        monkeypatch.setattr(Path, "open", refuse)
        assert "factcheck.toml: cannot be read: Permission denied" in run("compare").err

    @pytest.mark.parametrize("content", ["tool = 3", "[tool]\nfactcheck = 3"])
    def test_a_project_file_without_our_table_is_passed_over(self, run: Run, content: str) -> None:
        Path("pyproject.toml").write_text(content)
        ran = run("compare")
        assert ran.code == (2 if "factcheck" in content else 0)
        assert ("must be a table, not 3" in ran.err) is ("factcheck" in content)

    def test_a_broken_project_file_is_ours_to_tell_only_where_it_names_us(self, run: Run) -> None:
        Path("pyproject.toml").write_text("[tool.other\n")
        assert run("compare").code == 0
        Path("pyproject.toml").write_text("[tool.factcheck\n")
        assert run("compare").code == 2
        Path("pyproject.toml").unlink()
        Path("pyproject.toml").mkdir()
        assert run("compare").code == 0

    def test_no_control_character_reaches_the_screen(self, run: Run) -> None:
        Path("factcheck.toml").write_text("claims = ['\u202efdp']\nrank = '\u202e'\n", "utf-8")
        assert "\u202e" not in run("compare").err
        Path("factcheck.toml").write_text("claims = ['\u202efdp']\n", "utf-8")
        ran = run("config")
        assert ran.code == 0
        assert "\\u202efdp" in ran.out


class TestBroken:
    @pytest.fixture(autouse=True)
    def _broken(self, folder: Path) -> None:
        Path("factcheck.toml").write_text("cache_dir = 3\n")

    def test_help_needs_no_configuration(self, run: Run, fake_model: FakeEncoder) -> None:
        assert run("--help").code == 0
        assert run("compare", "--help").code == 0

    @pytest.mark.parametrize("which", ["claims", "report", "check", "config"])
    def test_nor_do_schemas(self, run: Run, which: str) -> None:
        ran = run("schema", which)
        assert (ran.code, ran.err) == (0, "")
        assert json.loads(ran.out)["$schema"].endswith("2020-12/schema")

    def test_nor_do_rules(self, run: Run) -> None:
        ran = run("rule", "FC203")
        assert (ran.code, ran.err) == (0, "")

    @pytest.mark.parametrize("command", [("cache", "info"), ("models", "list")])
    def test_what_tells_does_so_without_it(self, run: Run, command: tuple[str, str]) -> None:
        ran = run(*command)
        assert ran.code == 0
        assert ran.out
        assert ran.err == (
            "warning: factcheck.toml:1: cache_dir must be a text, not 3; without a configuration\n"
        )

    @pytest.mark.parametrize("command", [("cache", "clear"), ("validate",), ("config",)])
    def test_what_deletes_or_judges_does_not(self, run: Run, command: tuple[str, ...]) -> None:
        ran = run(*command)
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err == "error: factcheck.toml:1: cache_dir must be a text, not 3\n"


class TestConfig:
    def test_values_and_sources(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("factcheck.toml").write_text(
            "k = 7\nselect = ['FC2', 'FC4']\nignore = ['FC402']\nextend_select = ['ALL']\n"
            "strict = true\nlocked = true\nfail_on = 'review'\nreview_band = 0.1\n"
            "lock = 'ci/factcheck.lock'\nbaseline = 'known.json'\nbatch_size = 8\n"
        )
        monkeypatch.setenv("FACTCHECK_BATCH_SIZE", "9")
        Path("below").mkdir()
        monkeypatch.chdir("below")
        found = told(run)
        assert found.keys() == SETTINGS.keys()
        file = ("file", "../factcheck.toml")
        assert found["k"] == (7, *file)
        assert found["select"] == (["FC2", "FC4"], *file)
        assert found["extend_select"] == (["ALL"], *file)
        assert found["ignore"] == (["FC402"], *file)
        assert found["strict"] == found["locked"] == (True, *file)
        assert found["fail_on"] == ("review", *file)
        assert found["review_band"] == (0.1, *file)
        assert found["lock"] == ("../ci/factcheck.lock", *file)
        assert found["baseline"] == ("../known.json", *file)
        assert found["batch_size"] == (9, "environment", "FACTCHECK_BATCH_SIZE")
        assert found["stance_model"] == ("none", "environment", "FACTCHECK_STANCE_MODEL")
        assert found["claims"] == (["claims"], "default", None)
        assert found["rank"] == (None, "default", None)

    def test_defaults_without_a_file(self, run: Run) -> None:
        found = told(run)
        assert found["lock"] == ("factcheck.lock", "default", None)
        assert found["review_band"] == (0.05, "default", None)
        assert found["fail_on"] == ("error", "default", None)
        assert found["per_file_ignores"] == ({}, "default", None)
        assert json.loads(run("config", "-f", "json").out)["file"] is None
        assert run("config").out.startswith("# configuration file: none\n")

    def test_what_is_shown_is_a_configuration(self, run: Run) -> None:
        Path("factcheck.toml").write_text(
            "k = 2\nclaims = ['claims', 'a \"b\" \\ é']\n[per_file_ignores]\n'a b/*' = ['FC1']\n"
        )
        ran = run("config")
        (line,) = [line for line in ran.out.splitlines() if line.startswith("k = ")]
        assert line.endswith("# factcheck.toml")
        read = tomllib.loads(ran.out)
        assert VALIDATOR.is_valid(read)
        before = told(run)
        Path("factcheck.toml").write_text(ran.out, "utf-8")
        assert {key: value[0] for key, value in told(run).items()} == {
            key: value[0] for key, value in before.items()
        }

    def test_a_variable_that_cannot_be_used_is_named(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FACTCHECK_K", "many")
        ran = run("config")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: FACTCHECK_K: ")

    def test_bytes_that_are_no_text_are_shown_as_codes(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FACTCHECK_CACHE_DIR", os.fsdecode(b"/tmp/\xff"))
        assert "\\udcff" in run("config").out
        assert run("config", "-f", "json").code == 0


class TestPerFileIgnores:
    def seen(self, table: str) -> dict[str, list[str]]:
        root = Path.cwd()
        while not (root / ".git").exists():
            root = root.parent
        (root / "factcheck.toml").write_text("[per_file_ignores]\n" + table)
        command = get_command(app)
        context = typer.Context(command, obj=["check"])
        context.invoked_subcommand = "check"
        config.configure(context)
        below = typer.Context(COMMANDS["check"], parent=context)
        return config.per_file_ignores(below)

    def test_beside_the_file_they_are_as_they_stand(self) -> None:
        assert self.seen("'claims/*' = ['FC101']\n'./x' = []") == {"claims/*": ["FC101"], "x": []}

    def test_beginnings_of_codes_stand_for_codes(self) -> None:
        seen = self.seen("a = ['FC60', 'FC603', 'FC1']\nb = ['ALL']")
        assert seen["a"] == ["FC101", "FC601", "FC602", "FC603"]
        assert seen["b"] == list(RULES)

    def test_below_it_they_begin_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir("claims")
        assert self.seen(
            "'claims/critique/*' = ['FC101']\n'*/x.yaml' = ['FC201', 'FC202']\n"
            "'[a-c]l?ims/y' = ['FC401']\n'docs/*' = ['FC501']\n'claims/' = ['FC601']\n"
            "'*.yml' = ['FC101']\n'claims/*.yml' = ['FC601']"
        ) == {
            "critique/*": ["FC101"],
            "*/x.yaml": ["FC201", "FC202"],
            "x.yaml": ["FC201", "FC202"],
            "y": ["FC401"],
            "../docs/*": ["FC501"],
            "../claims/": ["FC601"],
            "*.yml": ["FC101", "FC601"],
        }

    def test_check_goes_by_them_from_below_too(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FACTCHECK_STANCE_MODEL", "fake")
        Path("factcheck.toml").write_text("extend_select = ['FC302']\nclaims = ['claims']\n")
        ran = run("check")
        assert ran.code == 1, ran.err
        assert "FC302" in ran.out
        with Path("factcheck.toml").open("a") as file:
            file.write("per_file_ignores = {'claims/off*' = ['FC3']}\n")
        assert run("check").code == 0
        assert run("check", "claims/official.yaml", "--against", "claims/letter.yaml").code == 0
        monkeypatch.chdir("claims")
        assert run("check").code == 0

    def test_there_are_none_without_a_configuration(self) -> None:
        assert config.per_file_ignores(typer.Context(COMMANDS["check"])) == {}

    @given(st.text("ab/*?[]!-", max_size=10), st.text("ab/[]!-", max_size=6))
    def test_they_match_the_same_files_as_before(self, pattern: str, path: str) -> None:
        left = config._left(pattern, "ab/")
        if path:
            assert fnmatchcase("ab/" + path, pattern) is any(fnmatchcase(path, p) for p in left)


class TestSchema:
    def test_it_is_not_stale(self) -> None:
        assert read_schema("config") == make_schema("config"), "run `make schemas`"
        assert read_schema("check") == make_schema("check"), "run `make schemas`"

    def test_its_keys_are_those_of_the_table(self) -> None:
        Draft202012Validator.check_schema(SCHEMA)
        assert SCHEMA["properties"].keys() == SETTINGS.keys()

    def test_it_knows_every_code_and_beginning(self) -> None:
        for code in RULES:
            assert VALIDATOR.is_valid({"select": [code, code[:3], "ALL"]})

    @pytest.mark.parametrize(
        "content",
        [
            *("kk = 1", "k = 0", "k = 'x'", "k = true", "min_similarity = 2", "claims = 'x'"),
            *("claims = ['']", "model = ''", "fail_on = 'x'", "kind = ['x']", "strict = 1"),
            *("select = ['FC9']", "ignore = 'FC2'", "per_file_ignores = []", 'lock = "\\n"'),
            *("per_file_ignores.x = ['FC9']", "per_file_ignores.'../x' = []"),
        ],
    )
    def test_it_refuses_what_the_reader_refuses(self, run: Run, content: str) -> None:
        assert not VALIDATOR.is_valid(tomllib.loads(content))
        Path("factcheck.toml").write_text(content)
        assert run("config").code == 2

    @pytest.mark.parametrize(
        "content",
        [
            *("", "k = 1", "min_similarity = 0", "claims = []", "strict = false", "lock = 'a/b'"),
            *("select = ['ALL', 'FC2']", "kind = ['ngo', 'press']", "review_band = 1"),
            "[per_file_ignores]\n'**/x..y*' = ['FC401']",
        ],
    )
    def test_it_takes_what_the_reader_takes(self, run: Run, content: str) -> None:
        VALIDATOR.validate(tomllib.loads(content))
        Path("factcheck.toml").write_text(content)
        assert run("config").code == 0
