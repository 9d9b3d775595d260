"""The words for opening a record outside one's caseload: why, and that it was done."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from referral.access_week import Rule
from service.kinds import OpenReason

CASELOAD_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (Rule.WITH_REASON, _("Opened with a reason, outside the caseload")),
    (OpenReason.SCREEN, _("They are to be screened")),
    (OpenReason.CLIENT, _("They came to me")),
    (OpenReason.FAMILY, _("The family asked me")),
    (OpenReason.COVERING, _("I cover for a colleague")),
    (OpenReason.SAFETY, _("I am worried about their safety")),
    (OpenReason.OTHER, _("Another reason")),
)
