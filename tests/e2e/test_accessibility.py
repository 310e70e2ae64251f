"""Every page, in both themes: axe-core finds nothing, nothing scrolls sideways, and the keyboard is enough."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from running import Product
    from tests.e2e.conftest import NewContext, Person, SignIn

pytestmark = [pytest.mark.product, pytest.mark.browser]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PUBLIC_PAGES = [
    ("app", "/"),
    ("app", "/sign-up"),
    ("app", "/sign-in"),
    ("app", "/nowhere"),
    ("admin", "/sign-in"),
]
SCHEMES = ["light", "dark"]


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each: rule, element."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("host", "path"), PUBLIC_PAGES)
def test_pages_for_everybody(product: Product, new_context: NewContext, host: str, path: str, scheme: str) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(product.url(host) + path)
    assert violations(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_errors_of_a_form(product: Product, new_context: NewContext, scheme: str) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    page.goto(f"{product.url('app')}/sign-up")
    page.get_by_role("button", name="Create account").click()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_account_page_and_its_question(
    product: Product, new_context: NewContext, member: Person, sign_in: SignIn, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{product.url('app')}/sign-in")
    sign_in(page, member.email, member.password)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_users_table(product: Product, new_context: NewContext, sign_in: SignIn, scheme: str) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(product.url("admin"))
    sign_in(page, product.admin_email, product.admin_password)
    expect(page.get_by_role("rowheader").first).to_be_visible()
    assert violations(page) == []
    assert sideways(page) == 0


def test_signing_in_with_the_keyboard_alone(product: Product, page: Page, member: Person) -> None:
    page.goto(product.url("app"))
    keys = page.keyboard
    expect(page.get_by_role("navigation").get_by_role("link", name="Sign in")).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("navigation").get_by_role("link", name="Sign in")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_focused()
    keys.press("Tab")
    keys.type(member.email)
    keys.press("Tab")
    keys.type(member.password)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_focused()


def test_the_chosen_theme_is_remembered(product: Product, new_context: NewContext) -> None:
    page = new_context(color_scheme="light").new_page()
    page.goto(product.url("app"))
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Use the dark theme").click()
    dark = page.evaluate(background)
    page.reload()
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    assert dark != light
    assert page.evaluate(background) == dark
