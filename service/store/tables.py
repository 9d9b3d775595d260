"""All tables in one import, for migrations and for tests of the schema."""

from service.store import (
    accounts,
    alerts,
    audit,
    checkpoints,
    clients,
    consents,
    letters,
    needs,
    notes,
    organisations,
    outside,
    programmes,
    referrals,
    screenings,
    witnesses,
)
from service.store.base import Base

__all__ = [
    "Base",
    "accounts",
    "alerts",
    "audit",
    "checkpoints",
    "clients",
    "consents",
    "letters",
    "needs",
    "notes",
    "organisations",
    "outside",
    "programmes",
    "referrals",
    "screenings",
    "witnesses",
]
