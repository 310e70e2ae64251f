"""The inner loop: a change of a source is served without a restart by hand."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import clone, eventually, free_port, run

pytestmark = pytest.mark.product


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    root, port = clone(tmp_path_factory.mktemp("watched") / "clone"), free_port()
    done = run(root, "up", "--detach", "--port", str(port))
    assert done.returncode == 0, done.stdout + done.stderr
    yield root, port
    assert run(root, "down").returncode == 0


def get(port: int, host: str, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    response = connection.getresponse()
    return response.status, response.read().decode(errors="replace")


def test_a_change_of_the_api_replaces_its_process(watched: tuple[Path, int]) -> None:
    root, port = watched

    def pid() -> int:
        rows = json.loads(run(root, "status", "--json").stdout)["rows"]
        return next(row["pids"].get("api", 0) for row in rows if row["component"] == "api" and row["kind"] == "pod")

    before = pid()
    (root / "packages/backend/src/backend/_changed.py").write_text("x = 1\n")
    eventually(lambda: pid() not in (0, before) and get(port, "api.localhost", "/health/ready")[0] == 200)


def test_the_webs_are_served_from_their_sources_with_their_configuration(watched: tuple[Path, int]) -> None:
    _, port = watched
    status, page = get(port, "app.localhost", "/")
    assert status == 200
    assert "/@vite/client" in page
    assert "self.__CONFIG__" in get(port, "app.localhost", "/config.js")[1]
    assert '"environment":"local"' in get(port, "admin.localhost", "/config.js")[1].replace(" ", "")


def test_a_change_of_a_page_is_served_at_once(watched: tuple[Path, int]) -> None:
    root, port = watched
    module = root / "packages/web/src/_changed.ts"
    module.write_text("export const x = 'before'\n")
    eventually(lambda: "before" in get(port, "app.localhost", "/src/_changed.ts")[1])
    module.write_text("export const x = 'after'\n")
    eventually(lambda: "after" in get(port, "app.localhost", "/src/_changed.ts")[1])
