"""`yab render`: what the charts render to."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from yab import console, manifests
from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import UsageError


def command(
    components: Annotated[
        list[str] | None, typer.Argument(help="Only these components.", show_default=False)
    ] = None,
    env: Annotated[str, typer.Option("--env", help="The environment.", metavar="ENV")] = "local",
    as_json: common.Json = False,
) -> None:
    """Print the objects of an environment as YAML, the same bytes every time.

    Example: yab render api --env production
    """
    project = current_project()
    for name in components or []:
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
