"""Proving a bundle or a receipt without any database."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import click

from referral.audit import Damage, Head, Intact, Tampered
from referral.bundles import BundleIncomplete, Proved, prove_bundle
from referral.checkpoints import PROOF, BadReceipt, Receipt, prove_receipt, read_receipt
from referral.entries import commitment, read_entry
from referral.notes import Note, PublicKey
from service.commands.audit_inputs import text_of


def prove_file(
    file: Path, trusted: Sequence[PublicKey], kept: Sequence[Note], letter: Path | None
) -> Intact | Tampered:
    """Prove what is in a file, and say what it came to."""
    with file.open("rb") as lines:
        if lines.readline(len(PROOF) + 1) != PROOF.encode() + b"\n":
            lines.seek(0)
            return _tell_bundle(prove_bundle(iter(lines), trusted, kept), trusted)
    return _tell_receipt(read_receipt(text_of(file)), trusted, letter)


def _tell_bundle(proved: Proved, trusted: Sequence[PublicKey]) -> Intact | Tampered:
    verdict = proved.verdict
    held = f"held against {proved.checkpoints} checkpoints"
    if isinstance(verdict, Intact):
        click.echo(f"{proved.organisation}: intact, {verdict.head.count} events, {held}")
    else:
        named = f"event {verdict.seq} (id {verdict.event_id or 'unknown'})"
        if verdict.until is not None:
            named = f"one of the events {verdict.seq} to {verdict.until}"
        click.echo(f"{proved.organisation}: TAMPERED at {named}: {verdict.damage}, {held}")
    if not proved.checkpoints:
        click.echo(
            "Not held against any checkpoint: whoever owns the database could have written all of it anew."
        )
    if proved.unchecked and not trusted:
        click.echo(
            f"Its own {proved.unchecked} checkpoints were passed over: --keys names the keys that you trust."
        )
    return verdict


def _tell_receipt(receipt: Receipt, trusted: Sequence[PublicKey], letter: Path | None) -> Intact | Tampered:
    if not trusted:
        raise BundleIncomplete("a receipt is proved by a signature: --keys names the keys that you trust")
    entry, seq = read_entry(receipt.entry) or {}, receipt.index + 1
    try:
        found = prove_receipt(receipt, trusted)
    except BadReceipt as error:
        click.echo(f"TAMPERED at event {seq} (id {entry.get('id', 'unknown')}): {error}")
        return Tampered(seq, None, Damage.CONTENT)
    click.echo(f"{found.origin}: event {seq} of {found.size} is part of the signed trail")
    click.echo(
        f"  {entry.get('at')}  {entry.get('kind')}  {entry.get('subject_kind')} {entry.get('subject')}"
    )
    return _about(receipt, entry.get("commit"), letter) or Intact(Head(found.size, found.root))


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
