"""`tools/test.py`: what a failing, empty, missing or interrupted stage does to the others and to the result."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from running import ROOT

PASSING = "def test_it():\n    pass\n"
FAILING = "def test_it():\n    assert 1 == 2\n"
SKIPPED = "import pytest\ndef test_it():\n    pytest.skip('no moon tonight')\n"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The runner with a folder of its own."""
    spec = importlib.util.spec_from_file_location("runner", ROOT / "tools/test.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "runner", module)
    spec.loader.exec_module(module)
    (tmp_path / "a clone").mkdir()
    module.ROOT = tmp_path / "a clone"
    module.OUT = module.ROOT / ".yab/test"
    (module.ROOT / "pytest.ini").write_text("[pytest]\nmarkers = product\n    browser\n")
    return module


def stage(runner: ModuleType, name: str, text: str) -> object:
    (runner.ROOT / f"test_{name}.py").write_text(text)
    return runner.tests(name, f"test_{name}.py")


def closing_line(output: str) -> str:
    return output.rstrip().splitlines()[-1]


def test_every_stage_runs_and_the_last_line_counts(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    runner.LANES = (
        (runner.checks("lint", "false", "true"), stage(runner, "one", PASSING)),
        (stage(runner, "two", FAILING), stage(runner, "three", SKIPPED + "\n" + PASSING.replace("it", "other"))),
    )
    assert runner.main([]) == 1
    output = capsys.readouterr().out
    assert re.search(r"(?m)^✗ lint", output)
    assert re.search(r"(?m)^✓ one .* 1 passed$", output)
    assert re.search(r"(?m)^✗ two .* 1 failed\n(  │ .*\n)+  └ all of it: .yab/test/two.log$", output)
    assert "assert 1 == 2" in output
    assert "\nSkipped:\n  no moon tonight (1): test_it\n" in output
    assert "; failed: lint, two" in output
    assert closing_line(output) == "2 passed, 1 failed, 1 skipped"


def test_a_failing_command_is_not_hidden_by_those_after_it(
    runner: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    talkative = (sys.executable, "-c", "for n in range(100): print('fine', n)")
    runner.LANES = ((runner.Stage("lint", (("ls", "no-such-file"), talkative)),), ())
    assert runner.main([]) == 1
    output = capsys.readouterr().out
    assert "  │ $ ls no-such-file\n" in output
    assert "fine" not in output
    assert "fine 99" in (runner.OUT / "lint.log").read_text()


def test_named_stages_only(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    runner.LANES = ((stage(runner, "one", PASSING), stage(runner, "two", FAILING)), ())
    assert runner.main(["one"]) == 0
    assert "Ran one in " in capsys.readouterr().out
    assert runner.main(["nine"]) == 2
    assert capsys.readouterr().err == "stage nine: there is no such stage\n→ use one of: one, two\n"


@pytest.mark.parametrize("text", ["", SKIPPED, "import nothing_like_it\n"])
def test_a_stage_that_ran_no_test_has_failed(runner: ModuleType, text: str) -> None:
    runner.LANES = ((stage(runner, "one", text),), ())
    assert runner.main([]) == 1


def test_an_old_report_is_not_counted_again(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    runner.LANES = ((stage(runner, "one", PASSING),), ())
    assert runner.main([]) == 0
    runner.LANES = ((runner.Stage("one", (("false",),), report="one.xml"),), ())
    capsys.readouterr()
    assert runner.main([]) == 1
    assert closing_line(capsys.readouterr().out) == "0 passed, 0 failed, 0 skipped"


def test_a_missing_program_and_a_hanging_one_fail_their_stage(
    runner: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.LIMIT_S = 0.2
    runner.LANES = ((runner.checks("gone", "no-such-program"),), (runner.checks("hangs", "sleep 30"),))
    assert runner.main([]) == 1
    output = capsys.readouterr().out
    assert "no-such-program" in output
    assert "timed out after" in output


def test_skipped_tests_are_grouped_by_their_reason(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    skipped = [("no helm", "test_a"), ("no root", "test_b"), ("no helm", "test_c"), ("no helm", "test_c")]
    outcome = runner.Outcome(runner.checks("lint"), ok=True, seconds=1, passed=1, skipped=skipped)
    assert runner.summarise([outcome], 1) == 0
    assert "\nSkipped:\n  no helm (3): test_a, test_c\n  no root (1): test_b\n" in capsys.readouterr().out


def test_commands_run_as_if_no_make_had_started_them(runner: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.setenv(name, "w")
    assert not {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"} & set(runner.environment())


def test_playwright_runs_on_the_clones_node(runner: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    node = runner.ROOT / ".yab/tools/node/bin/node"
    node.parent.mkdir(parents=True)
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    monkeypatch.delenv("PLAYWRIGHT_NODEJS_PATH", raising=False)
    assert runner.environment()["PLAYWRIGHT_NODEJS_PATH"] == str(node)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/chosen/node")
    assert runner.environment()["PLAYWRIGHT_NODEJS_PATH"] == "/chosen/node"


def test_vitests_report_is_counted(runner: ModuleType) -> None:
    runner.OUT.mkdir(parents=True)
    (runner.OUT / "web.json").write_text(
        '{"numPassedTests": 3, "numFailedTests": 0, "testResults": [{"assertionResults": ['
        '{"fullName": "form sends", "status": "passed"}, {"fullName": "form waits", "status": "pending"}]}]}'
    )
    outcome = runner.count(runner.Outcome(runner.Stage("web", (), report="web.json"), True, 1.0))
    assert (outcome.ok, outcome.passed, outcome.skipped) == (True, 3, [("to do", "form waits")])


def test_the_real_stages_take_every_test_once(runner: ModuleType) -> None:
    names = [each.name for lane in runner.LANES for each in lane]
    assert names == ["lint", "types", "layers", "web-unit", "unit", "backend", "local", "product", "charts", "renamed"]
    for name in ("local", "product"):
        assert runner.marks(name) == "product or browser"
    for name in ("unit", "backend", "charts", "renamed"):
        assert runner.marks(name) == "not product and not browser"


def test_ctrl_c_ends_it_without_starting_the_next_stage(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import test as runner; "
        "runner.OUT = pathlib.Path(sys.argv[2]); runner.ROOT = runner.OUT; "
        "runner.LANES = ((runner.checks('slow', 'sleep 30'), runner.checks('next', 'touch started')), ()); "
        "sys.exit(runner.main([]))"
    )
    command = [sys.executable, "-c", code, str(ROOT / "tools"), str(tmp_path)]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while not (tmp_path / "slow.log").exists():
        time.sleep(0.02)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=10) == 130
    assert not (tmp_path / "started").exists()
