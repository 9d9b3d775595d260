"""Wrong passwords of a week that somebody should look at. Pure; `unusual.py` puts them on the list.

One account tried again and again is somebody who guesses, or forgot; many accounts tried at once is somebody who
tries one password on everybody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from instruments.model import Text
from referral.access_week import Knock, Look

OFTEN = 5
"""As many as are free before the next try has to wait."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing to tell of wrong passwords: what stands for it in the trail, and the words."""

    moments: Sequence[Look]
    about: Text


def one_account(knocks: Sequence[Knock]) -> Iterator[Tried]:
    """Accounts of which a wrong password was typed five times or more; told under the account's owner."""
    for account, tries in _by_account(knocks).items():
        wrong = [each for each in tries if not each.let_in]
        if len(wrong) >= OFTEN:
            after = any(each.let_in and each.new_device and each.seq > wrong[OFTEN - 1].seq for each in tries)
            yield Tried(
                [Look(each.seq, each.at, account) for each in wrong], _words(len(wrong), came_in=after)
            )


def many_accounts(
    knocks: Sequence[Knock], at_once: Callable[[Sequence[Look]], Sequence[Look]]
) -> Iterator[Tried]:
    """Where wrong passwords of five accounts or more were typed within a burst; told under whoever wrote it down."""
    wrong = [each for each in knocks if not each.let_in]
    burst = at_once([Look(each.seq, each.at, each.account) for each in wrong])
    accounts = {look.actor for look in burst}
    if len(accounts) >= OFTEN:
        moments = [Look(look.seq, look.at, wrong[0].actor) for look in burst]
        yield Tried(
            moments,
            {
                "en": f"Wrong passwords were typed for {len(accounts)} accounts within 10 minutes",
                "es": f"Se escribieron contraseñas erróneas de {len(accounts)} cuentas en 10 minutos",
            },
        )


def _by_account(knocks: Sequence[Knock]) -> Mapping[str, list[Knock]]:
    found: dict[str, list[Knock]] = defaultdict(list)
    for each in sorted(knocks, key=lambda each: each.seq):
        found[each.account].append(each)
    return found


def _words(count: int, *, came_in: bool) -> Text:
    english = f"A wrong password for this account was typed {count} times"
    spanish = f"Se escribió {count} veces una contraseña errónea de esta cuenta"
    if not came_in:
        return {"en": english, "es": spanish}
    return {
        "en": f"{english}; then somebody came in on a new device",
        "es": f"{spanish}; después alguien entró desde un dispositivo nuevo",
    }
