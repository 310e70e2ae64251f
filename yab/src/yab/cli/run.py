"""`yab run`: one command, a shell or a debugger with a component's environment."""

from __future__ import annotations

import os

import click

from yab.cli.main import project as current_project
from yab.errors import MissingError


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("component")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND…]")
def command(component: str, words: tuple[str, ...]) -> None:
    """Run COMMAND as COMPONENT would: its environment, its programs, the clone's root.

    Without a command: your shell.

    Example: yab run api -- python -m backend create-admin
    """
    from yab.local import inspect, launch

    project = current_project()
    container = inspect.container(project, component)
    env = {**os.environ, **launch.environment(project.root, container.env)}
    argv = list(words) or [os.environ.get("SHELL", "/bin/sh")]
    program = launch.executable(argv, project.root, env["PATH"])
    if program is None:
        raise MissingError(argv[0], "command not found", "install it, or mend the command's name")
    os.chdir(project.root)
    os.execvpe(program, argv, env)
