"""Commands that run once beside the pods: what a component serves is built, its first run is greeted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import anyio

from yab.local import state as states
from yab.local.facts import Unhealable
from yab.local.model import Build, Container
from yab.local.process import Process, explain
from yab.local.state import Failure

NOTICE = "notice"
SKIPPED = {"node_modules", "dist", "__pycache__"}


async def run(container: Container, root: Path, write: Callable[[str], None]) -> int:
    """Runs a command to its end; its exit code. It ends with the caller."""
    process = await Process.start(container, root)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(process.log, write)
            code = await process.wait()
    finally:
        process.kill()
    return code


async def build(build: Build, name: str, root: Path, write: Callable[[str], None]) -> bool:
    """Runs the build if an input changed since the last one, or an output is missing; whether it ran."""
    stamp = root / ".yab" / "built" / name
    key = await anyio.to_thread.run_sync(fingerprint, root, build.inputs)
    fresh = stamp.is_file() and stamp.read_text() == key
    if fresh and all((root / output).exists() for output in build.outputs):
        return False
    stamp.unlink(missing_ok=True)
    lines: list[str] = []

    def keep(text: str) -> None:
        lines.append(text)
        write(text)

    where = f"[components.{name}.local] prepare"
    code = await run(Container(name, build.command, {}, where), root, keep)
    if code != 0:
        command = " ".join(build.command)
        raise Unhealable(Failure(where, f"{command}: {explain(code)}", "mend the build, then: yab up", lines[-15:]))
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    return True


async def first_run(container: Container, name: str, root: Path) -> None:
    """Runs a component's `first_run` once for this data; its output waits in a file for the front end."""
    stamp = root / ".yab" / "data" / f"first-run.{name}"
    if stamp.exists():
        return
    lines: list[str] = []
    code = await run(container, root, lines.append)
    if code != 0:
        command = " ".join(container.command)
        raise Unhealable(Failure(container.where, f"{command}: {explain(code)}", "mend the cause, then: yab up", lines))
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    if lines:
        states.write_private(states.folder(root) / NOTICE, "\n".join(lines).encode())


def take_notice(root: Path) -> str:
    """What the first run printed, once: it holds a password, so it is removed when it is read."""
    path = states.folder(root) / NOTICE
    if not path.exists():
        return ""
    text = path.read_text()
    path.unlink()
    return text


def fingerprint(root: Path, inputs: Iterable[str]) -> str:
    """A hash of the contents of all files below the given paths."""
    digest = hashlib.sha256()
    for entry in inputs:
        for path in _files(root / entry):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name not in SKIPPED:
        for child in sorted(path.iterdir()):
            if not child.name.startswith("."):
                yield from _files(child)
