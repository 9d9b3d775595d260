"""Which decisions ask for the safety assessment before anything else. Asking for it is in `following.py`."""

from referral.model import SAFETY_ASSESSMENT, Decision, DecisionKind, Urgency
from referral.pathways import CRISIS
from referral.rules import Refer, Rules


def asks_for_assessment(decision: Decision, rules: Rules) -> bool:
    """Whether the decision calls for the assessment, or might if its open questions had been answered.

    A review names every rule that stayed open. It asks for the assessment as soon as one of them could have asked:
    what is possible is not read as no. What else stayed open is looked at the same day without one.
    """
    if _is_safety(decision.first, decision.pathway, decision.urgency):
        return True
    named = {reason.rule for reason in decision.reasons} if decision.kind is DecisionKind.REVIEW else set()
    return any(
        _is_safety(one.first, one.to, one.urgency)
        for rule in rules.rules
        if rule.id in named
        for one in rule.consequences
        if isinstance(one, Refer)
    )


def _is_safety(first: str | None, pathway: str | None, urgency: Urgency | None) -> bool:
    """Whether the assessment comes first, or the crisis team is called, or somebody must act at once."""
    return first == SAFETY_ASSESSMENT or pathway == CRISIS or urgency is Urgency.IMMEDIATE
