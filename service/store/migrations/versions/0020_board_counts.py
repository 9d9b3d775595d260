"""the board's counts are ranges of one index, each counted without looking at another row."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "ix_needs_counts"
COLUMNS = ["organisation_id", "closed_at", "stage", "rank", "due_at", "pathway", "owner_id"]


def upgrade() -> None:
    op.create_index(NAME, "needs", COLUMNS)


def downgrade() -> None:
    op.drop_index(NAME, "needs")
