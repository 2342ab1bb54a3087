"""Draw the pictures of docs/review.md: the desk in a terminal, and in a browser.

python docs/review_pictures.py [--chromium PATH]

Needs playwright and a Chromium for the second; decides on a copy of claims/.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import re
import shutil
import tempfile
import threading
from pathlib import Path

from factcheck.cli.loading import Models as ModelOptions
from factcheck.cli.loading import models_of
from factcheck.cli.setup import read_lock_file
from factcheck.desk.desk import Desk
from factcheck.desk.files import OpenFiles
from factcheck.desk.queue import queued
from factcheck.desk.screen import ReviewApp
from factcheck.desk.sitting import Sitting
from factcheck.desk.web import DeskServer
from factcheck.inputs import read_claim_files
from factcheck.ranked import rank_statements

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WHO = "A. Reviewer"


def main() -> None:
    """Draw them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "claims", Path(name) / "claims")
        os.chdir(name)
        with files() as held:
            asyncio.run(terminal(seat(held)))
            browser(seat(held), options.chromium)


def files() -> OpenFiles:
    """The official files of the copy."""
    paths = {
        read_claim_files([path]).sources[0].id: path
        for path in Path("claims/official").glob("*.yaml")
    }
    return OpenFiles(paths, paths)


def seat(held: OpenFiles) -> Desk:
    """A desk with the figures of the lock."""
    read = read_claim_files(["claims"])
    lock = read_lock_file(ROOT / "factcheck.lock")
    models = ModelOptions(32, None, no_cache=True, cache_size=1, allow_download=False)
    passages = (*read.claims, *read.statements)
    encoder, stance = models_of(
        models, lock.encoder.name, "contrast", ("factcheck.lock", lock), passages
    )
    rankings = list(
        rank_statements(
            read.claims,
            read.statements,
            encoder=encoder,
            stance=stance,
            k=1,
            min_similarity=None,
            rank="contrast",
        )
    )
    sitting = Sitting(queued(rankings, WHO, limit=100))
    return Desk(sitting, held, WHO, lambda: dt.date(2025, 1, 2))


async def terminal(desk: Desk) -> None:
    """The desk at 80 columns and 24 rows, after two decisions; and its help."""
    app = ReviewApp(desk, theme="dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o", "n", "s")
        save(app, "review-terminal.svg")
        await pilot.press("question_mark")
        save(app, "review-help.svg")


def save(app: ReviewApp, name: str) -> None:
    """A picture of the terminal that asks for no fonts from elsewhere."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", app.export_screenshot(), flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+", "terminal-desk", svg)
    (PICTURES / name).write_text(svg + "\n", "utf-8")


def browser(desk: Desk, chromium: str | None) -> None:
    """The desk in a browser, light and dark."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - not for all pictures

    with DeskServer(desk) as server, sync_playwright() as player:
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            opened = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for scheme, key in (("light", "n"), ("dark", "s")):
                page = opened.new_page(
                    viewport={"width": 1024, "height": 640},
                    color_scheme=scheme,  # type: ignore[arg-type]
                )
                page.goto(server.url)
                page.locator("#claim .text").wait_for()
                page.keyboard.press(key)
                expect(page.locator("#said")).to_contain_text("saved")
                page.screenshot(path=PICTURES / f"review-web-{scheme}.png")
            opened.close()
        finally:
            server.stop()
            thread.join()


if __name__ == "__main__":
    main()
