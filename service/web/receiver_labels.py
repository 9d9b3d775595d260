"""The words for why a receiver is offered to nobody any more."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from service.kinds import WithdrawReason

RECEIVER_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (WithdrawReason.CLOSED, _("It has closed")),
    (WithdrawReason.MOVED, _("It has moved away")),
    (WithdrawReason.TAKES_NOBODY, _("It takes nobody any more")),
    (WithdrawReason.ASKED, _("It asked for this")),
    (WithdrawReason.TWICE, _("It stood here twice")),
    (WithdrawReason.OTHER, _("Another reason")),
)
