"""Keys for signing in tests, from seeds that everybody can read."""

from referral.notes import KeyKind, new_key

OLD = new_key("handrail.example", KeyKind.LOG, bytes(range(32)))
NEW = new_key("handrail.example", KeyKind.LOG, bytes(range(32, 64)))
STRANGER = new_key("handrail.example", KeyKind.LOG, bytes(range(1, 33)))
WITNESS = new_key("witness.example", KeyKind.WITNESS, bytes(range(64, 96)))
