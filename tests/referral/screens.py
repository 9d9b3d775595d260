"""Filled-in forms, scored, and the shipped routing rules to judge them by."""

from instruments.catalogue import load_catalogue
from referral.catalogue import load_pathways, load_routing
from referral.facts import NO_HISTORY, ClientFacts
from referral.routing import route

CATALOGUE = load_catalogue()
PATHWAYS = load_pathways()
SCHOOL = load_routing("school-screening", instruments=CATALOGUE, pathways=PATHWAYS)
CLINIC = load_routing("clinic-screening", instruments=CATALOGUE, pathways=PATHWAYS)
TEEN = ClientFacts(age=15, grade=10)
ALL_NO = {"q1": 0, "q2": 0, "q3": 0, "q4": 0}


def scored(**forms):
    return {alias: CATALOGUE.scorer(SCHOOL.uses[alias].id).score(raw) for alias, raw in forms.items()}


def phq(total, q9=0):
    """A complete PHQ-9 with this total, item 9 apart."""
    left, answers = total - q9, {}
    for number in range(1, 9):
        answers[f"q{number}"] = min(3, left)
        left -= answers[f"q{number}"]
    assert left == 0
    return {**answers, "q9": q9}


def gad(total):
    answers = {}
    for number in range(1, 8):
        answers[f"q{number}"] = min(3, total)
        total -= answers[f"q{number}"]
    return answers


def routed(rules=SCHOOL, client=TEEN, history=NO_HISTORY, **forms):
    return route(rules, scored(**forms), client, history)
