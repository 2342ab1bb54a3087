"""The docs site: its reference is current, its links lead somewhere, it asks no other host."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

from factcheck.claims import read_claim_file
from factcheck.rules import RULES
from factcheck.schemas import make_schema
from factcheck.settings import SETTINGS

sys.path.insert(0, str(REPOSITORY / "docs"))
reference: Any = importlib.import_module("reference")
commands: Any = importlib.import_module("reference_commands")
schemas: Any = importlib.import_module("reference_schemas")
tables: Any = importlib.import_module("tables")
site: Any = importlib.import_module("build_site")

CONFIGURATION = tomllib.loads((REPOSITORY / "zensical.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_reference_is_not_stale(name: str) -> None:
    assert (reference.FOLDER / name).read_text("utf-8") == reference.PAGES[name](), (
        "run `make reference`"
    )


def test_the_reference_tells_every_command_rule_and_setting() -> None:
    page = reference.PAGES["commands.md"]()
    for words, command in commands.commands():
        section = page.split(f"\n## factcheck {' '.join(words)}\n")[1].split("\n## ")[0]
        for each in command.params:
            assert each.param_type_name == "argument" or f"`{each.opts[0]}`" in section
    told = re.findall(r"^## (FC\d+) ", reference.PAGES["rules.md"](), re.MULTILINE)
    assert told == list(RULES)
    page = reference.PAGES["configuration.md"]()
    assert re.findall(r"^\| `([a-z_]+)` \| ", page, re.MULTILINE) == list(SETTINGS)


def test_every_variable_of_the_environment_is_one_that_the_code_reads() -> None:
    code = "".join(path.read_text("utf-8") for path in (REPOSITORY / "factcheck").rglob("*.py"))
    page = reference.PAGES["configuration.md"]()
    for name in set(re.findall(r'envvar="(FACTCHECK_\w+)"', code)):
        assert f"`{name}`" in page
    for name in schemas.OTHER_VARIABLES:
        by_library = {"COLUMNS": "get_terminal_size", "VISUAL": ".edit(", "EDITOR": ".edit("}
        assert f'"{name}"' in code or by_library[name] in code, name


def test_tables_hold_what_would_break_them() -> None:
    assert tables.cell("a | b\n<c>") == "a \\| b &lt;c>"
    assert tables.code("x|y<") == "<code>x&#124;y&lt;</code>"
    assert (tables.code("<x>"), tables.code("")) == ("`<x>`", "")
    assert tables.table(("a", "b", "c"), [("1", "", "2"), ("3", "", "")]) == (
        "| a | c |\n|---|---|\n| 1 | 2 |\n| 3 |  |"
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built apart from the repository."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(REPOSITORY / "zensical.toml", folder)
    assert site.build(folder) == 0
    return folder / "site"


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](ci.md#nowhere)", "![x](nowhere.png)"])
def test_what_leads_nowhere_ends_the_build(
    tmp_path: Path, link: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stage(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "index.md").write_text(f"# A page\n\n{link}\n", "utf-8")
        (folder / "ci.md").write_text("# Another\n", "utf-8")

    monkeypatch.setattr(site, "stage", stage)
    (tmp_path / "zensical.toml").write_text(
        '[project]\nsite_name = "x"\ndocs_dir = "build/docs"\ntheme.font = false\n', "utf-8"
    )
    assert site.build(tmp_path) == 1
    told = "".join(capfd.readouterr())
    assert "does not exist" in told or "there is no picture nowhere.png" in told


def entries(navigation: Any) -> Iterator[str]:
    for entry in navigation:
        for value in entry.values():
            yield from [value] if isinstance(value, str) else entries(value)


def test_every_page_is_in_the_navigation() -> None:
    pages = [path for path in site.gathered().values() if path.endswith(".md")]
    assert sorted(entries(CONFIGURATION["nav"])) == sorted(pages)


def test_links_are_turned_to_where_pages_are(tmp_path: Path) -> None:
    for name in ("docs/a.md", "docs/reference/b.md", "benchmarks/README.md", "LICENSE"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    files = site.gathered(tmp_path)

    def turned(text: str, here: str) -> str:
        return str(site.turned(text, here, files, tmp_path))

    assert turned("[b](reference/b.md#x)", "docs/a.md") == "[b](reference/b.md#x)"
    assert turned("[s](../benchmarks/README.md)", "docs/a.md") == "[s](benchmarks/scripts.md)"
    assert turned("[a](../docs/a.md)", "benchmarks/README.md") == "[a](../a.md)"
    assert turned("[MIT](../LICENSE)", "docs/a.md") == "MIT"
    for same in ("[x](gone.md)", "[x](https://example.org)", "[x](#y)", "`[b](../LICENSE)`"):
        assert turned(same, "docs/a.md") == same
    fenced = "```\n[MIT](../LICENSE)\n```\n"
    assert turned(fenced, "docs/a.md") == fenced


class Requests(HTMLParser):
    """What a browser would fetch for a page, and the pictures without a text."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.mute: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "a":
            names = ("src", "srcset", "data", "poster", *(["href"] if tag == "link" else []))
            self.fetched += [given[name] for name in names if name in given]
        if tag == "img" and not given.get("alt", "").strip():
            self.mute.append(given.get("src", ""))


