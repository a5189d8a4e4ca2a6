"""The README's pictures, taken anew from the real page: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot import InterviewBot
from bot.app import mounted
from tests.browser.conftest import ASKED, FLAGS, PATIENCE, PHONE, WIDE, ask, chromium, ready
from tests.loopback import serving

FOLDER = Path(__file__).parents[2] / ".github"

NOT_SAID = "What does he think of the war in Ukraine?"


def main() -> None:
    """Take all five."""
    with (
        tempfile.TemporaryDirectory() as home,
        InterviewBot(Path(home)) as bot,
        serving(lambda: mounted(bot)) as address,
        sync_playwright() as playwright,
    ):
        bot.ask(ASKED)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for scheme in ("light", "dark"):
            page = visit(browser, address, WIDE, scheme)
            cited(page)
            taken(page, f"page-{scheme}")
        page = visit(browser, address, PHONE, "light")
        ask(page, ASKED)
        page.mouse.move(0, 0)
        taken(page, "page-phone")
        page = visit(browser, address, WIDE, "light")
        page.locator("#welcome .starters button").first.wait_for()
        ask(page, NOT_SAID)
        taken(page, "page-refusal")
        page = visit(browser, address, WIDE, "light")
        cited(page)
        page.locator("[data-act=certificate]").first.click()
        page.get_by_role("dialog").wait_for()
        taken(page, "page-certificate")
        browser.close()


def visit(browser: Browser, address: str, viewport: dict[str, int], scheme: str) -> Page:
    """A page as a first visitor sees it."""
    page = browser.new_page(
        viewport=viewport, color_scheme=scheme, device_scale_factor=1.5, reduced_motion="reduce"
    )  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    ready(page)
    return page


def cited(page: Page) -> None:
    """A reply whose first source is open in the transcript."""
    ask(page, ASKED)
    page.locator('.cite[data-number="1"]').click()
    page.locator("#transcript mark").wait_for()
    page.mouse.move(0, 0)


def taken(page: Page, name: str) -> None:
    """Write the picture, and end the visit."""
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()
    sys.stdout.write(f"{FOLDER / name}.png\n")


if __name__ == "__main__":
    main()
