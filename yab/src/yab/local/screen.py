"""What a person sees of a state: the table while it starts and in `yab status`.

Plain text with ANSI styles, made by hand: `yab status` must answer at once, and rich takes longer to
import than all else it does.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from yab.local.state import Row, State

STYLES = {"green": "32", "yellow": "33", "red": "31", "dim": "2", "bold": "1", "cyan": "36"}
MARKS = {
    "ready": ("●", "green"),
    "done": ("✓", "green"),
    "starting": ("◐", "yellow"),
    "building": ("◐", "yellow"),
    "running": ("◐", "yellow"),
    "waiting": ("○", "dim"),
    "unready": ("◌", "yellow"),
    "back-off": ("↻", "red"),
    "failed": ("✗", "red"),
    "stopped": ("○", "dim"),
}
HEADS = ("NAME", "STATUS", "SECONDS")


def styled(text: str, style: str, *, color: bool) -> str:
    """The text in an ANSI style, as it is where there are no colours."""
    return f"\033[{STYLES[style]}m{text}\033[0m" if color and text else text


def table(state: State, *, color: bool, width: int = 120, now: float | None = None) -> list[str]:
    """A line for each row: mark, name, status, seconds until it settled (or since it began), detail."""
    cells = [_cells(row, now or time.time()) for row in state.rows]
    widths = [max(map(len, column)) for column in zip(HEADS, *(line[:3] for line in cells), strict=True)]
    lines = [styled("  " + _aligned(HEADS, widths), "dim", color=color).rstrip()]
    for row, (name, status, seconds, detail) in zip(state.rows, cells, strict=True):
        mark, style = MARKS[row.status]
        left = _aligned((name, status, seconds), widths)
        room = max(width - len(left) - 5, 0)
        shown = detail if len(detail) <= room else detail[: max(room - 1, 0)] + "…"
        marked = styled(mark, style, color=color)
        lines.append(f"{marked} {left}  {styled(shown, 'dim', color=color)}".rstrip())
    return lines


def addresses(found: Mapping[str, str], *, color: bool) -> list[str]:
    """The public addresses, one a line."""
    return [f"  {styled(address, 'cyan', color=color)}" for address in found.values()]


def elapsed(row: Row, now: float) -> float | None:
    """Seconds from the row's start until it settled, or until now."""
    return None if row.started is None else (row.settled or now) - row.started


def detail(row: Row) -> str:
    """Why it is not ready, how often it was restarted, and where it listens."""
    restarts = f"{row.restarts} restart{'s' if row.restarts > 1 else ''}" if row.restarts else ""
    ports = ", ".join(f"{name} :{port}" for name, port in row.ports.items())
    return " · ".join(part for part in (row.detail, restarts, ports if row.status == "ready" else "") if part)


def _cells(row: Row, now: float) -> tuple[str, str, str, str]:
    seconds = elapsed(row, now)
    return row.name, row.status, "" if seconds is None else f"{seconds:.1f}", detail(row)


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    name, status, seconds = cells
    return f"{name:<{widths[0]}}  {status:<{widths[1]}}  {seconds:>{widths[2]}}"
