"""Runs all checks of this clone and says what ran, what was skipped and why: `make test`.

    python tools/test.py [STAGE…]

Stages run in two lanes side by side; every stage runs even where another failed. Each one's output lies
in `.yab/test/<stage>.log`; a failing stage shows the end of it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / ".yab" / "test"
TAIL = 40
# No stage takes a third of it; a stage that hangs must not hold everything.
LIMIT_S = 1500


@dataclass(frozen=True)
class Stage:
    """Commands that run one after the other; the stage fails where one does, or where it has no test."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    report: str = ""  # the file below OUT with the results of its tests
    left_out: tuple[tuple[str, str], ...] = ()  # reason and check


@dataclass
class Outcome:
    """What a stage did: seconds, counts, and the reasons of what was skipped."""

    stage: Stage
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)  # reason and test
    complaints: list[str] = field(default_factory=list)  # what the failing commands printed


def checks(name: str, *commands: str) -> Stage:
    """A stage of checks without counted tests."""
    return Stage(name, tuple(tuple(command.split()) for command in commands))


def tests(name: str, words: str) -> Stage:
    """A stage of pytest."""
    command = (sys.executable, "-m", "pytest", "--quiet", "--color=no", f"--junitxml={OUT / name}.xml")
    return Stage(name, ((*command, *words.split(), "-m", marks(name)),), report=f"{name}.xml")


def marks(name: str) -> str:
    """Which of pytest's marks a stage runs."""
    return "product or browser" if name in ("local", "product") else "not product and not browser"


SHELLCHECK = platform.machine() == "x86_64" or sys.platform == "darwin"
LINT = checks(
    "lint",
    "ruff check .",
    "ruff format --check .",
    "npm run --silent lint",
    *(["shellcheck .ci/run tools/lock.sh"] if SHELLCHECK else []),
    "zizmor --offline --quiet --no-progress .github",
    "check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml",
    "check-jsonschema --builtin-schema vendor.renovate renovate.json",
)
WEB_UNIT = Stage(
    "web-unit",
    (("npx", "vitest", "run", "--reporter=default", "--reporter=json", f"--outputFile.json={OUT}/web-unit.json"),),
    report="web-unit.json",
)
STATIC = (
    LINT if SHELLCHECK else replace(LINT, left_out=(("no wheel for this machine", "shellcheck"),)),
    checks("types", "mypy yab/src packages/backend/src tools --exclude tools/setup.py", "npm run --silent types"),
    checks("layers", "lint-imports"),
    WEB_UNIT,
    tests("unit", "yab/tests tests --ignore=tests/charts --ignore=tests/names"),
    tests("backend", "packages/backend/tests"),
)
PRODUCT = (
    tests("local", "yab/tests/local"),
    tests("product", "tests"),
    tests("charts", "tests/charts"),
    tests("renamed", "tests/names"),
)
LANES = (STATIC, PRODUCT)
stopping = threading.Event()


def main(names: Sequence[str]) -> int:
    """Runs the named stages, or all. 0: all passed, 1: one failed, 2: no such stage, 130: interrupted."""
    known = [stage.name for lane in LANES for stage in lane]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"stage {unknown[0]}: there is no such stage\n→ use one of: {', '.join(known)}", file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    lanes = [[stage for stage in lane if not names or stage.name in names] for lane in LANES]
    with ThreadPoolExecutor(len(LANES)) as pool:
        running = [pool.submit(run_lane, lane) for lane in lanes]
        try:
            outcomes = [outcome for lane in running for outcome in lane.result()]
        except KeyboardInterrupt:
            stopping.set()  # the commands got the signal too; no other must start
            return 130
    return summarise(outcomes, time.monotonic() - began)


def run_lane(stages: Sequence[Stage]) -> list[Outcome]:
    """Runs stages one after the other."""
    outcomes = []
    for stage in stages:
        if not stopping.is_set():
            outcomes.append(run(stage))
            show(outcomes[-1])
    return outcomes


