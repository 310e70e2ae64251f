"""Pictures for the documentation, from the running product: `YAB_SCREENSHOTS=1 pytest tests/e2e`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from running import Product
    from tests.e2e.conftest import NewContext, Person, SignIn

pytestmark = [
    pytest.mark.product,
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("YAB_SCREENSHOTS") != "1", reason="YAB_SCREENSHOTS=1 was not asked for"),
]

IMAGES = Path(__file__).parents[2] / "docs/images"
SIZES = {390: 844, 1280: 800}


def open_page(new_context: NewContext, scheme: str, width: int, scale: float = 1) -> Page:
    context = new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": SIZES[width]},
        device_scale_factor=scale,
        reduced_motion="reduce",
    )
    return context.new_page()


def save(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=IMAGES / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_pages(
    product: Product, new_context: NewContext, member: Person, sign_in: SignIn, width: int, scheme: str
) -> None:
    page = open_page(new_context, scheme, width)
    suffix = f"{width}-{scheme}"
    page.goto(product.url("app"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    save(page, f"home-{suffix}")
    page.goto(f"{product.url('app')}/sign-in")
    save(page, f"sign-in-{suffix}")
    sign_in(page, member.email, member.password)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    save(page, f"account-{suffix}")
    page.goto(product.url("admin"))
    sign_in(page, product.admin_email, product.admin_password)
    expect(page.get_by_role("rowheader").first).to_be_visible()
    save(page, f"users-{suffix}")


def test_the_picture_of_the_readme(product: Product, new_context: NewContext) -> None:
    page = open_page(new_context, "light", 1280, scale=1.5)
    page.goto(product.url("app"))
    expect(page.get_by_role("link", name="Create an account")).to_be_visible()
    save(page, "app")
