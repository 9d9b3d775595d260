"""A world whose audit trail is signed: its keys, and one round of the worker's signing."""

from service import worker
from service.actions.sealing import Seal
from service.worker import Doors
from tests.referral.keys import OLD

SEAL = Seal("handrail.example", (OLD,))


def doors(here):
    return Doors(here.parts.open_write, here.parts.open_read, here.parts.clock)


def seal(here, by=SEAL):
    """One round; how many trails have a new checkpoint."""
    return worker.seal(doors(here), by)


def public_keys(tmp_path, *keys):
    """A file of public keys, as an auditor has it."""
    file = tmp_path / "trusted-keys"
    file.write_text("".join(f"{key.public}\n" for key in keys or SEAL.keys), encoding="ascii")
    return file
