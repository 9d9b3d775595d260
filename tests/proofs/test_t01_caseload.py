"""T1, own organisation, not on the caseload: every address that names a record asks for a reason first, and no other.

The same addresses with a reason, and in a building that keeps no caseloads, answer as `rights.yaml` has it.
"""

import pytest
from sqlalchemy import delete

from service.permissions import Role
from service.store.alerts import AlertRow, SafetyAssessmentRow
from tests.architecture.sources import assert_none
from tests.journeys.stage import method
from tests.proofs.asking import asking, rules
from tests.proofs.test_t01_route_matrix import EXPECTED, REFUSED
from tests.service.caseloads import colleague, give_reason, keep_caseloads

NAMED = {"client_id", "need_id", "note_id", "screening_id", "referral_id"}
ASKING = {"caseload.ask", "caseload.open_record", "api_clients.open_record"}


@pytest.fixture
def apart(own_copy):
    """The stage with nobody in danger, and a counselor of the same building who has done nothing for anybody.

    An alert, and a safety assessment that waits, open a record for the whole building.
    """
    colleague(own_copy.here)
    with own_copy.here.write() as session:
        for table in (AlertRow, SafetyAssessmentRow):
            session.execute(delete(table).where(table.organisation_id == own_copy.here.organisation.id))
    return own_copy


def of_a_record(app):
    """The addresses of a record that a counselor may use."""
    found = (rule for rule in rules(app) if rule.endpoint in EXPECTED and rule.arguments & NAMED)
    return [
        rule for rule in found if Role.COUNSELOR in EXPECTED[rule.endpoint] and rule.endpoint not in ASKING
    ]


def asks_why(answer):
    """Whether an answer is that a reason is needed: told over the API, asked at the pages."""
    if answer.mimetype == "application/problem+json":
        return answer.status_code == 403 and "outside your caseload" in answer.json["detail"]
    leads = answer.headers.get("HX-Redirect") or answer.location or ""
    return answer.status_code in {302, 303, 403} and "/reason" in leads


def cells(made):
    app = made.here.app()
    ask = asking(made, app, Role.COUNSELOR)
    return [(rule, ask(rule)) for rule in of_a_record(app)]


def test_not_on_the_caseload_every_address_of_a_record_asks_why(apart):
    keep_caseloads(apart.here)
    found = cells(apart)
    print(f"T1 counselor, not on the caseload: {len(found)} cells")
    assert len(found) > 50
    assert_none(
        f"{method(rule)} {rule.endpoint}: {answer.status_code}"
        for rule, answer in found
        if not asks_why(answer)
    )


@pytest.mark.parametrize("reason", [True, False], ids=["with a reason", "no caseloads kept"])
def test_with_a_reason_or_without_caseloads_nothing_asks(apart, reason):
    """The broken variant of the proof above: were nothing kept closed, it would see that."""
    if reason:
        keep_caseloads(apart.here)
        for client_id in {apart.ids["client_id"], *apart.more["client_id"]}:
            give_reason(apart.here, _Named(client_id))
    found = cells(apart)
    mine = [(rule, answer) for rule, answer in found if reason is False or "client_id" in rule.arguments]
    assert_none(f"{method(rule)} {rule.endpoint}" for rule, answer in mine if asks_why(answer))
    assert sum(answer.status_code not in REFUSED for _rule, answer in mine) > len(mine) // 2


class _Named:
    def __init__(self, client_id):
        self.id = client_id
