"""notes on a client's record, and receivers without an account with the links that open one referral to them."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("client_notes", "outside_receivers", "note_wordings", "receiver_links", "receiver_visits")
ABOUT_CLIENTS = ("client_notes", "note_wordings", "receiver_links", "receiver_visits")
"""What the worker may delete rows of when it erases a client."""
LINK = "handrail_receiver_link(digest text)"
VISIT = "handrail_receiver_visit(digest text)"
IDS = "organisation_id uuid, id uuid"


def upgrade() -> None:
    op.create_table(
        "client_notes",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (struck_by IS NULL)", name=op.f("ck_client_notes_struck_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_client_notes_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_client_notes_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "struck_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_client_notes_organisation_id_struck_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_client_notes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_client_notes")),
    )
    op.create_index("ix_client_notes_of_client", "client_notes", ["organisation_id", "client_id", "made_at"])
    op.create_table(
        "outside_receivers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "family doctor",
                "clinic",
                "therapist",
                "hospital",
                "agency",
                "other",
                name="receiver_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "added_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_outside_receivers_organisation_id_added_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outside_receivers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_outside_receivers")),
    )
    op.create_index("ix_outside_receivers_by_name", "outside_receivers", ["organisation_id", "name", "id"])
    op.create_table(
        "note_wordings",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "note_id"],
            ["client_notes.organisation_id", "client_notes.id"],
            name=op.f("fk_note_wordings_organisation_id_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_note_wordings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_note_wordings")),
        sa.UniqueConstraint(
            "organisation_id",
            "note_id",
            "number",
            name=op.f("uq_note_wordings_organisation_id_note_id_number"),
        ),
    )
    op.create_table(
        "receiver_links",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("code_made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_receiver_links_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_receiver_links_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "receiver_id"],
            ["outside_receivers.organisation_id", "outside_receivers.id"],
            name=op.f("fk_receiver_links_organisation_id_receiver_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "referral_id"],
            ["referrals.organisation_id", "referrals.id"],
            name=op.f("fk_receiver_links_organisation_id_referral_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "revoked_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_receiver_links_organisation_id_revoked_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_receiver_links_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_receiver_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_receiver_links_token_digest")),
    )
    op.create_index(
        "ix_receiver_links_of_referral", "receiver_links", ["organisation_id", "referral_id", "made_at"]
    )
    op.create_table(
        "receiver_visits",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "link_id"],
            ["receiver_links.organisation_id", "receiver_links.id"],
            name=op.f("fk_receiver_visits_organisation_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_receiver_visits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_receiver_visits")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_receiver_visits_secret_digest")),
    )
    op.create_index(
        "ix_receiver_visits_of_link", "receiver_visits", ["organisation_id", "link_id", "started_at"]
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _guard() -> None:
    """Rows kept apart, and what is asked before the organisation is known: ids for who holds a token or a secret."""
    for table in TABLES:
        row_security.guard_table(op.execute, table, "organisation_id")
    for table in ABOUT_CLIENTS:
        op.execute(f"GRANT DELETE ON {table} TO {row_security.WORKER}")
    schema = str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))
    row_security.answer_before(
        op.execute,
        schema,
        LINK,
        IDS,
        "SELECT organisation_id, id FROM receiver_links WHERE token_digest = digest",
        reads=("receiver_links", ("organisation_id", "id", "token_digest")),
    )
    row_security.answer_before(
        op.execute,
        schema,
        VISIT,
        IDS,
        "SELECT organisation_id, id FROM receiver_visits WHERE secret_digest = digest AND ended_at IS NULL",
        reads=("receiver_visits", ("organisation_id", "id", "secret_digest", "ended_at")),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.forget_answer(op.execute, VISIT, "receiver_visits")
        row_security.forget_answer(op.execute, LINK, "receiver_links")
    for table in reversed(TABLES):
        op.drop_table(table)
