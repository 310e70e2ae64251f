"""Log files: one a pod, every line `<RFC 3339 time> <container> <text>`; written, kept short, read back."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

LIMIT = 10 * 2**20
TAIL = 40


@dataclass(frozen=True, order=True)
class Line:
    """A log line; lines sort by time."""

    time: str
    pod: str = field(compare=False)
    container: str = field(compare=False)
    text: str = field(compare=False)


class PodLog:
    """Appends to a pod's log file, turning it over at 10 MiB; a full disk loses lines, never the pod."""

    def __init__(self, folder: Path, pod: str) -> None:
        self.path = folder / f"{pod}.log"
        self.tails: dict[str, deque[str]] = {}
        self._size = self.path.stat().st_size if self.path.exists() else 0

    def write(self, container: str, text: str) -> None:
        """Adds one line of a container's output."""
        self.tails.setdefault(container, deque(maxlen=TAIL)).append(text)
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = f"{now} {container} {text}\n".encode(errors="replace")
        try:
            if self._size + len(line) > LIMIT:
                self.path.replace(self.path.with_suffix(".log.1"))
                self._size = 0
            with self.path.open("ab") as file:
                file.write(line)
            self._size += len(line)
        except OSError:
            return

    def tail(self, container: str, count: int = 12) -> list[str]:
        """The container's last lines."""
        return list(self.tails.get(container, ()))[-count:]


def start_anew(folder: Path) -> None:
    """Sets the last run's files aside, so that a run's logs begin with its start."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.log"):
        path.replace(path.with_suffix(".log.1"))


def read(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Line]:
    """The lines of this run, of all pods whose name is `wanted`, in the order of time."""
    return heapq.merge(*(_lines(path) for path in _files(folder, wanted)))


def follow(folder: Path, wanted: Callable[[str], bool], alive: Callable[[], bool]) -> Iterator[Line]:
    """Lines as they are written, from the end of what is there now, until `alive()` is false."""
    offsets = {path: path.stat().st_size for path in _files(folder, wanted)}
    while True:
        last_look = not alive()
        for path in _files(folder, wanted):
            yield from _new_lines(path, offsets)
        if last_look:
            return
        time.sleep(0.1)


def _new_lines(path: Path, offsets: dict[Path, int]) -> Iterable[Line]:
    size, offset = path.stat().st_size, offsets.get(path, 0)
    if size < offset:
        offset = 0
    if size == offset:
        return []
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(size - offset)
    whole = data[: data.rfind(b"\n") + 1]
    offsets[path] = offset + len(whole)
    return [_parse(path, line) for line in whole.decode(errors="replace").splitlines()]


def _files(folder: Path, wanted: Callable[[str], bool]) -> list[Path]:
    return [path for path in sorted(folder.glob("*.log")) if wanted(path.stem)]


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            yield _parse(path, line.rstrip("\n"))


def _parse(path: Path, line: str) -> Line:
    when, _, rest = line.partition(" ")
    container, _, text = rest.partition(" ")
    return Line(when, path.stem, container, text)
