"""Alembic's entry: runs on the connection that `backend.migrate` hands over."""

from alembic import context

import backend.models  # noqa: F401 (fills the metadata)
from backend.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
    on_version_apply=context.config.attributes.get("on_version_apply"),
    # The queue's tables are pgqueuer's, which has no models.
    include_name=lambda name, kind, _: kind != "table" or not (name or "").startswith("pgqueuer"),
)
with context.begin_transaction():
    context.run_migrations()
