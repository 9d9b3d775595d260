"""What a command says of definitions that changed after they were used."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from service.actions import storage
from service.commands.telling import give_up
from service.settings import BadSettings, database_url_in


def changed_since_use(altered: Callable[[Any], Sequence[object]]) -> list[str]:
    """In words, what `altered` finds in the database; without one nothing was used yet. Ends when it cannot look."""
    try:
        url = database_url_in(os.environ)
        if storage.holds_nothing(url):
            return []
        with storage.reading(url) as session:
            return [str(each) for each in altered(session)]
    except (BadSettings, storage.NoDatabase) as error:
        give_up(str(error))
