"""Build the docs site: gather its pages in `build/docs`, then let Zensical make `site/` of them.

python docs/build_site.py

Pages lie where readers of the repository look for them: in `docs/`, but also in `benchmarks/` and
beside the claim files. The site has them in one folder, with their links turned to match. A link
to a file that is no part of the site (a licence, a script) keeps its words alone. Links and anchors
that lead nowhere end the build with an error, and so do pictures that are not there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
STAGED = Path("build", "docs")
BUILD = (sys.executable, "-m", "zensical", "build", "--clean", "--strict")

# Where pages and what they show come from, and where the site has them.
PAGES = {
    "docs/*.md": "",
    "docs/reference/*.md": "reference",
    "docs/*.svg": "",
    "docs/pictures/*": "pictures",
    "docs/theme/*": "theme",
    "factcheck/schemas/*.json": "schemas",
    "benchmarks/*.md": "benchmarks",
    "claims/README.md": "claims",
    "training/README.md": "training",
    "training/data/DATASHEET.md": "training/data",
    "CHANGELOG.md": "",
    "CONTRIBUTING.md": "",
}
# A README of a folder would be taken for that folder's index, so it gets a name of its own.
NAMES = {
    "benchmarks/README.md": "benchmarks/scripts.md",
    "claims/README.md": "claims/labelling.md",
    "training/README.md": "training/recipe.md",
}

_LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]"  # its words, which may hold brackets: a picture
    r"\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)"
)
_PICTURE = re.compile(r'<img\b[^>]*\bsrc="([^"]+)"')
_CODE = re.compile(r"(^```.*?^```[^\n]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def gathered(root: Path = ROOT) -> dict[str, str]:
    """The files of the site: where each lies in the repository, and where in the site."""
    found: dict[str, str] = {}
    for pattern, folder in PAGES.items():
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                here = path.relative_to(root).as_posix()
                found[here] = NAMES.get(here, str(PurePosixPath(folder, path.name)))
    return found


def turned(text: str, here: str, files: dict[str, str], root: Path = ROOT) -> str:
    """A page with its links as the site has them.

    Args:
        text: The page.
        here: Where it lies in the repository.
        files: What `gathered` found.
        root: The repository.
    """

    def turn(found: re.Match[str]) -> str:
        mark, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        words = _LINK.sub(turn, words)
        there = os.path.normpath(PurePosixPath(here).parent / target)
        if there in files:
            start = PurePosixPath(files[here]).parent
            return f"{mark}[{words}]({os.path.relpath(files[there], start)}{anchor})"
        # What is nowhere stays as it is, for the build to find.
        return words if (root / there).exists() else found[0]

    parts = _CODE.split(text)
    parts[::2] = [_LINK.sub(turn, part) for part in parts[::2]]
    return "".join(parts)


def stage(folder: Path, root: Path = ROOT) -> None:
    """Gather the site's pages in a folder, in place of what it held."""
    shutil.rmtree(folder, ignore_errors=True)
    files = gathered(root)
    for here, there in files.items():
        (folder / there).parent.mkdir(parents=True, exist_ok=True)
        if here.endswith(".md"):
            page = turned((root / here).read_text("utf-8"), here, files, root)
            (folder / there).write_text(page, "utf-8")
        else:
            shutil.copy(root / here, folder / there)


def missing_pictures(built: Path) -> list[str]:
    """The pictures that pages show and the site has not; Zensical looks for links alone."""
    return [
        f"{page.relative_to(built).as_posix()}: there is no picture {source}"
        for page in sorted(built.rglob("*.html"))
        for source in _PICTURE.findall(page.read_text("utf-8"))
        if "://" in source or not (page.parent / source).is_file()
    ]


def build(folder: Path) -> int:
    """Build a folder's `site/` by its `zensical.toml`; 0 where all is well."""
    stage(folder / STAGED)
    shutil.rmtree(folder / "site", ignore_errors=True)
    status = subprocess.run(BUILD, cwd=folder, check=False).returncode
    missing = missing_pictures(folder / "site") if status == 0 else []
    for line in missing:
        print(f"error: {line}")
    return status or int(bool(missing))


if __name__ == "__main__":
    sys.exit(build(ROOT))
