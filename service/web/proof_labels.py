"""The words for places outside that keep the signatures of the audit trail."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from service.actions.signing_status import PlaceKind

PROOF_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (PlaceKind.FILE, _("A file")),
    (PlaceKind.OWN_LOG, _("The log of the machine that Handrail runs on")),
    (PlaceKind.LOG_SERVER, _("A log server")),
    (PlaceKind.WEB, _("A web address")),
    (PlaceKind.WITNESS, _("Another organisation, which signs too")),
)
