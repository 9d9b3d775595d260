"""Questionnaires in the shapes in which public projects publish them, and small ones to plant faults in."""

import json

from instruments.exchange.fhir_import import from_questionnaire
from instruments.exchange.strict_json import read_json
from instruments.loading import load_definition
from tests.instruments.forms import instrument

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
PREFIX = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
YES = {"system": "http://snomed.info/sct", "code": "373066001", "display": "Yes"}
NO = {"system": "http://snomed.info/sct", "code": "373067005", "display": "No"}


def read(resource):
    """The import of a resource, by way of its bytes."""
    return from_questionnaire(read_json(json.dumps(resource).encode(), "form.json"), "form.json")


def defined(resource):
    """The instrument that a resource becomes."""
    return load_definition(read(resource).text, "form.yaml")


def option(value, words, code="", **more):
    coding = {"code": code or f"a{value}", "display": words, **more}
    return {"valueCoding": coding, "extension": [{"url": ORDINAL, "valueDecimal": value}]}


def question(link, **more):
    options = [option(0, "Never"), option(1, "Sometimes"), option(2, "Often")]
    return {"linkId": link, "text": f"Question {link}", "type": "choice", "answerOption": options, **more}


def computed(text, link="total"):
    expression = {"language": "text/fhirpath", "expression": text}
    return {
        "linkId": link,
        "text": "Total",
        "type": "decimal",
        "extension": [{"url": CALCULATED, "valueExpression": expression}],
    }


def questionnaire(*items, **more):
    return {"resourceType": "Questionnaire", "status": "draft", "title": "Tiny", "item": [*items], **more}


def three(*more, **around):
    return questionnaire(question("q1"), question("q2"), question("q3"), *more, **around)


def lforms(name, ids):
    """As LForms exports a LOINC panel: links are codes with a stroke, no address, a total that nothing computes."""
    one = instrument(name)
    items = [
        {
            "type": "choice",
            "required": False,
            "linkId": f"/{item.codes['loinc']}",
            "code": [{"system": "http://loinc.org", "code": item.codes["loinc"]}],
            "text": item.ask["en"],
            "answerOption": [_lforms_option(each) for each in item.options],
        }
        for item in one.items
        if item.id in ids
    ]
    total = {"type": "decimal", "required": False, "linkId": "/total", "text": "total score"}
    tag = {"tag": [{"code": "lformsVersion: 29.2.1"}]}
    return {
        "resourceType": "Questionnaire",
        "status": "draft",
        "title": "Panel",
        "meta": tag,
        "item": [*items, total],
    }


def _lforms_option(each):
    return {
        "extension": [
            {"url": PREFIX, "valueString": str(each.value)},
            {"url": ORDINAL, "valueDecimal": each.value},
        ],
        "valueCoding": {"code": each.codes["loinc"], "display": each.label["en"]},
    }


def spier_phq_9():
    """As SPiER writes the PHQ-9: links q1 to q9, an address, and a total computed over all links with a q."""
    one = instrument("phq-9")
    items = [
        question(item.id, text=item.ask["en"], required=item.id != "difficulty", answerOption=_options(item))
        for item in one.items
    ]
    total = computed("%resource.item.where(linkId.startsWith('q')).answer.weight().sum()", "total-score")
    stem = {"linkId": "instructions", "type": "display", "text": one.items[0].lead["en"]}
    return questionnaire(stem, *items, total, id="PHQ-9", version="1.0.0", publisher="Somebody")


def _options(item):
    return [
        option(each.value, each.label["en"], each.codes["loinc"], system="http://loinc.org")
        for each in item.options
    ]


def spier_asq():
    """As SPiER writes the ASQ: yes and no without numbers, question 5 in a group that opens after any yes."""
    asked = instrument("asq").items
    yes_no = [{"valueCoding": YES}, {"valueCoding": NO}]
    first = [question(item.id, text=item.ask["en"], answerOption=yes_no, required=True) for item in asked[:4]]
    fifth = question("q5", text=asked[4].ask["en"], answerOption=yes_no, required=True)
    describe = {"linkId": "q5-describe", "type": "text", "text": "Please describe"}
    opens = [{"question": f"q{place}", "operator": "=", "answerCoding": YES} for place in range(1, 5)]
    return questionnaire(
        {"linkId": "screening", "type": "group", "text": "Ask:", "item": first},
        {
            "linkId": "acuity",
            "type": "group",
            "text": "Then ask:",
            "enableWhen": opens,
            "enableBehavior": "any",
            "item": [fifth, describe],
        },
        version="1.1.0-pilot",
    )


def cirg_pc_ptsd_5():
    """As CIRG writes the PC-PTSD-5: answers by code alone, and a result that is text computed from them."""
    one = instrument("pc-ptsd-5")
    yes_no = [
        {"valueCoding": {"system": "http://loinc.org", "code": code, "display": words}}
        for code, words in (("LA33-6", "Yes"), ("LA32-8", "No"))
    ]
    items = [
        question(f"/{item.codes['loinc']}", text=item.ask["en"], answerOption=yes_no, required=False)
        for item in one.items
    ]
    said = {
        **computed("iif(%resource.item.where(linkId='/102011-4').answer.empty(), '', 'x')"),
        "type": "string",
    }
    return questionnaire(*items, said)
