"""The queue's side of those who cause jobs: a row in the same transaction as the change it belongs to.

Plain SQL, since pgqueuer's own client would cost the API 0.15 s of its start; a test runs such a row through pgqueuer.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ENQUEUE = text("""
    WITH job AS (
        INSERT INTO pgqueuer (priority, status, entrypoint, payload, dedupe_key)
        VALUES (0, 'queued', :entrypoint, :payload, :key)
        ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
        RETURNING id, entrypoint, status, priority
    )
    INSERT INTO pgqueuer_log (job_id, entrypoint, status, priority) SELECT * FROM job
""")


async def enqueue(session: AsyncSession, entrypoint: str, key: str, payload: bytes) -> None:
    """Queues a job, seen by workers when the session commits. A second one of the same key, while the first waits or
    runs, is none."""
    await session.execute(_ENQUEUE, {"entrypoint": entrypoint, "key": key, "payload": payload})
