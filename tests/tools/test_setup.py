"""`tools/setup.py` with stand-ins for uv, node and npm: what it runs, what it keeps, how it fails."""

from __future__ import annotations

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import ROOT

# Notes its arguments, and leaves behind what the real program would. (A `#!` line takes no path with a space.)
STAND_IN = """#!/bin/sh
'''exec' '{python}' -IS "$0" "$@"
' '''
import os, pathlib, sys
words = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
with open({log!r}, "a") as log:
    log.write(" ".join(words) + chr(10))
if os.environ.get("FAIL") and os.environ["FAIL"] in " ".join(words):
    print("first line"), print("the reason", file=sys.stderr)
    sys.exit(7)
root = pathlib.Path({root!r})
def touch(*names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
if words == ["node", "--version"]:
    print(os.environ.get("NODE_VERSION", "v22.12.0"))
elif words == ["uv", "--version"]:
    print(os.environ.get("UV_VERSION", "uv {uv}"))
elif words[0] == "uv" and words[1] == "venv":
    touch(".venv/bin/python")
elif words[:3] == ["uv", "pip", "install"]:
    touch(".venv/bin/yab")
elif words[:2] == ["npm", "ci"]:
    import time
    time.sleep(float(os.environ.get("SLOW", "0")))
    touch("node_modules/.package-lock.json")
"""
PINNED_UV = (ROOT / "tools/uv.lock").read_text().split()[0].removeprefix("uv==")


@dataclass(frozen=True)
class Clone:
    """What setup reads, in a folder of its own whose path has a space."""

    root: Path
    programs: Path

    def setup(self, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command, env=self.env(**env), capture_output=True, text=True)

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(self.root / "tools/setup.py")]

    def env(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
        return {**kept, "PATH": f"{self.programs}:/usr/bin:/bin", **more}

    def ran(self) -> list[str]:
        """The commands since the last call, without the questions for versions."""
        log = self.root / "ran"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line for line in lines if "--version" not in line]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    root, programs = tmp_path / "a clone", tmp_path / "programs"
    for name in ("tools", "yab", "packages/backend"):
        (root / name).mkdir(parents=True)
    for name in ("setup.py", "uv.lock", "node.lock"):
        shutil.copy(ROOT / "tools" / name, root / "tools" / name)
    (root / "requirements.lock").write_text("one==1\n")
    programs.mkdir()
    for name in ("uv", "npm", "node"):
        text = STAND_IN.format(python=sys.executable, log=str(root / "ran"), root=str(root), uv=PINNED_UV)
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return Clone(root, programs)


def test_a_second_setup_runs_nothing(clone: Clone) -> None:
    first = clone.setup()
    assert first.returncode == 0, first.stderr
    words = [" ".join(line.split()[:3]).split(" --")[0] for line in clone.ran()]
    assert words == ["uv venv", "uv pip sync", "uv pip install", "npm ci"]
    assert "ready after" in first.stderr
    second = clone.setup()
    assert (second.returncode, second.stdout, second.stderr, clone.ran()) == (0, "", "", [])


@pytest.mark.parametrize("name", ["requirements.lock", "tools/node.lock", "yab/pyproject.toml", "package-lock.json"])
def test_a_changed_input_is_installed_without_a_new_environment(clone: Clone, name: str) -> None:
    clone.setup()
    clone.ran()
    (clone.root / name).write_text("another\n")
    assert clone.setup().returncode == 0
    assert [line.split()[0] for line in clone.ran()] == ["uv", "uv", "npm"]


@pytest.mark.parametrize("name", [".venv/bin/yab", "node_modules/.package-lock.json"])
def test_what_was_deleted_is_installed_again(clone: Clone, name: str) -> None:
    clone.setup()
    (clone.root / name).unlink()
    assert clone.setup().returncode == 0
    assert (clone.root / name).exists()


