"""counts: whose turn it is beside each referral, and how many referrals stand how, kept by the database itself.

On PostgreSQL the counting waits for the commit and takes its turn behind the head of the organisation's trail, as
every act does anyway: two acts never wait for each other's counts. A count is changed with what it counts, or not.
"""

import uuid
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTORS = ("sender", "receiver", "coordinator", "nobody")
STATES = (
    *("draft", "sent", "claimed", "accepted", "waitlisted", "scheduled", "not attended"),
    *("appointment cancelled", "in care", "cancel requested", "completed", "declined", "cancelled"),
    *("not reached", "entered in error"),
)
KEY = ("organisation_id", "holder_id", "receiver_id", "state", "open", "rank", "next_actor")
COUNTED = ("receiver_id", "claimed_by", "state", "open", "rank", "next_actor")
"""What a referral is counted by: a change of anything else changes no count."""

HOURS = (0.25, 1, 4, 8, 24, 48, 72, 120, 168, 336, 720, 1440)
"""The lengths that deadlines count as; each begins where it is the nearest by ratio."""
SECONDS = {
    "postgresql": "EXTRACT(EPOCH FROM (due_at - state_since))",
    "sqlite": "(julianday(due_at) - julianday(state_since)) * 86400",
}
OF_THE_NEED = (
    "n.organisation_id = referrals.organisation_id AND n.id = referrals.need_id AND n.closed_at IS NULL"
)
TURN = (
    f"UPDATE referrals SET next_actor = (SELECT n.next_actor FROM needs n WHERE {OF_THE_NEED}) "  # noqa: S608  ours
    f"WHERE EXISTS (SELECT 1 FROM needs n WHERE {OF_THE_NEED}) AND NOT EXISTS (SELECT 1 FROM referrals later "
    "WHERE later.organisation_id = referrals.organisation_id AND later.need_id = referrals.need_id "
    "AND (later.opened_at > referrals.opened_at OR later.previous_id = referrals.id))"
)
"""Whoever acts next on an open need acts next on its latest referral; nobody does on those before."""
WAITING = "due_step IS NULL AND next_actor IN ('sender', 'coordinator')"
DUE = f"UPDATE referrals SET due_at = (SELECT n.due_at FROM needs n WHERE {OF_THE_NEED}) WHERE {WAITING}"  # noqa: S608  ours


def upgrade() -> None:
    named = ", ".join(f"'{actor}'" for actor in ACTORS)
    # Not as a batch: SQLite would make the table anew, and other tables point at its rows.
    op.execute(
        "ALTER TABLE referrals ADD COLUMN next_actor VARCHAR(40) DEFAULT 'nobody' NOT NULL "
        f"CONSTRAINT ck_referrals_next_actor CHECK (next_actor IN ({named}))"
    )
    _make_counts()
    _fill()
    op.create_index(
        "ix_referrals_waiting",
        "referrals",
        [
            "organisation_id",
            "next_actor",
            "rank",
            "length",
            "due_at",
            "id",
            "receiver_id",
            "state",
            "claimed_by",
        ],
    )
    op.drop_index("ix_referrals_late", "referrals")
    op.create_index(
        "ix_referrals_late",
        "referrals",
        ["organisation_id", "open", "due_at", "receiver_id", "rank", "claimed_by"],
    )
    if op.get_bind().dialect.name == "postgresql":
        row_security.guard_table(op.execute, "queue_counts", "organisation_id")
        _count_on_postgresql()
    else:
        _count_on_sqlite()


