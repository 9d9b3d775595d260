"""Two organisations in one database, both in full swing, and what may be asked of a table."""

from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from service.actions import sign_ins
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.row_security import SETTING
from service.store.tables import Base
from tests.journeys.stage import stage
from tests.postgres import as_
from tests.service.builders import World, opened, world
from tests.service.sealed import seal
from tests.whole import url_of, whole

MAPPED = sorted((each.class_ for each in Base.registry.mappers), key=lambda each: each.__tablename__)
KEPT = [each for each in MAPPED if hasattr(each, "scoped_by")]
"""The tables whose rows belong to an organisation."""

AUDIT = {"audit_events": "entry", "checkpoints": "note", "deployment_entries": "entry"}
"""Each table that is only ever appended to, with the column that one would want to change."""


@dataclass
class Two:
    """The organisation that asks, and the one that it must not see."""

    ours: World
    theirs: World

    @property
    def url(self):
        return url_of(self.ours)

    @contextmanager
    def as_login(self, who, organisation_id=None):
        """A session of one login on PostgreSQL without the ORM's scope, within an organisation for its transaction."""
        engine = create_engine(as_(who, self.url))
        try:
            with Session(engine) as session, session.begin():
                if organisation_id is not None:
                    session.execute(
                        text("SELECT set_config(:name, :value, true)"),
                        {"name": SETTING, "value": str(organisation_id)},
                    )
                yield session
        finally:
            engine.dispose()


def two(database_url, tmp_path):
    """Both with screenings, needs, referrals, sign-ins, alerts and signed trails."""
    ours = world(database_url, tmp_path)
    theirs = world("", None, kind=OrganisationKind.CLINIC, clock=ours.clock, parts=ours.parts)
    for here in (ours, theirs):
        stage(here)
        with here.write() as session:
            sign_ins.start(session, f"secret of {here.organisation.id}", act=here.act(Role.COUNSELOR))
    seal(ours)
    return Two(ours, theirs)


def close():
    """End what the builders opened."""
    while opened:
        opened.pop()()


def rows_of(url, table, organisation_id):
    """The keys of an organisation's rows of a table, looked up by somebody whom nothing holds back."""
    with whole(url) as session:
        wanted = select(*table.__mapper__.primary_key)
        return [
            tuple(row)
            for row in session.execute(wanted.where(getattr(table, table.scoped_by) == organisation_id))
        ]
