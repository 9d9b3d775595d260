"""T4: with the ORM's scope switched off, PostgreSQL itself shows one organisation nothing of another's."""

from contextlib import suppress

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from service.store.clients import ClientRow
from service.store.engine import open_sessions
from service.store.row_security import SETTING, WORKER_READS
from service.store.tables import Base
from tests.postgres import LOGIN, PEOPLES
from tests.proofs.policies import faults
from tests.proofs.tenancy import KEPT, MAPPED, close, rows_of, two
from tests.whole import whole

pytestmark = pytest.mark.postgres


@pytest.fixture
def both(postgresql_url, tmp_path):
    yield two(postgresql_url, tmp_path)
    close()


def hidden_from(who):
    """The tables in which this login may see nothing of another organisation's."""
    return [each for each in KEPT if who == PEOPLES or each.__tablename__ not in WORKER_READS]


def crawl(both, who, tables):
    """(how many questions were asked, every one whose answer held a trace of the other organisation)."""
    ours, theirs = both.ours.organisation.id, both.theirs.organisation.id
    asked, leaks, seen = 0, [], 0
    for table in tables:
        column, keys = getattr(table, table.scoped_by), rows_of(both.url, table, theirs)
        seen += bool(keys)
        with both.as_login(who, ours) as session:
            found = [
                session.scalar(select(func.count()).select_from(table).where(column == theirs)),
                sum(value != ours for value in session.scalars(select(column))),
                session.scalar(select(func.count()).where(select(column).where(column == theirs).exists())),
                *(int(session.get(table, key) is not None) for key in keys),
            ]
        asked += len(found)
        leaks += [table.__tablename__] * sum(map(bool, found))
    return asked, seen, leaks


@pytest.mark.parametrize("who", [PEOPLES, LOGIN])
def test_a_crawl_as_one_organisation_finds_no_row_of_the_other(both, who):
    asked, seen, leaks = crawl(both, who, hidden_from(who))
    tables = f"{len(hidden_from(who))} tables, {seen} with rows to find"
    print(f"T4: {asked} questions as {who} of {tables}; leaks: {len(leaks)}")
    assert leaks == []
    assert seen >= 15
    assert asked > 120


def test_a_policy_that_lets_all_through_is_found_by_the_crawl(both):
    """The deliberately broken variant."""
    with whole(both.url) as session:
        session.execute(text("ALTER POLICY clients_own ON clients USING (true)"))
    _asked, _seen, leaks = crawl(both, PEOPLES, [ClientRow])
    assert set(leaks) == {"clients"}


@pytest.mark.parametrize("who", [PEOPLES, LOGIN])
def test_without_an_organisation_there_is_nothing_to_see(both, who):
    with both.as_login(who) as session:
        found = {each: session.scalar(select(func.count()).select_from(each)) for each in hidden_from(who)}
    assert set(found.values()) == {0}


def test_nothing_is_changed_or_added_for_another_organisation(both):
    ours, theirs = both.ours.organisation.id, both.theirs.organisation.id
    tried, refused, changed = 0, 0, 0
    for table in KEPT:
        column = getattr(table, table.scoped_by)
        for statement in (
            update(table).where(column == theirs).values({column: ours}),
            update(table).where(column == ours).values({column: theirs}),
        ):
            tried += 1
            try:
                with both.as_login(PEOPLES, ours) as session:
                    changed += session.connection().execute(statement).rowcount
            except DBAPIError:
                refused += 1
    print(f"T4: {tried} changes across organisations tried, {refused} refused, rows changed: {changed}")
    assert changed == 0
    assert refused >= len(KEPT) - 2


def test_a_new_row_for_another_organisation_is_refused(both):
    copied = (
        "INSERT INTO sites SELECT :theirs, gen_random_uuid(), name, kind, pathway, address, phone, languages, hours,"
        " wait_days FROM sites LIMIT 1"
    )
    columns = "organisation_id, id, name, kind, pathway, address, phone, languages, hours, wait_days"
    statement = text(copied.replace("INTO sites", f"INTO sites ({columns})"))
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        both.as_login(PEOPLES, both.ours.organisation.id) as session,
    ):
        session.execute(statement, {"theirs": both.theirs.organisation.id})


def references():
    """Every reference between rows of an organisation: (table, column, the table it names)."""
    return [
        (table, key.columns[1].name, key.referred_table)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if len(key.columns) == 2 and "organisation_id" in key.columns
    ]


def borrow(both, references):
    """(references that refused the other's row, those that did not): tried by somebody whom no policy holds back."""
    refused, taken = [], []
    for table, column, referred in references:
        key = table.primary_key.columns.values()[-1]
        with whole(both.url) as session:
            of = referred.c.organisation_id == both.theirs.organisation.id
            theirs = session.scalar(select(referred.c.id).where(of).limit(1))
            mine = select(key).where(table.c.organisation_id == both.ours.organisation.id)
            # A row that has such a reference: where there must be none, a check would speak first.
            row = session.scalar(mine.where(table.c[column].is_not(None)).limit(1))
        if row is None or theirs is None:
            continue
        try:
            with whole(both.url) as session:
                session.execute(update(table).where(key == row).values({column: theirs}))
                session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            taken.append((table.name, column))
        except IntegrityError as error:
            (refused if "foreign key" in str(error.orig) else taken).append((table.name, column))
    return refused, taken


