"""`make-migration`: a new column of a model becomes the next numbered migration, which then runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from embedded_postgres import execute
from sqlalchemy import Column, String, Table

from backend.accounts.models import Account
from backend.database import Base
from backend.errors import CommandError
from backend.make_migration import make_migration
from backend.migrations import head

NEXT = f"{int(head()) + 1:04}"


@pytest.fixture
def new_table() -> Iterator[Table]:
    """A model that no migration makes."""
    table = Table("invoices", Base.metadata, Column("number", String(20), primary_key=True))
    yield table
    Base.metadata.remove(table)


def test_models_and_schema_that_agree_need_no_migration(database: str, tmp_path: Path) -> None:
    assert make_migration(database, "nothing", str(tmp_path)).startswith("nothing to do")
    assert list(tmp_path.iterdir()) == []


def test_a_new_table_becomes_the_next_migration(database: str, tmp_path: Path, new_table: Table) -> None:
    said = make_migration(database, "Add invoices", str(tmp_path))
    path = tmp_path / f"{NEXT}_add_invoices.py"
    assert str(path) in said
    spec = importlib.util.spec_from_file_location("made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (module.revision, module.down_revision) == (NEXT, head())
    text = path.read_text()
    assert "op.create_table('invoices'" in text
    assert "pgqueuer" not in text
    assert Account.__tablename__ not in text


def test_a_database_that_is_behind_is_refused(database: str, tmp_path: Path) -> None:
    anyio.run(execute, database, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(CommandError, match="is not at the newest migration"):
        make_migration(database, "x", str(tmp_path))


def test_an_unreachable_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"DATABASE_URL: no connection to 127\.0\.0\.1:1/app"):
        make_migration("postgresql://app:secret@127.0.0.1:1/app", "x", str(tmp_path))
