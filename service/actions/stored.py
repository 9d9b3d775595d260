"""Judgements as they are kept and read back: results, reasons and routing as plain JSON with their digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instruments.scoring import Result
from referral.model import Decision
from referral.routing import RoutingResult


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A kept result of one form; the same fields as when it was scored."""

    instrument: str
    version: str
    digest: str
    complete: bool
    scores: Mapping[str, int | None]
    bands: Mapping[str, str | None]
    findings: tuple[str, ...]
    undecided: tuple[str, ...]
    critical: tuple[str, ...]
    unanswered: tuple[str, ...]


def result_json(result: Result) -> dict[str, Any]:
    """A result as it is kept."""
    return {
        "instrument": result.instrument,
        "version": result.version,
        "digest": result.digest,
        "complete": result.complete,
        "scores": dict(result.scores),
        "bands": dict(result.bands),
        "findings": list(result.findings),
        "undecided": list(result.undecided),
        "critical": list(result.critical),
        "unanswered": list(result.unanswered),
    }


def read_result(kept: Mapping[str, Any]) -> StoredResult:
    """A kept result, read back."""
    return StoredResult(
        instrument=kept["instrument"],
        version=kept["version"],
        digest=kept["digest"],
        complete=kept["complete"],
        scores=kept["scores"],
        bands=kept["bands"],
        findings=tuple(kept["findings"]),
        undecided=tuple(kept["undecided"]),
        critical=tuple(kept["critical"]),
        unanswered=tuple(kept["unanswered"]),
    )


def reasons_json(decision: Decision) -> list[dict[str, Any]]:
    """The reasons of a decision as they are kept, in every language."""
    return [{"rule": reason.rule, "text": dict(reason.text)} for reason in decision.reasons]


def routing_json(routing: RoutingResult) -> dict[str, Any]:
    """The whole routing as it is kept: which rules, its inputs for a replay, every verdict, what was found."""
    return {
        "rules": routing.rules_id,
        "version": routing.rules_version,
        "digest": routing.rules_digest,
        "inputs": routing.inputs,
        "verdicts": [
            {
                "rule": verdict.rule,
                "because": dict(verdict.because),
                "verdict": str(verdict.verdict),
                "asked": dict(verdict.asked),
                "found": dict(verdict.found),
                "outcome": dict(verdict.outcome),
                "source": verdict.source,
            }
            for verdict in routing.verdicts
        ],
    }


def rules_named(decision: Decision) -> Sequence[str]:
    """The rules behind a decision, the leading one first."""
    return list(dict.fromkeys([decision.rule, *(reason.rule for reason in decision.reasons)]))
