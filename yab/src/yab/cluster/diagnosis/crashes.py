"""Containers that end when they should run."""

from __future__ import annotations

import re
import signal

from yab.cluster.diagnosis.container import Container
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.reading import Object, line, number, text, time

NEVER_STARTED = ("StartError", "ContainerCannotRun")
# What runc says of a command that will not run however often it is tried.
_NO_COMMAND = re.compile(
    r'exec: "?(?P<command>[^":\s]+)"?: (?P<why>.*?(?:not found in \$PATH|no such file or directory|permission denied'
    r"|is a directory|exec format error))"
    r"|(?P<other>exec format error|exec user process.*(?:no such file|permission denied))"
)
# POSIX shells, for a command that is not executable, and one that is not found.
_SHELL = {126: "may not be executed", 127: "is not found"}


def crash_fact(container: Container) -> Fact | None:
    """A container that does not start, or ends again and again."""
    return _start_fact(container) or _loop_fact(container)


def ending(ended: Object, spec: Object) -> str:
    """How a container ended, with the last line it left: `exit code 1`, `killed: more memory than …`."""
    code = number(ended, "exitCode")
    if text(ended, "reason") == "OOMKilled":
        limit = text(spec, "resources", "limits", "memory")
        return f"killed: it takes more memory than its limit{f' ({limit})' if limit else ''}"
    how = f"exit code {code}{_signal(code)}"
    last = text(ended, "message").strip().splitlines()
    return f"{how}: {last[-1].strip()}" if last else how


def _signal(code: int) -> str:
    try:
        return f", {signal.Signals(code - 128).name}"
    except ValueError:
        return ""


def _start_fact(container: Container) -> Fact | None:
    if container.started:
        return None
    ended = container.ended
    told = text(ended, "message") if text(ended, "reason") in NEVER_STARTED else ""
    if container.waiting == "RunContainerError":
        told = container.message
    found = _NO_COMMAND.search(told)
    todo = f"correct the command of container {container.name}, or the image of {container.component}"
    since = time(ended, "finishedAt") or container.noticed("Failed", saying="Error: ")
    if found:
        why = f'"{found["command"]}" {found["why"]}' if found["command"] else found["other"]
        return container.fact(_kind(container), f"container {container.name} cannot start: {why}", todo, since)
    code = number(ended, "exitCode")
    if code in _SHELL:
        cause = f"container {container.name}: a command {_SHELL[code]} ({ending(ended, container.spec)})"
        return container.fact(_kind(container), cause, todo, since)
    return None


def _loop_fact(container: Container) -> Fact | None:
    if container.waiting != "CrashLoopBackOff" or _left_to_its_job(container):
        return None
    ended = container.ended
    # The kubelet backs off from the second end on: memory that was short twice will be so again.
    enough = 1 if text(ended, "reason") == "OOMKilled" else container.scene.patience.crashes
    if container.restarts < enough:
        return None
    cause = (
        f"container {container.name} ended {container.restarts + 1} times, at last with {ending(ended, container.spec)}"
    )
    return container.fact(_kind(container), line(cause), _todo(container, ended), time(ended, "finishedAt"))


def _todo(container: Container, ended: Object) -> str:
    if text(ended, "reason") == "OOMKilled":
        return f"raise resources.limits.memory of {container.component}"
    if number(ended, "exitCode", default=1) == 0:
        return f"give {container.component} a command that runs until it is stopped"
    return f"see its last log lines, mend {container.component} and deploy again"


def _left_to_its_job(container: Container) -> bool:
    """Whether a Job counts how often the container may fail."""
    return container.scene.job_of(container.pod) is not None


def _kind(container: Container) -> Kind:
    return Kind.MIGRATION if container.of_hook else Kind.CRASH
