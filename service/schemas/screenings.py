"""Screenings, answers and results as JSON."""

from typing import Any

from marshmallow import ValidationError, fields, post_load
from marshmallow.validate import Length

from instruments.answers import REFUSED
from service.actions.forms import Progress
from service.actions.results import DecisionLine, InstrumentResult, ScreeningResult
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode
from service.schemas.base import StrictSchema, YesNo, moment_text


class StartScreeningSchema(StrictSchema):
    """Begin a screening."""

    client_id = fields.UUID(required=True)
    instruments = fields.List(
        fields.String(validate=Length(max=60)), required=True, validate=Length(min=1, max=8)
    )
    mode = fields.Enum(Mode, by_value=True, load_default=Mode.INTERVIEW)
    language = fields.String(load_default="en", validate=Length(max=10))
    agrees = YesNo(required=True)
    programme = fields.String(load_default=None, validate=Length(max=60))

    @post_load
    def to_command(self, data: dict[str, Any], **_kwargs: object) -> StartScreening:
        """The command, without its idempotency key: that comes as a header."""
        return StartScreening(**{**data, "instruments": tuple(data["instruments"])})


class Answer(fields.Field[int | str]):
    """A whole number of the item's scale, or "refused". true, 1.0 and "1" are none of these."""

    def _deserialize(self, value: Any, *_args: object, **_kwargs: object) -> int | str:  # noqa: ANN401  anything JSON holds
        if type(value) is int or value == REFUSED:
            return value
        message = f'found {str(value)[:40]!r} ({type(value).__name__}); allowed: a whole number or "refused"'
        raise ValidationError(message)


class GiveAnswersSchema(StrictSchema):
    """Answers to one instrument: item id to value."""

    instrument = fields.String(required=True, validate=Length(max=60))
    answers = fields.Dict(
        keys=fields.String(validate=Length(max=60)),
        values=Answer(),
        required=True,
        validate=Length(min=1, max=200),
    )

    @post_load
    def to_commands(self, data: dict[str, Any], **_kwargs: object) -> list[GiveAnswer]:
        """One command an answer, in the order in which they came."""
        return [GiveAnswer(data["instrument"], item, given) for item, given in data["answers"].items()]


class EndSchema(StrictSchema):
    """End a screening: `stopped` when it ends before its last question."""

    stopped = YesNo(load_default=False)


def progress_json(progress: Progress) -> dict[str, Any]:
    """Where a screening stands, and the question that comes next."""
    shown = progress.next
    return {
        "id": str(progress.id),
        "client_id": str(progress.client_id),
        "mode": progress.mode,
        "language": progress.language,
        "status": progress.status,
        "answered": progress.answered,
        "of": progress.of,
        "alert_id": str(progress.alert_id) if progress.alert_id else None,
        "next": None
        if shown is None
        else {
            "instrument": shown.instrument.id,
            "version": shown.instrument.version,
            "item": shown.item.id,
            "lead": dict(shown.item.lead),
            "ask": dict(shown.item.ask),
            "options": [{"value": each.value, "label": dict(each.label)} for each in shown.item.options],
            "given": shown.given,
        },
    }


def result_json(result: ScreeningResult) -> dict[str, Any]:
    """What a screening says, with every decision and its reasons."""
    return {
        "id": str(result.id),
        "client_id": str(result.client.id),
        "status": result.status,
        "started_at": moment_text(result.started_at),
        "ended_at": moment_text(result.ended_at),
        "urgency": result.urgency,
        "alert_id": str(result.alert_id) if result.alert_id else None,
        "alert_ended_at": moment_text(result.alert_ended_at),
        "instruments": [_instrument(each) for each in result.instruments],
        "decisions": [_decision(each) for each in result.decisions],
        "rules": result.rules,
        "safety_assessment": None
        if result.assessment is None
        else {
            "due_at": moment_text(result.assessment.due_at),
            "done_at": moment_text(result.assessment.done_at),
        },
    }


def trace_json(result: ScreeningResult) -> list[dict[str, Any]]:
    """Every rule that was tried, what it asked, what was found, and what came of it."""
    return [dict(each) for each in result.verdicts]


def _instrument(each: InstrumentResult) -> dict[str, Any]:
    kept = each.result
    return {
        "instrument": kept.instrument,
        "version": kept.version,
        "digest": kept.digest,
        "complete": kept.complete,
        "scores": dict(kept.scores),
        "bands": dict(kept.bands),
        "findings": list(kept.findings),
        "undecided": list(kept.undecided),
        "critical": list(kept.critical),
    }


def _decision(line: DecisionLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "kind": line.kind,
        "pathway": line.pathway,
        "urgency": line.urgency,
        "first": line.first,
        "rescreen_days": line.rescreen_days,
        "rules": list(line.rules),
        "reasons": [dict(reason) for reason in line.reasons],
        "need_id": str(line.need_id) if line.need_id else None,
        "referral_id": str(line.referral_id) if line.referral_id else None,
        "referral_state": line.referral_state,
        "due_at": moment_text(line.due_at),
    }
