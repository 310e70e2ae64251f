"""the queue's tables, and which mails were sent"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.util import await_only

revision = "0002"
down_revision = "0001"

_QUEUE = Path(__file__).parents[1] / "queue" / "pgqueuer-1.6.0.sql"


def upgrade() -> None:
    """Installs the queue, unless someone did (`pgq install`), and creates `sent_mails`."""
    if not sa.inspect(op.get_bind()).has_table("pgqueuer"):
        _run_script(_QUEUE.read_text())
    op.create_table(
        "sent_mails",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sent_mails"),
    )


def downgrade() -> None:
    """Drops the queue with its jobs."""
    op.drop_table("sent_mails")
    _run_script(_QUEUE.with_suffix(".down.sql").read_text())


def _run_script(sql: str) -> None:
    """Several statements at once, which only the driver takes, in the migration's transaction."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(sql))
