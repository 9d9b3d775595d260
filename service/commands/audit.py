"""`handrail audit verify`: prove that no stored event was changed, or name the first that was."""

import os

import click

from referral.audit import Intact
from service.actions import audit_trail, storage
from service.actions.audit_trail import Proof
from service.commands.telling import give_up
from service.settings import BadSettings, database_url_in

TAMPERED = 1
INCOMPLETE = 3


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--organisation", metavar="NAME", help="Only this organisation's trail.")
def prove(organisation: str | None) -> None:
    """Prove every trail from its first event. Exits with 0 intact, 1 tampered, 3 when there is nothing to prove."""
    proofs = _proofs(organisation)
    for proof in proofs:
        click.echo(_told(proof))
    raise SystemExit(0 if all(proof.intact for proof in proofs) else TAMPERED)


def _proofs(organisation: str | None) -> tuple[Proof, ...]:
    try:
        with storage.reading(database_url_in(os.environ)) as session:
            proofs = audit_trail.prove_all(session, organisation=organisation)
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
    if isinstance(verdict, Intact):
        return f"{proof.organisation}: intact, {verdict.head.count} events, head {verdict.head.digest.hex()}"
    named = f"event {verdict.seq} (id {proof.event_id or 'unknown'})"
    columns = f" ({', '.join(verdict.columns)})" if verdict.columns else ""
    return f"{proof.organisation}: TAMPERED at {named}: {verdict.damage}{columns}"
