"""days and lists of one's own: calls that were promised, calendar feeds, saved views, and indexes by day."""

from itertools import pairwise

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("calendar_feeds", "saved_views")
FEED = "handrail_calendar_feed(digest text)"
IDS = "organisation_id uuid, id uuid"
PROMISED = (
    "UPDATE needs SET call_on = (SELECT a.next_call_on FROM attempts a WHERE a.organisation_id = "
    "needs.organisation_id AND a.need_id = needs.id ORDER BY a.made_at DESC, a.id DESC LIMIT 1)"
)
"""The day that the last attempt about each need promised."""
HOURS = (0.25, 1, 4, 8, 24, 48, 72, 120, 168, 336, 720, 1440)
"""The lengths that deadlines count as; each begins where it is the nearest by ratio."""
SECONDS = {
    "postgresql": "EXTRACT(EPOCH FROM (due_at - state_since))",
    "sqlite": "(julianday(due_at) - julianday(state_since)) * 86400",
}
QUEUES = {
    "pressing": ("receiver_id", "open", "rank", "length", "due_at", "id", "state", "claimed_by"),
    "pressing_of_all": ("open", "rank", "length", "due_at", "id", "state", "claimed_by", "receiver_id"),
    "holding": ("claimed_by", "open", "rank", "length", "due_at", "id"),
    "late": ("open", "due_at", "receiver_id", "rank"),
}
BEFORE = {
    "queue": ("receiver_id", "open", "rank", "due_at", "id", "state", "claimed_by"),
    "queue_of_all": ("open", "rank", "due_at", "id", "state", "claimed_by", "receiver_id"),
    "held": ("claimed_by", "open", "rank", "due_at", "id"),
}
"""The queue's indexes, now in the order of the share of time that is left."""


def upgrade() -> None:
    # Plain columns, not a batch: SQLite would make the table anew, and other tables point at its rows.
    op.add_column("needs", sa.Column("call_on", sa.Date(), nullable=True))
    op.add_column("referrals", sa.Column("length", sa.Integer(), server_default="0", nullable=False))
    _fill()
    _index(BEFORE, QUEUES)
    op.create_index("ix_needs_calls", "needs", ["organisation_id", "closed_at", "call_on"])
    op.create_index("ix_decisions_again", "decisions", ["organisation_id", "rescreen_days", "decided_at"])
    op.create_index("ix_referrals_appointments", "referrals", ["organisation_id", "appointment_at", "id"])
    _make_feeds()
    _make_views()
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _fill() -> None:
    """As the owner, whom forced row security would show nothing: lifted for this one statement."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    tables = ("needs", "attempts", "referrals") if postgresql else ()
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(PROMISED)
    op.execute(f"UPDATE referrals SET length = {_length()} WHERE due_at IS NOT NULL")  # noqa: S608  numbers of ours
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _length() -> str:
    seconds = SECONDS[op.get_bind().dialect.name]
    edges = [(low * high) ** 0.5 * 3600 for low, high in pairwise(HOURS)]
    steps = "".join(f" WHEN {seconds} < {edge:.3f} THEN {number}" for number, edge in enumerate(edges))
    return f"CASE{steps} ELSE {len(edges)} END"


def _index(gone: dict[str, tuple[str, ...]], made: dict[str, tuple[str, ...]]) -> None:
    for name in gone:
        op.drop_index(f"ix_referrals_{name}", "referrals")
    for name, columns in made.items():
        op.create_index(f"ix_referrals_{name}", "referrals", ["organisation_id", *columns])


def _make_feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_key("calendar_feeds"),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feeds_token_digest")),
    )
    op.create_index("ix_calendar_feeds_of", "calendar_feeds", ["organisation_id", "user_id", "made_at"])


def _make_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *_key("saved_views"),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "name", name=op.f("uq_saved_views_organisation_id_user_id_name")
        ),
    )


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f(f"fk_{table}_organisation_id_user_id"),
        ),
    )


def _guard() -> None:
    for table in TABLES:
        row_security.guard_table(op.execute, table, "organisation_id")
    schema = str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))
    row_security.answer_before(
        op.execute,
        schema,
        FEED,
        IDS,
        "SELECT organisation_id, id FROM calendar_feeds WHERE token_digest = digest AND revoked_at IS NULL",
        reads=("calendar_feeds", ("organisation_id", "id", "token_digest", "revoked_at")),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.forget_answer(op.execute, FEED, "calendar_feeds")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_referrals_appointments", "referrals")
    op.drop_index("ix_decisions_again", "decisions")
    op.drop_index("ix_needs_calls", "needs")
    _index(QUEUES, BEFORE)
    op.execute("ALTER TABLE referrals DROP COLUMN length")
    op.execute("ALTER TABLE needs DROP COLUMN call_on")
