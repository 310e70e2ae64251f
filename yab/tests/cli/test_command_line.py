"""The contract of every command: help with an example, errors on two lines, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import Tiny

from yab.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
NO_JSON = {"run"}


def yab(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "yab", *words], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done


def two_lines(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    what, todo = done.stderr.strip().splitlines()
    assert todo.startswith("→ ")
    return what, todo.removeprefix("→ ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_says_what_json_does(command: str) -> None:
    done = yab(command, "--help")
    assert done.returncode == 0
    assert f"Example: yab {command}" in done.stdout or f"$(yab {command}" in done.stdout
    assert ("--json" in done.stdout) == (command not in NO_JSON)


def test_help_lists_every_command_and_every_command_exists() -> None:
    listed = yab("--help").stdout
    assert all(f"  {command} " in listed for command in COMMANDS)
    modules = {path.stem for path in (ROOT / "yab/src/yab/cli").glob("*.py")}
    assert modules - {"__init__", "common", "display", "main"} == set(COMMANDS)


def test_no_command_shows_help() -> None:
    done = yab()
    assert done.returncode == 2
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(
    ("words", "what", "todo"),
    [
        (("stauts",), "yab stauts: there is no such command", "did you mean: yab status"),
        (("build", "api"), "yab build: is not built yet", "what comes when: docs/implementation-plan.md"),
        (("xyzzy",), "yab xyzzy: there is no such command", "see: yab --help"),
        (("up", "--prot", "1"), "yab up: no such option '--prot'", "see: yab up --help"),
        (("up", "--port", "x"), "yab up: invalid value for '--port'", "see: yab up --help"),
        (("up", "--port", "70000"), "yab up: invalid value for '--port'", "see: yab up --help"),
        (("env",), "yab env: missing argument 'COMPONENT'", "see: yab env --help"),
        (("env", "nobody"), "component nobody: is not in yab.toml", "use one of: "),
        (("run", "nobody", "--", "true"), "component nobody: is not in yab.toml", "use one of: "),
        (("logs", "nobody"), "component nobody: is not in yab.toml", "use one of: "),
        (("render", "nobody"), "component nobody: is not in yab.toml", "use one of: "),
        (
            ("render", "postgres", "--env", "production"),
            "component postgres: is not in environment production",
            "use one of: api",
        ),
        (("init", "api", "--force", "--prefix", "B"), "yab init --prefix: 'B' is not a name", "use a-z, 0-9 and -"),
        (("render", "--env", "nowhere"), "environment nowhere: is not in yab.toml", "use one of: "),
        (("up", "--on", "mars"), "yab up --on mars: there is no such target", "use one of: local, kind"),
        (("init", "My Shop", "--force"), "yab init NAME: 'My Shop' is not a name", "use a-z, 0-9 and -"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_code_2(words: tuple[str, ...], what: str, todo: str) -> None:
    done = yab(*words)
    assert done.returncode == 2
    first, second = two_lines(done)
    assert first.startswith(what)
    assert second.startswith(todo)


def test_outside_a_clone(tmp_path: Path) -> None:
    done = yab("status", cwd=tmp_path)
    assert done.returncode == 2
    assert two_lines(done) == (
        f"{tmp_path}: there is no yab.toml here or above",
        "change into a clone, or pass --root DIR",
    )


def test_the_root_can_be_named(tmp_path: Path) -> None:
    tiny = Tiny(tmp_path / "clone", 1)
    assert yab("--root", str(tiny.root), "render", cwd=tmp_path).returncode == 0


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "yab.toml").write_text('nam = 1\n[environments.local]\ndomain = "localhost"\n')
    done = yab("render", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("→") == 3


def test_status_of_nothing(tmp_path: Path) -> None:
    tiny = Tiny(tmp_path / "clone", 1)
    done = yab("status", cwd=tiny.root)
    assert done.returncode == 1
    assert two_lines(done)[1] == "start it: yab up"
    done = yab("status", "--json", cwd=tiny.root)
    assert (done.returncode, json.loads(done.stdout)["phase"]) == (1, "stopped")


def test_render_json_and_yaml_agree() -> None:
    import yaml

    objects = json.loads(yab("render", "web", "--env", "production", "--json").stdout)
    documents = list(yaml.safe_load_all(yab("render", "web", "--env", "production").stdout))
    assert objects == documents


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m yab render | head -n 1'], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("---\n", "")


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    tiny = Tiny(tmp_path / "clone", 1)
    tiny.component("bad", "a: [\n")
    done = yab("doctor", "--json", cwd=tiny.root)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 3
    assert findings["charts"]["level"] == "missing"
    assert findings["charts"]["todo"]
    assert findings["postgres"]["level"] == "ok"


def broken(root: Path, error: str) -> subprocess.CompletedProcess[str]:
    """A command that meets an error before it knows its clone."""
    code = f"import yab.cli.main as m\ndef root(): raise {error}\nm.root = root\nm.main()"
    env = {**os.environ, "TMPDIR": str(root)}
    return subprocess.run([sys.executable, "-c", code, "status"], cwd=root, env=env, capture_output=True, text=True)


def test_an_error_outside_a_clone_is_two_lines_too(tmp_path: Path) -> None:
    done = broken(tmp_path, "ValueError('one\\ntwo')")
    what, todo = two_lines(done)
    assert (done.returncode, what) == (1, "yab: internal error: ValueError: one two")
    assert "Traceback" in Path(todo.removeprefix("report it with ")).read_text()


def test_a_disk_that_refuses_is_no_internal_error(tmp_path: Path) -> None:
    done = broken(tmp_path, "OSError(30, 'Read-only file system', '/x/y')")
    assert done.returncode == 1
    assert two_lines(done)[0] == "/x/y: cannot be used: Read-only file system"
    assert not list(tmp_path.iterdir())


def test_a_terminal_that_is_not_utf_8(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-m", "yab", "status"], cwd=tmp_path, env=env, capture_output=True)
    assert "→ change into a clone" in done.stderr.decode("utf-8")


def test_an_error_that_nobody_foresaw_is_one_line_and_a_saved_traceback(tmp_path: Path) -> None:
    tiny = Tiny(tmp_path / "clone", 1)
    code = "import yab.cli.main as m; m.root = lambda: 1 / 0; m.main()"
    done = subprocess.run([sys.executable, "-c", code, "status"], cwd=tiny.root, capture_output=True, text=True)
    assert done.returncode == 1
    assert "yab: internal error: ZeroDivisionError: division by zero" in done.stderr
