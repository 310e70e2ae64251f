"""Pods that no node takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene
from yab.cluster.diagnosis.volumes import is_of_volume
from yab.cluster.reading import Object, condition, containers, line, mapping, name, namespace, text, time

# What the scheduler says of a node (kubernetes pkg/scheduler/framework/plugins), what there is on that
# node, and what helps.
_REASONS: tuple[tuple[str, str, str], ...] = (
    (r"Insufficient (?P<what>\S+)", "too little free {what}", "add a node, or lower resources.requests.{what}"),
    (r"Too many pods", "no room for one more pod", "add a node"),
    (
        r"untolerated taint(?:\(s\))? ?(?P<what>\{.*\})?",
        "a taint that it does not tolerate {what}",
        "add a node without taint",
    ),
    (
        r"node affinity/selector",
        "labels that its nodeSelector or affinity does not want",
        "label a node: `kubectl label node`",
    ),
    (r"were unschedulable", "a cordon", "`kubectl uncordon NODE`"),
    (r"anti-affinity", "a pod that it keeps away from", "add a node"),
    (r"topology spread", "a topology spread that it would break", "add a node, or relax topologySpreadConstraints"),
    (r"free ports", "another pod with its hostPort", "add a node, or give up hostPort"),
)


def scheduling_facts(scene: Scene) -> Iterator[Fact]:
    """Pods without a node for longer than patience allows."""
    for pod in scene.pods:
        scheduled = condition(pod, "PodScheduled")
        message = line(text(scheduled, "message"))
        # Once the scheduler nominated a node, lesser pods there make room.
        nominated = text(pod, "status", "nominatedNodeName")
        if text(scheduled, "reason") != "Unschedulable" or nominated or is_of_volume(message):
            continue
        since = time(scheduled, "lastTransitionTime")
        if scene.lasts(since, _patience(pod, scene)):
            cause, todo = _in_words(message, pod)
            told = line(f"no node takes the pod: {cause}")
            yield Fact(Kind.UNSCHEDULABLE, f"Pod/{name(pod)}", namespace(pod), told, todo, since)


def _patience(pod: Object, scene: Scene) -> float:
    # Cluster Autoscaler and Karpenter say so when they add a node for a pod.
    promised = scene.told(pod, "TriggeredScaleUp", "Nominated")
    return scene.patience.scaling if promised else scene.patience.unschedulable


def _in_words(message: str, pod: Object) -> tuple[str, str]:
    """`0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had …. preemption: …` for people, and the cure."""
    found = re.match(r"0/(?P<all>\d+) nodes are available: (?P<reasons>.*?)(?:\. |\.?$)", message)
    if found is None:
        return message or "the scheduler does not say why", _look_at(pod)
    told: list[str] = []
    cures: list[tuple[int, str]] = []
    for reason in re.split(r", (?=\d+ )", found["reasons"]):
        count, _, what = reason.partition(" ")
        words, detail, cure = _reason(what, pod)
        told.append(f"{words} on {count} of {found['all']}{detail}")
        cures.append((int(count) if count.isdecimal() else 0, cure))
    return ", ".join(told), max(cures, key=lambda cure: cure[0])[1]


def _reason(what: str, pod: Object) -> tuple[str, str, str]:
    for pattern, words, cure in _REASONS:
        found = re.search(pattern, what)
        if found:
            named = found.groupdict().get("what") or ""
            asked = _requests(pod, named)
            return words.format(what=named).strip(), f" (it requests {asked})" if asked else "", cure.format(what=named)
    return what, "", _look_at(pod)


def _requests(pod: Object, resource: str) -> str:
    asked = (mapping(item, "resources", "requests").get(resource) for item in containers(mapping(pod, "spec")))
    return " + ".join(str(amount) for amount in asked if amount)


def _look_at(pod: Object) -> str:
    return f"`kubectl -n {namespace(pod)} describe pod {name(pod)}`"
