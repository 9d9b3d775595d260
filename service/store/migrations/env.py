"""Runs the migrations against the database that store/schema.py names."""

from alembic import context

from service.store.engine import open_sessions
from service.store.tables import Base

sessions = open_sessions(context.config.get_main_option("sqlalchemy.url") or "")
try:
    with sessions.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=False)
        with context.begin_transaction():
            context.run_migrations()
finally:
    sessions.engine.dispose()
