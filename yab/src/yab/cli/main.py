"""The entry point: finds the command, shows errors on two lines, and answers with the right exit code.

A command's module is imported when it is called, so `yab --help` and `yab status` stay fast.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yab import console
from yab.errors import FailedError, UsageError, YabError

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
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
# Part of the command contract, not built yet: docs/implementation-plan.md says what comes when.
LATER = ("build", "validate", "plan", "deploy", "rollback", "history", "connectivity", "add", "backup", "restore")
_chosen: dict[str, Path | None] = {"root": None}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"yab.cli.{cmd_name}").command
        found.name = cmd_name
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - click's own
        """As click does it, with the command that was probably meant."""
        if args and args[0] in LATER:
            raise UsageError(f"yab {args[0]}", "is not built yet", "what comes when: docs/implementation-plan.md")
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            todo = f"did you mean: yab {close[0]}" if close else "see: yab --help"
            raise UsageError(f"yab {args[0]}", "there is no such command", todo)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table of commands, from the words above: importing them all would take too long."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--root",
    "root_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The clone; default: here or above.",
)
@click.version_option(package_name="yab", message="%(version)s")
def app(root_dir: Path | None) -> None:
    """Run one set of Helm charts as processes on this machine, on kind, and on any cluster."""
    _chosen["root"] = root_dir


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # YAML is UTF-8 whatever the terminal is
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = app.main(prog_name="yab", standalone_mode=False)
    except YabError as error:
        console.show_error(error)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        console.out(error.format_message())
        code = 2
    except click.ClickException as error:
        code = _show_usage(error)
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        # The reader of our output went away: nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        console.show_error(_foreseen(error) or _internal(error))
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _show_usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "yab"
    message = error.format_message()
    console.show_error(UsageError(path, (message[:1].lower() + message[1:]).rstrip("."), f"see: {path} --help"))
    return error.exit_code


def _foreseen(error: Exception) -> YabError | None:
    """A disk that refuses is nobody's mistake in the code."""
    if not isinstance(error, OSError) or error.errno not in DISK:
        return None
    where = str(error.filename or "the disk")
    return FailedError(where, f"cannot be used: {error.strerror}", "free some space, or mend its permissions")


def _internal(error: Exception) -> YabError:
    what = " ".join(f"internal error: {type(error).__name__}: {error}".split())
    return FailedError("yab", what, f"report it with {_save_traceback()}")


def _save_traceback() -> str:
    """The file that holds it; whatever is broken, the error itself must be told."""
    import tempfile
    import traceback

    text = traceback.format_exc()
    with suppress(Exception):
        path = root() / ".yab" / "logs" / "traceback.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)
    with suppress(OSError), tempfile.NamedTemporaryFile("w", prefix="yab-", suffix=".txt", delete=False) as file:
        file.write(text)
        return file.name
    return "what you did: the traceback could not be saved"
