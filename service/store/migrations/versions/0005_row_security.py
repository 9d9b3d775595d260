"""row security: on PostgreSQL the database itself keeps organisations apart, under roles that own nothing."""

import sqlalchemy as sa
from alembic import op

from service.store import row_security

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = ("organisation_id", "log_id")
VERSION = "alembic_version"

SIGN_IN = "handrail_sign_in(digest text)"
ACCOUNTS = "handrail_accounts(address text)"
VERSIONS_USED = "handrail_versions_used()"
PROGRAMMES_USED = "handrail_programmes_used()"
IDS = "organisation_id uuid, id uuid"

ANSWERS = (
    (SIGN_IN, "sign_ins"),
    (ACCOUNTS, "users"),
    (VERSIONS_USED, "administrations"),
    (PROGRAMMES_USED, "programmes_in_force"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    row_security.make_roles(op.execute)
    schema = _schema()
    roles = ", ".join(row_security.ROLES)
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {roles}")
    op.execute(f"GRANT SELECT ON {VERSION} TO {row_security.APP}")
    appended = _appended()
    for table in _tables():
        row_security.guard_table(op.execute, table, _column(table), appended=table in appended)
    # The page of a witness is served to other deployments, which belong to no organisation here.
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON witnessed TO {row_security.APP}")
    # Only the worker begins an organisation, and with it its chain.
    op.execute(f"REVOKE INSERT ON chain_heads FROM {row_security.APP}")
    op.execute(f"GRANT INSERT ON chain_heads TO {row_security.WORKER}")
    _answer_before(schema)


def _answer_before(schema: str) -> None:
    """What is asked before the organisation is known: ids for who knows a secret or an address, and versions."""
    row_security.answer_before(
        op.execute,
        schema,
        SIGN_IN,
        IDS,
        "SELECT organisation_id, id FROM sign_ins WHERE secret_digest = digest AND ended_at IS NULL",
        reads=("sign_ins", ("organisation_id", "id", "secret_digest", "ended_at")),
    )
    row_security.answer_before(
        op.execute,
        schema,
        ACCOUNTS,
        IDS,
        "SELECT organisation_id, id FROM users WHERE email = address AND active ORDER BY id",
        reads=("users", ("organisation_id", "id", "email", "active")),
    )
    row_security.answer_before(
        op.execute,
        schema,
        VERSIONS_USED,
        "instrument text, version text, digest text",
        "SELECT DISTINCT instrument, version, digest FROM administrations ORDER BY 1, 2, 3",
        reads=("administrations", ("instrument", "version", "digest")),
    )
    row_security.also_reads(op.execute, "screenings", ("organisation_id", "programme_id"))
    row_security.answer_before(
        op.execute,
        schema,
        PROGRAMMES_USED,
        "programme text, version text, digest text",
        "SELECT DISTINCT p.programme, p.version, p.digest FROM programmes_in_force p WHERE p.ended_at IS NULL "
        "OR EXISTS (SELECT FROM screenings s WHERE s.organisation_id = p.organisation_id AND s.programme_id = p.id) "
        "ORDER BY 1, 2, 3",
        reads=(
            "programmes_in_force",
            ("organisation_id", "id", "programme", "version", "digest", "ended_at"),
        ),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for function, table in ANSWERS:
        row_security.forget_answer(op.execute, function, table)
    row_security.reads_no_more(op.execute, "screenings")
    for table in _tables():
        row_security.release_table(op.execute, table)
    op.execute(f"REVOKE ALL ON witnessed FROM {row_security.APP}")
    op.execute(f"REVOKE ALL ON {VERSION} FROM {row_security.APP}")
    op.execute(f"REVOKE ALL ON SCHEMA {_schema()} FROM {', '.join(row_security.ROLES)}")


def _schema() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())")))


def _tables() -> list[str]:
    """Every table of the steps before this one."""
    return sorted(set(sa.inspect(op.get_bind()).get_table_names()) - {VERSION})


def _column(table: str) -> str | None:
    if table == "organisations":
        return "id"
    names = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    return next((name for name in COLUMNS if name in names), None)


def _appended() -> set[str]:
    """The tables whose triggers already say that rows are only ever appended."""
    named = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'"
    return set(op.get_bind().scalars(sa.text(named)))
