"""The steps of a referral as people see them: what a button says, which fields its form has, how they are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from flask_babel import lazy_gettext as _

from referral.model import (
    AppointmentReason,
    CancelReason,
    DeclineReason,
    ErrorReason,
    Outcome,
    Side,
    State,
    Step,
)
from referral.requirements import LONGEST_WAIT, OUTCOMES, decline_reasons
from service.actions.referral_views import ReferralView
from service.actions.taking import Said
from service.schemas.referrals import FIELDS
from service.web.context import act
from service.web.forms import FormReader
from service.web.labels import choices
from service.web.steps import STEPS
from service.web.words import local, now, zone

BUTTONS: Mapping[Step, object] = {
    Step.SEND: _("Look at it and send it"),
    Step.DISMISS: _("Do not send this referral"),
    Step.CLAIM: _("Claim this referral"),
    Step.RELEASE: _("Give it back to the queue"),
    Step.ACCEPT: _("Accept this referral"),
    Step.DECLINE: _("Decline this referral"),
    Step.WAITLIST: _("Put on the waiting list"),
    Step.SCHEDULE: _("Book the appointment"),
    Step.RESCHEDULE: _("Move the appointment"),
    Step.RECORD_ATTENDED: _("Write down the first contact"),
    Step.RECORD_NOT_ATTENDED: _("Write down that nobody came"),
    Step.CANCEL_APPOINTMENT: _("Cancel the appointment"),
    Step.REPORT_OUTCOME: _("Report the outcome"),
    Step.REPORT_NOT_REACHED: _("Report as not reached"),
    Step.REQUEST_CANCEL: _("Ask the team to stop"),
    Step.CONFIRM_CANCEL: _("Confirm the stop"),
    Step.READ_OUTCOME: _("I have read the outcome"),
    Step.MARK_ERROR: _("Mark as entered in error"),
}
"""What each button says: the verb and the thing."""

LEADS: Mapping[tuple[State, Side], Step] = {
    (State.DRAFT, Side.SENDER): Step.SEND,
    (State.COMPLETED, Side.SENDER): Step.READ_OUTCOME,
    (State.SENT, Side.RECEIVER): Step.CLAIM,
    (State.CLAIMED, Side.RECEIVER): Step.ACCEPT,
    (State.ACCEPTED, Side.RECEIVER): Step.SCHEDULE,
    (State.WAITLISTED, Side.RECEIVER): Step.SCHEDULE,
    (State.SCHEDULED, Side.RECEIVER): Step.RECORD_ATTENDED,
    (State.NOT_ATTENDED, Side.RECEIVER): Step.SCHEDULE,
    (State.APPOINTMENT_CANCELLED, Side.RECEIVER): Step.SCHEDULE,
    (State.IN_CARE, Side.RECEIVER): Step.REPORT_OUTCOME,
    (State.CANCEL_REQUESTED, Side.RECEIVER): Step.CONFIRM_CANCEL,
}
"""The one next step of each state, whose button is the main one."""

_NAMES = {step: name for name, step in STEPS.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's form: `kind` is choose, moment, day or area; `options` for choose."""

    name: str
    kind: str
    label: object
    hint: object = ""
    options: Sequence[tuple[str, str]] = ()
    value: str = ""
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step that is open now, with its button and fields. Without fields the button alone takes it."""

    step: Step
    name: str
    words: object
    fields: tuple[Field, ...]


def forms_for(view: ReferralView) -> Sequence[StepForm]:
    """Every step that is open to the person who looks, the one that leads first."""
    lead = LEADS.get((view.referral.state, view.side))
    steps = sorted(view.steps, key=lambda step: (step is not lead, list(BUTTONS).index(step)))
    return [StepForm(step, _NAMES.get(step, ""), BUTTONS[step], _fields(step, view)) for step in steps]


def leads(view: ReferralView, form: StepForm) -> bool:
    """Whether this step is the one next step of the state."""
    return LEADS.get((view.referral.state, view.side)) is form.step


def _fields(step: Step, view: ReferralView) -> tuple[Field, ...]:
    return tuple(_FIELD[name](step, view) for name in FIELDS.get(step, ()))


def _decline_reason(_step: Step, view: ReferralView) -> Field:
    allowed = act().definitions.pathways.get(view.referral.pathway).decline_reasons
    hint = _("The sender sees it, and chooses another way.")
    return Field(
        "decline_reason", "choose", _("Why"), hint, choices(decline_reasons(view.referral.state, allowed))
    )


def _cancel_reason(_step: Step, _view: ReferralView) -> Field:
    return Field("cancel_reason", "choose", _("Why"), options=choices(CancelReason))


def _appointment_reason(_step: Step, _view: ReferralView) -> Field:
    hint = _("Nobody is blamed; it helps to offer a better time.")
    return Field("appointment_reason", "choose", _("Why"), hint, choices(AppointmentReason))


def _error_reason(_step: Step, _view: ReferralView) -> Field:
    hint = _("It is kept, and hidden from lists. It is never deleted.")
    return Field("error_reason", "choose", _("What was wrong"), hint, choices(ErrorReason))


def _outcome(step: Step, view: ReferralView) -> Field:
    hint: object = ""
    if step is Step.REPORT_NOT_REACHED:
        made, needed = view.attempts, view.minimum_attempts
        hint = _(
            "%(made)s attempts to reach them are written down; this pathway asks for %(needed)s.",
            made=made,
            needed=needed,
        )
    return Field("outcome", "choose", _("What became of it"), hint, choices(OUTCOMES[step]))


def _appointment(_step: Step, _view: ReferralView) -> Field:
    least = f"{local(now()):%Y-%m-%dT%H:%M}"
    return Field("appointment_at", "moment", _("Day and time of the appointment"), least=least)


def _review(_step: Step, _view: ReferralView) -> Field:
    today = local(now())
    least, most = today + timedelta(days=1), today + LONGEST_WAIT - timedelta(days=1)
    hint = _("Within %(days)s days. Support goes on while they wait.", days=LONGEST_WAIT.days)
    label = _("When the waiting list is looked at again")
    return Field("review_at", "day", label, hint, least=f"{least:%Y-%m-%d}", most=f"{most:%Y-%m-%d}")


def _happened(_step: Step, view: ReferralView) -> Field:
    at = view.referral.appointment_at
    moment = at if at is not None and at <= now() else now()
    here = f"{local(moment):%Y-%m-%dT%H:%M}"
    most = f"{local(now()):%Y-%m-%dT%H:%M}"
    return Field("happened_at", "moment", _("When it was"), value=here, most=most)


_NOTES: Mapping[Step, object] = {
    Step.DECLINE: _("A word to the sender"),
    Step.RECORD_ATTENDED: _("Who was there"),
}


def _note(step: Step, _view: ReferralView) -> Field:
    hint = _("Optional. No single answers, please.")
    if step is Step.RECORD_ATTENDED:
        hint = _("For a warm handoff: who brought them, and who met them. The sender sees it.")
    return Field("note", "area", _NOTES.get(step, _("What the sender should know")), hint)


_FIELD: Mapping[str, Callable[[Step, ReferralView], Field]] = {
    "decline_reason": _decline_reason,
    "cancel_reason": _cancel_reason,
    "appointment_reason": _appointment_reason,
    "error_reason": _error_reason,
    "outcome": _outcome,
    "appointment_at": _appointment,
    "review_at": _review,
    "happened_at": _happened,
    "note": _note,
}


def said_in_form(step: Step) -> Said:
    """What the submitted form says with a step; raises Invalid naming every field that cannot be read."""
    form = FormReader()
    values = {name: _READ[name](form) for name in FIELDS.get(step, ())}
    form.done()
    return Said(**values)  # type: ignore[arg-type]  # each reader gives its own field's type


def _start_of(form: FormReader) -> datetime | None:
    day = form.day("review_at")
    return None if day is None else datetime.combine(day, time(9), zone()).astimezone(UTC)


_READ: Mapping[str, Callable[[FormReader], object]] = {
    "decline_reason": lambda form: form.member("decline_reason", DeclineReason),
    "cancel_reason": lambda form: form.member("cancel_reason", CancelReason),
    "appointment_reason": lambda form: form.member("appointment_reason", AppointmentReason),
    "error_reason": lambda form: form.member("error_reason", ErrorReason),
    "outcome": lambda form: form.member("outcome", Outcome),
    "appointment_at": lambda form: form.moment("appointment_at"),
    "review_at": _start_of,
    "happened_at": lambda form: form.moment("happened_at"),
    "note": lambda form: form.text("note"),
}