def test_the_site_asks_no_other_host_and_every_picture_has_a_text(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        found = Requests()
        found.feed(page.read_text("utf-8"))
        assert found.fetched
        assert [url for url in found.fetched if re.match(r"([a-z]+:)?//", url)] == [], page
        assert found.mute == [], page
    for sheet in built.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", sheet.read_text("utf-8"))


def test_the_search_works_from_a_file(built: Path) -> None:
    index = (built / "search.js").read_text("utf-8")
    assert "FC203" in index
    assert "iframe-worker.js" in (built / "index.html").read_text("utf-8")
    assert (built / "theme" / "iframe-worker.js").is_file()


CLAIM_FILES = (REPOSITORY / "docs" / "claim-files.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", CLAIM_FILES, re.DOTALL)
HEAD = "version: 1\nsource: {id: a, kind: official, title: A}\nclaims:\n"


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_is_shown_of_claim_files_is_valid(example: str) -> None:
    if example.startswith("version:"):
        text = example
    elif example.startswith("# bad"):
        text = HEAD + "".join(f"  {line}\n" for line in example.splitlines())
    else:
        entry = "" if example.startswith("quote") else "    text: It is so.\n"
        fields = "".join(f"    {line}\n" for line in example.splitlines())
        text = f"{HEAD}  - id: it\n{entry}{fields}"
    assert read_claim_file(text.encode(), "page").problems == ()


def test_every_field_of_a_claim_file_is_told() -> None:
    schema = json.loads(make_schema("claims"))
    for name, shape in {"file": schema, **schema["$defs"]}.items():
        for field in shape.get("properties", {}):
            if name != "Suppression":  # docs/ci.md tells of those
                assert re.search(rf"\b{field}\b", CLAIM_FILES), f"{name}.{field}"


@pytest.mark.parametrize("page", ["benchmarks", "scale"])
def test_figures_are_those_of_the_page_they_are_from(page: str) -> None:
    text = (REPOSITORY / "docs" / f"{page}.md").read_text("utf-8")
    held = 0
    for line in text.splitlines():
        links = re.findall(r"\]\(([^)#]+\.md)", line)
        if line.startswith("| ") and links:
            source = (REPOSITORY / "docs" / links[0]).read_text("utf-8")
            for figure in re.findall(r"\b0\.\d+\b", line):
                assert figure in source, (figure, links[0])
                held += 1
    assert held >= (8 if page == "benchmarks" else 0)


def test_the_gate_builds_the_site() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    assert "docs/build_site.py" in makefile.split("\ntest:")[1].split("\n\n")[0]
