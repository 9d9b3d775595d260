"""What an address asks for beside its path: checked, never guessed."""

from flask import request
from flask_babel import gettext as _

from service.actions.refusals import FieldProblem, Invalid

_MOST_DIGITS = 15


def place_asked() -> int | None:
    """The place in the trail to go on before, from `?before=`; None when none is named. Raises Invalid."""
    found = request.args.get("before", "")
    if not found:
        return None
    if not (found.isascii() and found.isdigit() and len(found) <= _MOST_DIGITS):
        raise Invalid(
            FieldProblem("before", _("is not a place in the trail"), found=found[:40], allowed="1, 2, 3, ...")
        )
    return int(found)
