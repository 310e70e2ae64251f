"""`yab env`: a component's environment, for a shell or an editor."""

from __future__ import annotations

import shlex

import click

from yab import console
from yab.cli import common
from yab.cli.main import project as current_project


@click.command
@click.argument("component")
@common.json_option
def command(component: str, *, as_json: bool) -> None:
    """Print the variables that COMPONENT's process gets, secrets included.

    Example: eval "$(yab env api)"
    """
    from yab.local import inspect

    env = inspect.container(current_project(), component).env
    if as_json:
        console.print_json(dict(sorted(env.items())))
        return
    for name, value in sorted(env.items()):
        console.out(f"export {name}={shlex.quote(value)}")
