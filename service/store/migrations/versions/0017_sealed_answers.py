"""answers are sealed: the sealed form stands beside the columns of answers from before, which it empties."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RULE = "CASE WHEN sealed IS NULL THEN refused = (value IS NULL) ELSE value IS NULL AND NOT refused END"


def upgrade() -> None:
    if any(column["name"] == "sealed" for column in sa.inspect(op.get_bind()).get_columns("answers")):
        return
    # Nothing points at answers, so SQLite may make the table anew.
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("sealed", sa.String(), nullable=True))
        answers.drop_constraint(op.f("ck_answers_a_value_or_a_refusal"), type_="check")
        answers.create_check_constraint("a_value_or_a_refusal", sa.text(RULE))


def downgrade() -> None:
    """Nothing is taken away: a sealed answer has no other place, and no step of the schema may lose one."""
