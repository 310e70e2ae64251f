"""`yab smoke`: checks the running product through its front door."""

from __future__ import annotations

from dataclasses import asdict

import click

from yab import console, smoke
from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import FailedError
from yab.local import screen
from yab.local import state as states
from yab.local.model import HOST
from yab.local.state import State
from yab.project import Environment, Project


@click.command
@common.on_option
@common.json_option
def command(on: str, *, as_json: bool) -> None:
    """Sign up, sign in, read oneself, sign out and delete the account, as a first user would.

    Example: yab smoke --json
    """
    common.only_local(on, "smoke")
    project = current_project()
    state = states.running(project.root)
    if state is None:
        raise FailedError(str(project.root), "nothing is running here", "start it: yab up")
    steps = smoke.run(_front(project, state))
    failed = [step for step in steps if not step.ok]
    if as_json:
        console.print_json({"ok": not failed, "steps": [asdict(step) for step in steps]})
    else:
        _show(steps)
    if failed:
        first = failed[0]
        raise FailedError(f"smoke: {first.name}", first.detail, "look: yab status, yab logs")


def _front(project: Project, state: State) -> smoke.Front:
    environment: Environment = project.environments["local"]
    api = environment.host("api")
    webs = [host for host in state.addresses if host != api]
    return smoke.Front(HOST, state.port, api, tuple(sorted(webs, reverse=True)), environment.scheme)


def _show(steps: list[smoke.Step]) -> None:
    color = common.color()
    width = max(len(step.name) for step in steps)
    for step in steps:
        mark = screen.styled("✓", "green", color=color) if step.ok else screen.styled("✗", "red", color=color)
        console.out(f"{mark} {step.name:<{width}} {step.seconds * 1000:6.0f} ms")
