"""The locks install from any mirror: every file by its hash, no host named, for every Python and system."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from running import ROOT

LOCKS = ("requirements.lock", "packages/backend/requirements.lock", "tools/uv.lock", "tools/node.lock")


def packages(name: str) -> dict[str, str]:
    """What a lock pins: the package's name and the rest of its lines."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {re.split(r"[=\[ ]", line)[0]: line for line in lines}


def required(path: str, *keys: str) -> set[str]:
    """The names that a pyproject.toml asks for."""
    found = tomllib.loads((ROOT / path).read_text())
    for key in keys:
        found = found[key]
    return {re.split(r"[\[<>=~;! ]", text)[0].lower().replace("_", "-") for text in found}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_by_version_and_hash(name: str) -> None:
    assert packages(name)
    for line in packages(name).values():
        assert re.match(r"[a-z0-9.-]+(\[[a-z0-9,]+\])?==\S+ ", line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    if name.endswith(".json"):  # the packages' own home pages aside
        assert not [path for path, each in json.loads(text)["packages"].items() if "://" in each.get("resolved", "")]
    else:
        assert "://" not in text
        assert "index-url" not in text


def test_every_requirement_of_the_workspace_is_locked() -> None:
    wanted = required("pyproject.toml", "dependency-groups", "dev")
    wanted |= required("yab/pyproject.toml", "project", "dependencies")
    wanted |= required("packages/backend/pyproject.toml", "project", "dependencies")
    assert wanted <= set(packages("requirements.lock")), "run: make lock"


def test_the_image_gets_what_the_backend_needs_and_no_more() -> None:
    image = packages("packages/backend/requirements.lock")
    assert required("packages/backend/pyproject.toml", "project", "dependencies") <= set(image)
    assert not {"pytest", "ruff", "helm-python-sdk"} & set(image)
    whole = packages("requirements.lock")
    assert {name: line.split(" ")[0] for name, line in image.items()} == {
        name: whole[name].split(" ")[0] for name in image
    }


def test_the_build_backend_is_the_one_inside_the_pinned_uv() -> None:
    pinned = re.search(r"uv==(\d+)\.(\d+)\.(\d+)", (ROOT / "tools/uv.lock").read_text())
    assert pinned is not None
    major, minor, patch = map(int, pinned.groups())
    for path in ("yab/pyproject.toml", "packages/backend/pyproject.toml"):
        bounds = tomllib.loads((ROOT / path).read_text())["build-system"]["requires"]
        assert bounds == [f"uv_build>={major}.{minor}.{patch},<{major}.{minor + 1}"]
