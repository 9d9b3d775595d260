"""Whether the record can be reached."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def is_ready(session: Session) -> bool:
    """True when the database answers; raises what the database raises when it does not."""
    return session.scalar(text("SELECT 1")) == 1
