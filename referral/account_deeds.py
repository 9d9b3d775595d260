"""What was done with accounts in a week that somebody should look at again. Pure; `unusual.py` puts it on the list.

Whoever keeps accounts can read no record. The way around that is an account of one's own making: so what was given
is told, and, where the account then opened records, told with that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from instruments.model import Text
from referral.access_week import AccountDeed, Look


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell of accounts: what stands for it in the trail, and the words. `account`: whose it was."""

    moments: Sequence[Look]
    account: str
    about: Text


def given(deeds: Sequence[AccountDeed], since: datetime) -> Iterator[Told]:
    """What was given from `since` on: powerful roles to new accounts, other roles, temporary passwords."""
    for deed in deeds:
        if deed.listed and deed.at >= since:
            yield Told([Look(deed.seq, deed.at, deed.actor)], deed.account, deed.about)


def used(deeds: Sequence[AccountDeed], looks: Sequence[Look]) -> Iterator[Told]:
    """Where somebody gave an account a role or a password and it opened clients' records afterwards.

    One for each giver and account, told by the first that was given.
    """
    for (giver, account), deed in _first(deeds).items():
        after = [look for look in looks if look.actor == account and look.seq > deed.seq]
        clients = len({look.client for look in after})
        if after:
            moments = [Look(look.seq, look.at, giver, look.client) for look in after]
            yield Told(moments, account, _words(deed.about, clients))


def _first(deeds: Sequence[AccountDeed]) -> Mapping[tuple[str, str], AccountDeed]:
    found: dict[tuple[str, str], AccountDeed] = {}
    for deed in sorted(deeds, key=lambda each: each.seq):
        found.setdefault((deed.actor, deed.account), deed)
    return found


def _words(about: Text, clients: int) -> Text:
    english = "1 client's record" if clients == 1 else f"the records of {clients} clients"
    spanish = "la ficha de 1 persona" if clients == 1 else f"las fichas de {clients} personas"
    return {
        "en": f"{about['en']}; that account then opened {english}",
        "es": f"{about['es']}; después esa cuenta abrió {spanish}",
    }
