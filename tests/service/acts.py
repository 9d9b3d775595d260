"""Short ways through the acts for tests: a screening answered and ended."""

from service.actions import screenings
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode, ScreeningStatus
from service.permissions import Role


def screen(
    here, instrument, answers, *, role=Role.COUNSELOR, ending=ScreeningStatus.SUBMITTED, client_id=None
):
    """The client of the world, or another, answers one instrument q1 on; the screening's id."""
    command = StartScreening(client_id or here.client.id, (instrument,), Mode.INTERVIEW, agrees=True)
    given = [GiveAnswer(instrument, f"q{place}", answer) for place, answer in enumerate(answers, start=1)]
    return _answered(here, command, given, role, ending)


def screen_all(here, answers, *, role=Role.COUNSELOR, ending=ScreeningStatus.SUBMITTED):
    """As `screen`, with several instruments: instrument -> answers."""
    command = StartScreening(here.client.id, tuple(answers), Mode.INTERVIEW, agrees=True)
    given = [
        GiveAnswer(instrument, f"q{place}", answer)
        for instrument, each in answers.items()
        for place, answer in enumerate(each, start=1)
    ]
    return _answered(here, command, given, role, ending)


def _answered(here, command, given, role, ending):
    with here.write() as session:
        screening_id = screenings.start(session, command, act=here.act(role))
        screenings.answer_all(session, screening_id, given, act=here.act(role))
        screenings.end(session, screening_id, ending, act=here.act(role))
    return screening_id
