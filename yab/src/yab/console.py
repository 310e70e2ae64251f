"""What every command prints with: errors on two lines, JSON, plain lines."""

from __future__ import annotations

import json
import os
import sys

from yab.errors import Problems, YabError


def show_error(error: YabError) -> None:
    """Two lines on stderr for each error: `where: what` and `→ what to do`."""
    color = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    for one in error.errors if isinstance(error, Problems) else (error,):
        err(f"\033[31m{one}\033[0m" if color else str(one))
        err(f"→ {one.todo}")


def print_json(value: object) -> None:
    """The value as indented JSON on stdout."""
    out(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def out(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def err(line: str) -> None:
    """One line on stderr."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
