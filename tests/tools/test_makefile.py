"""The Makefile: the plan's targets, help in groups, and a first step that costs nothing."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from running import ROOT

OF_THE_PLAN = {
    "build-api",
    "build-web",
    "push-api",
    "push-web",
    "helm-template-api",
    "kind-up",
    "kind-down",
    "deploy-local",
}
TEXT = (ROOT / "Makefile").read_text()
RULES = dict(re.findall(r"(?m)^([a-z][a-z-]*):(?!=) *([^#\n]*)", TEXT))


def make(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)


def test_every_target_of_the_plan_exists() -> None:
    assert set(RULES) >= OF_THE_PLAN


def test_help_lists_every_target_in_a_group() -> None:
    listed = make("help").stdout
    assert set(re.findall(r"(?m)^  make ([a-z-]+)", listed)) == set(RULES)
    heads = re.findall(r"(?m)^\w.*$", listed)
    assert [head.split(" (")[0] for head in heads] == ["Every day", "Proof", "Charts and images", "Housekeeping"]
    assert make().stdout == listed


def test_every_target_is_phony() -> None:
    phony = re.search(r"(?s)\.PHONY: (.*?)\n\n|\.PHONY: (.*?)\n(?!\s)", TEXT)
    assert phony is not None
    assert set((phony[1] or phony[2]).replace("\\", "").split()) == set(RULES)


def test_what_uses_installed_programs_is_set_up_first() -> None:
    needs_nothing = {"setup", "help", "clean", "changed"}
    assert {name for name, needs in RULES.items() if not {"setup", "kind-up"} & set(needs.split())} == needs_nothing


@pytest.mark.parametrize("target", ["build-api", "kind-up"])
def test_a_command_of_a_later_issue_is_refused_in_words(target: str) -> None:
    done = make("--silent", target, PYTHON="true")
    assert done.returncode != 0
    assert re.search(r"(?m)^yab \S+.*: .+\n→ ", done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_no_setting_of_the_shell_leaks_into_a_target() -> None:
    done = make("--silent", "--dry-run", "helm-template-api", PYTHON="true", ENV="/home/me/.shrc")
    assert done.stdout.splitlines()[-1].endswith("render api --env local")


def test_a_machine_without_python_is_told_so() -> None:
    done = make("setup", PYTHON="no-such-python")
    assert done.returncode != 0
    assert done.stderr.startswith("no-such-python: not found\n→ install Python 3.11 or newer\n")
