"""`yab init`: makes the template one's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from yab import console
from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import FailedError
from yab.project import rename


@click.command
@click.argument("name")
@click.option("--prefix", help="The release prefix; default: NAME.")
@click.option("--domain", help="Production's domain; the other environments' follow it.")
@click.option("--force", is_flag=True, help="Rewrite even where changes are not committed.")
@common.json_option
def command(name: str, *, prefix: str | None, domain: str | None, force: bool, as_json: bool) -> None:
    """Rename the product to NAME in every file that repeats its names. The tool stays `yab`.

    Example: yab init acme-shop --prefix acme --domain acme.example
    """
    project = current_project()
    new = rename.Names.of(project).renamed(name, prefix, domain)
    if not force:
        _refuse_uncommitted(project.root)
    changed = rename.apply(project.root, project, new, force=force)
    if as_json:
        console.print_json({"name": new.name, "prefix": new.prefix, "changed": [str(path) for path in changed]})
    elif changed:
        for path in changed:
            console.out(f"  {path}")
        console.out(f"{len(changed)} files rewritten; look: git diff, then: make test")
    else:
        console.out(f"nothing to rewrite: this is {new.name} already")


def _refuse_uncommitted(root: Path) -> None:
    """What is committed can be had back with git; what is not would be mixed with the rewriting."""
    try:
        done = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return
    if done.returncode == 0 and done.stdout.strip():
        count = len(done.stdout.strip().splitlines())
        raise FailedError(str(root), f"{count} files are not committed", "commit them first, or pass --force")
