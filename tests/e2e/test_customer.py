"""What a customer does in the web, as the browser shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from running import Product
    from tests.e2e.conftest import Person, SignIn

pytestmark = [pytest.mark.product, pytest.mark.browser]


def fill_sign_up(page: Page, person: Person, password: str | None = None) -> None:
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password or person.password)
    page.get_by_role("button", name="Create account").click()


def test_an_account_from_its_first_day_to_its_last(
    product: Product, page: Page, person: Person, sign_in: SignIn
) -> None:
    page.goto(product.url("app"))
    page.get_by_role("link", name="Create an account").click()
    fill_sign_up(page, person)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=person.email)).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.context.cookies() == []

    page.get_by_role("navigation").get_by_role("link", name="Sign in").click()
    sign_in(page, person.email, person.password)
    page.get_by_role("button", name="Delete account").click()
    dialog = page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Delete account").click()
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()

    page.get_by_role("navigation").get_by_role("link", name="Sign in").click()
    sign_in(page, person.email, person.password)
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_session_is_a_cookie_of_this_host_that_no_script_can_read(
    product: Product, page: Page, member: Person, sign_in: SignIn
) -> None:
    page.goto(f"{product.url('app')}/sign-in")
    sign_in(page, member.email, member.password)
    expect(page).to_have_url(re.compile("/account$"))
    [cookie] = page.context.cookies()
    assert (cookie["domain"], cookie["httpOnly"], cookie["sameSite"]) == ("app.localhost", True, "Lax")
    page.reload()
    expect(page.get_by_role("definition").filter(has_text=member.email)).to_be_visible()


def test_a_wrong_password_is_refused_in_words_and_the_email_stays(
    product: Product, page: Page, member: Person, sign_in: SignIn
) -> None:
    page.goto(f"{product.url('app')}/sign-in")
    sign_in(page, member.email, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).not_to_be_empty()
    expect(page.get_by_label("Email")).to_have_value(member.email)
    expect(page).to_have_url(re.compile("/sign-in$"))


def test_missing_fields_are_named_and_the_first_has_the_focus(product: Product, page: Page) -> None:
    page.goto(f"{product.url('app')}/sign-up")
    page.get_by_role("button", name="Create account").click()
    for label in ("Name", "Email", "Password"):
        expect(page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_be_focused()


def test_what_the_server_refuses_is_said_at_its_field(product: Product, page: Page, person: Person) -> None:
    page.goto(f"{product.url('app')}/sign-up")
    fill_sign_up(page, person, password="short")
    password = page.get_by_label("Password")
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_description(re.compile("Use at least 10 characters"))
    expect(page.get_by_label("Email")).not_to_have_attribute("aria-invalid", "true")


def test_a_taken_email_is_said_at_the_email(product: Product, page: Page, member: Person) -> None:
    page.goto(f"{product.url('app')}/sign-up")
    fill_sign_up(page, member)
    expect(page.get_by_label("Email")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")


def test_the_account_page_needs_a_session(product: Product, page: Page) -> None:
    page.goto(f"{product.url('app')}/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_unreachable_server_is_said_and_can_be_retried(
    product: Product, page: Page, member: Person, sign_in: SignIn, expected_errors: list[str]
) -> None:
    expected_errors += ["ERR_FAILED", "ApiError: The server cannot be reached"]
    page.goto(f"{product.url('app')}/sign-in")
    page.route("**/api/**", lambda route: route.abort())
    sign_in(page, member.email, member.password)
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")

    page.goto(f"{product.url('app')}/account")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/api/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_unknown_address_says_so(product: Product, page: Page) -> None:
    page.goto(f"{product.url('app')}/no-such-page")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
