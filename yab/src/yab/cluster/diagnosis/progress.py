"""How far a rollout is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene, is_new, makers_of_new_pods, observed, rolls, wanted
from yab.cluster.reading import Object, condition, items, name, namespace, number, text, time


def deadline_facts(scene: Scene) -> Iterator[Fact]:
    """Deployments whose controller stopped waiting: true of every failure in the end, so told last."""
    for deployment in scene.deployments:
        progressing = condition(deployment, "Progressing")
        if observed(deployment) and text(progressing, "reason") == "ProgressDeadlineExceeded":
            seconds = number(deployment, "spec", "progressDeadlineSeconds", default=600)
            cause = f"no pod became ready within {seconds} s (progressDeadlineSeconds)"
            todo = f"`kubectl -n {namespace(deployment)} describe deployment {name(deployment)}`"
            since = time(progressing, "lastTransitionTime")
            yield Fact(Kind.DEADLINE, f"Deployment/{name(deployment)}", namespace(deployment), cause, todo, since)


def waiting(pods: Sequence[Object], workloads: Sequence[Object]) -> str:
    """How far the rollout is, in one line: `2 of 3 ready, 1 starting`.

    Takes the objects as `diagnose` does. Only pods of the new revision are ready.
    """
    tops = [item for item in workloads if text(item, "kind") in ("Deployment", "StatefulSet")]
    makers = list(makers_of_new_pods(workloads))
    due, done = sum(map(wanted, tops)), sum(wanted(item) for item in tops if not rolls(item))
    new = Counter(_state(pod) for pod in pods if is_new(pod, makers, ()) and text(pod, "status", "phase") != "Failed")
    counts = {
        **{state: new[state] for state in ("starting", "restarting", "without a node")},
        "to come": due - done - new.total(),
        "old": sum(map(_old, tops)),
    }
    told = [
        f"{done + new['ready']} of {due} ready",
        *(f"{count} {what}" for what, count in counts.items() if count > 0),
    ]
    return ", ".join(told)


def _old(workload: Object) -> int:
    return (
        number(workload, "status", "replicas") - number(workload, "status", "updatedReplicas") if rolls(workload) else 0
    )


def _state(pod: Object) -> str:
    if text(condition(pod, "Ready"), "status") == "True":
        return "ready"
    if text(condition(pod, "PodScheduled"), "status") == "False":
        return "without a node"
    statuses = items(pod, "status", "initContainerStatuses") + items(pod, "status", "containerStatuses")
    ends = (text(status, "state", "waiting", "reason") == "CrashLoopBackOff" for status in statuses)
    return "restarting" if any(ends) else "starting"
