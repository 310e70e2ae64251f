"""Probes that fail, with what the process answered."""

from __future__ import annotations

import re
from datetime import datetime

from yab.cluster.diagnosis.container import Container
from yab.cluster.diagnosis.events import Event
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.reading import Object, condition, mapping, number, text, time, value

_ANSWER = re.compile(r"^(?P<probe>Startup|Readiness|Liveness) probe (?:failed|errored[^:]*): ?(?P<answer>.*)$")
_KILLED = re.compile(r"ontainer (?P<name>\S+) failed (?P<probe>startup|liveness) probe")


def killed_fact(container: Container) -> Fact | None:
    """A container that the kubelet killed for its startup or liveness probe, and that is not ready since.

    Sources: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go and pkg/kubelet/prober/prober.go.
    """
    if container.ready:
        return None
    for event in container.scene.told(container.pod, "Killing"):
        found = _KILLED.search(event.message)
        if found and found["name"] == container.name:
            return _fact(container, found["probe"], _last_answer(container, found["probe"]), event.last)
    return None


def unready_fact(container: Container) -> Fact | None:
    """A container that runs, and whose readiness probe has failed for longer than patience allows."""
    if container.ready or container.started is None:
        return None
    since = _unready_since(container, container.started)
    answer = _last_answer(container, "readiness")
    if answer is None or (answer.last and answer.last < since):
        return None
    return (
        _fact(container, "readiness", answer, since)
        if container.scene.lasts(since, container.scene.patience.ready)
        else None
    )


def _unready_since(container: Container, started: datetime) -> datetime:
    unready = time(condition(container.pod, "ContainersReady"), "lastTransitionTime")
    return max(started, unready) if unready else started


def _last_answer(container: Container, probe: str) -> Event | None:
    for event in container.scene.told(container.pod, "Unhealthy"):
        if event.container in ("", container.name) and event.message.startswith(f"{probe.capitalize()} probe"):
            return event
    return None


def _fact(container: Container, probe: str, event: Event | None, since: datetime | None) -> Fact:
    spec = mapping(container.spec, f"{probe}Probe")
    found = _ANSWER.match(event.message) if event else None
    answer, todo = _in_words(found["answer"] if found else "", spec, container, probe)
    deed = ", so it is killed" if probe != "readiness" else ""
    cause = f"{probe} probe{_asks(spec)} of container {container.name} fails{deed}: {answer}"
    return container.fact(Kind.PROBE, cause, todo, since)


def _asks(spec: Object) -> str:
    http = mapping(spec, "httpGet")
    if http:
        return f" GET {text(http, 'path') or '/'} (port {value(http, 'port')})"
    for kind in ("tcpSocket", "grpc"):
        if value(spec, kind, "port") is not None:
            return f" {kind.removesuffix('Socket').upper()} (port {value(spec, kind, 'port')})"
    command = value(spec, "exec", "command")
    return f" `{' '.join(map(str, command))}`" if isinstance(command, list) else ""


def _in_words(answer: str, spec: Object, container: Container, probe: str) -> tuple[str, str]:
    """What a probe's answer (kubernetes pkg/probe) means, and what helps."""
    values = f"probes.{probe}"
    status = re.search(r"statuscode: (\d+)", answer)
    if status and status[1] in ("404", "405"):
        return f"it answers {status[1]}", f"correct {values}.path of {container.component}"
    if status:
        return f"it answers {status[1]}", f"see its last log lines for why it answers {status[1]}"
    if "connection refused" in answer:
        where = re.search(r":(\d+): connect", answer)
        port = f"port {where[1]}" if where else "that port"
        return (
            f"nothing listens on {port}",
            f"let {container.component} listen on 0.0.0.0 and {port}, or correct {values}.port",
        )
    if re.search(r"deadline exceeded|Client\.Timeout|i/o timeout|timed out", answer):
        seconds = number(spec, "timeoutSeconds", default=1)
        return f"no answer within {seconds} s", f"let it answer faster, or raise {values}.timeoutSeconds"
    return answer or "the node does not say why", f"see its last log lines, then {values}"
