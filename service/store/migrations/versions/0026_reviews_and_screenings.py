"""people are told that the review of a week is open; a screening has a salt of its own, and can go apart."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ABOUT = ("alert", "need", "packet")


def upgrade() -> None:
    _tell_about((*ABOUT, "review"))
    op.add_column("screenings", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("tellings", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("tellings", "seen_at")
    op.drop_column("screenings", "salt")
    op.execute("DELETE FROM tellings WHERE about = 'review'")
    _tell_about(ABOUT)


def _tell_about(kinds: tuple[str, ...]) -> None:
    named = ", ".join(f"'{kind}'" for kind in kinds)
    # Nothing points at a telling, so SQLite may make the table anew.
    with op.batch_alter_table("tellings") as batch:
        batch.drop_constraint(op.f("ck_tellings_told_about"), type_="check")
        batch.create_check_constraint(op.f("ck_tellings_told_about"), f"about IN ({named})")
