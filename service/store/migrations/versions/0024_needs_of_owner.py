"""what is late of one person is found along indexes; who was there at a first contact is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

OWNED, TOLD = "ix_needs_of_owner", "ix_tellings_to"


def upgrade() -> None:
    op.create_index(OWNED, "needs", ["organisation_id", "owner_id", "closed_at", "rank", "due_at", "id"])
    op.drop_index(TOLD, "tellings")
    op.create_index(TOLD, "tellings", ["organisation_id", "user_id", "subject_id", "since"])
    op.add_column("referrals", sa.Column("handoff_note", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("referrals", "handoff_note")
    op.drop_index(TOLD, "tellings")
    op.create_index(TOLD, "tellings", ["organisation_id", "user_id", "told_at"])
    op.drop_index(OWNED, "needs")
