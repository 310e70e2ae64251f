"""`yab render`: what the charts render to."""

from __future__ import annotations

import sys

import click

from yab import console
from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import UsageError


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
    for name in components:
        if name not in project.components:
            known = ", ".join(project.components)
            raise UsageError(f"component {name}", "is not in yab.toml", f"use one of: {known}")
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
