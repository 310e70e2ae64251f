"""Pods that the API server refuses to create: quotas, Pod Security, policies, webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene, wanted
from yab.cluster.reading import Object, condition, line, name, namespace, number, text, time

# Pattern of the refusal, its kind, in words, what helps, and whether it may heal in a moment: a quota
# when old pods have ended, a ServiceAccount when its controller made it.
_REFUSALS: tuple[tuple[str, Kind, str, str, bool], ...] = (
    (
        r"exceeded quota: (?P<name>[^,]+), requested: (?P<asked>\S+), used: (?P<used>\S+), limited: (?P<limit>\S+)",
        Kind.QUOTA,
        "quota {name} is used up: requested {asked}, used {used}, limited to {limit}",
        "raise ResourceQuota {name}, or ask for less in resources",
        True,
    ),
    (
        r"failed quota: (?P<name>[^:]+): must specify (?P<what>.+)",
        Kind.QUOTA,
        "quota {name} wants every container to state {what}",
        "state them in resources",
        False,
    ),
    (
        r"insufficient quota to (?P<what>.+)",
        Kind.QUOTA,
        "no quota allows it to {what}",
        "add a ResourceQuota that covers it",
        True,
    ),
    (
        r"(?P<what>(?:minimum|maximum) \S+ usage per (?:Container|Pod).*|.* max limit to request ratio per .*)",
        Kind.QUOTA,
        "a LimitRange refuses it: {what}",
        "`kubectl -n {namespace} describe limitrange`",
        False,
    ),
    (
        r'violates PodSecurity "(?P<level>[^"]+)": (?P<what>.+)',
        Kind.ADMISSION,
        'it violates Pod Security "{level}": {what}',
        "correct the securityContext, or the level of namespace {namespace}",
        False,
    ),
    (
        r"ValidatingAdmissionPolicy '(?P<name>[^']+)' .*?denied request: (?P<what>.+)",
        Kind.ADMISSION,
        "ValidatingAdmissionPolicy {name} denies it: {what}",
        "`kubectl get validatingadmissionpolicy {name} -o yaml`",
        False,
    ),
    (
        r'admission webhook "(?P<name>[^"]+)" denied the request:? ?(?P<what>.*)',
        Kind.ADMISSION,
        "webhook {name} denies it: {what}",
        "do as it says, or ask whoever runs {name}",
        False,
    ),
    (
        r'serviceaccount "(?P<name>[^"]+)" not found',
        Kind.ADMISSION,
        "ServiceAccount {name} does not exist",
        "`kubectl -n {namespace} create serviceaccount {name}`",
        True,
    ),
    (
        r"no PriorityClass with name (?P<name>\S+) was found",
        Kind.ADMISSION,
        "PriorityClass {name} does not exist",
        "create it, or leave priorityClassName empty",
        False,
    ),
    (r" is invalid: (?P<what>.+)", Kind.CONFIG, "it is invalid: {what}", "correct the values or the chart", False),
    (r" is forbidden: (?P<what>.+)", Kind.ADMISSION, "it is forbidden: {what}", "ask whoever runs the cluster", False),
)
# The API server says this while it starts, or while another request is ahead.
_BUSY = re.compile(
    r"status unknown for quota|not yet ready to handle request|Internal error|timed out|timeout|try again", re.I
)


def refusal_facts(scene: Scene) -> Iterator[Fact]:
    """Makers of pods that have too few, because the API server refused the last one."""
    for maker in scene.makers:
        if number(maker, "status", "replicas") < wanted(maker):
            yield from _refused(text(maker, "kind"), maker, scene)
    for job in scene.jobs:
        if not number(job, "status", "active"):
            yield from _refused("Job", job, scene)


def _refused(kind: str, maker: Object, scene: Scene) -> Iterator[Fact]:
    for message, since in _messages(kind, maker, scene):
        told = _in_words(message, maker)
        if told is None:
            continue
        what, cause, todo, heals = told
        if not heals or scene.lasts(since, scene.patience.unschedulable):
            where = f"{kind}/{name(maker)}"
            yield Fact(what, where, namespace(maker), line(f"its pod is refused: {cause}"), todo, since)


def _messages(kind: str, maker: Object, scene: Scene) -> Iterator[tuple[str, datetime | None]]:
    """The last refusal and when it began: a ReplicaSet has a condition, others only events.

    Sources: kubernetes pkg/controller/replicaset, controller_utils.go, statefulset/stateful_pod_control.go.
    """
    failure = condition(maker, "ReplicaFailure")
    if text(failure, "reason") == "FailedCreate":
        yield text(failure, "message"), time(failure, "lastTransitionTime")
        return
    events = scene.events.about(kind, maker, "FailedCreate", "SuccessfulCreate")
    if events and events[0].reason == "FailedCreate":
        yield events[0].message, events[0].first


def _in_words(message: str, maker: Object) -> tuple[Kind, str, str, bool] | None:
    if _BUSY.search(message):
        return None
    for pattern, kind, cause, todo, heals in _REFUSALS:
        found = re.search(pattern, line(message))
        if found:
            words = {**found.groupdict(), "namespace": namespace(maker)}
            return kind, cause.format(**words), todo.format(**words), heals
    return None