def test_a_moved_clone_gets_a_new_environment(clone: Clone, tmp_path: Path) -> None:
    clone.setup()
    clone.root.rename(tmp_path / "moved")
    moved = Clone(tmp_path / "moved", clone.programs)
    (moved.root / "ran").unlink()
    clone.root.symlink_to(moved.root)  # the stand-ins still write there
    assert moved.setup().returncode == 0
    assert moved.ran()[0].startswith("uv venv")


def test_a_failed_step_shows_its_reason_and_is_not_taken_for_done(clone: Clone) -> None:
    clone.setup()
    lock = clone.root / "requirements.lock"
    before = lock.read_text()
    lock.write_text("two==2\n")
    failed = clone.setup(FAIL="npm ci")
    assert failed.returncode == 1
    assert "  | the reason\n" in failed.stderr
    assert "npm ci --ignore-scripts --prefer-offline: exit code 7\n→ " in failed.stderr
    assert "Traceback" not in failed.stderr
    clone.ran()
    lock.write_text(before)  # as a checkout of the old commit would
    assert clone.setup().returncode == 0
    assert len(clone.ran()) == 3


def test_the_second_of_two_setups_waits_and_does_nothing(clone: Clone) -> None:
    first = subprocess.Popen(clone.command, env=clone.env(SLOW="1.5"), stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 20
    while not (clone.root / "ran").exists() and time.monotonic() < end:
        time.sleep(0.02)
    second = clone.setup()
    assert second.returncode == 0, second.stderr
    assert second.stderr == "another setup runs in this clone; waiting for it …\n"
    assert "ready after" in first.communicate(timeout=20)[1]
    assert sum(line.startswith("npm ci") for line in clone.ran()) == 1


def test_an_old_uv_on_path_is_not_used(clone: Clone) -> None:
    # No network here: it fails on the way to the pinned one, which is what must happen.
    failed = clone.setup(UV_VERSION="uv 0.1.0", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert failed.returncode == 1
    assert "pip" in failed.stderr
    assert clone.ran() == []


@pytest.mark.parametrize(("version", "wheel"), [("v18.20.4", True), ("v21.7.0", True), ("v20.19.0", False)])
def test_node_comes_from_a_wheel_where_the_machines_is_too_old(clone: Clone, version: str, wheel: bool) -> None:
    clone.setup(NODE_VERSION=version)
    assert any("node.lock" in line for line in clone.ran()) is wheel


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"PIP_INDEX_URL": "https://mirror.example/simple"}, {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}),
        (
            {"PIP_EXTRA_INDEX_URL": "https://a.example https://b.example"},
            {"UV_INDEX": "https://a.example https://b.example", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        ({"PIP_FIND_LINKS": "/nowhere https://links.example"}, {"UV_FIND_LINKS": "https://links.example"}),
        ({"PIP_INDEX_URL": "https://mirror.example", "UV_DEFAULT_INDEX": "https://mine.example"}, {}),
        ({}, {}),
    ],
)
def test_uv_is_told_the_indexes_that_pip_knows(
    clone: Clone, tmp_path: Path, env: dict[str, str], expected: dict[str, str]
) -> None:
    code = "import json, os, sys; sys.path.insert(0, sys.argv[1]); import setup; " + (
        "print(json.dumps(setup.index_settings(os.environ)))"
    )
    command = [sys.executable, "-c", code, str(clone.root / "tools")]
    base = clone.env(PIP_CONFIG_FILE=os.devnull, **env)
    done = subprocess.run(command, env=base, capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) == expected


def test_pips_own_files_count_too_and_its_variables_more(clone: Clone) -> None:
    pip = clone.root / ".yab/tools/uv/bin/python"
    pip.parent.mkdir(parents=True)
    pip.write_text(
        "#!/bin/sh\ncat <<'END'\nglobal.index-url='https://file.example'\n"
        "global.trusted-host='file.example'\ninstall.index-url='https://install.example'\nEND\n"
    )
    pip.chmod(0o755)
    code = "import os, sys; sys.path.insert(0, sys.argv[1]); import setup; print(setup.index_settings(os.environ))"
    command = [sys.executable, "-c", code, str(clone.root / "tools")]
    for env, index in (
        ({}, "https://install.example"),
        ({"PIP_INDEX_URL": "https://env.example"}, "https://env.example"),
    ):
        done = subprocess.run(command, env=clone.env(**env), capture_output=True, text=True, check=True)
        assert ast.literal_eval(done.stdout) == {"UV_DEFAULT_INDEX": index, "UV_INSECURE_HOST": "file.example"}


