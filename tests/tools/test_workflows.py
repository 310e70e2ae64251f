"""What CI runs, a laptop runs: every command of the workflows is a target of the Makefile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TARGETS = set(re.findall(r"(?m)^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text()))
# Before there is a repository there is no Makefile.
BEFORE_CHECKOUT = "apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates git"


def jobs(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text())["jobs"])


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_is_a_target_that_exists(path: Path) -> None:
    for step in steps(path):
        run = step.get("run", "").strip()
        if run and run not in (".ci/run", BEFORE_CHECKOUT):
            match = re.fullmatch(r'make (?:--silent )?([a-z-]+)( STAGES="[a-z -]+")?( >> "\$GITHUB_OUTPUT")?', run)
            assert match, run
            assert match[1] in TARGETS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commits_whose_source_is_told(path: Path) -> None:
    record = (ROOT / "docs/adr/0011-unpinned.md").read_text()
    for name, commit, version in re.findall(r"uses: (\S+?)@(\S+)(?: # (\S+))?", path.read_text()):
        assert re.fullmatch("[0-9a-f]{40}", commit), name
        assert f"| {name} | `{commit}` | {version} |" in record


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_only_read_and_ends(path: Path) -> None:
    assert yaml.safe_load(path.read_text())["permissions"] == {}
    for name, job in jobs(path).items():
        assert job["permissions"] == {"contents": "read"}, name
        assert 0 < job["timeout-minutes"] <= 45, name


def test_all_stages_run_in_ci() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    in_ci = {stage for words in re.findall(r'STAGES="([a-z -]+)"', text) for stage in words.split()}
    in_ci |= {"renamed"} if "make test-renamed" in text else set()
    runner = (ROOT / "tools/test.py").read_text()
    stages = re.findall(r'(?:checks|tests|Stage)\(\s*"([a-z-]+)"', runner)
    assert sorted(in_ci) == sorted(stages)
