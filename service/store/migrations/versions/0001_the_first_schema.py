"""the first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(JSONB(), "postgresql")
REFUSAL = "audit events are only ever appended"


def _append_only_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_events_no_{act.lower()} BEFORE {act} ON audit_events "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _append_only_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION audit_events_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only()"
    )


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "district",
                "clinic",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("crisis_phone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "audit_events",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_audit_events_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "seq", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_audit_events_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "previous", name=op.f("uq_audit_events_organisation_id_previous")
        ),
    )
    op.create_index(
        "ix_audit_events_of_client", "audit_events", ["organisation_id", "client_id", "seq"], unique=False
    )
    op.create_index(
        "ix_audit_events_of_subject", "audit_events", ["organisation_id", "subject_id", "seq"], unique=False
    )
    op.create_table(
        "chain_heads",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_chain_heads_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "sites",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "building", "team", name="site_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("pathway", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("wait_days", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'team') = (pathway IS NOT NULL)", name=op.f("ck_sites_a_team_has_a_pathway")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sites_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sites")),
    )
    op.create_table(
        "clients",
        sa.Column("local_id", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("home_language", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["sites.organisation_id", "sites.id"],
            name=op.f("fk_clients_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_clients_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_clients")),
        sa.UniqueConstraint("organisation_id", "local_id", name=op.f("uq_clients_organisation_id_local_id")),
    )
    op.create_index(
        "ix_clients_by_name", "clients", ["organisation_id", "family_name", "given_name", "id"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "counselor",
                "referral staff",
                "clinician",
                "coordinator",
                "supervisor",
                "programme administrator",
                "auditor",
                "on-call",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "site_id"],
            ["sites.organisation_id", "sites.id"],
            name=op.f("fk_users_organisation_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_users_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_users_organisation_id_email")),
    )
    op.create_index(op.f("ix_users_email"), "users", ["email"], unique=False)
    op.create_table(
        "guardians",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_guardians_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_guardians_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_guardians")),
    )
    op.create_index(op.f("ix_guardians_client_id"), "guardians", ["client_id"], unique=False)
    op.create_table(
        "programmes_in_force",
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_programmes_in_force_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "started_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_programmes_in_force_organisation_id_started_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ended_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_programmes_in_force_organisation_id_ended_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_programmes_in_force_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_programmes_in_force")),
    )
    op.create_index(
        "ix_programmes_in_force_once",
        "programmes_in_force",
        ["organisation_id", "programme"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "screenings",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "interview",
                "handed-over tablet",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "in progress",
                "submitted",
                "stopped",
                "abandoned",
                name="screening_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("consent_basis", sa.String(), nullable=False),
        sa.Column("routing", JSON, nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'in progress') = (ended_at IS NULL)", name=op.f("ck_screenings_ended_together")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_screenings_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "started_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_screenings_organisation_id_started_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "programme_id"],
            ["programmes_in_force.organisation_id", "programmes_in_force.id"],
            name=op.f("fk_screenings_organisation_id_programme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_screenings_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_screenings")),
        sa.UniqueConstraint(
            "organisation_id",
            "started_by",
            "idempotency_key",
            name=op.f("uq_screenings_organisation_id_started_by_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_screenings_of_client", "screenings", ["organisation_id", "client_id", "started_at"], unique=False
    )
    op.create_index(
        "ix_screenings_of_programme", "screenings", ["organisation_id", "programme_id"], unique=False
    )
    op.create_index(
        "ix_screenings_running", "screenings", ["organisation_id", "status", "touched_at"], unique=False
    )
    op.create_table(
        "administrations",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_administrations_organisation_id_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_administrations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_administrations")),
        sa.UniqueConstraint(
            "organisation_id",
            "screening_id",
            "instrument",
            name=op.f("uq_administrations_organisation_id_screening_id_instrument"),
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "screening_id",
            "position",
            name=op.f("uq_administrations_organisation_id_screening_id_position"),
        ),
    )
    op.create_table(
        "consents",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "screening",
                "sharing",
                name="consent_purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pathway", sa.String(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "given",
                "refused",
                "withdrawn",
                name="consent_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "giver",
            sa.Enum(
                "guardian",
                "client",
                name="consent_giver",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(giver = 'guardian') = (guardian_id IS NOT NULL)", name=op.f("ck_consents_a_guardian_is_named")
        ),
        sa.CheckConstraint(
            "(purpose = 'sharing') = (pathway IS NOT NULL)", name=op.f("ck_consents_sharing_names_a_pathway")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_consents_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "guardian_id"],
            ["guardians.organisation_id", "guardians.id"],
            name=op.f("fk_consents_organisation_id_guardian_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_consents_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_client_id"), "consents", ["client_id"], unique=False)
    op.create_table(
        "needs",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "immediate",
                "urgent",
                "soon",
                "routine",
                name="need_urgency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "opened",
                "sent",
                "accepted",
                "booked",
                "help began",
                name="need_stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "next_actor",
            sa.Enum(
                "sender",
                "receiver",
                "coordinator",
                "nobody",
                name="next_actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("next_step", JSON, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column(
            "closing_reason",
            sa.Enum(
                "help began",
                "assessed and no care needed",
                "care found elsewhere",
                "client chose not to",
                "not reached",
                "moved away",
                "joined another need",
                "entered in error",
                name="closing_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("took_over", sa.String(), nullable=True),
        sa.Column("why_no_safety_plan", sa.String(), nullable=True),
        sa.Column("second_person", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_needs_closed_by_somebody")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closing_reason IS NULL)", name=op.f("ck_needs_closed_with_a_reason")
        ),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR due_at IS NOT NULL", name=op.f("ck_needs_an_open_need_has_a_deadline")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_needs_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_needs_organisation_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_needs_organisation_id_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_needs_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_needs")),
    )
    op.create_index("ix_needs_of_client", "needs", ["organisation_id", "client_id", "pathway"], unique=False)
    op.create_index(
        "ix_needs_open", "needs", ["organisation_id", "closed_at", "rank", "due_at", "id"], unique=False
    )
    op.create_index(
        "ix_needs_tally",
        "needs",
        ["organisation_id", "closed_at", "owner_id", "pathway", "stage", "rank", "due_at", "closing_reason"],
        unique=False,
    )
    op.create_table(
        "sign_ins",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_screening_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "handed_over_screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_sign_ins_organisation_id_handed_over_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_sign_ins_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sign_ins_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_sign_ins_secret_digest")),
    )
    op.create_table(
        "alerts",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("took_over", sa.String(), nullable=True),
        sa.Column("safety_steps", sa.String(), nullable=True),
        sa.Column(
            "disposition",
            sa.Enum(
                "low",
                "further evaluation",
                "imminent",
                name="alert_disposition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)",
            name=op.f("ck_alerts_acknowledged_together"),
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR (closed_by IS NOT NULL AND acknowledged_at IS NOT NULL AND took_over IS NOT NULL AND safety_steps IS NOT NULL AND disposition IS NOT NULL)",
            name=op.f("ck_alerts_closed_with_what_was_done"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_alerts_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_alerts_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_alerts_organisation_id_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_alerts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "organisation_id", "screening_id", name=op.f("uq_alerts_organisation_id_screening_id")
        ),
    )
    op.create_index("ix_alerts_open", "alerts", ["organisation_id", "closed_at", "raised_at"], unique=False)
    op.create_table(
        "answers",
        sa.Column("administration_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("refused = (value IS NULL)", name=op.f("ck_answers_a_value_or_a_refusal")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "administration_id"],
            ["administrations.organisation_id", "administrations.id"],
            name=op.f("fk_answers_organisation_id_administration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "organisation_id",
            "administration_id",
            "item",
            name=op.f("uq_answers_organisation_id_administration_id_item"),
        ),
    )
    op.create_table(
        "attempts",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "phone",
                "text message",
                "e-mail",
                "letter",
                "in person",
                "portal",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "reached",
                "message left",
                "no answer",
                "wrong number",
                "refused",
                name="attempt_result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("note_salt", sa.LargeBinary(), nullable=True),
        sa.Column("next_call_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_attempts_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_attempts_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_attempts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_attempts")),
    )
    op.create_index(
        "ix_attempts_of_need", "attempts", ["organisation_id", "need_id", "made_at"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "refer",
                "review",
                "rescreen",
                "watch",
                "none",
                name="decision_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("pathway", sa.String(), nullable=True),
        sa.Column(
            "urgency",
            sa.Enum(
                "immediate",
                "urgent",
                "soon",
                "routine",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("first", sa.String(), nullable=True),
        sa.Column("rescreen_days", sa.Integer(), nullable=True),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_decisions_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_decisions_organisation_id_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_decisions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_of_need", "decisions", ["organisation_id", "need_id"], unique=False)
    op.create_index(op.f("ix_decisions_screening_id"), "decisions", ["screening_id"], unique=False)
    op.create_table(
        "need_notes",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "handover",
                "redirect",
                "sign-off",
                "closed",
                "reopened",
                name="note_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("took_over", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "made_by"],
            ["users.organisation_id", "users.id"],
            name=op.f("fk_need_notes_organisation_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_need_notes_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_need_notes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_need_notes")),
    )
    op.create_index(
        "ix_need_notes_of_need", "need_notes", ["organisation_id", "need_id", "made_at"], unique=False
    )
    op.create_table(
        "referrals",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "immediate",
                "urgent",
                "soon",
                "routine",
                name="referral_urgency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "claimed",
                "accepted",
                "waitlisted",
                "scheduled",
                "not attended",
                "appointment cancelled",
                "in care",
                "cancel requested",
                "completed",
                "declined",
                "cancelled",
                "not reached",
                "entered in error",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("receiver_reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no capacity",
                "wrong service",
                "not eligible",
                "out of network",
                "insufficient information",
                "client declined",
                "client already in care",
                "duplicate",
                "safety needs a higher level of care",
                "provider withdrew",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(), nullable=False),
        sa.Column(
            "cancel_reason",
            sa.Enum(
                "no consent",
                "details missing",
                "care found elsewhere",
                "client chose not to",
                "moved away",
                "duplicate",
                "clinical judgement",
                name="cancel_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "appointment_reason",
            sa.Enum(
                "client asked",
                "service asked",
                "unwell",
                "transport",
                "school",
                "forgotten",
                "service closed",
                "not known",
                name="appointment_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "error_reason",
            sa.Enum(
                "wrong client",
                "entered twice",
                "practice entry",
                name="error_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "help began",
                "assessed and no care needed",
                "referred on",
                "client chose not to",
                "could not be contacted",
                "not eligible",
                "no capacity",
                "moved away",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_note", sa.String(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("signed_off_by", sa.Uuid(), nullable=True),
        sa.Column("outcome_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_step", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state != 'completed' OR outcome IS NOT NULL", name=op.f("ck_referrals_completed_with_an_outcome")
        ),
        sa.CheckConstraint(
            "state != 'declined' OR decline_reason IS NOT NULL",
            name=op.f("ck_referrals_declined_with_a_reason"),
        ),
        sa.CheckConstraint(
            "state != 'scheduled' OR appointment_at IS NOT NULL",
            name=op.f("ck_referrals_scheduled_with_a_time"),
        ),
        sa.CheckConstraint(
            "state != 'waitlisted' OR review_at IS NOT NULL",
            name=op.f("ck_referrals_waitlisted_with_a_review"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_referrals_accepted_together")
        ),
        sa.CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by IS NULL)", name=op.f("ck_referrals_claimed_together")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_referrals_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_referrals_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "previous_id"],
            ["referrals.organisation_id", "referrals.id"],
            name=op.f("fk_referrals_organisation_id_previous_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "receiver_id"],
            ["sites.organisation_id", "sites.id"],
            name=op.f("fk_referrals_organisation_id_receiver_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_referrals_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_referrals_organisation_id_number")),
    )
    op.create_index(
        "ix_referrals_counts",
        "referrals",
        ["organisation_id", "open", "state", "receiver_id", "rank"],
        unique=False,
    )
    op.create_index(
        "ix_referrals_held",
        "referrals",
        ["organisation_id", "claimed_by", "open", "rank", "due_at", "id"],
        unique=False,
    )
    op.create_index("ix_referrals_of_client", "referrals", ["organisation_id", "client_id"], unique=False)
    op.create_index(
        "ix_referrals_of_need", "referrals", ["organisation_id", "need_id", "opened_at"], unique=False
    )
    op.create_index(
        "ix_referrals_queue",
        "referrals",
        ["organisation_id", "receiver_id", "open", "rank", "due_at", "id", "state", "claimed_by"],
        unique=False,
    )
    op.create_index(
        "ix_referrals_queue_of_all",
        "referrals",
        ["organisation_id", "open", "rank", "due_at", "id", "state", "claimed_by", "receiver_id"],
        unique=False,
    )
    op.create_table(
        "safety_assessments",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column(
            "disposition",
            sa.Enum(
                "low",
                "further evaluation",
                "imminent",
                name="safety_disposition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("took_over", sa.String(), nullable=True),
        sa.Column("safety_plan", sa.Boolean(), nullable=False),
        sa.Column("why_no_safety_plan", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(done_at IS NULL) = (disposition IS NULL)", name=op.f("ck_safety_assessments_done_with_a_result")
        ),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_safety_assessments_done_by_somebody")
        ),
        sa.CheckConstraint(
            "(screening_id IS NULL) != (need_id IS NULL)", name=op.f("ck_safety_assessments_asked_for_once")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "client_id"],
            ["clients.organisation_id", "clients.id"],
            name=op.f("fk_safety_assessments_organisation_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "need_id"],
            ["needs.organisation_id", "needs.id"],
            name=op.f("fk_safety_assessments_organisation_id_need_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "screening_id"],
            ["screenings.organisation_id", "screenings.id"],
            name=op.f("fk_safety_assessments_organisation_id_screening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_safety_assessments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_safety_assessments")),
        sa.UniqueConstraint(
            "organisation_id", "screening_id", name=op.f("uq_safety_assessments_organisation_id_screening_id")
        ),
    )
    op.create_index(
        op.f("ix_safety_assessments_client_id"), "safety_assessments", ["client_id"], unique=False
    )
    if op.get_bind().dialect.name == "sqlite":
        _append_only_sqlite()
    else:
        _append_only_postgresql()


def downgrade() -> None:
    op.drop_index(op.f("ix_safety_assessments_client_id"), table_name="safety_assessments")
    op.drop_table("safety_assessments")
    op.drop_index("ix_referrals_queue_of_all", table_name="referrals")
    op.drop_index("ix_referrals_queue", table_name="referrals")
    op.drop_index("ix_referrals_of_need", table_name="referrals")
    op.drop_index("ix_referrals_of_client", table_name="referrals")
    op.drop_index("ix_referrals_held", table_name="referrals")
    op.drop_index("ix_referrals_counts", table_name="referrals")
    op.drop_table("referrals")
    op.drop_index("ix_need_notes_of_need", table_name="need_notes")
    op.drop_table("need_notes")
    op.drop_index(op.f("ix_decisions_screening_id"), table_name="decisions")
    op.drop_index("ix_decisions_of_need", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("ix_attempts_of_need", table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("answers")
    op.drop_index("ix_alerts_open", table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("sign_ins")
    op.drop_index("ix_needs_tally", table_name="needs")
    op.drop_index("ix_needs_open", table_name="needs")
    op.drop_index("ix_needs_of_client", table_name="needs")
    op.drop_table("needs")
    op.drop_index(op.f("ix_consents_client_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_table("administrations")
    op.drop_index("ix_screenings_running", table_name="screenings")
    op.drop_index("ix_screenings_of_programme", table_name="screenings")
    op.drop_index("ix_screenings_of_client", table_name="screenings")
    op.drop_table("screenings")
    op.drop_index("ix_programmes_in_force_once", table_name="programmes_in_force")
    op.drop_table("programmes_in_force")
    op.drop_index(op.f("ix_guardians_client_id"), table_name="guardians")
    op.drop_table("guardians")
    op.drop_index(op.f("ix_users_email"), table_name="users")
    op.drop_table("users")
    op.drop_index("ix_clients_by_name", table_name="clients")
    op.drop_table("clients")
    op.drop_table("sites")
    op.drop_table("chain_heads")
    op.drop_index("ix_audit_events_of_subject", table_name="audit_events")
    op.drop_index("ix_audit_events_of_client", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_table("organisations")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_append_only()")
