"""Asking another organisation to cosign our checkpoints (C2SP tlog-witness), and believing only keys that we know."""

from collections.abc import Sequence
from http import HTTPStatus

from referral.checkpoints import BadCheckpoint
from referral.notes import BadNote, PublicKey
from referral.tiles import TileMissing
from referral.witnessing import SIZE, Cosignature, Request, cosignatures, told_size
from service.access import Opens
from service.actions import shipping
from service.actions.shipping import ToSend
from service.notify.places import WitnessPlace
from service.notify.posting import NotTaken, Posted


def cosigned(
    read: Opens, place: WitnessPlace, sent: ToSend, trusted: Sequence[PublicKey]
) -> Sequence[Cosignature]:
    """The lines of a witness under a checkpoint. What it took last is asked of it where it knows better than we do.

    Raises NotTaken when it does not sign, or nobody signs whom we trust.
    """
    asked = _request(read, place, sent)
    answer = place.ask(str(asked))
    if answer.status == HTTPStatus.CONFLICT:
        asked = _request(read, place, sent, _told(answer, asked, sent))
        answer = place.ask(str(asked))
    if answer.status != HTTPStatus.OK:
        raise NotTaken(f"answered {answer.status}")
    try:
        found = cosignatures(asked.note, answer.text, trusted)
    except BadNote as error:
        raise NotTaken(f"what it signed cannot be believed: {error}") from None
    if not found:
        raise NotTaken("no key of a witness that is trusted signed it")
    return found


def _request(read: Opens, place: WitnessPlace, sent: ToSend, told: int | None = None) -> Request:
    try:
        with read(sent.log_id) as session, session.begin():
            return shipping.request_for(session, place.name, sent, told=told)
    except (TileMissing, BadNote, BadCheckpoint, ValueError) as error:
        raise NotTaken(f"our own tree cannot be shown: {error}") from None


def _told(answer: Posted, asked: Request, sent: ToSend) -> int:
    """The size behind which a witness wants to be shown the tree. Raises NotTaken when that cannot be."""
    told = told_size(answer.text) if answer.kind == SIZE else None
    if told is None:
        raise NotTaken(f"answered {answer.status} without a size")
    if told > sent.size:
        raise NotTaken(f"it cosigned {told} events of this trail, and here there are {sent.size}")
    if told == asked.old:
        raise NotTaken(f"it cosigned another tree of {told} events")
    return told
