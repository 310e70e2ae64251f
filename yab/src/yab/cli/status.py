"""`yab status`: what runs, and whether it is ready."""

from __future__ import annotations

import shutil

import click

from yab import console
from yab.cli import common
from yab.cli.main import root as current_root
from yab.errors import FailedError
from yab.local import screen
from yab.local import state as states


@click.command
@common.on_option
@common.json_option
def command(on: str, *, as_json: bool) -> None:
    """Show what runs, and why something is not ready. Exit code 1 unless all is ready.

    Example: yab status --json
    """
    common.only_local(on, "status")
    root = current_root()
    state = states.running(root)
    if state is None:
        if as_json:
            console.print_json({"phase": "stopped", "rows": []})
            raise click.exceptions.Exit(1)
        last = states.read(root)
        if last and last.failure:
            raise FailedError(last.failure.where, f"the last start failed: {last.failure.what}", last.failure.todo)
        raise FailedError(str(root), "nothing is running here", "start it: yab up")
    if as_json:
        import msgspec

        found = msgspec.to_builtins(state)
        found.pop("allocated")
        console.print_json(found)
    else:
        color = common.color()
        width = shutil.get_terminal_size((120, 24)).columns
        for line in [
            *screen.table(state, color=color, width=width),
            *screen.addresses(state.addresses, color=color),
        ]:
            console.out(line)
    if state.phase != "ready":
        raise click.exceptions.Exit(1)
