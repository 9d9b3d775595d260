"""guardians who were taken away stay in the records that name them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guardians", sa.Column("taken_away_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("guardians", "taken_away_at")
