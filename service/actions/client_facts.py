"""What routing may know of a client beside the answers: age, grade, language, what is open, in care, or unsafe.

What the screening itself opened in mid-form is left out: the rules are asked about the client as they came.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from referral.facts import ClientFacts
from referral.model import State
from service.access import Act
from service.actions.consents import age_on, today_in
from service.store.alerts import SafetyAssessmentRow, assessments_of, live_alert_about
from service.store.clients import ClientRow
from service.store.needs import NeedRow, needs_of
from service.store.referrals import latest_referral
from service.store.screenings import ScreeningRow


def facts_of(session: Session, client: ClientRow, screening: ScreeningRow, *, act: Act) -> ClientFacts:
    """The facts by which this screening of the client is judged."""
    needs = [
        need
        for need in needs_of(session, act.organisation_id, client.id)
        if need.closed_at is None and need.screening_id != screening.id
    ]
    return ClientFacts(
        age=age_on(client.born_on, today_in(session, act)),
        grade=int(client.grade) if client.grade.isdigit() else None,
        in_care_with=frozenset(need.pathway for need in needs if _in_care(session, need, act)),
        open_needs=frozenset(need.pathway for need in needs),
        languages=frozenset({client.language, client.home_language}),
        safety=frozenset(_safety(session, client, screening, act)),
    )


def _in_care(session: Session, need: NeedRow, act: Act) -> bool:
    referral = latest_referral(session, act.organisation_id, need.id)
    return referral is not None and referral.state is State.IN_CARE


def _safety(session: Session, client: ClientRow, screening: ScreeningRow, act: Act) -> Iterator[str]:
    """What stands about safety, by the names of `referral.facts.SAFETY`."""
    alert = live_alert_about(session, act.organisation_id, client.id)
    if alert is not None and alert.screening_id != screening.id:
        yield "alert-live"
    earlier = [
        row
        for row in assessments_of(session, act.organisation_id, client.id)
        if row.screening_id != screening.id
    ]
    if any(row.done_at is None for row in earlier):
        yield "assessment-due"
    if any(row.safety_plan for row in earlier):
        yield "plan"
    yield from _last(earlier)


def _last(earlier: Sequence[SafetyAssessmentRow]) -> Iterator[str]:
    done = [(row.done_at, row.disposition) for row in earlier if row.done_at is not None]
    for _at, disposition in sorted(done, key=lambda each: each[0], reverse=True)[:1]:
        yield f"last-{disposition}".replace(" ", "-")
