"""letters: the salt of what the event of a letter commits to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_letters_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "referral_id"],
            ["referrals.organisation_id", "referrals.id"],
            name=op.f("fk_letters_organisation_id_referral_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_letters_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_letters")),
        sa.UniqueConstraint("organisation_id", "event_id", name=op.f("uq_letters_organisation_id_event_id")),
    )
    op.create_index("ix_letters_of_referral", "letters", ["organisation_id", "referral_id", "made_at"])


def downgrade() -> None:
    op.drop_table("letters")
