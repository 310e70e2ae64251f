"""Runs all checks of this clone and says what ran, what was skipped and why: `make test`.

    python tools/test.py [STAGE…]

Stages run in two lanes side by side; every stage runs even where another failed. Each one's output lies
in `.yab/test/<stage>.log`; a failing stage shows the end of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / ".yab" / "test"
PYTEST = (sys.executable, "-m", "pytest", "--quiet", "--color=no")
TAIL = 40


@dataclass(frozen=True)
class Stage:
    """Commands that run one after the other; the stage fails where one does."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    tests: bool = False


@dataclass
class Outcome:
    """What a stage did: seconds, counts, and the reasons of what was skipped."""

    stage: Stage
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)


def pytest_stage(name: str, *words: str) -> Stage:
    """A stage of tests, its results counted from pytest's own report."""
    report = OUT / f"{name}.xml"
    return Stage(name, ((*PYTEST, f"--junitxml={report}", *words),), tests=True)


STATIC = (
    Stage("lint", (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("npm", "run", "--silent", "lint"))),
    Stage("types", (("mypy", "yab/src", "packages/backend/src"), ("npm", "run", "--silent", "types"))),
    Stage("layers", (("lint-imports",),)),
    Stage(
        "web-unit",
        (("npx", "vitest", "run", "--reporter=default", "--reporter=json", f"--outputFile.json={OUT}/web-unit.json"),),
        tests=True,
    ),
    pytest_stage("unit", "-m", "not product and not browser"),
)
PRODUCT = (
    pytest_stage("local", "yab/tests/local", "-m", "product"),
    pytest_stage("product", "tests", "-m", "product or browser"),
)
LANES = (STATIC, PRODUCT)


def main(names: Sequence[str]) -> int:
    """Runs the named stages, or all; 0 when all passed."""
    known = [stage.name for lane in LANES for stage in lane]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"stage {unknown[0]}: there is no such stage\n→ use one of: {', '.join(known)}", file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    lanes = [[stage for stage in lane if not names or stage.name in names] for lane in LANES]
    with ThreadPoolExecutor(len(LANES)) as pool:
        outcomes = [outcome for lane in pool.map(run_lane, lanes) for outcome in lane]
    return summarise(outcomes, time.monotonic() - began)


def run_lane(stages: Sequence[Stage]) -> list[Outcome]:
    """Runs stages one after the other."""
    return [run(stage) for stage in stages]


def run(stage: Stage) -> Outcome:
    """Runs a stage and tells how it went."""
    began = time.monotonic()
    log = OUT / f"{stage.name}.log"
    ok = True
    with log.open("w") as file:
        for command in stage.commands:
            print("$", *command, file=file, flush=True)
            done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=environment())
            ok = ok and done.returncode == 0
    outcome = count(Outcome(stage, ok, time.monotonic() - began))
    counts = f"  {outcome.passed} passed" if stage.tests else ""
    counts += f", {outcome.failed} failed" if outcome.failed else ""
    counts += f", {len(outcome.skipped)} skipped" if outcome.skipped else ""
    print(f"{'✓' if ok else '✗'} {stage.name:<9} {outcome.seconds:6.1f} s{counts}", flush=True)
    if not ok:
        lines = log.read_text(errors="replace").splitlines()[-TAIL:]
        print("".join(f"  │ {line}\n" for line in lines) + f"  └ the whole of it: {log.relative_to(ROOT)}", flush=True)
    return outcome


def environment() -> dict[str, str]:
    """The environment, with this clone's programs first."""
    folders = [Path(sys.executable).parent, ROOT / "node_modules/.bin", ROOT / ".yab/tools/node/bin"]
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "FORCE_COLOR": "0"}


def count(outcome: Outcome) -> Outcome:
    """Adds the counts of the stage's own report. A test stage that ran no test has failed."""
    name = outcome.stage.name
    if (report := OUT / f"{name}.xml").exists() and outcome.stage.tests:
        cases = list(ET.parse(report).iter("testcase"))
        report.unlink()
        bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        left = [case for case in cases if case.find("skipped") is not None]
        outcome.failed, outcome.passed = len(bad), len(cases) - len(bad) - len(left)
        outcome.skipped = [f"{case.get('name')}: {reason(case)}" for case in left]
    elif (report := OUT / f"{name}.json").exists() and outcome.stage.tests:
        found = json.loads(report.read_text())
        report.unlink()
        outcome.passed, outcome.failed = found["numPassedTests"], found["numFailedTests"]
        outcome.skipped = ["a web test is marked as pending"] * found["numPendingTests"]
    if outcome.stage.tests and outcome.passed + outcome.failed == 0:
        outcome.ok = False
    return outcome


def reason(case: ET.Element) -> str:
    """Why a test was skipped."""
    skipped = case.find("skipped")
    return (skipped.get("message") or "no reason given") if skipped is not None else ""


def summarise(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Prints what was skipped and the line that counts; 0 when all passed."""
    reasons = [text for outcome in outcomes for text in outcome.skipped]
    if reasons:
        print("\nSkipped:")
        print("".join(f"  {text}\n" for text in reasons), end="")
    bad = [outcome.stage.name for outcome in outcomes if not outcome.ok]
    passed, failed = sum(each.passed for each in outcomes), sum(each.failed for each in outcomes)
    print(f"\n{len(outcomes)} stages in {seconds:.0f} s" + (f"; failed: {', '.join(bad)}" if bad else "; all passed"))
    print(f"{passed} passed, {failed} failed, {len(reasons)} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
