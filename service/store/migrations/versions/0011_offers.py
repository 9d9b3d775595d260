"""what receivers offer, stated by whom and when; languages, hours and wait of receivers without an account."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outside_receivers", sa.Column("languages", sa.String(), server_default="", nullable=False))
    op.add_column("outside_receivers", sa.Column("hours", sa.String(), server_default="", nullable=False))
    op.add_column("outside_receivers", sa.Column("wait_days", sa.Integer(), nullable=True))
    op.create_table(
        "offers",
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("outside_id", sa.Uuid(), nullable=True),
        sa.Column("pathways", sa.String(), nullable=False),
        sa.Column("lowest_age", sa.Integer(), nullable=True),
        sa.Column("highest_age", sa.Integer(), nullable=True),
        sa.Column("ways", sa.String(), nullable=False),
        sa.Column("outside_school", sa.Boolean(), nullable=True),
        sa.Column("distance_km", sa.Integer(), nullable=True),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("insurance", sa.String(), nullable=False),
        sa.Column(
            "cost",
            sa.Enum(
                "free of charge",
                "insurance",
                "by income",
                "self-pay",
                name="cost",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("per_week", sa.Integer(), nullable=True),
        sa.Column("open_places", sa.Integer(), nullable=True),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(team_id IS NULL) != (outside_id IS NULL)", name=op.f("ck_offers_of_one_receiver")
        ),
        sa.CheckConstraint(
            "lowest_age IS NULL OR highest_age IS NULL OR lowest_age <= highest_age",
            name=op.f("ck_offers_ages"),
        ),
        sa.CheckConstraint("per_week IS NULL OR per_week >= 0", name=op.f("ck_offers_per_week")),
        sa.CheckConstraint("open_places IS NULL OR open_places >= 0", name=op.f("ck_offers_open_places")),
        *(_within(column, table) for column, table in _POINTS_TO),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_offers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_offers")),
        sa.UniqueConstraint("organisation_id", "team_id", name=op.f("uq_offers_organisation_id_team_id")),
        sa.UniqueConstraint(
            "organisation_id", "outside_id", name=op.f("uq_offers_organisation_id_outside_id")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        row_security.guard_table(op.execute, "offers", "organisation_id")


_POINTS_TO = (("team_id", "sites"), ("outside_id", "outside_receivers"), ("stated_by", "users"))


def _within(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{table}.organisation_id", f"{table}.id"],
        name=op.f(f"fk_offers_organisation_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table("offers")
    op.drop_column("outside_receivers", "wait_days")
    op.drop_column("outside_receivers", "hours")
    op.drop_column("outside_receivers", "languages")