def test_no_reference_leaves_the_organisation_though_policies_do_not_reach_references(both):
    every = references()
    refused, taken = borrow(both, every)
    print(f"T4: {len(refused)} of {len(every)} references tried with the other's row, taken: {len(taken)}")
    assert taken == []
    assert len(refused) >= 18


def test_a_reference_by_the_id_alone_is_found(both):
    """The deliberately broken variant."""
    (broken,) = [each for each in references() if (each[0].name, each[1]) == ("screenings", "client_id")]
    with whole(both.url) as session:
        session.execute(
            text("ALTER TABLE screenings DROP CONSTRAINT fk_screenings_organisation_id_client_id")
        )
    assert borrow(both, [broken]) == ([], [("screenings", "client_id")])


def test_every_table_policy_role_view_and_function_is_as_it_must_be(both):
    with whole(both.url) as session:
        looked_at, found = faults(session)
    print(
        f"T4: {len(KEPT)} of {len(MAPPED)} tables kept apart, {looked_at} facts looked at, faults: {len(found)}"
    )
    assert found == []


BROKEN = {
    "ALTER TABLE answers NO FORCE ROW LEVEL SECURITY": "answers is not kept apart",
    "ALTER TABLE trees DISABLE ROW LEVEL SECURITY": "trees is not kept apart",
    "CREATE TABLE more (organisation_id uuid)": "more is not kept apart",
    "DROP POLICY needs_own ON needs": "needs has no policy of its own",
    "ALTER POLICY needs_own ON needs USING (true)": "policy needs_own lets more through",
    "CREATE POLICY more ON needs FOR SELECT USING (true)": "policy more lets more through",
    "CREATE VIEW more AS SELECT * FROM clients": "view: more",
    "ALTER ROLE handrail_peoples BYPASSRLS": "role: handrail_peoples",
    "GRANT handrail TO handrail_peoples": "member: handrail_peoples of handrail",
    "ALTER TABLE clients OWNER TO handrail_peoples": "owner: clients",
    "GRANT DELETE ON clients TO handrail_app": "right: handrail_app may DELETE clients",
    "ALTER FUNCTION handrail_versions_used() OWNER TO handrail": "function: handrail_versions_used",
    "GRANT EXECUTE ON FUNCTION handrail_accounts TO PUBLIC": "function: handrail_accounts",
}


@pytest.mark.parametrize("change", BROKEN)
def test_each_fault_is_found(postgresql_url, change):
    """The deliberately broken variants; nothing of them is kept, roles being the whole server's."""
    with whole(postgresql_url) as session:
        session.execute(text(change))
        _looked_at, found = faults(session)
        session.rollback()
    assert BROKEN[change] in found


def test_a_view_that_asks_as_whoever_looks_is_no_fault(postgresql_url):
    with whole(postgresql_url) as session:
        session.execute(text("CREATE VIEW more WITH (security_invoker = true) AS SELECT * FROM clients"))
        assert faults(session)[1] == []
        session.rollback()


def left_behind(url, organisation_id, use):
    """What the next user of the same pooled connection finds set, and how many clients they see."""
    sessions = open_sessions(url)
    try:
        with suppress(ZeroDivisionError):
            use(sessions, organisation_id)
        assert sessions.engine.pool.checkedin() == 1
        with sessions.engine.connect() as connection:
            setting = connection.scalar(text("SELECT current_setting(:name, true)"), {"name": SETTING})
            return setting or "", connection.scalar(text("SELECT count(*) FROM clients"))
    finally:
        sessions.engine.dispose()


def committed(sessions, organisation_id):
    with sessions.write(organisation_id) as session, session.begin():
        assert session.scalar(select(func.count(ClientRow.id))) > 1


def read_only(sessions, organisation_id):
    with sessions.read(organisation_id) as session, session.begin():
        assert session.scalar(select(func.count(ClientRow.id))) > 1
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"


def gone_wrong(sessions, organisation_id):
    with sessions.write(organisation_id) as session, session.begin():
        assert session.scalar(select(func.count(ClientRow.id))) > 1
        raise ZeroDivisionError


def for_the_session(sessions, organisation_id):
    """The deliberately broken variant: set for longer than a transaction."""
    with sessions.write() as session, session.begin():
        session.execute(
            text("SELECT set_config(:name, :value, false)"), {"name": SETTING, "value": str(organisation_id)}
        )


def test_the_organisation_does_not_outlive_its_transaction_in_the_pool(both):
    ours = both.ours.organisation.id
    for use in (committed, read_only, gone_wrong):
        assert left_behind(both.url, ours, use) == ("", 0), use.__name__
    setting, seen = left_behind(both.url, ours, for_the_session)
    assert setting == str(ours)
    assert seen > 1
