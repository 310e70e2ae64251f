"""docs/implementation-plan.md has every task of the plan, and claims only what a test proves."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from running import ROOT

from yab.project import Project, load

PLAN = ROOT / "docs/implementation-plan.md"
LINE = re.compile(r"- \[(?P<state>[ x])\] (?P<text>.+) → (?P<proof>.+)")
PROOF = re.compile(r"\[(\w+)\]\(\.\./([^)]+)\)")
LATER = re.compile(r"issue [4-9]|a later issue")


@dataclass(frozen=True)
class Line:
    """A task with its state."""

    text: str
    done: bool
    proof: str


def lines(text: str) -> list[Line]:
    matches = [LINE.fullmatch(line) for line in text.splitlines() if line.startswith("- [")]
    assert all(matches), "a line has no state or no proof"
    return [Line(match["text"], match["state"] == "x", match["proof"]) for match in matches if match]


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the functions in a file."""
    tree = ast.parse(path.read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def unproven(line: Line) -> str | None:
    """What is wrong with a line's claim, None where a test proves it."""
    if not line.done:
        return None if LATER.fullmatch(line.proof) else f"{line.text}: open, and no issue brings it"
    proofs = PROOF.findall(line.proof)
    if not proofs:
        return f"{line.text}: done, and no test proves it"
    for name, place in proofs:
        if not name.startswith("test_") or not (ROOT / place).is_file() or name not in names_in(ROOT / place):
            return f"{line.text}: there is no test {name} in {place}"
    return None


@pytest.fixture(scope="module")
def project() -> Project:
    return load(ROOT)


def test_every_claim_is_proven() -> None:
    assert [reason for reason in map(unproven, lines(PLAN.read_text())) if reason] == []


def test_no_task_of_the_plan_is_missing(project: Project) -> None:
    # `yab init` rewrites the product's domain in docs; the plan's words keep its own.
    text = PLAN.read_text().replace(project.environments["production"].domain, "example.dev")
    tasks = [task for task in (ROOT / "tests/docs/plan.txt").read_text().splitlines() if not task.startswith("# ")]
    kept = [line.text for line in lines(text)]
    missing = [task for task in tasks if not any(line.startswith(task) for line in kept) and task not in text]
    assert not missing
    assert len(kept) == sum(not task.startswith("#") for task in tasks)


@pytest.mark.parametrize(
    "claim",
    [
        Line("t", True, "see the code"),
        Line("t", True, "[test_nothing_like_it](../tests/docs/test_plan.py)"),
        Line("t", True, "[test_every_claim_is_proven](../tests/docs/no_such_file.py)"),
        Line("t", True, "[lines](../tests/docs/test_plan.py)"),
        Line("t", False, "some day"),
    ],
)
def test_a_claim_without_a_proof_is_found(claim: Line) -> None:
    assert unproven(claim)


def test_the_cheat_sheet_says_what_yab_toml_says(project: Project) -> None:
    sheet = PLAN.read_text().partition("## Naming cheat sheet")[2]
    expected = [project.name, *(f"{project.prefix}-{name}" for name in ("api", "web", "admin", "worker", "local"))]
    expected += [*{component.namespace for component in project.components.values()}, "api-env", "worker-env"]
    expected += [project.environments["staging"].host("app"), project.environments["production"].host("admin")]
    assert [name for name in expected if f"`{name}`" not in sheet] == []


def test_the_concept_links_the_plan() -> None:
    ideas = (ROOT / "docs/04-k8s.md").read_text().partition("## Next-Step Ideas")[2]
    assert "](implementation-plan.md)" in ideas


def test_decisions_are_indexed_and_dated() -> None:
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text()
    records = sorted(folder.glob("[0-9]*.md"))
    assert [path.name for path in records if f"]({path.name})" not in index] == []
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text()
        assert re.match(rf"# {path.name[:4]} · .+\n\n\d{{4}}-\d\d-\d\d · (accepted|replaced by \[\d{{4}}\])", text), (
            path
        )
        assert [head in text for head in ("## Context", "## Decision", "## Consequences")] == [True] * 3, path
