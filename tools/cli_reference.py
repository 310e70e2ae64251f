"""Prints docs/cli.md: what `yab --help` says of every command, so that the reference cannot rot.

make generate
"""

from __future__ import annotations

import inspect

import click

from yab.cli.main import COMMANDS, app

WIDTH = 100
HEAD = """# `yab`: the commands

Written by `make generate` from the commands' own help. In a clone that is set up, `yab` is `.venv/bin/yab`.
Exit codes: 0 done, 1 failed or unhealthy, 2 wrong usage or configuration, 3 something missing on this machine,
130 interrupted. Errors are one line that says where and what, and one that says what to do.
"""


def reference() -> str:
    """The whole page."""
    context = click.Context(app, info_name="yab", terminal_width=WIDTH, **app.context_settings)
    pages = [HEAD, block("yab", app.get_help(context))]
    for name in COMMANDS:
        command = app.get_command(context, name)
        if command is None:
            raise LookupError(f"yab {name}: there is no such command")
        inner = click.Context(command, info_name=name, parent=context, terminal_width=WIDTH)
        pages.append(block(f"yab {name}", command.get_help(inner)))
    return "\n".join(pages)


def block(title: str, text: str) -> str:
    """A section with a command's help."""
    return f"## `{title}`\n\n```text\n{inspect.cleandoc(text)}\n```\n"


if __name__ == "__main__":
    print(reference(), end="")
