"""Migrations: there and back, equal to the models, and the queue's tables as its own installer makes them."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pgqueuer.adapters.persistence.queries import Queries
from processes import query, run
from sqlalchemy import Connection

import backend.models  # noqa: F401 (fills the metadata)
from backend.database import Base, create_engine
from backend.migrate import migrate, run_alembic
from backend.migrations import NEEDED, head

CATALOGUE = """
    SELECT 'column' AS kind, table_name::text AS parent, column_name::text AS name,
        concat_ws(' ', udt_name, is_nullable, column_default) AS what
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'function', '', proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal
    UNION ALL SELECT 'type', typname::text, enumlabel::text, enumsortorder::text
    FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
    ORDER BY 1, 2, 3
"""


def catalogue(database: str, prefix: str = "") -> list[tuple[str, ...]]:
    """All that a schema consists of, but for Alembic's own table."""
    rows = [tuple(map(str, row.values())) for row in query(database, CATALOGUE)]
    return [row for row in rows if "alembic_version" not in row[1] and (prefix in row[1] or prefix in row[2])]


def with_connection(database: str, work: Any, *arguments: str) -> Any:
    """Runs `work(connection, *arguments)` in a transaction."""

    async def inside() -> Any:
        engine = create_engine(database)
        async with engine.connect() as connection:
            result = await connection.run_sync(work, *arguments)
            await connection.commit()
        await engine.dispose()
        return result

    return asyncio.run(inside())


def test_down_and_up_again_is_the_same_schema(database: str) -> None:
    whole = catalogue(database)
    assert whole
    with_connection(database, run_alembic, "downgrade", "base")
    assert catalogue(database) == []
    migrate(database)
    assert catalogue(database) == whole


def test_every_migration_can_be_undone_alone(empty_database: str) -> None:
    migrate(empty_database)
    for _ in range(int(head())):
        with_connection(empty_database, run_alembic, "downgrade", "-1")
    assert catalogue(empty_database) == []


def test_models_and_migrations_agree(database: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"include_name": lambda name, *_: not (name or "").startswith("pgqueuer")}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    assert with_connection(database, differences) == []


def test_the_queue_is_what_pgqueuer_installs(database: str, empty_database: str) -> None:
    install_queue(empty_database)
    assert catalogue(database, "pgqueuer") == catalogue(empty_database, "pgqueuer")


def test_a_queue_that_someone_installed_is_kept(empty_database: str, database: str) -> None:
    install_queue(empty_database)
    assert run("migrate", DATABASE_URL=empty_database).returncode == 0
    assert catalogue(empty_database) == catalogue(database)


def install_queue(database: str) -> None:
    """What `pgq install` does."""

    async def install() -> None:
        connection = await asyncpg.connect(database)
        await Queries.from_asyncpg_connection(connection).install()
        await connection.close()

    asyncio.run(install())


def test_what_the_code_needs_exists() -> None:
    assert head() >= NEEDED


def test_a_newer_schema_is_left_as_it_is(database: str) -> None:
    query(database, "UPDATE alembic_version SET version_num = '9999'")
    ended = run("migrate", DATABASE_URL=database)
    assert ended.returncode == 0
    assert "newer" in ended.stdout
    assert query(database, "SELECT version_num FROM alembic_version")[0]["version_num"] == "9999"