def _make_counts() -> None:
    op.create_table(
        "queue_counts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("state", _one_of(STATES, "counted_state"), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_actor", _one_of(ACTORS, "counted_actor"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_queue_counts_organisation_id")
        ),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_queue_counts")),
    )


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _fill() -> None:
    """As the owner, whom forced row security would show nothing: lifted for these statements."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    tables = ("needs", "referrals") if postgresql else ()
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in (TURN, DUE, f"UPDATE referrals SET length = {_length()} WHERE {WAITING}"):  # noqa: S608  ours
        op.execute(statement)
    anybody, nobody = _ids()
    for holder in (anybody, f"COALESCE(claimed_by, {nobody})"):
        op.execute(
            f"INSERT INTO queue_counts ({', '.join(KEY)}, number) SELECT organisation_id, {holder}, "  # noqa: S608  ours
            f"COALESCE(receiver_id, {nobody}), state, open, rank, next_actor, COUNT(*) FROM referrals "
            f"GROUP BY organisation_id, {holder}, COALESCE(receiver_id, {nobody}), state, open, rank, next_actor"
        )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _length() -> str:
    seconds = SECONDS[op.get_bind().dialect.name]
    edges = [(low * high) ** 0.5 * 3600 for low, high in pairwise(HOURS)]
    steps = "".join(f" WHEN {seconds} < {edge:.3f} THEN {number}" for number, edge in enumerate(edges))
    return f"CASE{steps} ELSE {len(edges)} END"


def _ids() -> tuple[str, str]:
    """The ids that stand for anybody, and for nobody or no team, as this database writes ids."""
    anybody, nobody = uuid.UUID(int=2**128 - 1), uuid.UUID(int=0)
    if op.get_bind().dialect.name == "postgresql":
        return f"'{anybody}'::uuid", f"'{nobody}'::uuid"
    return f"'{anybody.hex}'", f"'{nobody.hex}'"


def _both(row: str, by: int) -> str:
    """The statement that changes both counts of a referral by a number: anybody's, and its holder's or nobody's."""
    anybody, nobody = _ids()
    rest = (
        f"COALESCE({row}.receiver_id, {nobody}), {row}.state, {row}.open, {row}.rank, {row}.next_actor, {by}"
    )
    rows = ", ".join(
        f"({row}.organisation_id, {holder}, {rest})"
        for holder in (anybody, f"COALESCE({row}.claimed_by, {nobody})")
    )
    return (
        f"INSERT INTO queue_counts ({', '.join(KEY)}, number) VALUES {rows} ON CONFLICT ({', '.join(KEY)}) "  # noqa: S608  ours
        f"DO UPDATE SET number = queue_counts.number + ({by}); "
    )


def _count_on_sqlite() -> None:
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in COUNTED)
    for act, when, counting in (
        ("INSERT", "", _both("NEW", 1)),
        ("DELETE", "", _both("OLD", -1)),
        (f"UPDATE OF {', '.join(COUNTED)}", f"WHEN {differs} ", _both("OLD", -1) + _both("NEW", 1)),
    ):
        name = f"referrals_counted_{act.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {act} ON referrals {when}BEGIN {counting}END")


def _count_on_postgresql() -> None:
    """Deferred to the commit, behind the lock of the trail's head, which is the last one that every act takes."""
    op.execute(
        "CREATE FUNCTION referrals_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM chain_heads WHERE organisation_id = COALESCE(NEW.organisation_id, OLD.organisation_id) "
        "FOR UPDATE; "
        f"IF TG_OP <> 'INSERT' THEN {_both('OLD', -1)}END IF; "
        f"IF TG_OP <> 'DELETE' THEN {_both('NEW', 1)}END IF; "
        "RETURN NULL; END $$"
    )
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COUNTED)
    for name, act, when in (
        ("referrals_counted_anew", "INSERT OR DELETE", ""),
        ("referrals_counted_update", "UPDATE", f"WHEN ({differs}) "),
    ):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {act} ON referrals DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW {when}EXECUTE FUNCTION referrals_counted()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("anew", "update"):
            op.execute(f"DROP TRIGGER referrals_counted_{name} ON referrals")
        op.execute("DROP FUNCTION referrals_counted()")
    else:
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER referrals_counted_{name}")
    op.drop_table("queue_counts")
    op.drop_index("ix_referrals_waiting", "referrals")
    op.drop_index("ix_referrals_late", "referrals")
    op.create_index(
        "ix_referrals_late", "referrals", ["organisation_id", "open", "due_at", "receiver_id", "rank"]
    )
    # Before this step only what runs had a deadline of its own.
    _forget_what_waits()
    op.execute("ALTER TABLE referrals DROP COLUMN next_actor")


def _forget_what_waits() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("ALTER TABLE referrals NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE referrals SET due_at = NULL, length = 0 WHERE due_step IS NULL")
    if postgresql:
        op.execute("ALTER TABLE referrals FORCE ROW LEVEL SECURITY")
