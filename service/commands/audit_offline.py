"""Proving a bundle or a receipt without any database."""

import hmac
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from referral.audit import Damage, Intact, Tampered
from referral.bundles import LONGEST_LINE, BundleIncomplete, Proved, prove_bundle
from referral.checkpoints import PROOF, Receipt, read_checkpoint, read_receipt
from referral.entries import commitment, read_entry
from referral.notes import Note, PublicKey
from referral.receipts import judge_receipt
from service.commands.audit_inputs import place_of, text_of


def prove_file(
    file: Path, trusted: Sequence[PublicKey], kept: Sequence[Note], letter: Path | None
) -> Intact | Tampered:
    """Prove what is in a file, and say what it came to."""
    with file.open("rb") as lines:
        if lines.readline(len(PROOF) + 1) != PROOF.encode() + b"\n":
            if letter is not None:
                raise BundleIncomplete("--letter goes with a receipt: a bundle says nothing about a file")
            lines.seek(0)
            # No longer stretch than a line may have is ever held.
            bounded = iter(partial(lines.readline, LONGEST_LINE + 1), b"")
            return _tell_bundle(prove_bundle(bounded, trusted, kept), trusted)
    return _tell_receipt(read_receipt(text_of(file)), trusted, kept, letter)


def _tell_bundle(proved: Proved, trusted: Sequence[PublicKey]) -> Intact | Tampered:
    verdict = proved.verdict
    held = f"held against {proved.checkpoints} checkpoints"
    if isinstance(verdict, Intact):
        click.echo(f"{proved.organisation}: intact, {verdict.head.count} events, {held}")
    else:
        where = place_of(verdict, verdict.event_id)
        click.echo(f"{proved.organisation}: TAMPERED at {where}: {verdict.damage}, {held}")
    if not proved.checkpoints:
        click.echo(
            "Not held against any checkpoint: whoever owns the database could have written all of it anew."
        )
    if proved.unchecked and not trusted:
        click.echo(
            f"Its own {proved.unchecked} checkpoints were passed over: --keys names the keys that you trust."
        )
    return verdict


def _tell_receipt(
    receipt: Receipt, trusted: Sequence[PublicKey], kept: Sequence[Note], letter: Path | None
) -> Intact | Tampered:
    if not trusted:
        raise BundleIncomplete("a receipt is proved by a signature: --keys names the keys that you trust")
    verdict, found = judge_receipt(receipt, trusted, kept), read_checkpoint(receipt.checkpoint)
    if isinstance(verdict, Tampered):
        click.echo(f"{found.origin}: TAMPERED at {place_of(verdict, verdict.event_id)}: {verdict.damage}")
        return verdict
    entry = read_entry(receipt.entry) or {}
    click.echo(f"{found.origin}: event {receipt.index + 1} of {found.size} is part of the signed trail")
    click.echo(
        f"  {entry.get('at')}  {entry.get('kind')}  {entry.get('subject_kind')} {entry.get('subject')}"
    )
    return _about(receipt, entry.get("commit"), letter) or verdict


def _about(receipt: Receipt, committed: object, letter: Path | None) -> Tampered | None:
    """Whether a file is the one that the event committed to."""
    if letter is None:
        return None
    if receipt.salt is None or not isinstance(committed, str):
        raise BundleIncomplete("this receipt's event says nothing about a file")
    found = commitment(receipt.salt, sha256(letter.read_bytes()).digest())
    if hmac.compare_digest(found, committed):
        click.echo(f"  {letter.name} is the file that the event is about")
        return None
    click.echo(
        f"TAMPERED at event {receipt.index + 1}: {letter.name} is not the file that the event is about"
    )
    return Tampered(receipt.index + 1, None, Damage.CONTENT)
