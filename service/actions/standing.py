"""Who stands at the machine itself: the one account behind an e-mail address that has the role for an act."""

import uuid
from collections.abc import Set as AbstractSet

from sqlalchemy.orm import Session

from service.actions.refusals import FieldProblem, Invalid
from service.actions.sign_ins import actor_of
from service.permissions import Actor, Role
from service.store.directory import users_by_email
from service.store.organisations import find_organisation
from service.store.scope import enter


def at_the_machine(
    session: Session, email: str, organisation: str | None, roles: AbstractSet[Role], *, called: str
) -> Actor:
    """The person with one of these roles, in the organisation of this name where several have such an account."""
    rows = [row for row in users_by_email(session, email) if row.role in roles]
    named = {row.id: _name_of(session, row.organisation_id) for row in rows}
    found = [row for row in rows if organisation in {None, named[row.id]}]
    if len(found) != 1:
        allowed = "; ".join(sorted(named.values())) or f"no account of a {called} has it"
        raise Invalid(FieldProblem("by", f"one {called} is needed", email, allowed))
    enter(session, found[0].organisation_id)
    return actor_of(found[0])


def _name_of(session: Session, organisation_id: uuid.UUID) -> str:
    enter(session, organisation_id)
    return find_organisation(session, organisation_id).name
