"""`.ci/run` with stand-ins for the machine's programs: what it installs, in which order, and what its exit code says."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import ROOT

ALWAYS = ("bash", "dirname", "id")


@dataclass
class Machine:
    """A clone, and a PATH with nothing but what a test puts there."""

    root: Path
    programs: Path

    def has(self, name: str, script: str = "") -> None:
        """Adds a program that notes how it was called, then runs `script`."""
        text = f'#!/bin/sh\necho "{name} $*" >> "{self.root}/ran"\n{script}\n'
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(self.programs)}
        return subprocess.run(["bash", ".ci/run"], cwd=self.root, env=env, capture_output=True, text=True)

    def ran(self, name: str) -> list[str]:
        lines = (self.root / "ran").read_text().splitlines()
        return [line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    root, programs = tmp_path / "a clone", tmp_path / "programs"
    (root / ".ci").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / ".ci/run", root / ".ci/run")
    for name in ALWAYS:
        (programs / name).symlink_to(str(shutil.which(name)))
    made = Machine(root, programs)
    made.has("sudo", '"$@"')
    made.has("apt-get")
    made.has("make")
    return made


def test_a_bare_machine_gets_what_it_lacks_then_the_tests(machine: Machine) -> None:
    (machine.programs / "make").unlink()
    # Only an installation brings make; before it, calling it would fail.
    found = machine.programs / "make"
    machine.has("apt-get", f'[ "$1" = update ] || {{ printf "#!/bin/sh\\n" > "{found}"; /bin/chmod +x "{found}"; }}')
    done = machine.run()
    assert done.returncode == 0, done.stderr
    update, install = machine.ran("apt-get")
    assert update == "update"
    words = set(install.split())
    assert {"make", "git", "chromium", "iproute2", "python3", "python3-venv", "-y", "--no-install-recommends"} <= words
    heads = [line for line in done.stdout.splitlines() if line.startswith("==") and not line.endswith(" s")]
    assert heads == ["== system packages", "== setup", "== test"]


def test_a_machine_that_has_everything_is_left_as_it_is(machine: Machine) -> None:
    for name in ("git", "chromium", "ip", "python3"):
        machine.has(name)
    if not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):  # noqa: PTH110 - the script's own question
        pytest.skip("this machine keeps its certificates elsewhere")
    assert machine.run().returncode == 0
    assert machine.ran("apt-get") == []
    assert machine.ran("make") == ["setup", "test"]


def test_failed_tests_fail_it(machine: Machine) -> None:
    for name in ("git", "chromium", "ip", "python3"):
        machine.has(name)
    machine.has("make", '[ "$1" != test ] || exit 2')
    assert machine.run().returncode == 2


def test_a_failed_installation_is_shown_and_ends_it(machine: Machine) -> None:
    machine.has("apt-get", "echo no such package >&2; exit 100")
    done = machine.run()
    assert done.returncode != 0
    assert "no such package" in done.stderr
    assert not [line for line in machine.ran("make") if line]
