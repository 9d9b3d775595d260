"""Questionnaires, dictionaries, tables and lines of answers made to hurt: each by the door that it comes to."""

import json

from instruments.exchange.redcap_text import COLUMNS
from instruments.exchange.strict_json import MAX_BYTES, MAX_DEPTH
from tests.instruments.exchange.questionnaires import computed, question, questionnaire, three
from tests.instruments.exchange.test_redcap import TWO, dictionary

DEEP = (100, 1000, 10_000, 100_000)
FORMULAS = {
    "brackets": "(" * 9000 + "1" + ")" * 9000,
    "open brackets": "(" * 19_000,
    "minus": "-" * 19_000 + "1",
    "powers": "9*" * 9000 + "9",
    "quotients": "1/" * 9000 + "3",
    "division by nothing": "1/0",
    "a huge number": "9" * 19_000,
    "members": "a." * 9000 + "a",
    "calls": "a(" * 9000,
    "arguments": "sum(" + "1," * 9000 + "1)",
    "comparisons": "1<" * 9000 + "1",
    "unions": "1|" * 9000 + "1",
    "quotes": "'" * 19_000,
    "escapes": "'" + "\\'" * 9000,
    "code": "__import__('os').system('true')",
    "a match": "'a'.matches('(a+)+$')",
    "a replace": "'a'.replaceMatches('(a|a)*', '')",
    "a resolve": "resolve('http://127.0.0.1/')",
    "a trace": "trace('x')",
    "signs of right to left": "\u202e1\u202c",
    "nul": "1\0+1",
    "itself": "%total",
    "repeats": "repeat(repeat(repeat(item)))",
    "descendants": "descendants()." * 700 + "count()",
    "iif": "iif(true," * 2000 + "1" + ")" * 2000,
    "if": "if([q1]='1'," * 1500 + "1" + ",0)" * 1500,
    "ands": "[q1]='1' and " * 1300 + "[q1]='1'",
    "ors of ands": "([q1]='1' or [q2]='1') and " * 700 + "[q1]='1'",
    "sums of itself": "sum(" * 60 + "[q1]" + ",[q1])" * 60,
    "two to the power": "(" * 55 + "[q1]" + "+[q1])*2" * 55,
}


def in_json(text):
    return ('{"resourceType": "Questionnaire", "title": ' + text + "}").encode()


def nested_groups(depth):
    text = json.dumps(question("q1"))
    for level in range(depth):
        text = f'{{"linkId": "g{level}", "type": "group", "text": "g", "item": [{text}]}}'
    return (
        '{"resourceType": "Questionnaire", "title": "T", "status": "draft", "item": [' + text + "]}"
    ).encode()


def enabled(number, behaviour="any", operator="="):
    when = [
        {"question": "q1", "operator": operator, "answerCoding": {"code": f"a{n % 3}"}} for n in range(number)
    ]
    return questionnaire(question("q1"), question("q2", enableWhen=when, enableBehavior=behaviour))


def plain(resource):
    return json.dumps(resource).encode()


