"""The worker's rounds, wired: what is done how often, with which keys, and where checkpoints go."""

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from referral.notes import SEED_SIZE, KeyKind, PublicKey
from service import courier, worker
from service.actions import storage
from service.actions.mail_messages import subject_of, words_of
from service.actions.mailing import Mail
from service.actions.sealing import Seal
from service.actions.signing_status import ENOUGH
from service.commands.room import tell_of_room
from service.keys import NoKeys, add_key, load_keys, load_public_keys
from service.notify.mail import Mailer
from service.notify.places import Place, WitnessPlace, names_of, read_places
from service.settings import Settings
from service.web.context import Parts
from service.worker import Doors

ROOM_LOOKED_AT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do again and again."""

    every: timedelta
    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Trust:
    """What makes the audit trails provable to an outsider: what signs them, and where that goes."""

    seal: Seal
    places: Sequence[Place]
    witnesses: Sequence[PublicKey] = ()


def trust_in(settings: Settings, say: Callable[[str], None]) -> Trust | None:
    """The keys and places of the settings; None where nothing signs. A deployment without a key makes itself one.

    Raises NoKeys and BadPlace.
    """
    file = settings.audit_keys
    if file is None:
        return None
    if not file.exists():
        key = add_key(file, settings.audit_name, secrets.token_bytes(SEED_SIZE))
        say(
            f"A key that signs checkpoints of the audit trail was made: {file}. Others check them with {key.public}"
        )
    places = read_places(settings.checkpoint_places)
    return Trust(Seal(settings.audit_name, load_keys(file)), places, _witnesses(settings, places))


def too_few_places(settings: Settings) -> str:
    """One line for whoever starts a deployment with too few places for checkpoints; empty else. Raises BadPlace."""
    names = names_of(settings.checkpoint_places)
    if len(names) >= ENOUGH:
        return ""
    where = f"to one place only, {names[0]}" if names else "nowhere"
    return (
        f"Checkpoints of the audit trail go {where}: if it is lost or changed with the database, nothing shows it. "
        "Name two places in HANDRAIL_CHECKPOINT_PLACES (docs/running.md)."
    )


def _witnesses(settings: Settings, places: Sequence[Place]) -> Sequence[PublicKey]:
    """The keys of the witnesses that are trusted. Raises NoKeys when there is a witness and none."""
    if settings.witness_keys is not None:
        return load_public_keys(settings.witness_keys, KeyKind.WITNESS)
    if any(isinstance(place, WitnessPlace) for place in places):
        raise NoKeys(
            "HANDRAIL_CHECKPOINT_PLACES names a witness, and HANDRAIL_WITNESS_KEYS no file of its keys"
        )
    return ()


def rounds_of(parts: Parts, trust: Trust | None) -> Sequence[Round]:
    """Everything that the worker does; each place has a round of its own, so that a silent one holds up no other."""
    found = [
        Round(worker.EVERY, lambda: worker.tick(parts.open_write, parts.act)),
        Round(worker.TOLD_WITHIN, lambda: worker.escalate(parts.open_write, parts.act)),
        Round(worker.CALLED_WITHIN, lambda: worker.call_to_review(_doors(parts), parts.act)),
        Round(worker.EVERY, lambda: erase_and_scrub(parts)),
        Round(ROOM_LOOKED_AT, lambda: tell_of_room(parts.settings)),
        Round(courier.CARRIED_WITHIN, lambda: courier.carry(parts.open_write, parts.open_read, parts.act)),
    ]
    if parts.mailer is not None:
        found.append(Round(worker.TOLD_WITHIN, lambda: mail_what_is_due(parts)))
    if trust is not None:
        doors = _doors(parts)
        found.append(Round(worker.SEALED_WITHIN, partial(worker.seal, doors, trust.seal)))
        found.append(Round(worker.EVERY, partial(worker.tell_of_keys, doors, parts.act, trust.seal)))
        ships = [partial(worker.ship, doors, place, trust.witnesses) for place in trust.places]
        found += [Round(worker.SEALED_WITHIN, ship) for ship in ships]
    return found


def mail_what_is_due(parts: Parts) -> int:
    """Send every e-mail that is due, where a server is set up; how many were taken."""
    if parts.mailer is None:
        return 0
    send = partial(send_mail, parts.mailer, parts.settings.address)
    return worker.deliver(parts.open_write, parts.act, send)


def send_mail(mailer: Mailer, address: str, mail: Mail) -> None:
    """Hand one message to the server. Raises NotSent."""
    mailer.send(mail.to, subject_of(mail), words_of(mail, address), key=mail.key)


def erase_and_scrub(parts: Parts) -> int:
    """Erase whoever two people agreed on, and leave nothing of them in a SQLite file; how many are gone."""
    erased = worker.erase(parts.open_write, parts.act)
    if erased:
        storage.scrub(parts.settings.database_url)
    return erased


def seal_and_ship(parts: Parts, trust: Trust) -> int:
    """One round of signing and sending; how many trails have a new checkpoint."""
    doors = _doors(parts)
    worker.tell_of_keys(doors, parts.act, trust.seal)
    sealed = worker.seal(doors, trust.seal)
    for place in trust.places:
        worker.ship(doors, place, trust.witnesses)
    return sealed


def _doors(parts: Parts) -> Doors:
    return Doors(parts.open_write, parts.open_read, parts.clock)


def begin(rounds: Sequence[Round], stop: threading.Event) -> Sequence[threading.Thread]:
    """Each round in a thread of its own, until `stop` is set."""
    threads = [
        threading.Thread(target=worker.run, args=(each.every, each.work, stop), name="rounds", daemon=True)
        for each in rounds
    ]
    for thread in threads:
        thread.start()
    return threads
