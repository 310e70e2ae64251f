"""Whether the process can work: the database answers, and its schema is new enough."""

import asyncio

from backend import postgres
from backend.migrations import NEEDED

TIMEOUT = 1.5
"""Seconds; less than the 2 s a probe waits."""


class Readiness:
    """Asks over a connection of its own, so that a busy pool never makes a working process look broken."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._connection: postgres.Connection | None = None
        self._lock = asyncio.Lock()

    async def problem(self) -> str | None:
        """What is missing, or None when ready."""
        try:
            async with asyncio.timeout(TIMEOUT), self._lock:
                schema = await self._schema()
        except postgres.UNREACHABLE as error:
            return f"the database does not answer ({type(error).__name__})"
        if schema < NEEDED:
            return f"the schema is {schema or 'missing'}, this version needs {NEEDED}: run `python -m backend migrate`"
        return None

    async def _schema(self) -> str:
        if self._connection is None or self._connection.is_closed():
            self._connection = await postgres.connect(self._url, TIMEOUT)
        try:
            return await postgres.schema_version(self._connection)
        except BaseException:
            self._connection.terminate()
            raise

    async def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.terminate()
