"""The people whom one meets first in the demo, each at a place of the loop that is worth seeing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from referral.model import AppointmentReason, DeclineReason, Outcome, Step
from service.demo import courses
from service.demo.answering import NAMED, Answers, answers_of, exact
from service.demo.courses import Loop
from service.demo.crowd import Portrait
from service.demo.safety import left_waiting, soon_done
from service.demo.stage import Course, Stage, days, hours
from service.actions.taking import Said
from service.kinds import Mode, ScreeningStatus

Road = Callable[[Loop], Course]


@dataclass(frozen=True, slots=True)
class Visit:
    """One screening of a story: how long before now, with which answers, and what follows on each pathway."""

    ago: timedelta
    instruments: tuple[str, ...]
    answers: Answers
    roads: Mapping[str, Road]
    mode: Mode = Mode.INTERVIEW
    language: str = "en"
    ending: ScreeningStatus | None = ScreeningStatus.SUBMITTED
    at_any_hour: bool = False
    assessed: Callable[..., Course] = soon_done


@dataclass(frozen=True, slots=True)
class Story:
    """One person of the demo with everything that happened."""

    building: str
    portrait: Portrait
    visits: tuple[Visit, ...]


def stories(stage: Stage) -> tuple[Story, ...]:
    """The stories of this tenant."""
    return {"alder-creek": _alder_creek, "fern-street": _fern_street}[stage.place.key](stage)


def _born(stage: Stage, age: int, month: int = 2, day: int = 2) -> date:
    """A birthday that makes somebody this old now."""
    today = stage.now.date()
    return date(today.year - age - ((today.month, today.day) < (month, day)), month, day)


def _of(stage: Stage, mood: str, *instruments: str, only: int | None = None) -> Answers:
    """The answers of a mood; with `only`, just the first few."""
    whole = answers_of(NAMED[mood], instruments, stage.dice)
    if only is None:
        return whole
    return {name: dict(list(each.items())[:only]) for name, each in list(whole.items())[:1]}


def _alder_creek(stage: Stage) -> tuple[Story, ...]:
    both = ("phq-9", "asq")
    mother = ("Rosa", "mother")
    maya = Portrait("Maya", "Example", _born(stage, 15), "she/her", "es", "en", mother)
    seen = {"phq-9": exact(9, stage.dice), "gad-7": dict(_of(stage, "mild", "gad-7")["gad-7"]), "asq": _of(stage, "calm", "asq")["asq"]}
    before = {"phq-9": exact(6, stage.dice)}

    def person(given: str, family: str, age: int, pronouns: str, **more: str) -> Portrait:
        return Portrait(given, family, _born(stage, age, 5, 14), pronouns, guardian=mother, **more)

    def visit(ago: timedelta, mood: str, roads: Mapping[str, Road], **more: object) -> Visit:
        return Visit(ago, both, _of(stage, mood, *both), roads, **more)  # type: ignore[arg-type]

    return (
        Story("high", maya, (
            Visit(timedelta(days=72), ("phq-9",), before, {}),
            Visit(timedelta(days=62), ("phq-9", "gad-7", "asq"), seen, {"school-support": joined_a_group}),
        )),
        Story("high", person("Jordan", "Sample", 16, "they/them"), (
            Visit(timedelta(minutes=9), ("asq", "phq-9"), _of(stage, "acute", "asq", "phq-9"), {}, at_any_hour=True, assessed=left_waiting),
        )),
        Story("high", person("Noor", "Testcase", 17, "she/her"), (visit(timedelta(days=3), "at risk", {"psychology": courses.unanswered}),)),
        Story("high", person("Ines", "Fictional", 16, "she/her"), (visit(timedelta(days=4), "high", {"psychology": turned_away, "primary-care": courses.accepted}),)),
        Story("high", person("Kit", "Nobody", 15, "he/him"), (visit(timedelta(days=6), "high", {"psychology": has_a_date, "primary-care": courses.helped}),)),
        Story("middle", person("Luz", "Ejemplo", 13, "she/her", home_language="es", language="es"), (
            visit(timedelta(days=5), "moderate", {"primary-care": on_the_list}, mode=Mode.TABLET, language="es"),
        )),
        Story("high", person("Ro", "Synthetic", 17, "they/them"), (visit(timedelta(days=24), "high", {"psychology": told_and_unread, "primary-care": courses.helped}),)),
        Story("high", person("Sky", "Pretend", 14, "he/him"), (visit(timedelta(days=12), "moderate", {"primary-care": did_not_come}),)),
        Story("high", person("Tao", "Invented", 16, "he/him"), (visit(timedelta(hours=20), "long ago", {"psychology": courses.left_a_draft}, assessed=left_waiting),)),
        Story("high", person("Ash", "Placeholder", 15, ""), (
            Visit(timedelta(minutes=25), both, _of(stage, "calm", *both, only=4), {}, mode=Mode.TABLET, ending=None, at_any_hour=True),
        )),
        Story("middle", person("Bea", "Specimen", 12, "she/her"), (
            Visit(timedelta(days=2), both, _of(stage, "mild", *both, only=5), {}, ending=ScreeningStatus.STOPPED),
        )),
        Story("middle", person("Cam", "Mockup", 13, "they/them"), (
            Visit(timedelta(days=3), both, _of(stage, "calm", *both, only=3), {}, mode=Mode.TABLET, ending=ScreeningStatus.ABANDONED),
        )),
    )  # fmt: skip


def _fern_street(stage: Stage) -> tuple[Story, ...]:
    both = ("phq-9", "gad-7")

    def adult(given: str, family: str, age: int, pronouns: str, **more: str) -> Portrait:
        return Portrait(given, family, _born(stage, age, 8, 20), pronouns, **more)

    def visit(ago: timedelta, mood: str, roads: Mapping[str, Road], **more: object) -> Visit:
        return Visit(ago, both, _of(stage, mood, *both), roads, **more)  # type: ignore[arg-type]

    return (
        Story("clinic", adult("Olga", "Muestra", 46, "she/her", home_language="es", language="es"), (
            visit(timedelta(days=9), "high", {"psychology": has_a_date, "primary-care": courses.begun}, language="es"),
        )),
        Story("clinic", adult("Gus", "Example", 58, "he/him"), (visit(timedelta(days=30), "severe", {"psychiatry": courses.begun, "psychology": courses.helped}),)),
        Story("clinic", adult("Vera", "Sample", 33, "she/her"), (visit(timedelta(days=5), "anxious", {"psychology": turned_away}),)),
    )  # fmt: skip


def joined_a_group(loop: Loop) -> Course:
    """The sleep group at school: begun, reported, read."""
    yield days(2, 3)
    loop.send()
    yield days(1, 2)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield days(3, 5)
    loop.book(14)
    yield from loop.until_the_appointment()
    loop.attend()
    yield days(8, 10)
    loop.report(Outcome.HELP_BEGAN, "First session of the sleep group; comes every week.")
    yield hours(4, 20)
    loop.read()


def turned_away(loop: Loop) -> Course:
    """No room: it waits for the coordinator, with a word of kindness."""
    yield hours(0.3, 0.8)
    loop.send()
    yield hours(20, 24)
    loop.take(Step.CLAIM, desk=True)
    yield hours(0.4, 0.6)
    note = "We are full for five weeks. Talk Well had openings on Friday; we are sorry not to be the ones."
    loop.take(Step.DECLINE, Said(decline_reason=DeclineReason.NO_CAPACITY, note=note), desk=True)


def has_a_date(loop: Loop) -> Course:
    """Accepted at once, with an appointment that still lies ahead."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(1, 2)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book((loop.stage.now - loop.stage.at).days + 3)


def on_the_list(loop: Loop) -> Course:
    """Accepted, no room yet: looked at again in ten days."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 5)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 2)
    loop.take(Step.WAITLIST, Said(review_at=loop.stage.at + timedelta(days=14)), desk=True)


def told_and_unread(loop: Loop) -> Course:
    """Help began; the sender has not read it yet."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 4)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book(5)
    yield from loop.until_the_appointment()
    loop.attend()
    yield days(7, 9)
    loop.report(Outcome.HELP_BEGAN, "Three sessions so far; comes on Thursdays.")


def did_not_come(loop: Loop) -> Course:
    """The appointment passed without them; nobody has called yet."""
    yield hours(0.3, 1)
    loop.send()
    yield hours(2, 4)
    loop.take(Step.CLAIM, desk=True)
    loop.take(Step.ACCEPT, desk=True)
    yield hours(1, 3)
    loop.book(max(1, (loop.stage.now - loop.stage.at).days - 4))
    yield from loop.until_the_appointment()
    loop.take(
        Step.RECORD_NOT_ATTENDED, Said(appointment_reason=AppointmentReason.TRANSPORT), desk=True
    )