FHIR = {
    **{f"lists {n} deep": in_json("[" * n + "]" * n) for n in DEEP},
    **{f"objects {n} deep": in_json('{"a":' * n + "1" + "}" * n) for n in DEEP},
    **{f"open lists {n} deep": b"[" * n for n in DEEP},
    **{f"open objects {n} deep": b'{"a":' * n for n in DEEP},
    **{f"groups {n} deep": nested_groups(n) for n in (1, MAX_DEPTH // 2 - 2, MAX_DEPTH, 500)},
    **{
        f"a title of {word[:20]}": in_json(word)
        for word in (
            *(
                "NaN",
                "Infinity",
                "-Infinity",
                "1e999999",
                "-1e99999999999",
                "9" * 19,
                "9" * 100_000,
                "0." + "1" * 50_000,
            ),
            *(
                '"\\ud800"',
                '"\\udfff\\ud800"',
                '"\\u0000"',
                '"\\u001b[2J"',
                '"\\u202e"',
                "true",
                "null",
                "[]",
                "{}",
                '"' + "x" * 25_000 + '"',
            ),
            *(
                "'a'",
                "undefined",
                "01",
                "1.",
                ".5",
                "+1",
                "0x10",
                "1_0",
                '{"a":1,"a":2}',
                '{"__proto__": {"x": 1}}',
                "[,]",
            ),
        )
    },
    "over the most bytes": b" " * (MAX_BYTES + 1),
    "as many values as fit": in_json("[" + "1," * 250_000 + "1]"),
    "twenty thousand doubled keys": in_json("{" + '"a":1,' * 20_000 + '"b":1}'),
    "thirty thousand keys": in_json("{" + ",".join(f'"k{n}":1' for n in range(30_000)) + "}"),
    "utf-16": plain(three()).decode().encode("utf-16"),
    "latin-1": b'{"resourceType": "Questionnaire", "title": "\xe9"}',
    "nul": b"\0" + plain(three()),
    "nothing": b"",
    "a list": b"[]",
    "another resource": plain({"resourceType": "Patient", "name": [{"family": "Example"}]}),
    "a bundle": plain({"resourceType": "Bundle", "entry": [{"resource": three()}] * 50}),
    "xml with entities": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Questionnaire>&a;</Questionnaire>',
    "a thousand questions": plain(questionnaire(*(question(f"q{n}") for n in range(1000)))),
    "five hundred questions": plain(questionnaire(*(question(f"q{n}") for n in range(1, 501)))),
    "one link everywhere": plain(questionnaire(*[question("q1")] * 400)),
    "long links": plain(questionnaire(question("q" * 20_000), question("q" * 20_000 + "a"))),
    "a hundred computed": plain(three(*(computed("1", f"t{n}") for n in range(100)))),
    "fifty computed of each other": plain(three(*(computed(f"%t{n + 1}", f"t{n}") for n in range(50)))),
    "ten thousand options": plain(
        questionnaire(
            question("q1", answerOption=[{"valueCoding": {"code": f"a{n}"}} for n in range(10_000)])
        )
    ),
    "an option worth a billion": plain(
        questionnaire(question("q1", answerOption=[{"valueInteger": 10**17}, {"valueInteger": 0}]))
    ),
    "a thousand enableWhen": plain(enabled(1000)),
    "three thousand enableWhen": plain(enabled(3000, "all", "!=")),
    "enableWhen by itself": plain(
        questionnaire(
            question("q1", enableWhen=[{"question": "q1", "operator": "=", "answerCoding": {"code": "a1"}}])
        )
    ),
    "enableWhen by a later one": plain(
        questionnaire(
            question("q1", enableWhen=[{"question": "q2", "operator": "exists", "answerBoolean": True}]),
            question("q2"),
        )
    ),
    "contained in itself": plain(
        questionnaire(
            question("q1", answerValueSet="#a"),
            contained=[{"resourceType": "ValueSet", "id": "a", "contained": [{"id": "a"}]}],
        )
    ),
    "one value set for everybody": plain(
        questionnaire(
            *({"linkId": f"q{n}", "type": "choice", "text": "x", "answerValueSet": "#a"} for n in range(500)),
            contained=[
                {
                    "resourceType": "ValueSet",
                    "id": "a",
                    "compose": {
                        "include": [{"system": "x", "concept": [{"code": f"a{n}"} for n in range(20_000)]}]
                    },
                }
            ],
        )
    ),
    "a value set far away": plain(questionnaire(question("q1", answerValueSet="http://127.0.0.1:1/x"))),
    **{f"a formula of {name}": plain(three(computed(text))) for name, text in FORMULAS.items()},
}

HEADER = ",".join(COLUMNS).encode()
REDCAP = {
    **{
        f"a formula of {name}": dictionary(*TWO, ("total", "calc", "Total", text.replace("\0", "")))
        for name, text in FORMULAS.items()
    },
    **{
        f"branching on {name}": dictionary(
            *TWO, ("q3", "radio", "Three?", "0, No | 1, Yes", text.replace("\0", ""))
        )
        for name, text in FORMULAS.items()
    },
    **{
        f"choices of {name}": dictionary(("q1", "radio", "One?", text))
        for name, text in {
            "nothing": "",
            "strokes": "|" * 19_000,
            "commas": "," * 19_000,
            "themselves": "0, a | 0, b",
            "huge": "9" * 500 + ", a | 1, b",
            "many": " | ".join(f"{n}, a" for n in range(3000)),
            "formulas": "0, =1+1 | 1, @SUM(A1)",
            "code": "0, {{7*7}} | 1, __import__('os')",
        }.items()
    },
    "quotes": HEADER + b"\n" + b'"' * 200_000,
    "open quote": HEADER + b'\n"' + b"a,\n" * 100_000,
    "quotes in quotes": HEADER + b"\n" + b'""a""b' * 30_000,
    "commas": HEADER + b"\n" + b"," * 400_000,
    "lines": HEADER + b"\n" * 400_000,
    "a huge cell": HEADER + b'\n"' + b"a" * 200_000 + b'"',
    "twenty thousand columns": b",".join(b"c%d" % n for n in range(20_000)),
    "twenty thousand like columns": b"field_name," * 20_000,
    "six thousand rows": dictionary(*((f"q{n}", "radio", "a", "0, a | 1, b") for n in range(6000))),
    "one name everywhere": dictionary(*[TWO[0]] * 3000),
    "forms": HEADER + b"\n" + b"\n".join(b"q%d,f%d,,radio,a,0;a" % (n, n) for n in range(4000)),
    "nul": HEADER + b"\nq1,\0,,radio",
    "utf-16": dictionary(*TWO).decode().encode("utf-16"),
    "over the most bytes": b"a" * (MAX_BYTES + 1),
    "nothing": b"",
    "carriage returns": dictionary(*TWO).replace(b"\r\n", b"\r"),
    "names of ours": dictionary(("__class__", "radio", "One?", "0, a | 1, b")),
}

CSV = {
    "quotes": b"id,q1,q2\n" + b'"' * 100_001,
    "open quote": b'id,q1,q2\n"' + b"a,1,1\n" * 50_000,
    "a cell": b'id,q1,q2\n"' + b"a" * 200_000 + b'",1,1',
    "columns": b"id," + b",".join(b"x%d" % n for n in range(20_000)),
    "like columns": b"id," + b"q1," * 20_000 + b"q2\n",
    "cells": b"id,q1,q2\n" + b"1," * 100_000,
    "numbers": b"id,q1,q2\na,%s,1e9\n" % (b"9" * 100_000),
    "nul": b"id,q1,q2\na\0,\0,1\n",
    "formulas": b"id,q1,q2\n=cmd|' /C calc'!A0,1,1\n",
    "not utf-8": b"id,q1,q2\n\xff,\xfe,1\n",
    "no header": b"\n\n\n",
    "nothing": b"",
    "id twice": b"id,id,q1\n",
    "marks": b"\xef\xbb\xbf" * 5 + b"id,q1,q2\n",
    "digits of elsewhere": "id,q1,q2\na,١,１\n".encode(),  # noqa: RUF001
}

LINES = {
    "deep": b'{"id": "a", "answers": ' + b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "keys": b'{"id": "a", "answers": {' + b",".join(b'"x%d": 1' % n for n in range(30_000)) + b"}}",
    "doubled keys": b'{"id": "a", "answers": {' + b'"q1": 1,' * 30_000 + b'"q2": 1}}',
    "numbers": b'{"id": "a", "answers": {"q1": ' + b"9" * 100_000 + b"}}",
    "fractions": b'{"id": "a", "answers": {"q1": 1.' + b"1" * 100_000 + b"}}",
    "words that are no numbers": b'{"id": "a", "answers": {"q1": NaN, "q2": -Infinity}}\n'
    b'{"id": "a", "answers": {"q1": 1e999}}',
    "half characters": b'{"id": "\\ud800", "answers": {"\\udfff": 1}}',
    "a long line": b'{"id": "' + b"a" * 2_000_000 + b'"}',
    "nul": b'{"id": "a\0", "answers": {}}',
    "not utf-8": b'{"id": "\xff", "answers": {}}',
    "lists": b'[]\n1\nnull\ntrue\n"a"\n',
    "answers of every kind": b'{"id": 1, "answers": {"q1": [], "q2": {}}}\n'
    b'{"id": null, "answers": []}\n{"id": [], "answers": null}',
}

_WORDS = "wording_of: cries-8\nlanguages: [en]\nsource: ours\n"
WORDS = {
    "aliases": _WORDS + "answers: &a {}\nitems: *a\n",
    "tags": _WORDS + "answers: !!python/object/apply:os.system ['true']\nitems: {}\n",
    "items": _WORDS + "answers: {}\nitems:\n" + "".join(f"  q{n}: x\n" for n in range(4000)),
    "languages": "wording_of: cries-8\nlanguages: ["
    + "en, " * 9000
    + "]\nsource: ours\nanswers: {}\nitems: {}\n",
    "many languages": "wording_of: cries-8\nlanguages: ["
    + ", ".join(f"x{chr(97 + n % 26)}-a{n:04}" for n in range(3000))
    + "]\nsource: ours\nanswers: {}\nitems: {}\n",
    "a long text": _WORDS + "answers: {}\nitems: {q1: '" + "x" * 200_000 + "'}\n",
    "deep": _WORDS + "answers: " + "{a: " * 3000,
    "another": _WORDS.replace("cries-8", "../../cries-8") + "answers: {}\nitems: {}\n",
}
