"""`yab doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

from dataclasses import asdict

import click

from yab import console
from yab.cli import common
from yab.cli.main import root as current_root
from yab.local import screen

MARKS = {"ok": ("✓", "green"), "missing": ("✗", "red"), "hint": ("•", "yellow")}


@click.command
@common.on_option
@common.json_option
def command(on: str, *, as_json: bool) -> None:
    """Check this machine for what the target needs. Exit code 3 when something is missing.

    Example: yab doctor
    """
    from yab.local import checkup

    common.only_local(on, "doctor")
    findings = list(checkup.check(current_root()))
    if as_json:
        console.print_json([asdict(finding) for finding in findings])
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            mark, style = MARKS[finding.level]
            console.out(f"{screen.styled(mark, style, color=common.color())} {finding.name:<{width}}  {finding.found}")
            if finding.todo:
                console.out(f"  {'':<{width}}  → {finding.todo}")
    if any(finding.level == "missing" for finding in findings):
        raise click.exceptions.Exit(3)
