"""Referrals and the queue: JSON to what is said with a step, and views to JSON."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from referral.matching import ChoiceReason, Wish
from referral.model import (
    AppointmentReason,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    Step,
    Urgency,
)
from service.actions.choosing import Choice
from service.actions.queue import Owner, QueuePage, View, Wanted
from service.actions.queue_lines import QueueLine
from service.actions.receivers import Proposal, Receiver
from service.actions.referral_views import Consented, Moment, Preview, ReferralView
from service.actions.referrals import MOST_WORDS, Send
from service.actions.taking import Referral, Said
from service.schemas.base import StrictSchema, YesNo, moment_text
from service.schemas.packets import crossed_json
from service.schemas.plain import plain


class SendSchema(StrictSchema):
    """To which team, and why when it is not the first one proposed; `reason` is words, `choice_reason` a code."""

    receiver_id = fields.UUID(required=True)
    reason = fields.String(load_default="", validate=Length(max=MOST_WORDS))
    choice_reason = fields.Enum(ChoiceReason, by_value=True, load_default=None)
    wishes = fields.List(fields.Enum(Wish, by_value=True), load_default=list)
    knowing = YesNo(load_default=False)

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Send:
        """The command."""
        wishes = tuple(data["wishes"])
        return Send(
            data["receiver_id"], Choice(data["choice_reason"], data["reason"], wishes, data["knowing"])
        )


class HandOnSchema(StrictSchema):
    """Whose open referrals at a receiving desk go to whom."""

    from_id = fields.UUID(required=True)
    to_id = fields.UUID(required=True)


class SaidSchema(StrictSchema):
    """What comes with a step. A step takes only the fields that it knows: `said_with` leaves the others out."""

    decline_reason = fields.Enum(DeclineReason, by_value=True)
    cancel_reason = fields.Enum(CancelReason, by_value=True)
    appointment_reason = fields.Enum(AppointmentReason, by_value=True)
    error_reason = fields.Enum(ErrorReason, by_value=True)
    outcome = fields.Enum(Outcome, by_value=True)
    appointment_at = fields.AwareDateTime(format="iso")
    review_at = fields.AwareDateTime(format="iso")
    happened_at = fields.AwareDateTime(format="iso")
    note = fields.String(validate=Length(max=MOST_WORDS))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Said:
        """What was said."""
        return Said(**data)


FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.DISMISS: ("cancel_reason",),
    Step.DECLINE: ("decline_reason", "note"),
    Step.WAITLIST: ("review_at",),
    Step.SCHEDULE: ("appointment_at",),
    Step.RESCHEDULE: ("appointment_at", "appointment_reason"),
    Step.RECORD_ATTENDED: ("happened_at", "note"),
    Step.RECORD_NOT_ATTENDED: ("appointment_reason",),
    Step.CANCEL_APPOINTMENT: ("appointment_reason",),
    Step.REPORT_OUTCOME: ("outcome", "note"),
    Step.REPORT_NOT_REACHED: ("outcome", "note"),
    Step.REQUEST_CANCEL: ("cancel_reason",),
    Step.MARK_ERROR: ("error_reason",),
}
"""What may be said with each step; the others take nothing."""


def said_with(step: Step, body: Mapping[str, Any]) -> Said:
    """What a body says with a step; raises ValidationError for a field that this step does not take."""
    said: Said = SaidSchema(only=FIELDS.get(step, ())).load(body)
    return said


class WantedSchema(StrictSchema):
    """Which part of the queue: query parameters."""

    view = fields.Enum(View, by_value=True, load_default=View.NEEDS_SOMEONE)
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    owner = fields.Enum(Owner, by_value=True, load_default=Owner.ANYBODY)
    cursor = fields.String(load_default=None, validate=Length(max=60))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> Wanted:
        """The command."""
        return Wanted(**data)


def referral_json(referral: Referral) -> dict[str, Any]:
    """Where one referral stands."""
    moments = (
        *("state_since", "sent_at", "claimed_at", "accepted_at", "appointment_at", "review_at"),
        *("happened_at", "outcome_read_at", "due_at"),
    )
    plain = (
        *(
            "number",
            "pathway",
            "urgency",
            "state",
            "holder",
            "decline_reason",
            "decline_note",
            "handoff_note",
        ),
        *("cancel_reason", "outcome", "outcome_note", "due_step"),
    )
    ids = ("id", "need_id", "client_id", "receiver_id")
    return (
        {name: _id(getattr(referral, name)) for name in ids}
        | {name: getattr(referral, name) for name in plain}
        | {name: moment_text(getattr(referral, name)) for name in moments}
    )


def _id(found: object) -> str | None:
    return None if found is None else str(found)


def queue_json(page: QueuePage) -> dict[str, Any]:
    """One page of the queue, the counts of every view, and how to go on."""
    return {
        "view": page.wanted.view,
        "counts": dict(page.counts),
        "shown": page.shown,
        "referrals": [_line(line) for line in page.lines],
        "next_cursor": page.next_cursor,
    }


def _line(line: QueueLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "number": line.number,
        "client": {"id": str(line.client_id), "name": line.client_name, "born_on": line.born_on.isoformat()},
        "site": line.site,
        "pathway": dict(line.pathway),
        "reasons": [dict(reason) for reason in line.reasons],
        "urgency": line.urgency,
        "state": line.state,
        "due_step": dict(line.due_step),
        "due_at": moment_text(line.due_at),
        "team": line.team,
        "holder": line.holder,
    }


def view_json(view: ReferralView) -> dict[str, Any]:
    """One referral as one side sees it. `answers` is empty for those who may not read them."""
    return referral_json(view.referral) | {
        "side": view.side,
        "client": _client(view),
        "pathway_name": dict(view.pathway),
        "next_step": dict(view.next_step),
        "next_actor": view.next_actor,
        "sent_by": view.sent_by,
        "receiver": None if view.receiver is None else _receiver(view.receiver),
        "receiver_reason": view.receiver_reason,
        "reasons": [dict(reason) for reason in view.reasons],
        "bands": [
            {
                "instrument": line.instrument,
                "scale": dict(line.scale),
                "score": line.score,
                "highest": line.highest,
                "band": None if line.band is None else dict(line.band),
            }
            for line in view.bands
        ],
        "answers": [
            {
                "instrument": line.instrument,
                "asked": dict(line.asked),
                "said": None if line.said is None else dict(line.said),
            }
            for line in view.answers
        ],
        "consent": _consent(view.consent),
        "history": [_moment(moment) for moment in view.history],
        "attempts": view.attempts,
        "minimum_attempts": view.minimum_attempts,
        "steps": list(view.steps),
        "crossed": crossed_json(view.crossed),
    }


def preview_json(preview: Preview) -> dict[str, Any]:
    """What a draft would send, and the teams that could receive it, best first."""
    return {
        "referral": view_json(preview.view),
        "proposals": [_proposal(each) for each in preview.proposals],
        "outside": [_proposal(each) for each in preview.outside.known],
        "across": [_proposal(each) for each in preview.across],
        "letter": {"may_contain": list(preview.letter.may_contain), "never": list(preview.letter.never)},
    }


def _client(view: ReferralView) -> dict[str, Any]:
    client = view.client
    plain = ("name", "pronouns", "grade", "class_name", "site", "language", "home_language")
    guardian = ("name", "relation", "phone", "language")
    return {
        "id": str(client.id),
        "born_on": client.born_on.isoformat(),
        "guardians": [{name: getattr(each, name) for name in guardian} for each in client.guardians],
    } | {name: getattr(client, name) for name in plain}


def _receiver(receiver: Receiver) -> dict[str, Any]:
    plain = ("name", "address", "phone", "hours", "wait_days")
    found = {name: getattr(receiver, name) for name in plain}
    return {"id": str(receiver.id), "languages": list(receiver.languages)} | found


def _consent(consent: Consented) -> dict[str, Any]:
    return {
        "permitted": consent.permitted,
        "emergency": consent.emergency,
        "reason": dict(consent.reason),
        "answers_shared": consent.answers_shared,
    }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "step": moment.step,
        "words": dict(moment.words),
        "at": moment_text(moment.at),
        "reason": moment.reason,
        "until": moment_text(moment.until),
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    same = (
        "in_time",
        "fits",
        "timing",
        "expected_days",
        "per_week",
        "open_places",
        "waiting",
        "stated_days",
        "place",
    )
    return {
        "receiver": _receiver(proposal.receiver),
        "has_room": proposal.has_room,
        "instead": proposal.instead or None,
        "reasons": plain(proposal.reasons),
    } | {name: getattr(proposal, name) for name in same}
