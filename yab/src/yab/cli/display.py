"""Shows a starting product: a table that redraws itself in a terminal, one line a settled row elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Protocol

from yab.local import screen
from yab.local.state import State


class Display(Protocol):
    """Something that is shown one state after another."""

    def show(self, state: State) -> None:
        """Shows the state that is true now."""


class Nothing:
    """Shows nothing (`--json`)."""

    def show(self, state: State) -> None:
        """Does nothing."""


class Live:
    """A table in place: every state overwrites the one before."""

    def __init__(self) -> None:
        self._drawn = 0

    def show(self, state: State) -> None:
        """Draws the table over the last one."""
        size = shutil.get_terminal_size()
        lines = screen.table(state, color=True, width=size.columns)
        # What does not fit cannot be overwritten: a terminal scrolls it out of reach.
        lines = lines[: size.lines - 1]
        up = f"\033[{self._drawn}F" if self._drawn else ""
        sys.stdout.write(up + "".join(f"\033[2K{line}\n" for line in lines))
        sys.stdout.flush()
        self._drawn = len(lines)


class Plain:
    """One line when a row settles, for pipes and CI."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def show(self, state: State) -> None:
        """Prints the rows that have settled since the last call."""
        for row in state.rows:
            if row.status in ("ready", "done") and row.name not in self._told:
                self._told.add(row.name)
                seconds = screen.elapsed(row, time.time()) or 0
                sys.stdout.write(f"{screen.MARKS[row.status][0]} {row.name} {row.status} in {seconds:.1f} s\n")
        sys.stdout.flush()


def choose(*, as_json: bool) -> Display:
    """The display that suits where the output goes."""
    if as_json:
        return Nothing()
    return Live() if sys.stdout.isatty() else Plain()
