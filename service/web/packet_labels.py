"""The words for what crosses between organisations: parts of a packet, where one stands, a word of kindness."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from referral.packet_news import Kindness
from referral.packets import Shared
from service.kinds import Standing
from service.permissions import Role

PACKET_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (Role.PARTNER, _("Other organisation")),
    (Standing.WAITING, _("Waits to be taken in")),
    (Standing.TAKEN_IN, _("Taken in")),
    (Standing.DECLINED, _("Declined")),
    (Standing.WITHDRAWN, _("Taken back by its sender")),
    (Kindness.THANKS, _("Thank you for asking us.")),
    (Kindness.SORRY, _("We are sorry, and wish them well.")),
    (Kindness.CALL, _("Call us, and we look together.")),
    (Kindness.LATER, _("Ask us again later.")),
    (Shared.IDENTITY, _("Who it is")),
    (Shared.GUARDIAN, _("Guardians")),
    (Shared.CONSENT, _("Who agreed, and when")),
    (Shared.REASONS, _("The reasons")),
    (Shared.BANDS, _("Bands of each questionnaire")),
    (Shared.SCORES, _("Scores")),
    (Shared.SAFETY, _("What was done for safety")),
    (Shared.ITEMS, _("Single answers")),
)
