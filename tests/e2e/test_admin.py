"""What an administrator does in the admin web, and what a member may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from running import Product
    from tests.e2e.conftest import Person, SignIn

pytestmark = [pytest.mark.product, pytest.mark.browser]


def test_an_administrator_sees_a_new_user(product: Product, page: Page, member: Person, sign_in: SignIn) -> None:
    page.goto(product.url("admin"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, product.admin_email, product.admin_password)
    table = page.get_by_role("table", name="Users")
    row = table.get_by_role("row").filter(has_text=member.email)
    expect(row.get_by_role("rowheader")).to_contain_text(member.name)
    expect(row.get_by_role("cell").first).to_have_text("member")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(table).to_be_hidden()


def test_a_member_is_refused_and_told_why(product: Product, page: Page, member: Person, sign_in: SignIn) -> None:
    page.goto(product.url("admin"))
    sign_in(page, member.email, member.password)
    expect(page.get_by_role("heading", name="Administrators only")).to_be_visible()
    expect(page.get_by_text(member.email)).to_be_visible()
    expect(page.get_by_role("table")).to_be_hidden()


def test_a_session_of_the_customer_web_is_none_of_the_admin_web(product: Product, page: Page, sign_in: SignIn) -> None:
    page.goto(f"{product.url('app')}/sign-in")
    sign_in(page, product.admin_email, product.admin_password)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.goto(product.url("admin"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_pages_of_users_are_turned_by_cursor(product: Product, page: Page, member: Person, sign_in: SignIn) -> None:
    one_a_page = "**/api/v1/accounts?limit=25*"
    page.route(one_a_page, lambda route: route.continue_(url=route.request.url.replace("limit=25", "limit=1")))
    page.goto(product.url("admin"))
    sign_in(page, product.admin_email, product.admin_password)
    people = page.get_by_role("rowheader")
    expect(people).to_have_count(1)
    first = people.inner_text()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(page.get_by_role("heading", name="Users")).to_be_focused()
    expect(people).not_to_have_text(first)
    page.get_by_role("button", name="Previous").click()
    expect(people).to_have_text(first, use_inner_text=True)
