"""Exports, certificates, ratings, uploads and hostile words, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from bot import InterviewBot
from bot.cli import app
from bot.feedback import ratings
from tests.browser.axe import violations
from tests.browser.conftest import ASKED, PHONE, WIDE, Visit, ask
from tests.conftest import UNANSWERABLE


def taken(page: Page, name: str, folder: Path) -> Path:
    """The file that an export button gives."""
    if not page.locator("#export").evaluate("menu => menu.open"):
        page.click("#export summary")
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    place = folder / download.value.suggested_filename
    download.value.save_as(place)
    return place


def test_exports_hold_until_somebody_changes_them(
    room: str, visit: Visit, bot: InterviewBot, tmp_path: Path
) -> None:
    page = visit(room)
    ask(page, ASKED)
    ask(page, UNANSWERABLE)
    home = ["--home", str(bot.settings.home)]
    for name in ("Markdown", "Footnoted document", "JSON"):
        file = taken(page, name, tmp_path)
        expect(page.locator("#taken")).to_contain_text("every quote holds")
        checked = CliRunner().invoke(app, ["verify", str(file), *home])
        assert checked.exit_code == 0, checked.output
        assert "Everything holds" in checked.output
        file.write_text(file.read_text("utf-8").replace("will be important", "was important"))
        checked = CliRunner().invoke(app, ["verify", str(file), *home])
        assert checked.exit_code == 1
        assert "reply 1 [1]" in checked.output


def test_a_certificate_opens_and_is_checked_at_once(room: str, visit: Visit) -> None:
    page = visit(room)
    ask(page, ASKED)
    page.locator("[data-act=certificate]").first.click()
    dialog = page.get_by_role("dialog", name="Quote certificate")
    expect(dialog).to_contain_text("word for word")
    expect(dialog).to_contain_text("code points")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_thumb_and_a_word_go_to_the_home(
    own_room: str, visit: Visit, own_bot: InterviewBot
) -> None:
    page = visit(own_room)
    ask(page, UNANSWERABLE)
    page.get_by_role("button", name="Thumbs up").click()
    page.keyboard.type("rightly refused")
    page.keyboard.press("Enter")
    expect(page.locator(".rate")).to_contain_text("Kept")
    (kept,) = ratings(own_bot.settings.home)
    assert (kept["thumb"], kept["word"]) == ("up", "rightly refused")
    listed = CliRunner().invoke(app, ["feedback", "--home", str(own_bot.settings.home)])
    assert listed.exit_code == 0
    assert "rightly" in listed.output


EVIL = "<img src=x onerror=pwned=1><script>pwned=1</script>"


def hostile(folder: Path) -> Path:
    """A transcript that tries everything."""
    said = (
        f"The tides are moved by the moon. {EVIL} </p></section>"
        ' "onmouseover="pwned=1 [here](javascript:pwned=1) ${pwned=1} {{constructor}}'
        f" \u202egnp.exe\u202c {'w' * 10_000} &lt;b&gt;"
    )
    rows = [("Ann", f"What moves the tides{EVIL}?"), (f"Eve {EVIL}", said)]
    segments = [
        {"speaker": who, "startTime": 10.0 * n, "endTime": 10.0 * n + 9, "body": words}
        for n, (who, words) in enumerate(rows)
    ]
    file = folder / "<img src=x onerror=pwned=1>.json"
    file.write_text(json.dumps({"segments": segments}), "utf-8")
    return file


def test_an_upload_is_reported_and_hostile_words_do_nothing(
    own_room: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(own_room)
    page.click("#add summary")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    page.set_input_files("#files", [hostile(tmp_path), broken])
    expect(page.locator("#report li")).to_have_count(2)
    expect(page.locator("#report li").nth(0)).to_contain_text(": added")
    expect(page.locator("#report li").nth(1)).to_contain_text("failed (")
    page.keyboard.press("Escape")
    expect(page.locator("#which option")).to_have_count(2)
    page.click("#filter summary")
    boxes = page.locator("#filter-interviews input")
    boxes.nth(0 if "img" in (boxes.nth(0).get_attribute("value") or "") else 1).check()
    page.keyboard.press("Escape")
    ask(page, "What moves the tides?")
    page.locator(".cite").first.click()
    page.locator("#transcript mark").wait_for()
    page.locator("[data-act=certificate]").first.click()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("typeof pwned") == "undefined"
    assert page.locator("#shell img, #shell iframe, #shell a[href^='javascript']").count() == 0
    assert page.locator("#shell script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]
    talk = page.locator("#log")
    assert talk.evaluate("pane => pane.scrollWidth - pane.clientWidth") == 0
    assert EVIL in page.locator(".source").first.inner_text()
    isolated = page.locator("#transcript .reorders").first
    assert isolated.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(
    room: str, visit: Visit, viewport: dict[str, int], scheme: str
) -> None:
    page = visit(room, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    assert violations(page) == []
    ask(page, ASKED)
    ask(page, UNANSWERABLE)
    page.focus(".sure >> nth=0")
    assert violations(page) == []
    page.locator("[data-act=certificate]").first.click()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    for menu in ("earlier", "export", "add", "help"):
        page.click(f"#{menu} summary")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".cite").first.click()
    page.locator("#transcript mark").wait_for()
    page.wait_for_timeout(300)
    assert violations(page) == []
