"""How the webs' files are served: what is cached, what is refused, what no script may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Response

if TYPE_CHECKING:
    from running import Product

pytestmark = [pytest.mark.product, pytest.mark.browser]

WEBS = ["app", "admin"]


def get(page: Page, url: str) -> Response:
    response = page.goto(url)
    assert response is not None
    return response


@pytest.mark.parametrize("host", WEBS)
@pytest.mark.parametrize("path", ["/", "/a/page/of/the/application", "/config.js"])
def test_pages_and_settings_are_never_cached_and_are_protected(
    product: Product, page: Page, host: str, path: str
) -> None:
    response = get(page, product.url(host) + path)
    headers = response.all_headers()
    assert response.status == 200
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "etag" not in headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("host", WEBS)
def test_hashed_files_are_cached_for_ever_and_compressed(product: Product, page: Page, host: str) -> None:
    with page.expect_response(lambda response: "/assets/" in response.url and response.url.endswith(".js")) as script:
        page.goto(product.url(host))
    headers = script.value.all_headers()
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-encoding"] in {"gzip", "br", "zstd"}


@pytest.mark.parametrize("host", WEBS)
def test_a_missing_file_is_an_error_that_nobody_remembers(
    product: Product, page: Page, host: str, expected_errors: list[str]
) -> None:
    expected_errors.append("status of 404")
    response = get(page, f"{product.url(host)}/assets/gone-12345678.js")
    assert response.status == 404
    assert response.all_headers()["cache-control"] == "no-store"


def test_an_injected_script_does_not_run(product: Product, page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("Content Security Policy")
    page.goto(product.url("app"))
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.head.append(script);
        }"""
    )
    assert page.evaluate("window.injected") is None
