"""`python -m backend make-migration WHAT`: writes what the models have and the database lacks."""

import asyncio
import os
from pathlib import Path

from alembic import command
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError as AlembicError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from backend import postgres
from backend.database import create_engine
from backend.errors import CommandError
from backend.migrate import alembic_config, unreachable
from backend.migrations import VERSIONS, head


def make_migration(database_url: str, what: str, folder: str | None = None) -> str:
    """Writes `NNNN_what.py` into `folder`; the line that says so. Raises CommandError when the database is not at the
    newest migration, out of reach, or the folder cannot be written."""
    try:
        path = asyncio.run(_make(database_url, what, Path(folder) if folder else VERSIONS))
    except AlembicError:
        raise CommandError("database", "is not at the newest migration", "run `python -m backend migrate`") from None
    except (*postgres.UNREACHABLE, postgres.CannotConnectError, DBAPIError) as error:
        if isinstance(error, OSError) and error.filename:
            raise CommandError(error.filename, os.strerror(error.errno or 0), "name another with --dir") from None
        raise unreachable(database_url, error) from None
    return f"wrote {path}: read it before you run it" if path else "nothing to do: models and schema agree"


async def _make(database_url: str, what: str, folder: Path) -> Path | None:
    engine = create_engine(database_url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_autogenerate, what, folder)
    finally:
        await engine.dispose()


def _autogenerate(connection: Connection, what: str, folder: Path) -> Path | None:
    config = alembic_config(connection)
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(dict.fromkeys([str(VERSIONS), str(folder)])))
    number = f"{int(head()) + 1:04}"
    made = command.revision(
        config,
        what,
        autogenerate=True,
        rev_id=number,
        version_path=str(folder),
        process_revision_directives=_drop_if_empty,
    )
    return Path(made.path) if made and not isinstance(made, list) else None


def _drop_if_empty(_: MigrationContext, __: object, directives: list[MigrationScript]) -> None:
    """Alembic would write a migration that does nothing."""
    operations = directives[0].upgrade_ops
    if operations is not None and operations.is_empty():
        directives.clear()
