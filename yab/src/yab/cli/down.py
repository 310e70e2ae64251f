"""`yab down`: stops the product."""

from __future__ import annotations

import shutil
import time

import click

from yab import console
from yab.cli import common
from yab.cli.main import root as current_root
from yab.local import start, watching


@click.command
@common.on_option
@click.option("--volumes", is_flag=True, help="Remove the data too.")
@common.json_option
def command(on: str, *, volumes: bool, as_json: bool) -> None:
    """Stop the product; nothing stays behind but its data.

    Example: yab down --volumes
    """
    common.only_local(on, "down")

    root = current_root()
    began = time.monotonic()
    stopped = watching.down(root)
    seconds = time.monotonic() - began
    if volumes:
        for folder in ("data", "pods"):
            try:
                shutil.rmtree(root / ".yab" / folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise start.disk_error(root, error) from error
    if as_json:
        console.print_json({"stopped": stopped, "seconds": round(seconds, 3), "volumes_removed": volumes})
        return
    said = f"stopped in {seconds:.1f} s" if stopped else "nothing was running"
    console.out(f"{said}; data removed" if volumes else said)
