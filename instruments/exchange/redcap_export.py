"""An instrument -> a REDCap data dictionary in CSV, and the list of what it could not carry.

The first field is the record's own id, as REDCap asks of every project. One language fits: English is written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from instruments.conditions import Refused, leaves
from instruments.exchange.expressions import NotUnderstood
from instruments.exchange.fhirpath_text import check_resting
from instruments.exchange.losses import losses_of
from instruments.exchange.redcap_text import COLUMNS, also_needed, branching_text, field_name, scale_text
from instruments.exchange.telling import FORMULA_SIGNS, Exported, Notes
from instruments.model import Instrument, Item, Option, Text, text_in

_NAME, _FORM, _SECTION, _TYPE, _LABEL, _CHOICES = COLUMNS[:6]
_BRANCHING, _REQUIRED, _NUMBER = COLUMNS[11], COLUMNS[12], COLUMNS[14]
_NO_REFUSAL = "it is carried as blank: the question is shown until the others are answered"

Row = dict[str, str]


def dictionary_text(instrument: Instrument) -> Exported:
    """The data dictionary of an instrument. Without wording it has ids only, and the notes say so."""
    notes = Notes(list(losses_of(instrument, "a REDCap data dictionary")))
    for path in ("codes", "publisher", "permission", "version", "about"):
        notes.add(path, path, "not carried: a REDCap data dictionary has no place for it")
    if not instrument.has_wording:
        notes.add("items", "the wording", "this instrument is kept without it (see its permission): ids only")
    others = [language for language in instrument.languages if language != "en"]
    if others:
        notes.add("languages", ", ".join(others), "not carried: a data dictionary holds one language")
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _rows(instrument, notes):
        _tell_formulas(row, notes)
        table.writerow({_FORM: field_name(instrument.id), **row})
    return Exported(written.getvalue(), notes)


def _tell_formulas(row: Row, notes: Notes) -> None:
    """Words are carried as they are, so a person must know which a spreadsheet would take for a formula."""
    for column, words in row.items():
        if words.startswith(FORMULA_SIGNS):
            what = f"a cell that begins with {words[0]!r}"
            notes.add(
                f"{row[_NAME]}, {column}", what, "written as it is; a spreadsheet may run it as a formula"
            )


def _rows(instrument: Instrument, notes: Notes) -> Iterator[Row]:
    items = {item.id: item for item in instrument.items}
    yield {_NAME: "record_id", _TYPE: "text", _LABEL: "Record ID"}
    if instrument.introduction:
        yield {_NAME: "introduction", _TYPE: "descriptive", _LABEL: text_in(instrument.introduction, "en")}
    shown = ""
    for item in instrument.items:
        lead = text_in(item.lead, "en")
        if shown and not lead:
            notes.add(
                f"items.{item.id}.lead", "a question without a stem", "it stands under the one before it"
            )
        section = {_SECTION: lead} if lead != shown and lead else {}
        shown = lead or shown
        yield {**section, **_question(item, items, notes)}
    yield from _scores(instrument, items, notes)


def _question(item: Item, items: Mapping[str, Item], notes: Notes) -> Row:
    name = field_name(item.id)
    return {
        _NAME: name,
        _TYPE: "radio",
        _LABEL: text_in(item.ask, "en") or name,
        _CHOICES: " | ".join(_choice(item, option, notes) for option in item.options),
        _BRANCHING: _branching(item, items, notes),
        _REQUIRED: "" if item.optional else "y",
        _NUMBER: item.number,
    }


def _choice(item: Item, option: Option, notes: Notes) -> str:
    words = _one_line(option.label)
    if "|" in words:
        words = words.replace("|", "/")
        notes.add(
            f"items.{item.id}", "the sign | in an answer", "written as /, for | parts the answers there"
        )
    return f"{option.value}, {words or option.value}"


def _one_line(text: Text) -> str:
    return " ".join(text_in(text, "en").split())


def _branching(item: Item, items: Mapping[str, Item], notes: Notes) -> str:
    if item.asked_if is None:
        return ""
    path = f"items.{item.id}.asked_if"
    try:
        text = branching_text(item.asked_if, items)
    except NotUnderstood as why:
        notes.add(path, "the branching", f"not carried, so the question is always asked: {why}")
        return ""
    if any(isinstance(leaf, Refused) for leaf in leaves(item.asked_if)):
        notes.add(path, "a refusal in branching", _NO_REFUSAL)
    return text


def _scores(instrument: Instrument, items: Mapping[str, Item], notes: Notes) -> Iterator[Row]:
    left_out: set[str] = set()
    scales = {scale.id: scale for scale in instrument.scales}
    for scale in instrument.scales:
        try:
            check_resting(scale, scales, left_out)
            text = scale_text(scale, items)
        except NotUnderstood as why:
            left_out.add(scale.id)
            notes.add(f"scales.{scale.id}", f"the scale {scale.id}", f"not carried: {why}")
            continue
        needed = also_needed(scale, items)
        if needed:
            words = f"the number also waits for {', '.join(needed)}"
            notes.add(f"scales.{scale.id}", f"the scale {scale.id}", words)
        label = text_in(scale.label, "en")
        yield {_NAME: field_name(scale.id), _TYPE: "calc", _LABEL: label, _CHOICES: text}
