"""What a component's process would get, whether the product runs or not."""

from __future__ import annotations

from yab.errors import FailedError
from yab.local import start
from yab.local import state as states
from yab.local.model import Container
from yab.local.plan import Options
from yab.local.ports import Allocator
from yab.project import Project


def container(project: Project, component: str) -> Container:
    """The component's first container, with the ports of the running product where it runs.

    Raises UsageError for an unknown component, FailedError for one that has no process.
    """
    start.chosen(project, [component])
    state = states.running(project.root)
    port = state.port if state else project.environments[start.ENVIRONMENT].port or 80
    allocator = Allocator(project.root, state.allocated if state else None)
    options = Options(port, watch=bool(state and state.watch))
    plan = start.make_plan(project, start.chosen(project, []), allocator, options)
    for entry in plan.components:
        if entry.name == component and entry.workloads:
            return entry.workloads[0].pods[0].containers[0]
    raise FailedError(f"component {component}", "has no process", "name one that has a Deployment or StatefulSet")
