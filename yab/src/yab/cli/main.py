"""The entry point: finds the command, shows errors on two lines, and answers with the right exit code.

A command's module is imported when it is called, so `yab --help` and `yab status` stay fast.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from yab import console
from yab.errors import UsageError, YabError

if TYPE_CHECKING:
    from yab.project import Project

COMMANDS = {
    "up": "Run the product and print its addresses.",
    "down": "Stop it; nothing stays behind but its data.",
    "status": "Show what runs, and why something is not ready.",
    "logs": "Print the logs of every process.",
    "smoke": "Check the running product through its front door.",
    "render": "Print what the charts render to.",
    "run": "Run a command with a component's environment.",
    "env": "Print a component's environment.",
    "init": "Make the template your own: rename the product.",
    "doctor": "Say what is missing on this machine, and how to mend it.",
}
_chosen: dict[str, Path | None] = {"root": None}


class LazyGroup(TyperGroup):
    """Knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's own type is private
        """The commands, most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as above
        """The command of that name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"yab.cli.{cmd_name}")
        one = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        one.command(name=cmd_name)(module.command)
        found = typer.main.get_command(one)
        found.name = cmd_name
        return found

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as above
        """The table of commands, from the words above: importing them all would take too long."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _main(
    root_dir: Annotated[
        Path | None, typer.Option("--root", metavar="DIR", help="The clone; default: here or above.", show_default=False)
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Run one set of Helm charts as processes on this machine, on kind, and on any cluster."""
    _chosen["root"] = root_dir
    if version:
        from importlib.metadata import version as installed

        console.out(installed("yab"))
        raise typer.Exit


def root() -> Path:
    """The clone that the command works on. ConfigError where there is none."""
    from yab.project.load import find_root

    return find_root(_chosen["root"])


def project() -> Project:
    """The clone's project. ConfigError or Problems for what is wrong in `yab.toml`."""
    from yab.project import load

    return load(root())


def main() -> None:
    """Runs the command line; the one place that turns errors into exit codes."""
    try:
        code = app(standalone_mode=False)
    except YabError as error:
        console.show_error(error)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:
        # The reader of our output went away: nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        code = _other(error)
    sys.exit(code if isinstance(code, int) else 0)


def _other(error: Exception) -> int:
    """An error of the command line's library (wrong usage), or one of ours that nobody foresaw."""
    message = getattr(error, "format_message", None)
    if message is not None:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "yab"
        console.show_error(UsageError(command.replace("python -m ", ""), _lower(message()), f"see: {command} --help"))
        return int(getattr(error, "exit_code", 2))
    place = _save_traceback()
    console.show_error(YabError("yab", f"internal error: {type(error).__name__}: {error}", f"report it with {place}"))
    return 1


def _lower(message: str) -> str:
    return (message[:1].lower() + message[1:]).rstrip(".")


def _save_traceback() -> str:
    text = traceback.format_exc()
    with suppress(YabError, OSError):
        path = root() / ".yab" / "logs" / "traceback.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)
    return text
