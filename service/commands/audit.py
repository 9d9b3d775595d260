"""`handrail audit`: prove that no stored event was changed, or name the first that was; keys, bundles, receipts."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from referral.audit import Damage, Intact, Tampered
from referral.notes import Note, PublicKey
from service.actions import audit_trail, storage
from service.actions.audit_trail import Proof
from service.commands.audit_contents import tell_contents
from service.commands.audit_exporting import export
from service.commands.audit_inputs import Careful, kept_in, keys_in, own_keys, place_of, refused
from service.commands.audit_keeping import bundle, from_log, key, receipt, witnessed
from service.commands.audit_offline import prove_file
from service.commands.telling import give_up
from service.settings import BadSettings, database_url_in

TAMPERED = 1
ROLLED_BACK = 2
INCOMPLETE = 3
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The audit trail."""


audit.add_command(bundle)
audit.add_command(receipt)
audit.add_command(key)
audit.add_command(witnessed)
audit.add_command(from_log)
audit.add_command(export)


@audit.command("verify", cls=Careful)
@click.option("--organisation", metavar="NAME", help="Only this organisation's trail.")
@click.option("--bundle", "file", type=_FILE, help="A bundle or a receipt, instead of the database.")
@click.option(
    "--checkpoint", "kept", type=_FILE, multiple=True, help="Checkpoints that you kept, one file or several."
)
@click.option("--keys", type=_FILE, help="The public keys that you trust, one a line.")
@click.option("--letter", type=_FILE, help="With a receipt: the file that its event was about.")
@click.option(
    "--contents",
    is_flag=True,
    help="Also hold what is kept (answers, notes) against the trail: needs its keys.",
)
def prove(
    organisation: str | None,
    file: Path | None,
    kept: tuple[Path, ...],
    keys: Path | None,
    letter: Path | None,
    *,
    contents: bool,
) -> None:
    """Prove every trail from its first event, or a bundle or a receipt without any database.

    Exits with 0 intact, 1 tampered, 2 when a trail ends before a checkpoint, 3 when something is missing.
    """
    if file is None and letter is not None:
        give_up("--letter goes with a receipt: --bundle names it", INCOMPLETE)
    if file is not None and organisation is not None:
        give_up("--organisation goes with the database: a bundle says itself whose trail it is", INCOMPLETE)
    if file is not None and contents:
        give_up("--contents goes with the database: a bundle holds none", INCOMPLETE)
    with refused(INCOMPLETE):
        trusted = keys_in(keys)
        notes = kept_in(kept, trusted)
        if file is not None:
            raise SystemExit(worst([prove_file(file, trusted, notes, letter)]))
        proofs = _proofs(organisation, trusted or own_keys(), notes)
    status = _tell(proofs, brought=bool(trusted or notes))
    changed = tell_contents(organisation) if contents else 0
    raise SystemExit(TAMPERED if changed else status)


def worst(verdicts: Sequence[Intact | Tampered]) -> int:
    """The exit status that says most: an event that was changed before a trail that became shorter."""
    bad = [each.damage for each in verdicts if isinstance(each, Tampered)]
    if any(damage is not Damage.ROLLED_BACK for damage in bad):
        return TAMPERED
    return ROLLED_BACK if bad else 0


def _tell(proofs: Sequence[Proof], *, brought: bool) -> int:
    """Say what each proof came to; the exit status. Whoever brought something is told where none of it counts."""
    for proof in proofs:
        click.echo(_told(proof))
    unheld = [proof.organisation for proof in proofs if brought and proof.intact and not proof.checkpoints]
    for name in unheld:
        click.echo(f"{name}: not proved by what you brought: no checkpoint of this trail counts", err=True)
    return worst([proof.verdict for proof in proofs]) or (INCOMPLETE if unheld else 0)


def _proofs(
    organisation: str | None, trusted: Sequence[PublicKey], notes: Sequence[Note]
) -> tuple[Proof, ...]:
    try:
        with storage.reading(database_url_in(os.environ)) as session:
            against = audit_trail.Against(trusted, notes)
            proofs = audit_trail.prove_all(session, organisation=organisation, against=against)
            known = audit_trail.names(session)
    except (BadSettings, storage.NoDatabase) as error:
        give_up(str(error), INCOMPLETE)
    if not proofs and organisation is not None:
        give_up(
            f"--organisation {organisation}: there is none of this name; there are: {'; '.join(known)}",
            INCOMPLETE,
        )
    if not proofs:
        give_up("the database holds no organisation, so there is no trail to prove", INCOMPLETE)
    return proofs


def _told(proof: Proof) -> str:
    verdict = proof.verdict
    held = f", held against {proof.checkpoints or 'no'} checkpoints"
    if isinstance(verdict, Intact):
        head = f"{verdict.head.count} events{held}, head {verdict.head.digest.hex()}"
        return f"{proof.organisation}: intact, {head}"
    named = place_of(verdict, proof.event_id)
    columns = f" ({', '.join(verdict.columns)})" if verdict.columns else ""
    return f"{proof.organisation}: TAMPERED at {named}: {verdict.damage}{columns}{held}"
