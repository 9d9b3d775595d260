"""All tables in one import, for migrations and for tests of the schema."""

from service.store import (
    accounts,
    alerts,
    audit,
    checkpoints,
    clients,
    consents,
    holds,
    letters,
    misses,
    needs,
    on_call,
    organisations,
    programmes,
    referrals,
    screenings,
    vault,
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
    "holds",
    "letters",
    "misses",
    "needs",
    "on_call",
    "organisations",
    "programmes",
    "referrals",
    "screenings",
    "vault",
    "witnesses",
]
