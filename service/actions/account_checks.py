"""What is wrong with an account or a place as somebody wrote it down, in words. Reads and changes nothing."""

import re
import uuid
from collections.abc import Container, Iterator, Mapping

from referral.model import Problem
from service.actions.saying import problem
from service.permissions import RECEIVING, Role
from service.store.accounts import NO_ACCOUNT

ROLES = tuple(role for role in Role if role is not Role.SYSTEM and role not in NO_ACCOUNT)
"""The roles that an account can have."""
LANGUAGES = ("en", "es")
MOST_LETTERS = 120
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3: a path has at most 256 characters, with its brackets."""


def new_problems(email: str, *, taken: bool) -> Iterator[Problem]:
    """Of an e-mail that is to open an account."""
    if not EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL or not email.isprintable():
        yield problem(
            "email",
            "Give an e-mail address, such as name@school.org.",
            "Dé un correo, como nombre@escuela.org.",
        )
    elif taken:
        yield problem(
            "email",
            "Somebody has an account with this e-mail, perhaps a closed one.",
            "Ya hay una cuenta con este correo, quizá cerrada.",
        )


def person_problems(
    name: str,
    title: str,
    role: Role | None,
    place: tuple[uuid.UUID | None, Mapping[uuid.UUID, str | None]],
    language: str,
) -> list[Problem]:
    """Of what an account says about somebody. `place` is the chosen site and, by id, the pathway of each (or none)."""
    found = [*text_problems("name", name, needed=True), *text_problems("title", title)]
    if role not in ROLES:
        found.append(problem("role", "Choose a role.", "Elija un rol."))
    else:
        found += _place_problems(role, *place)
    if language not in LANGUAGES:
        found.append(problem("language", "Choose English or Spanish.", "Elija inglés o español."))
    return found


def _place_problems(
    role: Role, site_id: uuid.UUID | None, sites: Mapping[uuid.UUID, str | None]
) -> Iterator[Problem]:
    """A receiver works in a team, a counselor in a building; the others may have a place."""
    known = site_id in sites
    pathway = sites.get(site_id) if site_id is not None else None
    if site_id is not None and not known:
        yield problem("site_id", "Choose a place of the list.", "Elija un lugar de la lista.")
    elif role in RECEIVING and pathway is None:
        yield problem("site_id", "Choose the team that they work in.", "Elija el equipo en el que trabaja.")
    elif role is Role.COUNSELOR and (not known or pathway is not None):
        yield problem(
            "site_id", "Choose the building that they work in.", "Elija el edificio en el que trabaja."
        )


def heir_problems(needs: int, heir: uuid.UUID | None, able: Container[uuid.UUID]) -> Iterator[Problem]:
    """Of who takes over the open needs of somebody who cannot look after them any more; without any, nobody must."""
    if (needs or heir is not None) and heir not in able:
        yield problem(
            "heir_id",
            "They own open needs. Choose who looks after these from now on.",
            "Es responsable de necesidades abiertas. Elija quién se hace cargo de ellas.",
        )


def text_problems(field: str, text: str, *, needed: bool = False) -> Iterator[Problem]:
    """Of a short text on one line."""
    if needed and not text.strip():
        yield problem(field, "Write something here.", "Escriba algo aquí.")
    elif len(text) > MOST_LETTERS or not text.isprintable():
        yield problem(
            field,
            f"Use one line of at most {MOST_LETTERS} characters.",
            f"Use una línea de {MOST_LETTERS} caracteres como máximo.",
        )
