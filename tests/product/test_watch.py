"""The inner loop: a change of a source is served without a restart by hand."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest
from running import eventually, run

pytestmark = pytest.mark.product


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