def test_one_named_certificate_bundle_serves_every_tool(clone: Clone, tmp_path: Path) -> None:
    bundle = tmp_path / "company.pem"
    bundle.touch()
    code = "import sys, os; sys.path.insert(0, sys.argv[1]); import setup; env = setup.environment(); " + (
        "print(env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS'], env['REQUESTS_CA_BUNDLE'])"
    )
    env = {name: value for name, value in clone.env().items() if "CA" not in name and "CERT" not in name}
    command = [sys.executable, "-c", code, str(clone.root / "tools")]
    done = subprocess.run(
        command, env={**env, "REQUESTS_CA_BUNDLE": str(bundle)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(bundle)] * 3


def test_any_python_3_can_read_it() -> None:
    ast.parse((ROOT / "tools/setup.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 15, 0)])
def test_an_unsupported_python_goes_on_with_a_supported_one_or_says_so(
    clone: Clone, version: tuple[int, int, int]
) -> None:
    code = f"import sys; sys.version_info = {version}; sys.argv = sys.argv[1:]; import runpy; " + (
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-c", code, str(clone.root / "tools/setup.py")]
    nothing = subprocess.run(command, env={"PATH": str(clone.programs)}, capture_output=True, text=True)
    assert nothing.returncode == 3
    found = ".".join(map(str, version))
    assert nothing.stderr == (f"python3: is {found}, yab needs 3.11 to 3.14\n→ install one of them, then: make setup\n")
    shim, good = clone.programs / "python3.14", clone.programs / "python3.11"
    shim.write_text("#!/bin/sh\nexit 127\n")  # a version manager's shim for a version that is not there
    good.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "goes on: $*"\n')
    for program in (shim, good):
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    other = subprocess.run(command, env={"PATH": f"{clone.programs}:/bin"}, capture_output=True, text=True)
    assert other.stdout.startswith("goes on: "), other.stderr


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ("import platform; platform.system = lambda: 'Darwin'; platform.machine = lambda: 'x86_64'", "Apple silicon"),
        ("import sysconfig; sysconfig.get_config_var = lambda name: 'x86_64-pc-linux-musl'", "musl"),
    ],
)
def test_a_machine_without_our_packages_is_refused_at_once(clone: Clone, lie: str, said: str) -> None:
    code = f"{lie}; import sys; sys.argv = sys.argv[1:]; import runpy; runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-c", code, str(clone.root / "tools/setup.py")]
    done = subprocess.run(command, env=clone.env(), capture_output=True, text=True)
    assert done.returncode == 3
    assert re.fullmatch(rf".*{said}.*\n→ use .*\n", done.stderr), done.stderr
    assert clone.ran() == []


def test_a_python_without_venv_names_the_package(clone: Clone) -> None:
    code = "import sys; sys.modules['ensurepip'] = None; sys.argv = sys.argv[1:]; import runpy; " + (
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    (clone.programs / "uv").unlink()
    command = [sys.executable, "-c", code, str(clone.root / "tools/setup.py")]
    done = subprocess.run(command, env=clone.env(), capture_output=True, text=True)
    assert done.returncode == 3
    assert "python3: has no venv or no pip\n→ install them: " in done.stderr


def test_a_folder_that_cannot_be_written_is_named(clone: Clone) -> None:
    (clone.root / ".yab").write_text("a file where the folder should be")
    done = clone.setup()
    assert done.returncode == 1
    assert ".yab" in done.stderr
    assert "\n→ " in done.stderr
    assert "Traceback" not in done.stderr
