"""`yab logs`: coloured, prefixed lines of every process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from yab.cli import common
from yab.cli.main import project as current_project
from yab.errors import UsageError
from yab.local import logs
from yab.local import state as states
from yab.local.logs import Line

COLORS = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")


@click.command
@common.components_argument
@common.on_option
@click.option("--follow", "-f", "follow_", is_flag=True, help="Go on as lines are written.")
@click.option(
    "--tail", type=click.IntRange(min=0), default=200, show_default=True, help="How many lines to begin with."
)
@common.json_option
def command(components: tuple[str, ...], on: str, *, follow_: bool, tail: int, as_json: bool) -> None:
    """Print the logs of this run, or of the last one.

    Example: yab logs api worker --follow
    """
    common.only_local(on, "logs")
    project = current_project()
    wanted = _pods(project.root, components, list(project.components))
    folder = states.log_folder(project.root)
    printer = Printer(as_json=as_json)
    printer.print(list(logs.read(folder, wanted))[-tail:] if tail else [])
    if follow_:
        follow(project.root, wanted, lambda: states.is_locked(project.root), as_json=as_json, printer=printer)


def follow(
    root: Path,
    wanted: Callable[[str], bool] | None,
    alive: Callable[[], bool],
    *,
    as_json: bool,
    printer: Printer | None = None,
) -> None:
    """Prints lines as they are written until `alive()` is false."""
    out = printer or Printer(as_json=as_json)
    for line in logs.follow(states.log_folder(root), wanted or (lambda _: True), alive):
        out.print([line])


class Printer:
    """Prints log lines with the pod's name before them, each pod in a colour of its own."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self._color = common.color()
        self._colors: dict[str, str] = {}
        self._width = 0

    def print(self, lines: Iterable[Line]) -> None:
        """Prints the lines and flushes."""
        for line in lines:
            sys.stdout.write(self._format(line) + "\n")
        sys.stdout.flush()

    def _format(self, line: Line) -> str:
        if self._json:
            return json.dumps({"time": line.time, "pod": line.pod, "container": line.container, "text": line.text})
        self._width = max(self._width, len(line.pod))
        name = f"{line.pod:<{self._width}} │"
        if self._color:
            color = self._colors.setdefault(line.pod, COLORS[len(self._colors) % len(COLORS)])
            name = f"\033[{color}m{name}\033[0m"
        return f"{name} {line.text}"


def _pods(root: Path, components: tuple[str, ...], known: list[str]) -> Callable[[str], bool]:
    unknown = [name for name in components if name not in (*known, "gateway")]
    if unknown:
        raise UsageError(f"component {unknown[0]}", "is not in yab.toml", f"use one of: {', '.join(known)}")
    if not components:
        return lambda _: True
    state = states.read(root)
    names = {row.name for row in state.rows if row.component in components} if state else set()
    return names.__contains__
