"""clocks: the on-call roster, missed deadlines, who was told of what, and why a clock waits."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("shifts", "misses", "tellings")
ABOUT_CLIENTS = ("misses", "tellings")
"""What the worker may delete rows of when it erases a client."""
NOTES = ("opened", "handover", "redirect", "sign-off", "closed", "reopened")
REASONS = (
    "client asked to wait",
    "client or family away",
    "waiting for consent",
    "in hospital or residential care",
    "no safe way to make contact now",
    "receiver asked for more time",
)


def upgrade() -> None:
    _make_shifts()
    _make_misses()
    _make_tellings()
    # Not as a batch: SQLite would make the table anew, and other tables point at its rows.
    named = ", ".join(f"'{reason}'" for reason in REASONS)
    op.execute(
        "ALTER TABLE needs ADD COLUMN postponed_for VARCHAR(40) "
        f"CONSTRAINT ck_needs_postponed_for CHECK (postponed_for IN ({named}))"
    )
    _allow_notes((*NOTES[:4], "postponed", *NOTES[4:]))
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            row_security.guard_table(op.execute, table, "organisation_id")
        for table in ABOUT_CLIENTS:
            op.execute(f"GRANT DELETE ON {table} TO {row_security.WORKER}")


def _allow_notes(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("need_notes") as notes:
        notes.drop_constraint(op.f("ck_need_notes_note_kind"), type_="check")
        notes.create_check_constraint("note_kind", sa.column("kind").in_(kinds))


def _make_shifts() -> None:
    op.create_table(
        "shifts",
        *_key(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("days BETWEEN 1 AND 127", name=op.f("ck_shifts_on_some_day")),
        sa.CheckConstraint("last IS NULL OR last >= first", name=op.f("ck_shifts_ends_after_it_begins")),
        *_ends("shifts", user_id="users", made_by="users"),
    )


def _make_misses() -> None:
    op.create_table(
        "misses",
        *_key(),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("waited_for", sa.String(length=40), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "waited_for IN ('sender', 'receiver', 'coordinator', 'nobody')", name=op.f("ck_misses_waited_for")
        ),
        sa.UniqueConstraint(
            "organisation_id", "need_id", "due_at", name=op.f("uq_misses_organisation_id_need_id_due_at")
        ),
        *_ends("misses", need_id="needs", client_id="clients", owner_id="users"),
    )
    op.create_index("ix_misses_to_tell", "misses", ["organisation_id", "next_at"])


def _make_tellings() -> None:
    op.create_table(
        "tellings",
        *_key(),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("about IN ('alert', 'need')", name=op.f("ck_tellings_told_about")),
        sa.UniqueConstraint(
            "organisation_id",
            "subject_id",
            "since",
            "rung",
            "user_id",
            name=op.f("uq_tellings_organisation_id_subject_id_since_rung_user_id"),
        ),
        *_ends("tellings", client_id="clients", user_id="users"),
    )
    op.create_index("ix_tellings_to", "tellings", ["organisation_id", "user_id", "told_at"])


def _key() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _ends(table: str, **references: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
            )
            for column, other in references.items()
        ),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            row_security.release_table(op.execute, table)
    op.execute("DELETE FROM need_notes WHERE kind = 'postponed'")
    _allow_notes(NOTES)
    op.execute("ALTER TABLE needs DROP COLUMN postponed_for")
    for table in TABLES:
        op.drop_table(table)
