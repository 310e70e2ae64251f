"""What several commands share: their common options, names and refusals."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from yab.errors import UsageError

TARGETS = ("local", "kind")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
on_option: Decorator = click.option(
    "--on", metavar="TARGET", default="local", show_default=True, help="The target: local or kind."
)
components_argument: Decorator = click.argument("components", nargs=-1)


def only_local(on: str, command: str) -> None:
    """Refuses targets that the command does not know, in the words of the user."""
    if on == "local":
        return
    if on in TARGETS:
        raise UsageError(f"yab {command} --on {on}", "the target kind is not built yet", "use --on local")
    raise UsageError(f"yab {command} --on {on}", "there is no such target", f"use one of: {', '.join(TARGETS)}")


def color() -> bool:
    """Whether stdout takes ANSI styles (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
