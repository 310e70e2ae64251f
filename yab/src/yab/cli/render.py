"""`yab render`: what the charts render to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from yab import console
from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import UsageError

if TYPE_CHECKING:
    from yab.project import Project


@click.command
@common.components_argument
@click.option("--env", metavar="ENV", default="local", show_default=True, help="The environment.")
@common.json_option
def command(components: tuple[str, ...], env: str, *, as_json: bool) -> None:
    """Print the objects of an environment as YAML, the same bytes every time.

    Example: yab render api --env production
    """
    from yab import manifests

    project = current_project()
    _check(project, components, env)
    releases = manifests.render(project, env, components or None)
    if as_json:
        console.print_json(
            [
                manifest.raw
                for release in releases
                for manifest in (*(hook.manifest for hook in release.hooks), *release.manifests)
            ]
        )
    else:
        sys.stdout.write(manifests.to_yaml(releases))


def _check(project: Project, names: Sequence[str], environment: str) -> None:
    """Refuses components that the environment lacks; an environment that is none is refused by rendering."""
    here = [component.name for component in project.components_of(environment)]
    for name in names if environment in project.environments else ():
        if name not in here:
            where = f"environment {environment}" if name in project.components else "yab.toml"
            raise UsageError(f"component {name}", f"is not in {where}", f"use one of: {', '.join(here)}")
