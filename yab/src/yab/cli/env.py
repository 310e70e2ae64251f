"""`yab env`: a component's environment, for a shell or an editor."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from yab.cli.main import project as current_project

from yab import console
from yab.cli import common
from yab.local import inspect


def command(
    component: Annotated[str, typer.Argument(help="Whose environment.", show_default=False)],
    as_json: common.Json = False,
) -> None:
    """Print the variables that the component's process gets, secrets included.

    Example: eval "$(yab env api)"
    """
    env = inspect.container(current_project(), component).env
    if as_json:
        console.print_json(dict(sorted(env.items())))
        return
    for name, value in sorted(env.items()):
        console.out(f"export {name}={shlex.quote(value)}")
