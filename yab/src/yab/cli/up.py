"""`yab up`: runs the product and prints its addresses."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from yab import console
from yab.cli import common, display
from yab.cli.main import project as current_project
from yab.errors import FailedError
from yab.local import once, screen, start, watching
from yab.local import state as states
from yab.local.plan import Options
from yab.local.start import Started
from yab.local.state import State


@click.command
@common.components_argument
@common.on_option
@click.option("--detach", "-d", is_flag=True, help="Return when everything is ready.")
@click.option(
    "--wait",
    type=click.FloatRange(min=1),
    default=120,
    show_default=True,
    help="Seconds until everything must be ready.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="The public port.")
@click.option("--watch/--no-watch", default=True, show_default=True, help="Restart and reload when a source changes.")
@common.json_option
def command(
    components: tuple[str, ...],
    on: str,
    *,
    detach: bool,
    wait: float,
    port: int | None,
    watch: bool,
    as_json: bool,
) -> None:
    """Run the product: render the charts, start everything in order, print the addresses.

    Example: yab up api --detach
    """
    common.only_local(on, "up")
    project = current_project()
    chosen = port or project.environments[start.ENVIRONMENT].port or 80
    options = Options(chosen, watch=watch, wait=wait)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    started = start.up(project, components, options, attached=not detach)
    try:
        state = _until_ready(project.root, started, as_json=as_json)
        _greet(project.root, state, as_json=as_json, detach=detach)
        if not detach:
            _follow(project.root, started, as_json=as_json)
    except KeyboardInterrupt:
        _stop(started, quiet=as_json)
        raise


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _until_ready(root: Path, started: Started, *, as_json: bool) -> State:
    shown = display.choose(as_json=as_json)
    for state in watching.until_settled(root, started):
        shown.show(state)
    if state.failure:
        # Everything has been stopped by now: what is printed is the end.
        for line in state.failure.log:
            console.err(f"  │ {line}")
        raise watching.error_of(state.failure)
    if state.phase in ("stopped", "failed"):
        raise FailedError("yab up", "was stopped while it started", "start it again: yab up")
    return state


def _greet(root: Path, state: State, *, as_json: bool, detach: bool) -> None:
    notice = once.take_notice(root)
    if as_json:
        console.print_json(
            {
                "phase": state.phase,
                "addresses": state.addresses,
                "ready_after": state.ready_after,
                "notice": notice,
            }
        )
        return
    color = common.color()
    say = sys.stdout.write
    say(f"\n{screen.styled(f'Ready after {state.ready_after or 0:.1f} s', 'bold', color=color)}\n")
    say("".join(f"{line}\n" for line in screen.addresses(state.addresses, color=color)))
    if notice:
        say(f"\n{screen.styled('Shown this once:', 'yellow', color=color)} {notice}\n")
    if state.limits:
        lines = "\n  ".join(["Not as in a cluster:", *state.limits])
        say(f"\n{screen.styled(lines, 'dim', color=color)}\n\n")
    end = "yab logs --follow · yab status · yab down" if detach else "Ctrl-C stops everything"
    say(f"{screen.styled(end, 'dim', color=color)}\n")
    sys.stdout.flush()


def _follow(root: Path, started: Started, *, as_json: bool) -> None:
    from yab.cli.logs import follow

    follow(root, None, lambda: started.process.poll() is None, as_json=as_json)
    state = states.read(root)
    if state and state.failure:
        raise watching.error_of(state.failure)
    if started.process.returncode:
        raise FailedError("supervisor", f"ended with code {started.process.returncode}", "start again: yab up")


def _stop(started: Started, *, quiet: bool) -> None:
    """Stops everything; a second Ctrl-C ends it at once."""
    process = started.process
    if process.poll() is not None:
        return
    if not quiet:
        console.err("stopping… (Ctrl-C again: at once)")
    try:
        watching.stop(process.pid, lambda: process.poll() is not None)
    except KeyboardInterrupt:
        watching.stop(process.pid, lambda: process.poll() is not None, patience=5)
