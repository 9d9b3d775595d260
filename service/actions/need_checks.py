"""What is wrong with what a person filled in about a need: every problem at once, in both languages."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from referral.model import ClosingReason, Problem, Urgency
from service.access import Act
from service.actions.saying import problem
from service.store.needs import NeedRow
from service.store.organisations import receivers_for

LONGEST_NOTE = 1000

SIGNED_REASONS = (ClosingReason.NOT_REACHED, ClosingReason.ENTERED_IN_ERROR)
"""What a second person signs: that somebody at risk may be given up, or never was this client."""


class Opening(Protocol):
    """What a person says who opens a need by judgement."""

    @property
    def pathway(self) -> str:
        """The id of the pathway."""

    @property
    def urgency(self) -> Urgency | None:
        """How soon somebody must act."""

    @property
    def reason(self) -> str:
        """Why, in the person's words."""

    @property
    def owner_id(self) -> uuid.UUID | None:
        """Who looks after the need; None is the person who opens it."""


def note_problems(field: str, text: str, *, must: bool) -> list[Problem]:
    """A note that is missing where it must be there, or too long."""
    if must and not text.strip():
        return [problem(field, "Write a sentence or two.", "Escriba una o dos frases.")]
    if len(text) > LONGEST_NOTE:
        english = f"{len(text)} characters were found; at most {LONGEST_NOTE} are kept."
        return [
            problem(field, english, f"Hay {len(text)} caracteres; se guardan {LONGEST_NOTE} como máximo.")
        ]
    return []


def opening_problems(command: Opening, owners: Mapping[uuid.UUID, str], act: Act) -> list[Problem]:
    """Everything wrong with a need that a person wants to open."""
    return [
        *pathway_problems(command.pathway, act),
        *_urgency_problems(command, act),
        *note_problems("reason", command.reason, must=True),
        *_known_owner(command.owner_id or act.by.id, owners),
    ]


def owner_problems(
    owner_id: uuid.UUID | None, need: NeedRow, owners: Mapping[uuid.UUID, str]
) -> list[Problem]:
    """A new owner who is missing, is the old one, or could not look after this client."""
    if owner_id is None:
        return [problem("owner_id", "Say who takes the need over.", "Indique quién se hace cargo.")]
    if owner_id == need.owner_id:
        return [problem("owner_id", "This person owns it already.", "Esta persona ya está a cargo.")]
    return _known_owner(owner_id, owners)


def redirect_problems(
    session: Session, pathway: str, receiver_id: uuid.UUID | None, note: str, *, act: Act
) -> list[Problem]:
    """A pathway or team that there is not, or a note that is too long."""
    problems = [*pathway_problems(pathway, act), *note_problems("note", note, must=False)]
    teams = {team.id: team.name for team in receivers_for(session, act.organisation_id, pathway)}
    if receiver_id is not None and receiver_id not in teams:
        names = ", ".join(teams.values()) or "-"
        english = f"This team does not take referrals on this pathway; allowed: {names}."
        problems.append(
            problem(
                "receiver_id", english, f"Este equipo no recibe derivaciones de esta vía; se admite: {names}."
            )
        )
    return problems


def signing_problems(reason: ClosingReason, note: str) -> list[Problem]:
    """Something that no second person signs, or a note that is missing."""
    problems = note_problems("note", note, must=True)
    if reason not in SIGNED_REASONS:
        allowed = ", ".join(SIGNED_REASONS)
        english = f'Found "{reason}"; allowed: {allowed}.'
        problems.append(problem("reason", english, f"Se encontró «{reason}»; se admite: {allowed}."))
    return problems


def pathway_problems(pathway: str, act: Act) -> Sequence[Problem]:
    """A pathway that is missing, or that there is not."""
    known = act.definitions.pathways.ids
    if pathway in known:
        return ()
    if not pathway:
        return [problem("pathway", "Say what kind of help.", "Indique qué tipo de ayuda.")]
    allowed = ", ".join(known)
    english = f'Found "{pathway}"; allowed: {allowed}.'
    return [problem("pathway", english, f"Se encontró «{pathway}»; se admite: {allowed}.")]


def _urgency_problems(command: Opening, act: Act) -> Sequence[Problem]:
    if command.pathway not in act.definitions.pathways.ids:
        return (
            () if command.urgency else [problem("urgency", "Say how urgent it is.", "Indique la urgencia.")]
        )
    allowed = act.definitions.pathways.get(command.pathway).urgencies
    if command.urgency in allowed:
        return ()
    words, found = ", ".join(allowed), command.urgency or "-"
    english = f'How urgent is it? Found "{found}"; this pathway takes: {words}.'
    return [
        problem("urgency", english, f"¿Qué urgencia tiene? Se encontró «{found}»; esta vía admite: {words}.")
    ]


def _known_owner(owner_id: uuid.UUID, owners: Mapping[uuid.UUID, str]) -> list[Problem]:
    if owner_id in owners:
        return []
    names = ", ".join(owners.values()) or "-"
    english = f"This person cannot look after this client; allowed: {names}."
    return [problem("owner_id", english, f"Esta persona no puede hacerse cargo; se admite: {names}.")]
