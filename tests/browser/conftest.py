"""A real Chromium, and rooms to visit with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from bot import InterviewBot
from bot.app import mounted
from tests.loopback import serving

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# The machine that runs these tests may be busy with other work.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

# The interviewer's own question: whatever reads, its answer is there.
ASKED = "What is required of the alliance?"

WIDE, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(240))


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


# Not for the session: Playwright keeps an event loop running, and asyncio's tests want their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium; apt-get install chromium")
    assert path, "CI has no Chromium; apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def room(bot: InterviewBot) -> Iterator[str]:
    """The address of a page over the bundled interview alone."""
    bot.ask(ASKED)
    with serving(lambda: mounted(bot)) as url:
        yield url


@pytest.fixture
def own_room(own_bot: InterviewBot) -> Iterator[str]:
    """The address of a page over a home that the test may change."""
    with serving(lambda: mounted(own_bot)) as url:
        yield url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens pages; at the end nothing may have gone elsewhere or wrong in any of them."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def watched(page: Page, address: str) -> None:
        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                wrong.append(f"{message.type}: {message.text}")

        def asked(url: str) -> None:
            if not url.startswith((f"{address}/", "data:", f"blob:{address}/")):
                wrong.append(f"request to {url}")

        page.on("console", heard)
        page.on("pageerror", lambda error: wrong.append(f"uncaught: {error}"))
        page.on("request", lambda request: asked(request.url))
        page.on("response", lambda r: r.status >= 400 and wrong.append(f"{r.status}: {r.url}"))
        page.on("websocket", lambda socket: wrong.append(f"socket to {socket.url}"))

    def open_page(address: str, path: str = "/", **options: object) -> Page:
        options.setdefault("viewport", WIDE)
        context = browser.new_context(accept_downloads=True, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        contexts.append(context)
        page = context.new_page()
        watched(page, address)
        page.goto(address + path)
        ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def ready(page: Page) -> None:
    """Wait until the page can be used."""
    page.wait_for_selector("#room[data-ready]")


def ask(page: Page, question: str) -> None:
    """Ask in the page and wait for the whole reply."""
    before = page.locator(".exchange .after-reply").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".exchange .after-reply").nth(before).wait_for()


def quote(page: Page, number: int = 1) -> str:
    """The words of a source in the last reply."""
    return page.locator(f'.exchange:last-child .source[data-number="{number}"] .words').inner_text()
