"""The pages about the lifecycle and the trail's format say what the code does."""

import json
import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from referral.audit import CHAIN_TAG, GENESIS_TAG, Damage, append, genesis
from referral.bundles import LONGEST_LINE
from referral.checkpoints import LONGEST_EXTRA, LONGEST_PATH
from referral.entries import COMMIT_TAG, FIELDS, SHORTEST_SALT
from referral.events import EVENTS, Event, EventKind, SubjectKind
from referral.lifecycle import STEPS, who_acts_next
from referral.model import State, Step
from referral.needs import NEXT_STEPS
from referral.notes import LONGEST_NOTE, MOST_SIGNATURES
from referral.requirements import REQUIRES
from referral.standards import BORDER_CODES

DOCS = Path(__file__).parents[2] / "docs"
LIFECYCLE = (DOCS / "lifecycle.md").read_text("utf-8")
FORMAT = (DOCS / "audit-format.md").read_text("utf-8")


@pytest.mark.parametrize("state", State)
def test_the_page_tells_each_state_as_it_is(state):
    step, codes = NEXT_STEPS[state], BORDER_CODES[state]
    cells = [
        state,
        who_acts_next(state),
        f"{step.what['en']} ({step.owner})",
        step.clock,
        step.since,
        codes.task_status,
        codes.business_status or "-",
        codes.transaction or "-",
    ]
    assert f"| {' | '.join(cells)} |\n" in LIFECYCLE


def test_the_page_tells_every_edge_and_no_other():
    edges = {
        f"| {state} | {step} | {to} | {' or '.join(sorted(sides))} |"
        for (state, step), (to, sides) in STEPS.items()
        if step is not Step.MARK_ERROR
    }
    told = LIFECYCLE.split("\n## Steps\n")[1].split("\n## ")[0]
    rows = set(re.findall(r"^\| .* \|$", told, re.MULTILINE)) - {
        "| from | step | to | who |",
        "| --- | --- | --- | --- |",
    }
    assert rows == edges


@pytest.mark.parametrize("step", Step)
def test_the_page_tells_what_each_step_needs(step):
    needs = ", ".join(f"`{requirement}`" for requirement in REQUIRES[step]) or "-"
    assert f"| {step} | {needs} |\n" in LIFECYCLE


def test_the_format_page_names_every_field_tag_kind_and_damage():
    for name in FIELDS:
        assert f"| `{name}` |" in FORMAT
    for tag in (GENESIS_TAG, CHAIN_TAG, COMMIT_TAG):
        assert f"`{tag[:-1].decode()}` and one zero byte" in FORMAT
    for damage in Damage:
        assert damage in FORMAT


def test_the_format_page_names_the_limits():
    for words in (
        f"at most {LONGEST_LINE:,} bytes",
        f"at most {LONGEST_NOTE:,} characters",
        f"1 to {MOST_SIGNATURES} signature lines",
        f"at most {LONGEST_PATH} digests",
        f"has at most {LONGEST_EXTRA:,} characters",
        f"at least {SHORTEST_SALT} bytes",
    ):
        assert words in FORMAT


@pytest.mark.parametrize("kind", EventKind)
def test_the_format_page_tells_what_each_kind_of_event_says(kind):
    spec = EVENTS[kind]
    subjects = "any" if len(spec.subjects) == len(SubjectKind) else ", ".join(sorted(spec.subjects))
    fields = ", ".join(f"`{name}`" for name in sorted(spec.fields)) or "-"
    details = ", ".join(f"`{name}`" for name in sorted(spec.details)) or "-"
    assert f"| {kind} | {subjects} | {fields} | {details} |\n" in FORMAT


def test_the_worked_example_of_the_format_page_is_true():
    block = re.search(r"```json\n(.*)\n```", FORMAT)
    entry = block[1].encode()
    told = json.loads(entry)
    event = Event(
        **{
            name: value
            for name, value in told.items()
            if name not in {"format", "seq", "at", "kind", "subject_kind"}
        },
        at=datetime.fromisoformat(told["at"]),
        kind=EventKind(told["kind"]),
        subject_kind=SubjectKind(told["subject_kind"]),
    )
    head, row = append(genesis(told["organisation"]), event)
    assert row.entry == entry
    start = sha256(b"handrail/audit/genesis/1\0" + told["organisation"].encode())
    digest = sha256(b"handrail/audit/chain/1\0" + start.digest() + entry)
    assert head.digest == digest.digest()
    assert start.hexdigest() in FORMAT
    assert digest.hexdigest() in FORMAT
