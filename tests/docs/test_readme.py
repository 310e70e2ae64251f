"""What README.md and the command reference tell a newcomer to type exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_files import commands, documents
from running import ROOT

from yab.cli.main import COMMANDS

README = ROOT / "README.md"
# Commands of later issues, which documents may already speak of.
LATER = {"build", "validate", "plan", "deploy", "rollback", "history", "connectivity", "add", "backup", "restore"}


def targets() -> set[str]:
    listed = subprocess.run(["make", "--silent", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"(?m)^  make ([a-z-]+)", listed))


def test_it_begins_with_the_two_commands() -> None:
    text = README.read_text()
    assert [line for line in commands(text) if line.startswith("make")][:2] == ["make up", "make test"]
    assert text.index("make test") < text.index("docs/images/app.png") < text.index("\n## ")


def test_its_commands_exist() -> None:
    text = README.read_text()
    named = set(re.findall(r"`make ([a-z-]+)", text)) | {
        line.split()[1] for line in commands(text) if line.startswith("make ")
    }
    assert named <= targets()
    yab = set(re.findall(r"`(?:\.venv/bin/)?yab ([a-z]+)", text)) | {
        line.split()[1] for line in commands(text) if line.startswith("yab ")
    }
    assert {"down", "status", "init"} <= yab
    assert yab <= set(COMMANDS)


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_a_target_or_command_that_is_not_there(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets()
    assert set(re.findall(r"`yab ([a-z]+)", text)) <= set(COMMANDS) | LATER


def test_the_layout_names_what_is_there() -> None:
    block = README.read_text().partition("## Layout")[2].partition("```\n")[2].partition("```")[0]
    names = [name for line in block.splitlines() for name in re.findall(r"^(\S+/?)", line)]
    assert len(names) > 8
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_command_reference_is_up_to_date() -> None:
    command = [sys.executable, "tools/cli_reference.py"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert (ROOT / "docs/cli.md").read_text() == printed, "run: make generate"
