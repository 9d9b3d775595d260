"""sign-ins stand on the password that they were begun with: whoever changes it ends them all."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sign-ins from before stand on none: their people sign in once more.
    op.add_column("sign_ins", sa.Column("password_digest", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("sign_ins", "password_digest")
