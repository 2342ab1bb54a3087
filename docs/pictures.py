"""Take the pictures of the HTML page in `docs/pictures/`, of the bundled claims, from the lock.

python docs/pictures.py

They need playwright and a Chromium; nothing is fetched and no model is loaded.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).resolve().parent
SIZES = {390: 844, 1024: 900, 1600: 1000}
SCHEMES = ("light", "dark")
QUALITY = 42
CLAIM = "claim-phnom-penh-declaration/press-freedom"
# What each picture shows: a script that brings it into sight.
VIEWS = {
    "charts": "document.querySelector('.charts').scrollIntoView()",
    "claim": f"document.getElementById('{CLAIM}').scrollIntoView()",
}
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)


def main() -> None:
    """Write the page as a user would, and photograph it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        page = Path(temporary) / "page.html"
        subprocess.run(
            [
                *(sys.executable, "-m", "factcheck", "compare", "claims", "--locked", "-q"),
                *("--format", "html", "-o", str(page)),
            ],
            check=True,
            cwd=DOCS.parent,
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for width in SIZES:
            for scheme in SCHEMES:
                _take(browser, page, folder, width, scheme)
        browser.close()
    print(f"{sum(each.stat().st_size for each in folder.glob('*.webp')) / 1024:.0f} KiB")


def _take(browser: Browser, page: Path, folder: Path, width: int, scheme: str) -> None:
    tab = browser.new_page(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    tab.goto(page.as_uri())
    _save(tab, folder / f"top-{width}-{scheme}.webp")
    for view, script in VIEWS.items():
        tab.evaluate(script)
        tab.wait_for_timeout(300)  # until what came into sight is laid out
        tab.evaluate(script)
        _save(tab, folder / f"{view}-{width}-{scheme}.webp")
    tab.close()


def _save(tab: Page, path: Path) -> None:
    session = tab.context.new_cdp_session(tab)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    path.write_bytes(base64.b64decode(shot["data"]))


if __name__ == "__main__":
    main()
