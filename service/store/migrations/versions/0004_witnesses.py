"""witnesses: what was cosigned of other deployments' logs, which only moves forward, and what they cosigned of ours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPENDED = "cosignatures are only ever appended"
FORWARD = "what was cosigned only moves forward"
BACKWARD = "NEW.origin <> OLD.origin OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)"


def upgrade() -> None:
    op.create_table(
        "witnessed",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed")),
    )
    op.create_table(
        "cosignatures",
        sa.Column("log_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size", "key", name=op.f("pk_cosignatures")),
        sa.ForeignKeyConstraint(
            ["log_id", "size"],
            ["checkpoints.log_id", "checkpoints.size"],
            name=op.f("fk_cosignatures_log_id_size"),
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER cosignatures_no_{act.lower()} BEFORE {act} ON cosignatures "
            f"BEGIN SELECT RAISE(ABORT, '{APPENDED}'); END"
        )
    op.execute(
        f"CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed WHEN {BACKWARD} "
        f"BEGIN SELECT RAISE(ABORT, '{FORWARD}'); END"
    )
    op.execute(
        f"CREATE TRIGGER witnessed_kept BEFORE DELETE ON witnessed BEGIN SELECT RAISE(ABORT, '{FORWARD}'); END"
    )


def _guard_postgresql() -> None:
    for name, words in (("cosignatures_append_only", APPENDED), ("witnessed_only_forward", FORWARD)):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
        )
    op.execute(
        "CREATE TRIGGER cosignatures_append_only BEFORE UPDATE OR DELETE ON cosignatures "
        "FOR EACH ROW EXECUTE FUNCTION cosignatures_append_only()"
    )
    op.execute(
        "CREATE TRIGGER cosignatures_no_truncate BEFORE TRUNCATE ON cosignatures "
        "FOR EACH STATEMENT EXECUTE FUNCTION cosignatures_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER witnessed_forward BEFORE UPDATE ON witnessed FOR EACH ROW WHEN ({BACKWARD}) "
        "EXECUTE FUNCTION witnessed_only_forward()"
    )
    op.execute(
        "CREATE TRIGGER witnessed_kept BEFORE DELETE ON witnessed "
        "FOR EACH ROW EXECUTE FUNCTION witnessed_only_forward()"
    )
    op.execute(
        "CREATE TRIGGER witnessed_no_truncate BEFORE TRUNCATE ON witnessed "
        "FOR EACH STATEMENT EXECUTE FUNCTION witnessed_only_forward()"
    )


def downgrade() -> None:
    op.drop_table("cosignatures")
    op.drop_table("witnessed")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION cosignatures_append_only()")
        op.execute("DROP FUNCTION witnessed_only_forward()")
