"""T22: many writers in several processes, rollbacks and signing in between: a sound trail is never called damaged."""

import json
import subprocess
import sys
from contextlib import suppress

import pytest
from sqlalchemy import func, select, text

from referral.audit import Intact, verify
from service.permissions import Role
from service.store import audit
from service.store.audit import AuditEventRow
from tests.architecture.sources import ROOT
from tests.databases import ENGINES
from tests.proofs.tenancy import close
from tests.proofs.writing import COUNTED, event
from tests.service.builders import world
from tests.service.sealed import seal
from tests.whole import url_of, whole

PROCESSES = 3
FORMS = [
    pytest.param((3, 2), id="suite"),
    pytest.param((17, 600), id="long", marks=pytest.mark.long),
]
"""How many write in each process, and for how many seconds."""


RARELY = 100_000
"""One transaction of so many may wait in vain for its turn, where 51 writers share one file."""


@pytest.fixture(params=ENGINES)
def here(request, tmp_path):
    yield world(request.getfixturevalue(f"{request.param}_url"), tmp_path)
    close()


def started(here, writers, seconds):
    """The processes that write."""
    person, organisation = here.people[Role.COUNSELOR].id, here.organisation.id
    given = [url_of(here), str(organisation), str(person), str(writers), str(seconds)]
    command = [sys.executable, "-m", "tests.proofs.writing", *given]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return [subprocess.Popen(command, cwd=ROOT, **pipes) for _process in range(PROCESSES)]


def verdict(here, between=lambda: None):
    """What a proof says now; `between` happens after it has read the recorded end."""
    organisation = here.organisation.id
    with here.read() as session:
        head = audit.recorded_head(session, organisation)
        between()
        return verify(audit.stored_events(session, organisation), str(organisation), head=head)


def watched(here, writers):
    """Every verdict while they write, with the worker's signing in between."""
    while running := [each for each in writers if each.poll() is None]:
        seal(here)
        yield verdict(here)
        with suppress(subprocess.TimeoutExpired):
            running[0].wait(timeout=0.2)


def ended(writers):
    """What the writers say of themselves."""
    told = [each.communicate() for each in writers]
    assert [each.returncode for each in writers] == [0] * PROCESSES, told
    return [json.loads(output) for output, _errors in told]


def forks_and_gaps(here):
    """(places that two events claim, places that none has)."""
    mine = AuditEventRow.organisation_id == here.organisation.id
    with here.read() as session:
        count, last = session.execute(
            select(func.count(AuditEventRow.id), func.max(AuditEventRow.seq)).where(mine)
        ).one()
        parents = session.scalar(select(func.count(func.distinct(AuditEventRow.previous))).where(mine))
    return count - parents, last - count


@pytest.mark.parametrize("form", FORMS)
def test_a_trail_that_many_write_is_sound_at_every_look(here, form):
    writers = started(here, *form)
    verdicts = list(watched(here, writers))
    told = ended(writers)
    done, undone, refused = (sum(each[name] for each in told) for name in COUNTED)
    false = [each for each in [*verdicts, verdict(here)] if not isinstance(each, Intact)]
    print(
        f"T22 {url_of(here).partition(':')[0]}: {PROCESSES * form[0]} writers, {form[1]} s, {done} committed, {undone} "
        f"rolled back, {refused} refused, {len(verdicts)} looks; false alarms: {len(false)}; "
        f"forks, gaps: {forks_and_gaps(here)}"
    )
    assert [line for each in told for line in each["trouble"]] == []
    assert (false, forks_and_gaps(here)) == ([], (0, 0))
    assert min(done, undone, len(verdicts)) > 0
    assert refused <= done / RARELY


def added(here):
    """One more event, by somebody else."""
    with here.write() as session:
        audit.append(session, event(here.act(), 1))


def test_what_is_written_during_a_proof_is_no_alarm(here):
    added(here)
    assert isinstance(verdict(here, lambda: added(here)), Intact)


@pytest.mark.parametrize("here", ["postgresql"], indirect=True)
def test_a_proof_that_sees_two_moments_gives_a_false_alarm(here):
    """The deliberately broken variant: each statement sees a moment of its own."""
    added(here)
    here.parts.open_read.configure(bind=here.parts.open_write.kw["bind"])
    assert not isinstance(verdict(here, lambda: added(here)), Intact)


@pytest.mark.parametrize("here", ["sqlite"], indirect=True)
def test_a_gap_is_found(here):
    """The deliberately broken variant of the trail itself."""
    for _each in range(3):
        added(here)
    with whole(url_of(here)) as session:
        session.execute(text("DROP TRIGGER audit_events_no_delete"))
        session.execute(text("DELETE FROM audit_events WHERE seq = 2"))
    assert forks_and_gaps(here)[1] == 1
    assert not isinstance(verdict(here), Intact)
