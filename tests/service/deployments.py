"""Deployments of their own: a world, its app over real HTTP, its log's key, and its key as a witness for others."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace

from referral.notes import KeyKind, PublicKey, SecretKey, new_key
from service import worker
from service.actions.sealing import Seal
from service.actions.witnessing import Witness
from service.notify.places import read_places
from tests.service.builders import World, make_parts
from tests.service.sealed import doors


@dataclass
class Deployment:
    """One organisation's Handrail."""

    here: World
    log: SecretKey
    witness: SecretKey
    address: str = ""

    @property
    def place(self):
        return f"witness:{self.address}/witness"

    def witnesses_for(self, *logs: PublicKey):
        """Cosign these logs from now on."""
        self.here.parts = replace(self.here.parts, witness=Witness((self.witness,), logs))

    def round(self, *places, trusted=()):
        """One round of the worker: sign what is new and send it out; how many checkpoints were taken."""
        worker.seal(doors(self.here), Seal(self.log.name, (self.log,)))
        return sum(worker.ship(doors(self.here), place, trusted) for place in read_places(",".join(places)))


def deployment(here, name, seed):
    log, witness = (
        new_key(name, KeyKind.LOG, bytes([seed]) * 32),
        new_key(f"{name}/witness", KeyKind.WITNESS, bytes([seed + 1]) * 32),
    )
    return Deployment(here, log, witness)


def copied(one: Deployment, file, tmp_path):
    """The same deployment over a copy of its SQLite database as it stands: what a backup, or a forger, has."""
    source = one.here.parts.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(file)) as copy:
        held.backup(copy)
    parts = make_parts(f"sqlite:///{file}", tmp_path, one.here.clock, seed=9)
    return replace(one, here=replace(one.here, parts=parts))
