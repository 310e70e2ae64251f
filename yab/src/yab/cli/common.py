"""What several commands share: their common options and the project they work on."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from yab.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
On = Annotated[str, typer.Option("--on", help="The target: local or kind.", metavar="TARGET")]
TARGETS = ("local", "kind")


def only_local(on: str, command: str) -> None:
    """Refuses targets that the command does not know, in the words of the user."""
    if on == "local":
        return
    if on in TARGETS:
        raise UsageError(f"yab {command} --on {on}", "the target kind is not built yet", "use --on local")
    raise UsageError(
        f"yab {command} --on {on}", "there is no such target", f"use one of: {', '.join(TARGETS)}"
    )


def color() -> bool:
    """Whether stdout takes ANSI styles (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
