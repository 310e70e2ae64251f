"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    """${message}."""
    ${upgrades or "pass"}


def downgrade() -> None:
    """Undoes it."""
    ${downgrades or "pass"}
