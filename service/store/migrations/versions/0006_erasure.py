"""erasure: keys of clients, legal holds, what was asked to be erased; the worker may delete what is about a client."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WRAPPED_BY = "handrail_wrapped_by()"
MADE = ("client_keys", "legal_holds", "erasures")
DELETED = (
    *("answers", "administrations", "decisions", "attempts", "need_notes", "letters", "alerts"),
    *("safety_assessments", "referrals", "needs", "screenings", "consents", "guardians", "clients"),
    *("client_keys", "sign_ins"),
)
"""What the worker may delete rows of: everything that is about one client, and sign-ins that have ended."""


def upgrade() -> None:
    op.create_table(
        "client_keys",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_by", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _within("client_id", "clients", "client_keys"),
        sa.PrimaryKeyConstraint("organisation_id", "client_id", name=op.f("pk_client_keys")),
    )
    _holds()
    _erasures()
    if op.get_bind().dialect.name == "postgresql":
        _rights()


def _holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)",
            name=op.f("ck_legal_holds_lifted_with_a_reason"),
        ),
        sa.CheckConstraint(
            "lifted_by IS NULL OR lifted_by != set_by", name=op.f("ck_legal_holds_lifted_by_another")
        ),
        *_of_users("legal_holds", "set_by", "lifted_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_legal_holds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_legal_holds")),
    )
    op.create_index("ix_legal_holds_of_client", "legal_holds", ["organisation_id", "client_id", "lifted_at"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_erasures_approved_together")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by != asked_by", name=op.f("ck_erasures_approved_by_another")
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR approved_at IS NOT NULL", name=op.f("ck_erasures_done_when_approved")
        ),
        *_of_users("erasures", "asked_by", "approved_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_erasures_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_to_do", "erasures", ["organisation_id", "done_at", "asked_at"])


def _within(column: str, table: str, of: str) -> sa.ForeignKeyConstraint:
    names = [f"{table}.organisation_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(
        ["organisation_id", column], names, name=op.f(f"fk_{of}_organisation_id_{column}")
    )


def _of_users(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [_within(column, "users", table) for column in columns]


def _rights() -> None:
    for table in MADE:
        row_security.guard_table(op.execute, table, "organisation_id")
    for table in DELETED:
        op.execute(f"GRANT DELETE ON {table} TO {row_security.WORKER}")
    row_security.answer_before(
        op.execute,
        str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))),
        WRAPPED_BY,
        "wrapped_by text",
        "SELECT DISTINCT wrapped_by FROM client_keys ORDER BY 1",
        reads=("client_keys", ("wrapped_by",)),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.forget_answer(op.execute, WRAPPED_BY, "client_keys")
        for table in DELETED:
            op.execute(f"REVOKE DELETE ON {table} FROM {row_security.WORKER}")
        for table in MADE:
            row_security.release_table(op.execute, table)
    for table in reversed(MADE):
        op.drop_table(table)