def run(stage: Stage) -> Outcome:
    """Runs a stage's commands, all of them even where one fails."""
    began, complaints = time.monotonic(), []
    if stage.report:
        (OUT / stage.report).unlink(missing_ok=True)
    with log(stage).open("w+", errors="replace") as file:
        for command in stage.commands:
            start = file.tell()
            print("$", *command, file=file, flush=True)
            ok = execute(command, file.fileno())
            file.seek(start)
            text = file.read()
            complaints += [] if ok else [text]
    seconds = time.monotonic() - began
    return count(Outcome(stage, not complaints, seconds, skipped=[*stage.left_out], complaints=complaints))


def execute(command: Sequence[str], output: int) -> bool:
    """Runs a command; whether it succeeded."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        os.write(output, f"{error}\n".encode())
        return False
    return done.returncode == 0


def environment() -> dict[str, str]:
    """The environment, with this clone's programs first and nothing of the make that runs this."""
    folders = [Path(sys.executable).parent, ROOT / "node_modules/.bin", ROOT / ".yab/tools/node/bin"]
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    # Playwright's own Node needs libatomic, which a bare Debian lacks.
    node = {"PLAYWRIGHT_NODEJS_PATH": found} if (found := shutil.which("node", path=path)) else {}
    return {**node, **kept, "NO_COLOR": "1", "PATH": path}


def log(stage: Stage) -> Path:
    """Where a stage's output lies."""
    return OUT / f"{stage.name}.log"


def count(outcome: Outcome) -> Outcome:
    """Adds the counts of the stage's own report. A stage of tests that ran none has failed."""
    report = OUT / outcome.stage.report
    if not outcome.stage.report:
        return outcome
    if report.suffix == ".xml" and report.exists():
        count_pytest(outcome, report)
    elif report.exists():
        count_vitest(outcome, report)
    outcome.ok = outcome.ok and not outcome.failed and outcome.passed > 0
    return outcome


def count_pytest(outcome: Outcome, report: Path) -> None:
    """Reads the report that pytest writes for CI servers."""
    for case in ET.parse(report).iter("testcase"):
        left = case.find("skipped")
        if left is not None:
            outcome.skipped.append((left.get("message") or "no reason given", case.get("name", "").split("[")[0]))
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        else:
            outcome.passed += 1


def count_vitest(outcome: Outcome, report: Path) -> None:
    """Reads vitest's report, which is Jest's; vitest knows no reason for a skipped test."""
    found = json.loads(report.read_text())
    outcome.passed, outcome.failed = found["numPassedTests"], found["numFailedTests"]
    cases = [case for file in found["testResults"] for case in file["assertionResults"]]
    outcome.skipped += [("to do", case["fullName"]) for case in cases if case["status"] in ("pending", "todo")]


def show(outcome: Outcome) -> None:
    """A line for the stage, and the end of its output where it failed."""
    counts = [f"{outcome.passed} passed"] if outcome.stage.report else []
    counts += [f"{outcome.failed} failed"] if outcome.failed else []
    counts += [f"{len(outcome.skipped)} skipped"] if outcome.skipped else []
    line = (
        f"{'✓' if outcome.ok else '✗'} {outcome.stage.name:<9} {outcome.seconds:6.1f} s  {', '.join(counts)}".rstrip()
    )
    if not outcome.ok:
        tails = [text for complaint in outcome.complaints for text in complaint.splitlines()[-TAIL:]]
        line += "".join(f"\n  │ {text}" for text in tails) + f"\n  └ all of it: {log(outcome.stage).relative_to(ROOT)}"
    print(line, flush=True)


def summarise(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Prints what was skipped and the line that counts; 0 when all passed."""
    skipped = [each for outcome in outcomes for each in outcome.skipped]
    for number, reason in enumerate(dict.fromkeys(reason for reason, _ in skipped)):
        names = [name for each, name in skipped if each == reason]
        print("" if number else "\nSkipped:\n", f"  {reason} ({len(names)}): {', '.join(dict.fromkeys(names))}", sep="")
    bad = [outcome.stage.name for outcome in outcomes if not outcome.ok]
    ran = ", ".join(outcome.stage.name for outcome in outcomes)
    print(f"\nRan {ran} in {seconds:.0f} s; {'failed: ' + ', '.join(bad) if bad else 'all passed'}")
    if any(outcome.stage.report for outcome in outcomes):
        passed, failed = sum(each.passed for each in outcomes), sum(each.failed for each in outcomes)
        print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
