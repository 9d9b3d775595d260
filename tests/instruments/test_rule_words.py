"""A rule in one sentence: what it looks for, without any answers."""

import pytest

from instruments.catalogue import load_catalogue
from instruments.conditions import AllOf, AnyOf, AtLeast, Kind, Named, Not, OneOf, Possible, Refused, Within
from instruments.rule_words import rule_in_words

TITLES = {"total": "Total", "severity": "Severity", "worried": "Worried", "hurt": "Hurt"}
WORDS = {("q1", 1): "Yes", ("q2", 1): "Yes"}


class Sheet:
    """Items by number, the gate by its id, everything else by its title."""

    def label(self, kind, name):
        return name.removeprefix("q") if kind is Kind.ITEM else TITLES[name]

    def answer(self, item, value):
        return WORDS.get((item, value), "")


def item(name, low, high=None):
    return Within(Kind.ITEM, name, low, high)


ABOVE = Within(Kind.SCORE, "total", 10, None)


@pytest.mark.parametrize(
    ("rule", "english", "spanish"),
    [
        (ABOVE, "Total: at least 10", "Total: al menos 10"),
        (Within(Kind.SCORE, "total", 5, 9), "Total: 5 to 9", "Total: de 5 a 9"),
        (item("q9", 1), "question 9: at least 1", "pregunta 9: al menos 1"),
        (item("q1", 1, 1), "question 1: “Yes”", "pregunta 1: “Yes”"),
        (item("q9", 2, 2), "question 9: exactly 2", "pregunta 9: exactamente 2"),
        (item("exposure", 1), "exposure: at least 1", "exposure: al menos 1"),
        (Refused("q5"), "question 5: a refusal", "pregunta 5: una negativa a responder"),
        (Named("hurt"), "Hurt", "Hurt"),
        (
            OneOf(Kind.BAND, "severity", ("mild", "severe")),
            "Severity: mild or severe",
            "Severity: mild o severe",
        ),
        (Not(ABOVE), "not: Total: at least 10", "no se cumple: Total: al menos 10"),
        (Possible(Named("hurt")), "Hurt, or not decided", "Hurt, o sin decidir"),
        (
            AnyOf((item("q1", 1, 1), item("q2", 1, 1), Refused("q1"), Refused("q2"), item("q9", 2))),
            "questions 1 or 2: “Yes” or questions 1 or 2: a refusal or question 9: at least 2",
            "preguntas 1 o 2: “Yes” o preguntas 1 o 2: una negativa a responder o pregunta 9: al menos 2",
        ),
        (
            AllOf((item("q3", 2), item("q4", 2), item("q5", 2), Named("hurt"))),
            "questions 3, 4 and 5, each at least 2 and Hurt",
            "preguntas 3, 4 y 5, cada una al menos 2 y Hurt",
        ),
        (
            AtLeast(2, (item("q3", 2), item("q4", 2), item("q5", 2))),
            "questions 3, 4 and 5: at least 2 in at least 2 of them",
            "preguntas 3, 4 y 5: al menos 2 en al menos 2 de ellas",
        ),
        (
            AtLeast(2, (item("q3", 2), item("q4", 1), AnyOf((Named("hurt"), ABOVE)))),
            "at least 2 of these 3: question 3: at least 2; question 4: at least 1; (Hurt or Total: at least 10)",
            "al menos 2 de estas 3: pregunta 3: al menos 2; pregunta 4: al menos 1; (Hurt o Total: al menos 10)",
        ),
        (
            AllOf((AnyOf((Named("hurt"), Named("worried"))), Not(AllOf((Named("hurt"), Named("worried")))))),
            "(Hurt or Worried) and not: (Hurt and Worried)",
            "(Hurt o Worried) y no se cumple: (Hurt y Worried)",
        ),
    ],
)
def test_each_kind_of_rule_is_told_in_both_languages(rule, english, spanish):
    assert rule_in_words(rule, Sheet()) == english
    assert rule_in_words(rule, Sheet(), "es") == spanish
    assert rule_in_words(rule, Sheet(), "fr") == english


def test_every_rule_of_the_library_can_be_told():
    class Ids:
        def label(self, _kind, name):
            return name

        def answer(self, _item, _value):
            return ""

    told = [
        rule_in_words(finding.when, Ids())
        for one in load_catalogue().instruments()
        for finding in one.findings
    ]

    assert len(told) > 100
    assert all(told)
