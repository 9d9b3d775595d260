"""T4, where there is no row security: the ORM keeps every question and every change within one organisation."""

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import aliased

from service.store import scope
from service.store.clients import ClientRow
from service.store.organisations import SiteRow
from service.store.scope import OutOfScope
from tests.proofs.tenancy import AUDIT, KEPT, close, rows_of, two


@pytest.fixture
def both(database_url, tmp_path):
    yield two(database_url, tmp_path)
    close()


def asked(table, key):
    """Ways to ask a table without naming an organisation, by name: each answers how much of what it finds is theirs."""
    column, other = getattr(table, table.scoped_by), aliased(table)
    inner = select(column.label("found")).subquery()
    return {
        "rows": lambda session, theirs: of(session.scalars(select(column)), theirs),
        "entities": lambda session, theirs: of(
            (getattr(row, table.scoped_by) for row in session.scalars(select(table))), theirs
        ),
        "an alias": lambda session, theirs: of(
            session.scalars(select(getattr(other, table.scoped_by))), theirs
        ),
        "a subquery": lambda session, theirs: of(session.scalars(select(inner.c.found)), theirs),
        "a count where": lambda session, theirs: session.scalar(
            select(func.count()).select_from(table).where(column == theirs)
        ),
        "a function": lambda session, _theirs: (
            session.scalar(select(func.count(column)))
            - session.scalar(select(func.count(column)).where(column == session.info[scope.ORGANISATION]))
        ),
        "a row by its key": lambda session, _theirs: key is not None and session.get(table, key) is not None,
        "a change": lambda session, theirs: (
            session.execute(update(table).where(column == theirs).values({column: theirs})).rowcount
        ),
    }


def of(found, theirs):
    return sum(each == theirs for each in found)


def crawl(both):
    """(how many questions were asked, those with a trace of the other organisation in their answer)."""
    theirs, count, leaks = both.theirs.organisation.id, 0, []
    for table in KEPT:
        fixed = both.url.startswith("postgresql") or table.__tablename__ in AUDIT
        keys = rows_of(both.url, table, theirs)
        for way, ask in asked(table, keys[0] if keys else None).items():
            if way == "a change" and fixed:
                continue  # rights, policies and triggers answer there: test_t04_row_security.py, test_t25_privilege.py
            with both.ours.write() as session:
                count += 1
                if ask(session, theirs):
                    leaks.append((table.__tablename__, way))
                session.rollback()
    return count, leaks


def test_a_question_without_an_organisations_name_is_kept_within_ones_own(both):
    count, leaks = crawl(both)
    print(f"T4: {count} questions through the ORM of {len(KEPT)} tables, leaks: {len(leaks)}")
    assert leaks == []
    assert count > 150


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_scope_the_same_crawl_finds_them(both):
    """The deliberately broken variant."""
    event.remove(both.ours.parts.open_write, "do_orm_execute", scope.guard)
    _count, leaks = crawl(both)
    print(f"T4: without the scope {len(leaks)} of the questions leak")
    assert {table for table, _way in leaks} >= {"clients", "answers", "needs", "referrals", "audit_events"}


def test_a_question_within_no_organisation_is_an_error(both):
    refused = 0
    for table in KEPT:
        for question in (select(table), select(func.count()).select_from(table), table.__table__.select()):
            with pytest.raises(OutOfScope), both.ours.parts.open_read() as session, session.begin():
                session.execute(question)
            refused += 1
    print(f"T4: {refused} of {len(KEPT) * 3} questions within no organisation refused")
    assert refused == len(KEPT) * 3


def test_a_question_that_goes_past_the_orm_is_an_error(both):
    with pytest.raises(OutOfScope), both.ours.read() as session:
        session.execute(ClientRow.__table__.select())


def test_a_row_of_another_organisation_is_neither_added_nor_changed(both):
    theirs = both.theirs.organisation.id
    with pytest.raises(OutOfScope), both.ours.write() as session:
        session.add(SiteRow(organisation_id=theirs, id=both.ours.id(), name="x", kind="building"))
    with pytest.raises(OutOfScope), both.ours.write() as session:
        session.execute(SiteRow.__table__.insert(), [{"organisation_id": theirs}])
    with pytest.raises(OutOfScope), both.ours.write() as session:
        session.merge(both.theirs.client, load=False).given_name = "Somebody"
    with both.theirs.read() as session:
        assert session.get_one(ClientRow, (theirs, both.theirs.client.id)).given_name == "Maya"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_scope_a_row_can_be_added_for_another_organisation(both):
    """The deliberately broken variant."""
    event.remove(both.ours.parts.open_write, "before_flush", scope._guard_changes)
    with both.ours.write() as session:
        session.add(
            SiteRow(organisation_id=both.theirs.organisation.id, id=both.ours.id(), name="x", kind="building")
        )
    with both.theirs.read() as session:
        assert "x" in session.scalars(select(SiteRow.name)).all()
