"""What immediate risk sets going, whether answered or judged, without another button: the alert and the referral."""

import uuid

from sqlalchemy.orm import Session

from referral.model import State
from service.access import Act
from service.actions import alerts, referrals
from service.actions.refusals import Invalid
from service.store.alerts import live_alert_about
from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.organisations import find_site, receivers_for
from service.store.referrals import latest_referral


def call_for_help(
    session: Session,
    client: ClientRow,
    need: NeedRow,
    *,
    rule: str,
    screening_id: uuid.UUID | None = None,
    act: Act,
) -> uuid.UUID:
    """Raise the alert and send the need's draft to the crisis team: the one entry, for answers and judgements.

    A screening has one alert, however many of its answers call for it; a judgement joins an alert about this
    client that is live. Returns the alert. Where consent forbids sending, the draft stays: the people whom the
    alert calls decide.
    """
    standing = live_alert_about(session, act.organisation_id, client.id) if screening_id is None else None
    if standing is not None:
        alert_id = standing.id
    else:
        place = _place_of(session, client, act)
        alert_id = alerts.raise_alert(session, client, screening_id, need, place=place, rule=rule, act=act).id
    _send_to_team(session, need, act)
    return alert_id


def _place_of(session: Session, client: ClientRow, act: Act) -> str:
    """Where the client is looked for first: the name of their building."""
    site = find_site(session, act.organisation_id, client.site_id)
    return "" if site is None else site.name


def _send_to_team(session: Session, need: NeedRow, act: Act) -> None:
    """Send the need's draft to the first team of its pathway; where that is not possible the draft stays.

    Never refuses: whoever answered or judged must not be held up, and the alert calls people in any case.
    """
    session.flush()
    referral = latest_referral(session, act.organisation_id, need.id)
    teams = receivers_for(session, act.organisation_id, need.pathway)
    if referral is None or referral.state is not State.DRAFT or not teams:
        return
    try:
        referrals.send_now(session, referral, need, teams[0], act=act)
    except Invalid:
        return
