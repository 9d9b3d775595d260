"""mailing: what was told is told by e-mail too, each once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was told before is not mailed: it has no moment.
    op.add_column("tellings", sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tellings", sa.Column("mail_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tellings", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_tellings_to_mail", "tellings", ["organisation_id", "mail_at"])


def downgrade() -> None:
    op.drop_index("ix_tellings_to_mail", "tellings")
    for name in ("mailed_at", "mail_tries", "mail_at"):
        op.drop_column("tellings", name)
