"""A headless Chromium for the product's pages. The fixture `product` (the running product) is one folder up."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

if TYPE_CHECKING:
    from running import Product

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium reports every refused request as an error; these answers are part of normal use.
NORMAL_ANSWERS = re.compile(r"Failed to load resource: .* status of (401|403|409|422)")
TIMEOUT_MS = 10_000


@dataclass(frozen=True)
class Person:
    name: str = "Ada Lovelace"
    email: str = field(default_factory=lambda: f"ada.{secrets.token_hex(4)}@example.com")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))


NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Regular expressions of what a test makes go wrong on purpose, as the browser's console words it."""
    return []


@pytest.fixture
def new_context(browser: Browser, expected_errors: list[str]) -> Iterator[NewContext]:
    """Makes browser profiles whose pages must not write an error to the console, nor throw."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def record(message: ConsoleMessage) -> None:
        if message.type == "error" and not NORMAL_ANSWERS.match(message.text):
            errors.append(message.text)

    def create(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(TIMEOUT_MS)
        context.on("console", record)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield create
    for context in contexts:
        context.close()
    unexpected = [text for text in errors if not any(re.search(known, text) for known in expected_errors)]
    assert unexpected == []


@pytest.fixture
def page(new_context: NewContext) -> Page:
    return new_context().new_page()


@pytest.fixture
def person() -> Person:
    """Somebody without an account."""
    return Person()


@pytest.fixture
def member(product: Product, new_context: NewContext, person: Person) -> Person:
    """Somebody with an account, signed in nowhere."""
    page = new_context().new_page()
    page.goto(product.url("app"))
    status = page.evaluate(
        """async (body) => (await fetch("/api/v1/accounts", {
            method: "POST", body: JSON.stringify(body), headers: {"Content-Type": "application/json"},
        })).status""",
        {"name": person.name, "email": person.email, "password": person.password},
    )
    assert status == 201
    return person


SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def sign_in() -> SignIn:
    """Fills in and sends the sign-in form that `page` shows."""

    def fill(page: Page, email: str, password: str) -> None:
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()

    return fill
