"""The words for what crosses between organisations: parts of a packet, where it stands, what is asked for later."""

from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from referral.items import ItemsReason, ItemsRefusal, ItemsState
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
    (ItemsReason.TO_DECIDE, _("To decide whether we take it")),
    (ItemsReason.FOR_SAFETY, _("To judge safety")),
    (ItemsReason.TO_PREPARE, _("To prepare the first appointment")),
    (ItemsReason.NOT_TWICE, _("So that nobody is asked twice")),
    (ItemsRefusal.GUARDIAN_NO, _("A guardian said no")),
    (ItemsRefusal.CLIENT_NO, _("The client said no")),
    (ItemsRefusal.NOT_REACHED, _("Nobody could be asked yet")),
    (ItemsRefusal.NOT_NEEDED, _("They are not needed for this")),
    (ItemsRefusal.CALL_US, _("Call us instead")),
    (ItemsRefusal.NONE_THERE, _("There are no single answers")),
    (ItemsRefusal.ENDED, _("The referral has ended")),
    (ItemsState.OPEN, _("Asked for")),
    (ItemsState.SHARED, pgettext("answers", "Shared")),
    (ItemsState.DECLINED, _("Not shared")),
)
