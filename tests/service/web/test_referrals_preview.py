"""The page before sending: consent, the teams best first with their waits, and what is refused."""

from datetime import timedelta

import pytest

from referral.consent import ConsentStatus, Giver, Purpose
from referral.model import State
from service.kinds import SiteKind
from service.store.consents import ConsentRow
from service.store.organisations import SiteRow
from tests.service.referring import SENDER, at_noon, draft, row_of, shared_world
from tests.service.web.test_referrals_pages import Visitor, headings, mains


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture(scope="module")
def vale(shared):
    """A second team for psychology, with a wait of five weeks."""
    row = SiteRow(
        organisation_id=shared.organisation.id,
        id=shared.id(),
        name="Vale Clinic",
        kind=SiteKind.TEAM,
        pathway="psychology",
        languages="en es",
        wait_days=35,
    )
    with shared.write() as session:
        session.add(row)
    return row


@pytest.fixture
def here(shared):
    return at_noon(shared)


def test_a_draft_is_sent_with_the_wait_shown_before(here, vale):
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    page = visitor.get(f"/referrals/{referral_id}/preview")
    assert headings(page, 1) == ["Send Noor's referral to Psychology"]
    assert page.text.index("Psychology team") < page.text.index("Vale Clinic")
    assert "First appointment in about 35 days. Later than this urgency allows (7 days)." in page.text
    answer = visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(here.teams["psychology"].id))
    assert (answer.status_code, row_of(here, referral_id).state) == (303, State.SENT)


@pytest.mark.parametrize(
    ("chosen", "reason", "field"),
    [
        ("", "", "receiver_id"),
        ("no team", "", "receiver_id"),
        ("psychiatry", "", "receiver_id"),
        ("vale", "", "reason"),
    ],
)
def test_sending_says_what_is_missing(here, vale, chosen, reason, field):
    ids = {"psychiatry": here.teams["psychiatry"].id, "vale": vale.id}
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    visitor.get(f"/referrals/{referral_id}/preview")
    answer = visitor.post(
        f"/referrals/{referral_id}/send", receiver_id=str(ids.get(chosen, chosen)), reason=reason
    )
    assert (answer.status_code, row_of(here, referral_id).state) == (422, State.DRAFT)
    assert f'<a href="#{field}">' in answer.text


def test_another_team_is_chosen_with_a_reason_that_stands_on_the_page(here, vale):
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    visitor.get(f"/referrals/{referral_id}/preview")
    visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(vale.id), reason="Knows the family.")
    assert "Knows the family." in visitor.get(f"/referrals/{referral_id}").text


def test_a_clients_no_keeps_the_draft_and_says_why(here):
    client = here.new_client()
    with here.write() as session:
        session.add(
            ConsentRow(
                organisation_id=here.organisation.id,
                id=here.id(),
                client_id=client.id,
                purpose=Purpose.SHARING,
                pathway="psychology",
                status=ConsentStatus.REFUSED,
                giver=Giver.CLIENT,
                guardian_id=None,
                given_at=here.clock() - timedelta(days=1),
                valid_until=None,
                recorded_by=here.people[SENDER].id,
            )
        )
    referral_id = draft(here, client=client)
    visitor = Visitor(here, SENDER)
    page = visitor.get(f"/referrals/{referral_id}/preview")
    assert "The client does not agree, and that is respected." in page.text
    assert mains(page) == []
    answer = visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(here.teams["psychology"].id))
    assert (answer.status_code, row_of(here, referral_id).state) == (422, State.DRAFT)
    assert '<a href="#consent">' in answer.text
