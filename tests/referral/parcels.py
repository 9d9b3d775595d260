"""One packet for the tests, with every part in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from referral.model import Disposition, Urgency
from referral.packets import (
    Agreement,
    Answered,
    Basis,
    End,
    Packet,
    Reach,
    SafetyState,
    Shared,
    Shown,
    Subject,
)

AT = datetime(2026, 10, 13, 16, 0, tzinfo=UTC)
FROM, TO = (f"0199d3a0-0000-7000-8000-00000000000{n}" for n in (1, 2))
WHY = {"en": "Low mood most days.", "es": "Ánimo bajo casi todos los días."}

PACKET = Packet(
    id="0199d3a0-0000-7000-8000-000000000009",
    sender=End(FROM, "Alder Creek School District (example)"),
    receiver=End(TO, "Fern Street Clinic (example)"),
    referral="HR-0123-4567",
    hands_over=False,
    pathway="psychology",
    urgency=Urgency.SOON,
    sent_at=AT,
    acknowledge_by=AT + timedelta(days=1),
    contact_by=AT + timedelta(days=3),
    contact=Reach("Ida Demo", "Counselor", "555-010-0114", ""),
    shared=tuple(Shared),
    client=Subject("José", "Testcase", "he/him", date(2013, 5, 4), "en", "es"),
    guardians=(Reach("Rosa Testcase", "mother", "555-010-0142", "es"),),
    consent=Basis(
        "sharing",
        "psychology",
        "consent:guardian-given",
        (Agreement("guardian", "Rosa Testcase, mother", date(2026, 10, 1), None, items=True),),
    ),
    reasons=(WHY,),
    screened_on=date(2026, 10, 12),
    results=(Shown("PHQ-9", {"en": "Moderate", "es": "Moderado"}, 12),),
    safety=SafetyState(AT, AT, Disposition.LOW, plan=True),
    answers=(
        Answered("PHQ-9", {"en": "Sleep?", "es": "¿Sueño?"}, {"en": "Often", "es": "A menudo"}),
        Answered("PHQ-9", {"en": "Mood?", "es": "¿Ánimo?"}, None),
    ),
)


def packet(**changes):
    """The packet, with other fields."""
    return replace(PACKET, **changes)
