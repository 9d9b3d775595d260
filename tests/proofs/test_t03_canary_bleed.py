"""T3: unmistakable words in every text column of another organisation show in nothing that our people can ask for."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from referral.model import State
from service.permissions import Role
from service.store.clients import ClientRow
from service.store.scope import across
from tests.databases import ENGINES
from tests.journeys.stage import PEOPLE, RISK, screening
from tests.proofs.canaries import seed, seeded_columns
from tests.proofs.copies import Pair, kept
from tests.proofs.crawling import crawl, everything, lists, masked, searched
from tests.service.builders import Clock, make_parts
from tests.service.referring import referral_in

FORMS = [pytest.param((Role.COUNSELOR, 0), id="suite")] + [
    pytest.param((role, 4000), id=f"{role}, long", marks=pytest.mark.long) for role in PEOPLE
]
"""Who crawls, and how many links are followed; a short crawl knows one address of each rule."""
GROWN = [
    pytest.param((Role.SUPERVISOR, lists), id="suite"),
    *(pytest.param((role, everything), id=f"{role}, long", marks=pytest.mark.long) for role in PEOPLE),
]
"""Who looks before and after the other organisation grew, and at what."""


@pytest.fixture(scope="module", params=ENGINES)
def seeded(request, tmp_path_factory):
    """(a staged database in which theirs is full of canaries, what the canaries are)."""
    found = []
    made = kept(request, tmp_path_factory.mktemp("canaries"), lambda pair: found.append(_seeded(pair)))
    return made, found[0]


def _seeded(pair):
    return seed(pair.url, pair.theirs.here, pair.ours.here.organisation.id)


def leaks(answers, seeds):
    """(how many answers, every trace of theirs in one)."""
    count, found = 0, []
    for said in answers:
        count += 1
        found += [f"{said.asked}: {each}" for each in seeds.found_in(said.text, said.named)]
    return count, found


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_another_organisation_shows_in_anything_one_can_ask_for(seeded, form, caplog):
    (made, seeds), (role, most) = seeded, form
    caplog.set_level(logging.DEBUG)
    with made.copy() as pair:
        count, found = leaks(crawl(pair, role, pair.ours.here.app(), most=most), seeds)
    found += [f"log: {each}" for each in seeds.found_in(caplog.text)]
    print(
        f"T3 {role}: {count} answers, {len(seeds.where)} canaries, {len(seeds.marks)} ids; leaks: {len(found)}"
    )
    assert found == []
    assert count > 100


def test_every_text_column_has_a_canary(seeded):
    """A table without a row: add one to `fuller` in copies.py; a column with a closed meaning: to CODES."""
    every = {f"{table.name}.{column.name}" for table, column in seeded_columns()}
    assert every - set(seeded[1].where.values()) == set()


@pytest.mark.parametrize("seeded", ["sqlite"], indirect=True)
def test_their_own_people_do_see_the_canaries(seeded):
    """Else a crawl that finds none would show nothing: what is seeded stands on pages."""
    (made, seeds), seen = seeded, set()
    with made.copy() as pair:
        for said in crawl(Pair(pair.theirs, pair.ours), Role.SUPERVISOR, pair.theirs.here.app(), most=0):
            seen |= {each for each in seeds.found_in(said.text) if "." in each}
    every = {f"{table.name}.{column.name}" for table, column in seeded_columns()}
    print(f"T3: {len(seen)} of {len(every)} seeded columns stand on a page of their own supervisor's")
    assert seen >= {
        "clients.family_name",
        "sites.name",
        "need_notes.text",
        "alerts.place",
        "users.name",
    }
    assert len(seen) > 15


def every_client(session, _organisation_id, _words, *, site_id, most):
    """The deliberately broken variant of one query: it forgets its organisation, and its scope is off."""
    return session.scalars(across(select(ClientRow).limit(500))).all()


def test_one_query_without_its_organisation_is_found(seeded, monkeypatch):
    (made, seeds), patched = seeded, "service.actions.clients.clients_matching"
    monkeypatch.setattr(patched, every_client)
    with made.copy() as pair:
        _count, found = leaks(searched(pair, Role.COUNSELOR, pair.ours.here.app()), seeds)
        by_rows = pair.url.startswith("postgresql")
    print(f"T3: one query off its scope leaks {len(found)} traces")
    # On PostgreSQL row security holds below the query.
    assert found == [] if by_rows else {"POST /api/v1/clients/search: clients.given_name"} <= set(found)


def grown(pair):
    """Twice the other organisation: more people, screenings, needs, referrals, alerts and events."""
    here = replace(
        pair.theirs.here, parts=make_parts(pair.url, pair.theirs.here.parts.settings.data_dir, Clock(), 99)
    )
    for given in ("Aaron", "Maya", "Zoe"):
        client = here.new_client(given, "Example")
        screening(here, client, RISK)
        referral_in(here, State.SENT, client=client)
    here.parts.close()


def told(made, role, look, change=lambda _pair: None):
    """Every answer to a crawl of a copy that was changed before, without what differs from request to request."""
    with made.copy() as pair:
        change(pair)
        return {masked(said) for said in look(pair, role, pair.ours.here.app())}


@pytest.mark.parametrize("form", GROWN)
def test_no_count_order_cursor_or_size_changes_with_what_another_organisation_has(seeded, form):
    (made, _seeds), (role, look) = seeded, form
    before, after = told(made, role, look), told(made, role, look, grown)
    changed = sorted({asked for asked, *_rest in before ^ after})
    print(
        f"T3 {role}: {len(before)} answers before and after the other organisation grew; changed: {len(changed)}"
    )
    assert changed == []


@pytest.mark.parametrize("seeded", ["sqlite"], indirect=True)
def test_a_list_that_counts_everybodys_rows_is_found(seeded, monkeypatch):
    """The deliberately broken variant."""
    monkeypatch.setattr("service.actions.clients.clients_matching", every_client)
    before, after = (told(seeded[0], Role.COUNSELOR, searched, *change) for change in ((), (grown,)))
    assert "POST /clients/search" in {asked for asked, *_rest in before ^ after}
