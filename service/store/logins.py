"""Whom the program is for PostgreSQL, and whether row security can hold for them. SQLite knows no logins."""

from dataclasses import dataclass

from sqlalchemy import Engine, text

from service.store.row_security import APP, WORKER

_ASKED = text(
    "SELECT EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(oid, 'MEMBER')),"
    " EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('audit_events') AND pg_has_role(relowner, 'MEMBER')),"
    " EXISTS (SELECT FROM pg_roles WHERE rolname = :app AND pg_has_role(oid, 'USAGE')),"
    " EXISTS (SELECT FROM pg_roles WHERE rolname = :worker AND pg_has_role(oid, 'USAGE'))"
)


@dataclass(frozen=True, slots=True)
class Login:
    """What a login can do. `unbound`: no policy holds for it, or it may become somebody for whom none does."""

    unbound: bool
    owner: bool
    app: bool
    worker: bool


def login_of(engine: Engine) -> Login | None:
    """Who this engine is for the database; None on SQLite."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        return Login(*connection.execute(_ASKED, {"app": APP, "worker": WORKER}).one())
