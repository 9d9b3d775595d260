"""referrals to other organisations: who takes them, packets on both sides, and consent that names an organisation."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0019"
down_revision = "0018"
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
READS = {
    "organisations": ("id", "name"),
    "sites": ("organisation_id", "id", "name", "languages", "hours", "phone", "wait_days"),
    "intakes": ("organisation_id", "pathway", "team_id", "closed_at"),
}
WRAPPED_BY = "handrail_wrapped_by()"
CLIENTS_KEYS = "SELECT DISTINCT wrapped_by::text FROM client_keys"
PACKETS_KEYS = "SELECT DISTINCT wrapped_by::text FROM packets_in WHERE wrapped_by IS NOT NULL"
URGENCIES = ("immediate", "urgent", "soon", "routine")
STANDINGS = ("waiting", "taken in", "declined", "withdrawn")
KINDNESS = (
    "thank you for asking us",
    "we are sorry, and wish them well",
    "call us, and we look together",
    "ask us again later",
)
DECLINES = (
    *("no capacity", "wrong service", "not eligible", "out of network", "insufficient information"),
    *("client declined", "client already in care", "duplicate", "safety needs a higher level of care"),
    "provider withdrew",
)
MADE = ("intakes", "packets_out", "packets_in")


def upgrade() -> None:
    op.add_column("consents", sa.Column("shared_with", sa.Uuid(), nullable=True))
    op.add_column(
        "consents", sa.Column("with_items", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _intakes()
    _out()
    _in()
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _tenant(table: str, points_to: dict[str, str]) -> tuple[sa.schema.SchemaItem, ...]:
    """The columns and references that every table of an organisation has."""
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
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
            for column, other in points_to.items()
        ),
    )


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("pathway", sa.String(), nullable=False),
        _id("team_id"),
        _id("changed_by"),
        _at("opened_at"),
        _at("closed_at", nullable=True),
        *_tenant("intakes", {"team_id": "sites", "changed_by": "users"}),
        sa.UniqueConstraint("organisation_id", "pathway", name=op.f("uq_intakes_organisation_id_pathway")),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_intakes_closed_after_it_was_opened")
        ),
    )


def _out() -> None:
    op.create_table(
        "packets_out",
        *(_id(name) for name in ("referral_id", "client_id", "to_id")),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("hands_over", sa.Boolean(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        *(_id(name) for name in ("event_id", "made_by")),
        _at("made_at"),
        *(_at(name, nullable=True) for name in ("delivered_at", "taken_in_at")),
        sa.Column("kindness", _one_of(KINDNESS, "kindness_heard"), nullable=True),
        sa.Column("heard", sa.Integer(), nullable=False),
        _at("stop_told_at", nullable=True),
        *_tenant("packets_out", {"referral_id": "referrals", "client_id": "clients", "made_by": "users"}),
        sa.UniqueConstraint(
            "organisation_id", "referral_id", name=op.f("uq_packets_out_organisation_id_referral_id")
        ),
    )
    op.create_index("ix_packets_out_waiting", "packets_out", ["organisation_id", "delivered_at", "id"])
    op.create_index(op.f("ix_packets_out_client_id"), "packets_out", ["client_id"])


def _in() -> None:
    rules = {
        "contents_with_their_key": "(contents IS NULL) = (wrapped IS NULL)",
        "wrapped_by_a_key": "(wrapped IS NULL) = (wrapped_by IS NULL)",
        "taken_in_as_a_referral": "(standing = 'taken in') = (referral_id IS NOT NULL)",
        "taken_in_for_a_client": "(client_id IS NULL) = (referral_id IS NULL)",
        "declined_with_a_reason": "standing != 'declined' OR decline_reason IS NOT NULL",
    }
    references = {
        "team_id": "sites",
        "client_id": "clients",
        "referral_id": "referrals",
        "settled_by": "users",
    }
    op.create_table(
        "packets_in",
        _id("from_id"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("from_name", "number", "pathway")),
        sa.Column("urgency", _one_of(URGENCIES, "packet_urgency"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("hands_over", sa.Boolean(), nullable=False),
        _id("team_id"),
        *(_at(name) for name in ("arrived_at", "acknowledge_by")),
        sa.Column("standing", _one_of(STANDINGS, "standing"), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_by", sa.String(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        *(_id(name, nullable=True) for name in ("client_id", "referral_id")),
        _at("settled_at", nullable=True),
        _id("settled_by", nullable=True),
        sa.Column("decline_reason", _one_of(DECLINES, "packet_decline_reason"), nullable=True),
        sa.Column("kindness", _one_of(KINDNESS, "kindness"), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("told", "told_version")),
        _at("stop_asked_at", nullable=True),
        *_tenant("packets_in", references),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_packets_in_{name}")) for name, rule in rules.items()),
    )
    listed = ["organisation_id", "standing", "rank", "acknowledge_by", "id"]
    op.create_index("ix_packets_in_list", "packets_in", listed)
    op.create_index("ix_packets_in_of_client", "packets_in", ["organisation_id", "client_id"])
    op.create_index("ix_packets_in_of_referral", "packets_in", ["organisation_id", "referral_id"])


def _guard() -> None:
    """Rows kept apart; what every organisation is told of open ones; and which wrapping keys are in use."""
    for table in MADE:
        row_security.guard_table(op.execute, table, "organisation_id")
    for table in ("packets_out", "packets_in"):
        op.execute(f"GRANT DELETE ON {table} TO {row_security.WORKER}")
    schema = str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))
    for table in ("organisations", "sites"):
        row_security.also_reads(op.execute, table, READS[table])
    read = ("intakes", READS["intakes"])
    row_security.answer_before(op.execute, schema, INTAKES, TOLD, OPEN, reads=read)
    row_security.forget_answer(op.execute, WRAPPED_BY, "client_keys")
    row_security.also_reads(op.execute, "client_keys", ("wrapped_by",))
    keys = f"{CLIENTS_KEYS} UNION {PACKETS_KEYS}"
    read = ("packets_in", ("wrapped_by",))
    row_security.answer_before(op.execute, schema, WRAPPED_BY, "wrapped_by text", keys, reads=read)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.forget_answer(op.execute, WRAPPED_BY, "packets_in")
        row_security.reads_no_more(op.execute, "client_keys")
        row_security.forget_answer(op.execute, INTAKES, "intakes")
        for table in ("sites", "organisations"):
            row_security.reads_no_more(op.execute, table)
        schema = str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))
        read = ("client_keys", ("wrapped_by",))
        row_security.answer_before(
            op.execute, schema, WRAPPED_BY, "wrapped_by text", CLIENTS_KEYS, reads=read
        )
    for table in reversed(MADE):
        op.drop_table(table)
    op.drop_column("consents", "with_items")
    op.drop_column("consents", "shared_with")
