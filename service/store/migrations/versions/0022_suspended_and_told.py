"""organisations that are suspended, people told of packets that wait, receivers that were withdrawn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service.store import row_security

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

INTAKES = "handrail_intakes()"
TOLD = (
    "organisation_id uuid, organisation text, pathway text, team text, languages text, hours text, "
    "phone text, wait_days integer"
)
OPEN = (
    "SELECT i.organisation_id, o.name::text, i.pathway::text, s.name::text, s.languages::text, s.hours::text, "
    "s.phone::text, s.wait_days FROM intakes i JOIN organisations o ON o.id = i.organisation_id "
    "JOIN sites s ON s.organisation_id = i.organisation_id AND s.id = i.team_id WHERE i.closed_at IS NULL"
)
WORKING = f"{OPEN} AND o.suspended_at IS NULL"
READ = ("organisation_id", "pathway", "team_id", "closed_at")
ABOUT = ("alert", "need")
MOMENTS = (
    ("organisations", "suspended_at"),
    ("packets_out", "turned_back_at"),
    ("packets_out", "redirected_at"),
    ("packets_in", "redirect_told_at"),
    ("sites", "withdrawn_at"),
    ("outside_receivers", "withdrawn_at"),
)
RECEIVERS = ("sites", "outside_receivers")
REASONS = (
    *("closed", "moved away", "takes nobody any more", "asked for by the receiver", "entered twice"),
    "other",
)


def upgrade() -> None:
    for table, name in MOMENTS:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for table in RECEIVERS:
        # Not as a batch: SQLite would make the table anew, and other tables point at its rows.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN withdrawn_for VARCHAR(40) CONSTRAINT ck_{table}_withdrawn_for "
            f"CHECK (withdrawn_for IN ({', '.join(map(repr, REASONS))}))"
        )
    places = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("offers", sa.Column("places", places, server_default="[]", nullable=False))
    _tell_about((*ABOUT, "packet"), nobody_known=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT (suspended_at) ON organisations TO handrail_directory")
        _answer(WORKING)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _answer(OPEN)
        op.execute("REVOKE SELECT (suspended_at) ON organisations FROM handrail_directory")
    op.execute("DELETE FROM tellings WHERE about = 'packet' OR client_id IS NULL")
    _tell_about(ABOUT, nobody_known=False)
    op.drop_column("offers", "places")
    for table in RECEIVERS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN withdrawn_for")
    for table, name in reversed(MOMENTS):
        op.drop_column(table, name)


def _tell_about(kinds: tuple[str, ...], *, nobody_known: bool) -> None:
    """What one may be told about. A packet that waits is about nobody who is known here yet."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    # Nothing points at a telling, so SQLite may make the table anew.
    with op.batch_alter_table("tellings") as batch:
        batch.alter_column("client_id", existing_type=sa.Uuid(), nullable=nobody_known)
        batch.drop_constraint(op.f("ck_tellings_told_about"), type_="check")
        batch.create_check_constraint(op.f("ck_tellings_told_about"), f"about IN ({named})")


def _answer(query: str) -> None:
    schema = str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))
    row_security.forget_answer(op.execute, INTAKES, "intakes")
    row_security.answer_before(op.execute, schema, INTAKES, TOLD, query, reads=("intakes", READ))
