"""The command line: `python -m backend COMMAND`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from backend.errors import CommandError, Exit


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code. Each imports what it needs when it runs: `migrate` needs no web framework."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], None] = arguments.run
    try:
        command(arguments)
    except CommandError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # `… | head` has read enough; nothing is left to flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description="The product's API, worker and migrations.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve = commands.add_parser("serve", help="serves the API")
    serve.add_argument("--bind", metavar="HOST:PORT", help="where the API is (BIND)")
    worker = commands.add_parser("worker", help="runs the jobs of the queue")
    for command in (serve, worker):
        command.add_argument("--metrics-bind", metavar="HOST:PORT", help="where the metrics are (METRICS_BIND)")
    serve.set_defaults(run=_serve)
    worker.set_defaults(run=_worker)

    migrate = commands.add_parser("migrate", help="brings the database's schema to this version's")
    migrate.set_defaults(run=_migrate)

    make = commands.add_parser("make-migration", help="writes the migration from the database to the models")
    make.add_argument("what", metavar="WHAT", help="a few words: its name")
    make.add_argument("--dir", metavar="FOLDER", help="where to write it (beside the others)")
    make.set_defaults(run=_make_migration)

    create = commands.add_parser("create-admin", help="creates an administrator and prints the password")
    create.add_argument("--email", default="admin@example.com")
    create.add_argument("--if-none", action="store_true", help="only when there is no administrator yet")
    create.set_defaults(run=_create_admin)

    reset = commands.add_parser("reset-password", help="gives an account a new password, prints it, ends its sessions")
    reset.add_argument("email", metavar="EMAIL")
    reset.set_defaults(run=_reset_password)

    openapi = commands.add_parser("openapi", help="prints the API's OpenAPI document")
    openapi.set_defaults(run=_openapi)
    return parser


def _overrides(arguments: argparse.Namespace) -> None:
    """Options win over their variables, in this process and in those it starts."""
    for option in ("bind", "metrics_bind"):
        if value := getattr(arguments, option, None):
            os.environ[option.upper()] = value


def _serve(arguments: argparse.Namespace) -> None:
    _overrides(arguments)
    from backend.serve import serve

    serve()


def _worker(arguments: argparse.Namespace) -> None:
    _overrides(arguments)
    from backend.worker import work

    work()


def _migrate(_: argparse.Namespace) -> None:
    from backend.config import load
    from backend.migrate import migrate

    _say(*migrate(load().database_url))


def _make_migration(arguments: argparse.Namespace) -> None:
    from backend.config import load
    from backend.make_migration import make_migration

    _say(make_migration(load().database_url, arguments.what, arguments.dir))


def _create_admin(arguments: argparse.Namespace) -> None:
    from backend.accounts.commands import create_admin

    _say(*create_admin(arguments.email, arguments.if_none))


def _reset_password(arguments: argparse.Namespace) -> None:
    from backend.accounts.commands import reset_password

    _say(reset_password(arguments.email))


def _openapi(_: argparse.Namespace) -> None:
    from backend.openapi import document

    _say(document())


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
