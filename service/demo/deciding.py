"""Where people of the demo decided otherwise than the rules: one change that was looked at again, and one that waits.

Its ids have dice of their own: the story stays the same but for the two needs.
"""

import random
import uuid
from datetime import timedelta
from functools import partial

from referral.model import Urgency
from referral.overriding import OverrideReason
from service.access import Act
from service.actions import override_review, overriding
from service.actions.overriding import Override
from service.demo.stage import Stage
from service.ids import uuid7
from service.store.board import Stretch, Wanted, open_needs

SEED = 2029
EARLIER, LATER, LOOKED_AT = timedelta(hours=30), timedelta(hours=4), timedelta(hours=3)
_HELPED = Override(
    Urgency.ROUTINE, None, OverrideReason.HELP_IN_PLACE, "The grandmother moved in and goes along each week."
)
_WISHED = Override(
    Urgency.ROUTINE,
    None,
    OverrideReason.CLIENT_WISHES,
    "The family asks to begin after the move to the new flat.",
)
_NOTE = "Agreed: I spoke with the grandmother too."


def decide(stage: Stage) -> None:
    """Plan the two changes, and the look at the first."""
    dice = random.Random(SEED)  # noqa: S311  the demo must be the same each time
    stage.plan(stage.now - EARLIER, partial(_change, stage, _HELPED, dice, looked_at=True))
    stage.plan(stage.now - LATER, partial(_change, stage, _WISHED, dice, looked_at=False))


def _change(stage: Stage, wanted: Override, dice: random.Random, *, looked_at: bool) -> None:
    """Let the need that must begin soon and is due first wait a little, in the coordinator's name."""
    stage.session.flush()
    soon = Stretch(Urgency.SOON.rank, None, None)
    found = open_needs(stage.session, stage.organisation_id, Wanted(), soon, after=None, most=1)
    for need, *_names in found:
        made = overriding.override(stage.session, need.id, wanted, act=_act(stage, "coordinator", dice))
        if looked_at:
            stage.plan(stage.at + LOOKED_AT, partial(_look_again, stage, made, dice))


def _look_again(stage: Stage, override_id: uuid.UUID, dice: random.Random) -> None:
    override_review.review(stage.session, override_id, _NOTE, act=_act(stage, "supervisor", dice))


def _act(stage: Stage, key: str, dice: random.Random) -> Act:
    at = stage.at
    return Act(stage.people[key], at, lambda: uuid7(at, dice.getrandbits(74)), stage.definitions)
