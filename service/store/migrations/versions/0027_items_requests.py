"""requests for consent to share single answers, and people told of them."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "items_requests"
ABOUT = ("alert", "need", "packet", "review")
REASONS = (
    "to decide whether we take it",
    "to judge safety",
    "to prepare the first appointment",
    "so that nobody is asked twice",
)
REFUSALS = (
    "a guardian said no",
    "the client said no",
    "nobody could be asked",
    "not needed for this",
    "call us instead",
    "there are no answers",
    "the referral has ended",
)
CHECKS = {
    "items_reason": f"reason IN ({', '.join(map(repr, REASONS))})",
    "items_state": "state IN ('open', 'shared', 'declined')",
    "items_refusal": f"refusal IN ({', '.join(map(repr, REFUSALS))})",
    "answered_when_not_open": "(state = 'open') = (answered_at IS NULL)",
    "declined_with_a_reason": "(state = 'declined') = (refusal IS NOT NULL)",
}
INDEXES = {
    "ix_items_requests_of_referral": ("organisation_id", "referral_id", "asked_at"),
    "ix_items_requests_of_client": ("organisation_id", "client_id"),
    "ix_items_requests_to_carry": ("organisation_id", "told_at", "packet_id"),
}
WHILE_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(TABLE, *_columns(), *_checks(), *_ends())
    for name, columns in INDEXES.items():
        op.create_index(name, TABLE, list(columns))
    op.create_index(
        "uq_items_requests_open",
        TABLE,
        ["organisation_id", "referral_id"],
        unique=True,
        sqlite_where=WHILE_OPEN,
        postgresql_where=WHILE_OPEN,
    )
    if op.get_bind().dialect.name == "postgresql":
        row_security.guard_table(op.execute, TABLE, "organisation_id")
        op.execute(f"GRANT DELETE ON {TABLE} TO {row_security.WORKER}")
    _tell_about((*ABOUT, "items"))


def _columns() -> tuple[sa.Column[object], ...]:
    ids = ("organisation_id", "id", "referral_id", "client_id", "asked_by")
    others = ("packet_id", "answered_by", "event_id")
    words = (("reason", False), ("state", False), ("refusal", True))
    moments = (("asked_at", False), ("answered_at", True), ("told_at", True))
    return (
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in others),
        *(sa.Column(name, sa.String(length=40), nullable=empty) for name, empty in words),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=empty) for name, empty in moments),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
    )


def _checks() -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items())


def _ends() -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{TABLE}_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_{TABLE}_organisation_id_{column}"),
            )
            for column, table in (("referral_id", "referrals"), ("client_id", "clients"))
        ),
    )


def downgrade() -> None:
    op.execute("DELETE FROM tellings WHERE about = 'items'")
    _tell_about(ABOUT)
    if op.get_bind().dialect.name == "postgresql":
        row_security.release_table(op.execute, TABLE)
    op.drop_table(TABLE)


def _tell_about(kinds: tuple[str, ...]) -> None:
    """What one may be told about."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    # Nothing points at a telling, so SQLite may make the table anew.
    with op.batch_alter_table("tellings") as batch:
        batch.drop_constraint(op.f("ck_tellings_told_about"), type_="check")
        batch.create_check_constraint(op.f("ck_tellings_told_about"), f"about IN ({named})")
