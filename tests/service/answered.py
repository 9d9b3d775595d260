"""Referrals with a screening behind them, for tests of what a receiver sees of its answers."""

from referral.model import State, Step, Urgency
from service.actions import items, items_view, loop, referral_views
from service.permissions import Role
from service.store.items import newest_request
from service.store.referrals import latest_referral
from tests.service.acts import screen
from tests.service.referring import RECEIVER, SENDER, take

LOW = [1, 0, 2, 0, 1, 0, 0, 0, 0]
"""Answers to the PHQ-9 that lead nowhere by themselves."""


def answered_draft(here, client=None, screening_id=None):
    """The id of a draft whose need rests on a screening."""
    client = client or here.new_client("Noor", "Testcase")
    screening_id = screening_id or screen(here, "phq-9", LOW, client_id=client.id)
    with here.write() as session:
        need = loop.open_or_join(
            session,
            client,
            pathway="psychology",
            urgency=Urgency.SOON,
            owner_id=here.people[SENDER].id,
            screening_id=screening_id,
            act=here.act(),
        )
        session.flush()
        return latest_referral(session, here.organisation.id, need.id).id


def answered_referral(here, state=State.SENT):
    """The id of such a referral, with the psychology team."""
    referral_id = answered_draft(here)
    take(here, referral_id, Step.SEND, SENDER)
    if state is State.ACCEPTED:
        take(here, referral_id, Step.ACCEPT, RECEIVER)
    return referral_id


def ask(here, referral_id, reason, role=Role.REFERRAL_STAFF):
    """The receiving side asks; the request's id."""
    with here.write() as session:
        return items.ask(session, referral_id, reason, act=here.act(role))


def done(here, action, referral_id, *said, role=SENDER):
    """One answer of the sending side."""
    with here.write() as session:
        return action(session, referral_id, *said, act=here.act(role))


def stands(here, referral_id, role=SENDER):
    """How things stand, as this person sees it."""
    with here.write() as session:
        return items_view.show(session, referral_id, act=here.act(role)).items


def answers_seen(here, referral_id, role=RECEIVER):
    """The single answers that this person is shown on the page of the referral."""
    with here.write() as session:
        return referral_views.show(session, referral_id, act=here.act(role)).answers


def request_row(here, referral_id):
    with here.read() as session:
        return newest_request(session, here.organisation.id, referral_id)
