"""Jobs that failed, first of all the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from yab.cluster.diagnosis.container import Container, containers_of, is_hook
from yab.cluster.diagnosis.crashes import ending
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene, made_by
from yab.cluster.reading import Object, condition, line, name, namespace, number, text, time

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def job_facts(scene: Scene) -> Iterator[Fact]:
    """Jobs that the controller gave up (kubernetes pkg/controller/job/job_controller.go)."""
    for job in scene.jobs:
        # FailureTarget comes first, while the Job's pods still end.
        for type_ in ("FailureTarget", "Failed"):
            failed = condition(job, type_)
            if text(failed, "status") == "True":
                yield _fact(job, failed, scene)
                break


def _fact(job: Object, failed: Object, scene: Scene) -> Fact:
    kind, what = (Kind.MIGRATION, "hook") if is_hook(job) else (Kind.CRASH, "Job")
    culprit = max(_ended(job, scene), key=lambda item: time(item.ended, "finishedAt") or _LONG_AGO, default=None)
    cause = f"{what} {name(job)} {_why(job, failed, culprit)}"
    todo = f"see its last log lines, mend {culprit.component if culprit else what} and deploy again"
    if text(failed, "reason") == "DeadlineExceeded":
        todo = "make it faster, or raise activeDeadlineSeconds"
    pod, container = (name(culprit.pod), culprit.name) if culprit and culprit.has_logs else (None, None)
    since = time(failed, "lastTransitionTime")
    return Fact(kind, f"Job/{name(job)}", namespace(job), line(cause), todo, since, pod, container)


def _why(job: Object, failed: Object, culprit: Container | None) -> str:
    reason = text(failed, "reason")
    if reason == "DeadlineExceeded":
        return f"did not end within {number(job, 'spec', 'activeDeadlineSeconds')} s (activeDeadlineSeconds)"
    if reason != "BackoffLimitExceeded":
        return f"failed: {text(failed, 'message') or reason or 'its controller does not say why'}"
    times = number(job, "status", "failed")
    return f"failed{f' {times} times' if times > 1 else ''}" + (
        f": {ending(culprit.ended, culprit.spec)}" if culprit else ", and its pods are gone"
    )


def _ended(job: Object, scene: Scene) -> Iterator[Container]:
    """The containers of the Job's pods that ended badly."""
    for pod in scene.pods:
        if made_by(pod, "Job", job):
            yield from (item for item in containers_of(pod, scene) if number(item.ended, "exitCode"))
