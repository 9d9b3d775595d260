"""What goes out is FHIR by other people's measure: their models accept it, their FHIRPath gives our scores."""

import json
from decimal import Decimal
from functools import cache

import pytest
from fhir.resources.questionnaire import Questionnaire as QuestionnaireR5
from fhir.resources.R4B.questionnaire import Questionnaire as QuestionnaireR4
from fhirpathpy import compile as compile_path
from fhirpathpy.models import models
from hypothesis import given, settings

from instruments.exchange.fhir_names import CALCULATED, ENABLED_WHEN, VARIABLE
from tests.instruments.exchange.trips import LIBRARY, exported, forms, names_asked, own_rule
from tests.instruments.forms import catalogue, instrument

MODELS = {"fhir-r4": QuestionnaireR4, "fhir-r5": QuestionnaireR5}


@cache
def resource(name, target="fhir-r4"):
    return json.loads(exported(name, target).text)


def every_item(items):
    for item in items:
        yield item
        yield from every_item(item.get("item", []))


@cache
def weights(name):
    """(linkId, code) -> the number that the Questionnaire gives the answer."""
    return {
        (item["linkId"], option["valueCoding"]["code"]): option["extension"][0]["valueDecimal"]
        for item in every_item(resource(name)["item"])
        for option in item.get("answerOption", [])
    }


def plain(node):
    """What a node of fhirpathpy holds."""
    return getattr(node, "data", node)


@cache
def path(name, text):
    """An expression, compiled by fhirpathpy; weight() reads the Questionnaire, as SDC defines it."""
    known = weights(name)

    def weight(nodes):
        return [known[node["linkId"], node["valueCoding"]["code"]] for node in map(plain, nodes)]

    table = {"weight": {"fn": weight, "arity": {0: []}}}
    return compile_path(text, models["r4"], {"userInvocationTable": table})


def response(name, answers):
    """A QuestionnaireResponse with these answers; each answer repeats its linkId, which weight() needs."""
    codes = {(link, value): code for (link, code), value in weights(name).items()}

    def filled(items):
        for item in items:
            if "item" in item:
                yield {"linkId": item["linkId"], "item": list(filled(item["item"]))}
            elif item["linkId"] in answers:
                link = item["linkId"]
                coding = {"code": codes[link, answers[link]]}
                yield {"linkId": link, "answer": [{"linkId": link, "valueCoding": coding}]}

    return {"resourceType": "QuestionnaireResponse", "item": list(filled(resource(name)["item"]))}


def expressions(item, url):
    found = [one["valueExpression"] for one in item.get("extension", []) if one["url"] == url]
    return [(one.get("name"), one["expression"]) for one in found]


def evaluated(name, answers):
    """What fhirpathpy makes of the file: every variable, then every calculated item."""
    form = response(name, answers)
    known = {"resource": form}
    for variable, text in expressions(resource(name), VARIABLE):
        known[variable] = path(name, text)(form, known)
    items = list(every_item(resource(name)["item"]))
    scores = {
        item["linkId"]: path(name, text)(form, known)
        for item in items
        for _, text in expressions(item, CALCULATED)
    }
    shown = {
        item["linkId"] for item in items if "answerOption" in item and enabled(name, item, answers, known)
    }
    return scores, shown


def enabled(name, item, answers, known):
    """Whether a form filler shows a question: by its list of comparisons or its expression."""
    for _, text in expressions(item, ENABLED_WHEN):
        return path(name, text)(known["resource"], known) == [True]
    tests = [compared(name, test, answers) for test in item.get("enableWhen", [])]
    joined = all if item.get("enableBehavior", "all") == "all" else any
    return joined(tests) if tests else True


def compared(name, test, answers):
    given_value = answers.get(test["question"])
    if test["operator"] == "exists":
        return (given_value is not None) is test["answerBoolean"]
    wanted = weights(name)[test["question"], test["answerCoding"]["code"]]
    return given_value == wanted


@pytest.mark.parametrize("target", MODELS)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_models_of_fhir_resources_accept_every_questionnaire(name, target):
    model = MODELS[target].model_validate_json(exported(name, target).text)

    assert model.url == f"urn:handrail:instrument:{name}"


@pytest.mark.parametrize("name", LIBRARY)
def test_the_calculated_expressions_give_our_scores_in_another_engine(name):
    one = instrument(name)
    hears_refusals = any("exists" in json.dumps(item) for item in every_item(resource(name)["item"]))

    @settings(max_examples=3, deadline=None)
    @given(forms(one))
    def agrees(answers):
        ours = catalogue().scorer(name).score(answers).scores
        theirs, shown = evaluated(name, answers)
        for scale in one.scales:
            divisor = 10**scale.decimals
            expected = [] if ours[scale.id] is None else [Decimal(ours[scale.id]) / divisor]
            allowed = [expected, []] if own_rule(one, scale) else [expected]
            assert [Decimal(str(number)) for number in theirs[scale.id]] in allowed
        # A refusal in branching goes out as "not answered": then the question is shown, never hidden, too often.
        assert shown == set(names_asked(one, answers)) or (
            hears_refusals and shown > set(names_asked(one, answers))
        )

    agrees()


def test_each_release_spells_a_question_its_own_way():
    question_4 = next(item for item in every_item(resource("phq-2")["item"]) if item["linkId"] == "q1")
    question_5 = next(
        item for item in every_item(resource("phq-2", "fhir-r5")["item"]) if item["linkId"] == "q1"
    )

    assert (question_4["type"], question_5["type"]) == ("choice", "coding")
    assert question_5["answerConstraint"] == "optionsOnly"
    addresses = [one["url"].rsplit("/", 1)[1] for one in question_4["answerOption"][1]["extension"]]
    assert addresses == ["ordinalValue", "itemWeight"]
    assert question_5["answerOption"][1] == {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 1}],
        "valueCoding": {
            "system": "http://loinc.org",
            "code": "LA6569-3",
            "display": "Several days",
            "_display": {
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/translation",
                        "extension": [
                            {"url": "lang", "valueCode": "es"},
                            {"url": "content", "valueString": "Varios días"},
                        ],
                    }
                ]
            },
        },
    }


def test_a_questionnaire_says_who_publishes_it_and_on_what_terms():
    found = resource("phq-9")

    assert found["version"] == "1.0.0"
    assert found["status"] == "draft"
    assert found["publisher"].startswith("Drs. Robert L. Spitzer")
    assert found["copyright"].startswith("no permission needed: No permission required to reproduce")
    assert found["code"] == [{"system": "http://loinc.org", "code": "44249-1"}]
    total = next(item for item in every_item(found["item"]) if item["linkId"] == "total")
    assert total["code"] == [{"system": "http://loinc.org", "code": "44261-6"}]
