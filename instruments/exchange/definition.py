"""An instrument -> the text of its definition file. Reading that text gives an equal instrument, digest included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from instruments.exchange.definition_rules import condition_tree, names_tree, scale_tree
from instruments.exchange.yaml_text import Tree, yaml_text
from instruments.model import (
    Assertion,
    BandSet,
    Change,
    Example,
    Finding,
    Instrument,
    Item,
    Option,
    Source,
    Text,
)

Branch = dict[Any, Tree]


def definition_text(instrument: Instrument) -> str:
    """The definition file of an instrument, every part of it."""
    order = tuple(item.id for item in instrument.items)
    sets = _answer_sets(instrument)
    tree: Branch = {
        **_head(instrument),
        "sources": {source.id: _source(source) for source in instrument.sources},
        **_shared_lead(instrument),
        "answers": {name: _answer_set(options) for options, name in sets.items()},
        "items": {item.id: _item(item, instrument, sets) for item in instrument.items},
        "scales": {scale.id: scale_tree(scale, instrument) for scale in instrument.scales},
        "bands": {one.id: _band_set(one) for one in instrument.band_sets},
        "findings": {finding.id: _finding(finding) for finding in instrument.findings},
        "assert": [_assertion(one) for one in instrument.assertions],
        "changes": [_change(change) for change in instrument.changes],
        "examples": [_example(example, order) for example in instrument.examples],
    }
    return yaml_text(_without_empty(tree, keep=("sources", "answers", "items")))


def _head(instrument: Instrument) -> Branch:
    permission = instrument.permission
    (low, high), alone = instrument.ages, instrument.self_from
    head: Branch = {
        "instrument": instrument.id,
        "version": instrument.version,
        "name": instrument.name,
        "title": _text(instrument.title),
        "about": _text(instrument.about),
        "publisher": instrument.publisher,
        "permission": {
            "terms": str(permission.terms),
            "basis": permission.basis,
            "source": permission.source,
            "seen_on": permission.seen_on.isoformat() if permission.seen_on else "",
        },
        "wording": instrument.wording_source,
        "clinical_check": instrument.clinical_check,
        "languages": list(instrument.languages),
        "ages": {"from": low, "to": high, **({"self_from": alone} if alone > low else {})},
        "informants": [str(informant) for informant in instrument.informants],
        "minutes": instrument.minutes,
        "recall": _text(instrument.recall),
        "introduction": _text(instrument.introduction),
        "codes": dict(instrument.codes),
        "notes": list(instrument.notes),
    }
    return _without_empty(head, keep=("title", "publisher", "permission"))


def _without_empty(tree: Branch, keep: tuple[str, ...] = ()) -> Branch:
    return {key: value for key, value in tree.items() if key in keep or value not in ({}, [], "", None)}


def _text(text: Text) -> Branch:
    return dict(text)


def _source(source: Source) -> Branch:
    return _without_empty(
        {"cite": source.cite, "url": source.url, "confidence": str(source.confidence)}, ("cite",)
    )


def _options_key(item: Item) -> tuple[Any, ...]:
    """Equal for items whose answers are the same in every word."""
    return tuple(
        (option.value, tuple(option.label.items()), tuple(option.codes.items())) for option in item.options
    )


def _answer_sets(instrument: Instrument) -> Mapping[tuple[Any, ...], str]:
    keys = dict.fromkeys(_options_key(item) for item in instrument.items)
    return {key: f"answers-{place}" for place, key in enumerate(keys, start=1)}


def _answer_set(key: tuple[Any, ...]) -> Branch:
    return {value: _option(Option(value, dict(label), dict(codes))) for value, label, codes in key}


def _option(option: Option) -> Tree:
    return {**option.label, **({"codes": dict(option.codes)} if option.codes else {})}


def _shared_lead(instrument: Instrument) -> Branch:
    return {"lead": _text(instrument.items[0].lead)} if _has_one_lead(instrument) else {}


def _has_one_lead(instrument: Instrument) -> bool:
    first = dict(instrument.items[0].lead)
    return bool(first) and all(dict(item.lead) == first for item in instrument.items)


def _item(item: Item, instrument: Instrument, sets: Mapping[tuple[Any, ...], str]) -> Branch:
    asked_if = condition_tree(item.asked_if) if item.asked_if is not None else None
    tree: Branch = {
        "lead": {} if _has_one_lead(instrument) else _text(item.lead),
        "ask": _text(item.ask),
        "answers": sets[_options_key(item)],
        "asked_if": asked_if,
        "not_asked": item.not_asked,
        "believed": item.believed or None,
        "optional": item.optional or None,
        "codes": dict(item.codes),
    }
    number: Branch = {"number": item.number} if item.number != item.id.removeprefix("q") else {}
    return {**number, **_without_empty(tree)}


def _band_set(one: BandSet) -> Branch:
    bands: Branch = {
        str(band.lowest) if band.lowest == band.highest else f"{band.lowest}-{band.highest}": _text(
            band.label
        )
        for band in one.bands
    }
    of: Branch = {"of": one.scale} if one.scale != one.id else {}
    return {
        **of,
        "label": _text(one.label),
        "purpose": str(one.purpose),
        "population": one.population,
        "source": one.source,
        "bands": bands,
    }


def _finding(finding: Finding) -> Branch:
    critical: Branch = {"critical": True} if finding.critical else {}
    return {
        "label": _text(finding.label),
        "when": condition_tree(finding.when),
        **critical,
        "purpose": str(finding.purpose),
        "population": finding.population,
        "source": finding.source,
    }


def _assertion(one: Assertion) -> Branch:
    return {"if": condition_tree(one.given), "then": condition_tree(one.then), "because": one.because}


def _change(change: Change) -> Branch:
    return {
        "scale": change.scale,
        "points": change.points,
        "meaning": change.meaning,
        "population": change.population,
        "source": change.source,
    }


def _example(example: Example, order: tuple[str, ...]) -> Branch:
    tree: Branch = {
        "name": example.name,
        "answers": _answers(example.answers, order),
        "scores": dict(example.scores),
        "bands": dict(example.bands),
    }
    stated = {"findings": example.findings, "undecided": example.undecided, "critical": example.critical}
    tree.update({key: list(value) for key, value in stated.items() if value is not None})
    return tree if example.complete is None else {**tree, "complete": example.complete}


def _answers(answers: Mapping[str, object], order: tuple[str, ...]) -> Branch:
    """Answers as they were given, neighbours with the same answer as one range."""
    by_answer: list[tuple[Any, list[str]]] = []
    for name, answer in answers.items():
        if by_answer and by_answer[-1][0] == answer and type(by_answer[-1][0]) is type(answer):
            by_answer[-1][1].append(name)
        else:
            by_answer.append((answer, [name]))
    return {key: answer for answer, names in by_answer for key in names_tree(names, order)}
