"""The words for what pathways offer and for decisions made otherwise; `labels.py` has them in its table."""

from enum import StrEnum

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from referral.deadlines import Unit, Within
from referral.overriding import Direction, OverrideReason
from referral.pathways import Method, Setting

PATHWAY_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (Direction.UP, _("More urgent")),
    (Direction.DOWN, _("Less urgent")),
    (Direction.ELSEWHERE, _("Another pathway")),
    (OverrideReason.SEEN_SINCE, _("Seen in person since")),
    (OverrideReason.SAFETY_ASSESSED, _("The safety assessment is done")),
    (OverrideReason.MORE_IS_KNOWN, _("More is known than was asked")),
    (OverrideReason.GETTING_WORSE, _("It is getting worse")),
    (OverrideReason.HELP_IN_PLACE, _("Help is in place")),
    (OverrideReason.FITS_BETTER, _("Another kind of help fits better")),
    (OverrideReason.CLIENT_WISHES, _("The client or family wishes it")),
    (OverrideReason.ANSWERED_IN_ERROR, _("A question was answered in error")),
    (OverrideReason.CLINICAL_JUDGEMENT, _("Clinical judgement")),
    (Setting.INDIVIDUAL, _("One to one")),
    (Setting.GROUP, _("In a group")),
    (Setting.FAMILY, _("With the family")),
    (Method.CBT, _("Cognitive behavioural therapy")),
    (Method.DBT, _("Dialectical behaviour therapy")),
    (Method.TRAUMA_FOCUSED, _("Trauma-focused therapy")),
    (Method.MINDFULNESS, _("Mindfulness-based")),
    (Method.MEDICATION_REVIEW, _("Medication review by a prescriber")),
    (Method.ASSESSMENT, _("Assessment")),
    (Method.PRACTICAL_HELP, _("Practical help")),
)


def span_words(within: Within) -> str:
    """How long something may take, as "7 days" or "4 working hours"."""
    if within.unit is Unit.SAME_WORKING_DAY:
        return gettext("the same working day")
    counted = {
        Unit.MINUTES: ngettext("%(num)s minute", "%(num)s minutes", within.amount),
        Unit.HOURS: ngettext("%(num)s hour", "%(num)s hours", within.amount),
        Unit.DAYS: ngettext("%(num)s day", "%(num)s days", within.amount),
        Unit.WORKING_HOURS: ngettext("%(num)s working hour", "%(num)s working hours", within.amount),
        Unit.WORKING_DAYS: ngettext("%(num)s working day", "%(num)s working days", within.amount),
    }
    return str(counted[within.unit])
