"""`yab run`: one command, a shell or a debugger with a component's environment."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from yab.cli.main import project as current_project

from yab.errors import MissingError
from yab.local import inspect, launch


def command(
    component: Annotated[str, typer.Argument(help="Whose environment.", show_default=False)],
    words: Annotated[
        list[str] | None, typer.Argument(help="The command; none: your shell.", metavar="[-- COMMAND…]")
    ] = None,
) -> None:
    """Run a command as the component would: its environment, its programs, the clone's root.

    Example: yab run api -- psql
    """
    project = current_project()
    container = inspect.container(project, component)
    env = {**os.environ, **launch.environment(project.root, container.env)}
    argv = words or [os.environ.get("SHELL", "/bin/sh")]
    program = launch.executable(argv, project.root, env["PATH"])
    if program is None:
        raise MissingError(argv[0], "command not found", "install it, or mend the command's name")
    os.chdir(project.root)
    os.execvpe(program, argv, env)
