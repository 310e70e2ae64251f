"""The connection to Postgres: engine and sessions."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from backend import postgres


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 (SQLAlchemy declares it so)


def utcnow() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)


def create_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """An engine of at most `pool_size` connections; none is opened before it is needed."""

    async def connect() -> postgres.Connection:
        try:
            return await postgres.connect(url)
        except postgres.UNREACHABLE as error:
            raise postgres.CannotConnectError(f"{type(error).__name__}: {error}") from error

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=postgres.CONNECT_TIMEOUT,
    )
    event.listen(engine.sync_engine, "checkout", _replace_closed)
    return engine


def _replace_closed(connection: object, _entry: ConnectionPoolEntry, _proxy: object) -> None:
    """Makes the pool connect anew where the server hung up; asyncpg knows without a round trip."""
    if connection.driver_connection.is_closed():  # type: ignore[attr-defined]
        raise DisconnectionError


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
