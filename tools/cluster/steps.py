"""Runs steps side by side, each after those it needs, and leaves out what nothing has changed."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from place import Place, fingerprint


@dataclass(frozen=True)
class Step:
    """A part of the work. Its key is a hash of its inputs, its words, and the keys of those it needs."""

    name: str
    work: Callable[[Place, Path], None]  # the place, and the step's log
    needs: tuple[str, ...] = ()
    inputs: tuple[Path, ...] = ()
    words: tuple[str, ...] = ()  # versions
    is_there: Callable[[Place], bool] = lambda _place: True  # whether what it made is still there
    every_time: bool = False


def run_all(steps: Sequence[Step], place: Place) -> None:
    """Runs what changed since the last time. ProvisionError of the first step that fails."""
    by_name = {step.name: step for step in steps}
    keys = keys_of(by_name)
    graph = TopologicalSorter({step.name: step.needs for step in steps})
    graph.prepare()
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(max_workers=4) as pool:
        while graph.is_active():
            for name in graph.get_ready():
                running[pool.submit(run_one, by_name[name], keys[name], place)] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                each.result()
                graph.done(running.pop(each))


def keys_of(steps: Mapping[str, Step]) -> dict[str, str]:
    """The key of every step."""
    keys: dict[str, str] = {}
    for name in TopologicalSorter({step.name: step.needs for step in steps.values()}).static_order():
        step = steps[name]
        keys[name] = fingerprint(step.inputs, name, *step.words, *(keys[need] for need in step.needs))
    return keys


def run_one(step: Step, key: str, place: Place) -> None:
    """Runs a step, or leaves it out; tells how long it took."""
    stamp = place.folder / "stamps" / step.name
    if not step.every_time and stamp.exists() and stamp.read_text() == key and step.is_there(place):
        return
    stamp.unlink(missing_ok=True)
    log = place.logs / f"{step.name}.log"
    log.unlink(missing_ok=True)
    began = time.monotonic()
    step.work(place, log)
    stamp.write_text(key)
    say(f"{step.name:<16} {time.monotonic() - began:6.1f} s")


_lock = threading.Lock()


def say(line: str) -> None:
    """Progress, on stderr: stdout belongs to `--env`."""
    with _lock:
        print(line, file=sys.stderr, flush=True)
