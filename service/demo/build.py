"""Playing the demo: every tenant from ten weeks ago until now, the same each time for the same moment."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from service.access import Session
from service.definitions import Definitions
from service.demo import crowd
from service.demo.answering import answers_of, any_mood
from service.demo.courses import any_road, left_a_draft
from service.demo.crossing import send_across
from service.demo.crowd import Portrait, Someone
from service.demo.deciding import decide
from service.demo.loop import Loop
from service.demo.offering import offer
from service.demo.places import PLACES, Building
from service.demo.safety import answered, crisis_care, soon_done
from service.demo.screening import Sitting, sit
from service.demo.settling import settle
from service.demo.stage import Course, Stage
from service.demo.stories import Assessed, Road, Story, Visit, stories
from service.demo.watching import watch
from service.kinds import Mode, OrganisationKind, ScreeningStatus
from service.store import audit
from service.store.alerts import alert_about
from service.store.needs import needs_of

SEED = 2026
TEN_WEEKS = timedelta(days=80)
ADMITTED_WITHIN = timedelta(days=2)
TAKES_PART = 0.85
SCREENED_TWICE = 0.12
ENDINGS = {ScreeningStatus.SUBMITTED: 96, ScreeningStatus.STOPPED: 2, ScreeningStatus.ABANDONED: 2}
LATELY = 0.6
"""Below 1, more screenings lie in the last weeks than in the first."""

SETS = {
    OrganisationKind.DISTRICT: {("phq-9", "asq"): 50, ("asq",): 34, ("phq-9", "gad-7", "asq"): 16},
    OrganisationKind.CLINIC: {("phq-9", "gad-7"): 55, ("phq-9",): 25, ("phq-9", "gad-7", "asq"): 20},
}
"""Which instruments are given together, and how often."""


def play(
    session: Session,
    definitions: Definitions,
    *,
    now: datetime,
    password_hash: str,
    tell: Callable[[str, int], None],
    share: float = 1.0,
) -> None:
    """Every tenant of the demo. `tell` hears the tenant's name and how many acts were played so far.

    `share` makes a smaller crowd; the people of the stories are always there.
    """
    dice = random.Random(SEED)  # noqa: S311  the demo must be the same each time
    now = now.replace(second=0, microsecond=0)
    stages = []
    for place in PLACES:
        stage = settle(
            session,
            place,
            definitions,
            dice=dice,
            began=now - TEN_WEEKS,
            now=now,
            password_hash=password_hash,
        )
        watch(stage)
        offer(stage)
        decide(stage)
        _cast(stage, share)
        stage.play(partial(_count, count(1), partial(tell, place.name)))
        stages.append(stage)
        audit.seal(session)  # a place's events are chained while the session is still within it
    send_across(session, stages)


def _count(acts: Iterator[int], tell: Callable[[int], None]) -> None:
    tell(next(acts))


def _cast(stage: Stage, share: float) -> None:
    """Plan the arrival of everybody: the people of the stories, then the crowd of each building."""
    told = stories(stage)
    taken = {f"{story.portrait.given} {story.portrait.family}" for story in told}
    numbers = count(1)
    for building in stage.place.buildings:
        theirs = [story for story in told if story.building == building.key]
        for story in theirs:
            _admitted(stage, building, next(numbers), story.portrait, partial(_tell_story, stage, story))
        many = max(0, round(building.clients * share) - len(theirs))
        for portrait in crowd.portraits(stage, building, many, taken):
            _admitted(stage, building, next(numbers), portrait, partial(_live, stage))


def _admitted(
    stage: Stage, building: Building, number: int, portrait: Portrait, then: Callable[[Someone], None]
) -> None:
    def happening() -> None:
        then(crowd.admit(stage, building, number, portrait))

    stage.plan(stage.working(stage.at + ADMITTED_WITHIN * stage.dice.random()), happening)


def _live(stage: Stage, someone: Someone) -> None:
    """What happens to somebody without a story."""
    if someone.consent != "given" or stage.dice.random() > TAKES_PART:
        return
    times = 2 if stage.dice.random() < SCREENED_TWICE else 1
    for _ in range(times):
        left = stage.now - stage.at - timedelta(hours=3)
        when = stage.at + left * stage.dice.random() ** LATELY
        stage.plan(stage.working(when), partial(_screen, stage, someone))


def _screen(stage: Stage, someone: Someone) -> None:
    mood = any_mood(stage.dice)
    sets = SETS[stage.place.kind]
    instruments = stage.dice.choices(list(sets), list(sets.values()))[0]
    ending = stage.dice.choices(list(ENDINGS), list(ENDINGS.values()))[0]
    answers = answers_of(mood, instruments, stage.dice)
    if ending is not ScreeningStatus.SUBMITTED:
        first = instruments[0]
        answers = {first: dict(list(answers[first].items())[:3])}
    mode = stage.dice.choice((Mode.INTERVIEW, Mode.TABLET))
    sitting = Sitting(someone, answers, instruments, mode, someone.language, ending)
    stage.begin(sit(stage, sitting, partial(follow, stage, someone, {}, soon_done)))


def _tell_story(stage: Stage, story: Story, someone: Someone) -> None:
    for visit in story.visits:
        when = stage.now - visit.ago
        stage.plan(
            when if visit.at_any_hour else _worked_before(stage, when), partial(_visit, stage, someone, visit)
        )


def _worked_before(stage: Stage, when: datetime) -> datetime:
    """This moment, or the next working one when that is not later than an hour before now."""
    moved = stage.working(when)
    return moved if moved <= stage.now - timedelta(hours=1) else when


def _visit(stage: Stage, someone: Someone, visit: Visit) -> None:
    sitting = Sitting(
        someone, visit.answers, visit.instruments, visit.mode, visit.language, visit.ending, one_by_one=True
    )
    stage.begin(sit(stage, sitting, partial(follow, stage, someone, visit.roads, visit.assessed)))


def follow(
    stage: Stage,
    someone: Someone,
    roads: Mapping[str, Road],
    assessed: Assessed,
    screening_id: uuid.UUID,
) -> None:
    """What follows a screening: a road for each need it opened, the alert, the assessment and what that opens."""
    stage.session.flush()
    live = alert_about(stage.session, stage.organisation_id, screening_id) is not None
    care = {"crisis": crisis_care if assessed is soon_done else left_a_draft}
    begin_roads = partial(_begin_roads, stage, someone, {**roads, **care}, screening_id, set())
    begin_roads()
    assessing = answered if live and assessed is soon_done else assessed
    stage.begin(_and_then(assessing(stage, someone, screening_id), begin_roads))


def _and_then(course: Course, then: Callable[[], None]) -> Course:
    yield from course
    then()


def _begin_roads(
    stage: Stage,
    someone: Someone,
    roads: Mapping[str, Road],
    screening_id: uuid.UUID,
    on_their_way: set[uuid.UUID],
) -> None:
    """A road for each open need of this screening that is on none yet."""
    for need in needs_of(stage.session, stage.organisation_id, someone.id):
        waits = need.screening_id == screening_id and need.closed_at is None
        if waits and need.id not in on_their_way:
            on_their_way.add(need.id)
            stage.begin(roads.get(need.pathway, any_road)(Loop(stage, someone, need)))
