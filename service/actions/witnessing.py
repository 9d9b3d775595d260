"""Being a witness for other deployments: their checkpoints are cosigned, and what was cosigned only moves forward."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.notes import Note, PublicKey, SecretKey, signers
from referral.witnessing import Answer, Request, Seen, decide, keys_of
from service.store import witnesses

log = logging.getLogger("handrail.witness")


@dataclass(frozen=True, slots=True)
class Witness:
    """With what is cosigned (two keys while they change), and for which logs, by their public keys."""

    keys: Sequence[SecretKey]
    logs: Sequence[PublicKey]


def add_checkpoint(session: Session, request: Request, *, by: Witness, at: datetime) -> Answer:
    """Answer a log. Whoever else asks for the same log meanwhile waits, so two never continue the same tree."""
    origin = request.checkpoint.origin
    row = witnesses.hold_witnessed(session, origin, at)
    answer = decide(request, Seen(row.size, row.root), by.keys, at)
    if answer.alarming:
        _cry_out(origin, row.size, request.checkpoint.size)
    if answer.remember is not None:
        row.size, row.root, row.at = answer.remember.size, answer.remember.root, at
        row.note = str(_by_the_log(request, by.logs))
    return answer


def kept(session: Session) -> Sequence[str]:
    """The newest checkpoint of every log that was cosigned here, as it was signed by that log."""
    return [row.note for row in witnesses.witnessed(session)]


def _by_the_log(request: Request, logs: Sequence[PublicKey]) -> Note:
    """The checkpoint with the log's own signature lines: others may be anybody's, and as long as they like."""
    keys = signers(request.note, keys_of(request.checkpoint.origin, logs))
    known = {(key.name, key.hint) for key in keys}
    lines = [line for line in request.note.signatures if (line.name, line.hint) in known]
    return Note(request.note.text, tuple(lines))


def _cry_out(origin: str, before: int, asked: int) -> None:
    where = f"{origin}: {before} events were cosigned, and the tree of {asked} events does not keep them"
    log.critical("a log signed a checkpoint that is no continuation, and it was not cosigned: %s", where)
