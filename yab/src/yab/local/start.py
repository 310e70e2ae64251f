"""From a project to a running supervisor: all that `yab up` does before there is something to watch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from yab import manifests
from yab.errors import FailedError, MissingError, UsageError
from yab.local import alias, launch, logs, orphans, ports, secrets
from yab.local import plan as planning
from yab.local import state as states
from yab.local.model import Plan
from yab.local.plan import Options
from yab.local.ports import Allocator
from yab.project import Component, Project

ENVIRONMENT = "local"


@dataclass(frozen=True)
class Started:
    """A supervisor that has just been started; `pipe` keeps it alive where it must not outlive us."""

    process: subprocess.Popen[bytes]
    pipe: int | None


def chosen(project: Project, names: Sequence[str]) -> list[Component]:
    """The named components and all they need, in order; all of the environment when none is named."""
    everything = project.components_of(ENVIRONMENT)
    if not names:
        return everything
    known = {component.name: component for component in everything}
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in known:
            raise UsageError(f"component {name}", "is not in yab.toml", f"use one of: {', '.join(known)}")
        if name not in wanted:
            wanted.add(name)
            waiting.extend(known[name].needs)
    return [component for component in everything if component.name in wanted]


def make_plan(project: Project, components: Iterable[Component], allocator: Allocator, options: Options) -> Plan:
    """Renders and plans. Raises ConfigError for what is wrong in charts, values or yab.toml."""
    names = [component.name for component in components]
    releases = manifests.render(project, ENVIRONMENT, names)
    try:
        values = secrets.ensure(project.root, project)
        state = alias.of(project.root / ".yab")
        return planning.build(project, project.environments[ENVIRONMENT], releases, values, allocator, options, state)
    except OSError as error:
        raise disk_error(project.root, error) from error


def up(project: Project, names: Sequence[str], options: Options, *, attached: bool) -> Started:
    """Starts the local target. `attached`: it ends when this process does.

    Raises FailedError when it runs already, MissingError for a taken port or a missing program.
    """
    root = project.root
    components = chosen(project, names)
    lock = take_lock(root)
    try:
        if (state := states.read(root)) and state.phase not in ("stopped", "failed"):
            orphans.end(root)
        ports.check_public(options.port)
        allocator = Allocator(root)
        plan = make_plan(project, components, allocator, options)
        _check_programs(plan)
        return _spawn(plan, allocator.given, lock, attached=attached)
    except OSError as error:
        raise disk_error(root, error) from error
    finally:
        os.close(lock)


def take_lock(root: Path) -> int:
    """The clone's lock; FailedError when the local target runs (or starts) already."""
    try:
        lock = states.acquire(root)
    except OSError as error:
        raise disk_error(root, error) from error
    if lock is not None:
        return lock
    state = states.read(root)
    pid = f" (pid {state.pid})" if state else ""
    raise FailedError(str(root), f"already running here{pid}", "look: yab status, or stop it: yab down")


def disk_error(root: Path, error: OSError) -> FailedError:
    """A refused write below `.yab` in words."""
    reason = error.strerror or str(error)
    return FailedError(
        str(error.filename or root / ".yab"),
        f"cannot be written: {reason}",
        "free some space, or mend its permissions",
    )


def _check_programs(plan: Plan) -> None:
    path = launch.search_path(Path(plan.root))
    for component in plan.components:
        if component.build and not shutil.which(component.build.command[0], path=path):
            raise MissingError(component.build.command[0], "not installed", "run: make setup")


def _spawn(plan: Plan, allocated: dict[str, int], lock: int, *, attached: bool) -> Started:
    root = Path(plan.root)
    run = states.folder(root)
    logs.start_anew(states.log_folder(root))
    for leftover in ("state.json", "plan.json"):
        with suppress(FileNotFoundError):
            (run / leftover).unlink()
    states.write_private(run / "plan.json", msgspec.json.encode((plan, allocated)))
    read_end, write_end = os.pipe() if attached else (None, None)
    passed = [lock, *([read_end] if read_end is not None else [])]
    with (run / states.SUPERVISOR_LOG).open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "yab.local.supervisor", str(run / "plan.json"), *map(str, passed)],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            cwd=root,
            start_new_session=True,
            pass_fds=passed,
        )
    if read_end is not None:
        os.close(read_end)
    return Started(process, write_end)
