"""Every member of every closed set that a page may show has words, in the one table."""

from enum import StrEnum

import pytest

from instruments import conditions
from referral import consent, items, lifecycle, model
from service import kinds
from service.web.labels import LABELS

WORDS_ELSEWHERE = {
    "SuspensionReason": "said at the command line, and a code in the trail",
    "Step": "its words are in actions/step_words.py and web/step_forms.py",
    "Side": "pages say who by the actor's words",
    "ToldAbout": "who was told is shown, not about what kind of thing",
    "Clock": "a deadline's words come with the next step",
    "ConsentMode": "a setting of the organisation, not shown yet",
    "Kind": "the rule language's own",
    "OrganisationKind": "decides words, is none",
    "SiteKind": "never shown",
}
"""Closed sets without labels of their own, and why."""


def closed_sets():
    """Every closed set of the core and of the service's own kinds."""
    modules = (model, consent, items, lifecycle, conditions, kinds)
    found = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return sorted((each for each in found if issubclass(each, StrEnum) and each is not StrEnum), key=str)


@pytest.mark.parametrize("kind", closed_sets(), ids=lambda kind: kind.__name__)
def test_every_member_of_a_closed_set_has_words(kind):
    missing = [member.name for member in kind if (kind, member.value) not in LABELS]
    assert (missing == []) is (kind.__name__ not in WORDS_ELSEWHERE), missing


def test_no_words_are_kept_for_a_member_that_is_gone():
    assert [key for key in LABELS if key[1] not in set(key[0])] == []
