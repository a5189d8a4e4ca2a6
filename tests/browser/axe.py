"""Accessibility, as axe-core finds it; npm brings it, and it is not part of the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

PLACE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

INSTALL = (
    "npm install --no-save --no-package-lock --no-audit --no-fund --prefix tests/browser axe-core@4"
)


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it is now."""
    if not PLACE.exists() and not os.environ.get("CI"):
        pytest.skip(f"there is no axe-core: {INSTALL}")
    assert PLACE.exists(), f"there is no axe-core: {INSTALL}"
    if not page.evaluate("'axe' in window"):
        page.evaluate(PLACE.read_text("utf-8") + ";0")
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
