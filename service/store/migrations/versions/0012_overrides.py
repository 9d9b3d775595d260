"""what people decide otherwise than the rules, and who looked at it again."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

URGENCIES = "'immediate', 'urgent', 'soon', 'routine'"
REASONS = (
    "seen in person since",
    "safety assessment done",
    "more is known than was asked",
    "getting worse",
    "help is in place",
    "another kind of help fits better",
    "the client or family wishes it",
    "answered in error",
    "clinical judgement",
)
REFERENCES = {
    "need_id": "needs",
    "client_id": "clients",
    "made_by": "users",
    "reviewed_by": "users",
    "decision_id": "decisions",
}


def upgrade() -> None:
    op.create_table("overrides", *_columns(), *_checks(), *_ends())
    op.create_index("ix_overrides_of_need", "overrides", ["organisation_id", "need_id", "made_at"])
    op.create_index("ix_overrides_to_review", "overrides", ["organisation_id", "reviewed_at", "made_at"])
    if op.get_bind().dialect.name == "postgresql":
        row_security.guard_table(op.execute, "overrides", "organisation_id")
        op.execute(f"GRANT DELETE ON overrides TO {row_security.WORKER}")


def _columns() -> tuple[sa.Column[object], ...]:
    must, may = {"nullable": False}, {"nullable": True}
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.String(length=length), **(may if name == "rule" else must))
            for name, length in (
                ("direction", 40),
                ("pathway_before", None),
                ("pathway_after", None),
                ("urgency_before", 40),
                ("urgency_after", 40),
                ("reason", 40),
                ("words", None),
                ("rule", None),
            )
        ),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.String(), nullable=False),
    )


def _checks() -> tuple[sa.CheckConstraint, ...]:
    named = ", ".join(f"'{reason}'" for reason in REASONS)
    rules = {
        "override_direction": "direction IN ('up', 'down', 'elsewhere')",
        "urgency_before": f"urgency_before IN ({URGENCIES})",
        "urgency_after": f"urgency_after IN ({URGENCIES})",
        "override_reason": f"reason IN ({named})",
        "reviewed_by_somebody": "(reviewed_at IS NULL) = (reviewed_by IS NULL)",
    }
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_overrides_{name}")) for name, rule in rules.items())


def _ends() -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_overrides")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_overrides_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_overrides_organisation_id_{column}"),
            )
            for column, table in REFERENCES.items()
        ),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.release_table(op.execute, "overrides")
    op.drop_table("overrides")
