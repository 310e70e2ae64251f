"""A saved source changes the open page, through the gateway, without a navigation."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.product, pytest.mark.browser]


@pytest.mark.parametrize(("host", "package", "path"), [("app", "web", "/sign-in"), ("admin", "admin", "/sign-in")])
def test_a_saved_source_changes_the_open_page(
    watched: tuple[Path, int], browser: Browser, host: str, package: str, path: str
) -> None:
    root, port = watched
    source = root / f"packages/{package}/src/pages/SignInPage.tsx"
    text = source.read_text()
    page = browser.new_page()
    try:
        page.goto(f"http://{host}.localhost:{port}{path}")
        title = page.get_by_role("heading", level=1)
        expect(title).to_be_visible(timeout=20_000)
        shown = title.inner_text()
        assert f">{shown}</PageTitle>" in text, "the test edits the page's title"
        page.evaluate("self.notReloaded = true")
        source.write_text(text.replace(f">{shown}</PageTitle>", ">Changed while open</PageTitle>"))
        expect(title).to_have_text("Changed while open", timeout=20_000)
        assert page.evaluate("self.notReloaded") is True
    finally:
        source.write_text(text)
        page.close()
