"""T1 for a tablet in a client's hands: every address of the program, of which one screening's alone open."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from referral.model import State
from service.access import NotFound, access_client, access_screening
from service.actions import screenings
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode, ScreeningStatus
from service.permissions import GRANTS, KIOSK, NotAllowed, Permission, Role
from service.store.accounts import SignInRow
from service.store.alerts import AlertRow
from service.store.referrals import ReferralRow
from service.web.guard import HANDED_OVER_ROUTES
from tests.architecture.sources import assert_none
from tests.journeys.stage import ACUTE, method
from tests.proofs.asking import LAST, asking, rules
from tests.proofs.test_t01_route_matrix import POLICY

OPEN = set(POLICY["in a client's hands"])
ELSEWHERE = {*POLICY["everybody"], *POLICY["by link"], *POLICY["by signature"]}


def handed_over(made):
    """Every sign-in of the counselor is a tablet that was handed over for the running screening."""
    with made.here.write() as session:
        mine = SignInRow.user_id == made.here.people[Role.COUNSELOR].id
        session.execute(
            update(SignInRow).where(mine).values(handed_over_screening_id=made.ids["screening_id"])
        )


def shut(rule, answer):
    """Kept out: programs with 403, people by being led back to the question."""
    if rule.rule.startswith("/api/"):
        return answer.status_code == 403
    return answer.status_code == 303 and answer.location.startswith("/s/")


def test_the_policy_names_what_a_tablet_opens():
    assert OPEN == HANDED_OVER_ROUTES
    assert GRANTS[Role.COUNSELOR] >= KIOSK


def test_a_tablet_in_a_clients_hands_reaches_its_questions_and_nothing_else(own_copy):
    app = own_copy.here.app()
    ask = asking(own_copy, app, Role.COUNSELOR)
    handed_over(own_copy)
    kept = [rule for rule in rules(app) if rule.endpoint not in OPEN | ELSEWHERE | set(LAST)]
    cells = [(rule, ask(rule)) for rule in kept]
    print(f"T1 kiosk: {len(cells)} cells that stay shut, {len(OPEN)} addresses that open")
    assert len(cells) > 90
    assert_none(
        f"{method(rule)} {rule.endpoint}: {answer.status_code}"
        for rule, answer in cells
        if not shut(rule, answer)
    )
    (help_now,) = [rule for rule in rules(app) if rule.endpoint == "client.help_now"]
    assert ask(help_now).status_code == 200


def test_whatever_a_guard_forgets_the_table_of_rights_keeps(own_copy):
    """The broken variant: acts that are reached past the guard, from a tablet and from the same person without one."""
    here, screening_id = own_copy.here, own_copy.ids["screening_id"]
    plain = here.act()
    tablet = replace(plain, by=replace(plain.by, screening_id=screening_id))
    other = replace(plain, by=replace(plain.by, screening_id=here.id()))
    with here.read() as session:
        assert access_client(session, here.client.id, plain, Permission.READ_CLIENT)
        assert access_screening(session, screening_id, tablet, Permission.SCREEN)
        with pytest.raises(NotAllowed):
            access_client(session, here.client.id, tablet, Permission.READ_CLIENT)
        with pytest.raises(NotFound):
            access_screening(session, screening_id, other, Permission.SCREEN)


def test_an_acute_answer_on_a_tablet_calls_for_help_all_the_same(own_copy):
    here = own_copy.here
    client = here.new_client("Wren")
    with here.write() as session:
        command = StartScreening(client.id, ("asq",), Mode.TABLET, agrees=True)
        screening_id = screenings.start(session, command, act=here.act())
    act = here.act()
    tablet = replace(act, by=replace(act.by, screening_id=screening_id))
    given = [GiveAnswer("asq", item, value) for item, value in ACUTE["asq"].items()]
    with here.write() as session:
        assert screenings.answer_all(session, screening_id, given, act=tablet).raised
        screenings.end(session, screening_id, ScreeningStatus.SUBMITTED, act=tablet)
    with here.read() as session:
        (alert,) = session.scalars(select(AlertRow).where(AlertRow.screening_id == screening_id))
        sent = session.scalars(select(ReferralRow).where(ReferralRow.need_id == alert.need_id)).one()
    assert sent.state is State.SENT
