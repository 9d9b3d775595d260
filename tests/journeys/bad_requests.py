"""Tables of bad requests to the JSON API: what is wrong, who sends it, where, and what must come back."""

from dataclasses import dataclass

from service.permissions import Role

SECRET = "kept-secret-7731"
NEVER = "00000000-0000-7000-8000-00000000002a"
JSON = {"Content-Type": "application/json"}

SENDER, RECEIVER, LEAD, ON_CALL = Role.COUNSELOR, Role.CLINICIAN, Role.COORDINATOR, Role.ON_CALL


@dataclass(frozen=True)
class Bad:
    """One bad request. `{name}` in address and body stands for an id of the scene; `names` is the field named."""

    what: str
    who: Role
    call: str
    body: object
    status: int
    names: str = ""


def at(who, call, *cases):
    """Cases of one address: what, body, status, field."""
    return [Bad(what, who, call, body, *rest) for what, body, *rest in cases]


def answering(*cases):
    """Cases of answers to the PHQ-9: what, answers, field."""
    return [
        Bad(
            what,
            SENDER,
            "PUT /screenings/{running}/answers",
            {"instrument": "phq-9", "answers": given},
            422,
            named,
        )
        for what, given, named in cases
    ]


def starting(*cases):
    """Cases of starting a screening: what, changes to a good body, field, status."""
    good = {"client_id": "{client}", "instruments": ["phq-9"], "agrees": True}
    return [
        Bad(what, SENDER, "POST /screenings", good | changes, *(status or [422]), named)
        for what, changes, named, *status in cases
    ]


ANSWERS = answering(
    ("an unknown item", {"q99": 1}, "q99"),
    ("a good answer beside an unknown item", {"q1": 1, "q99": 1}, "q99"),
    ("off the scale", {"q1": 4}, "q1"),
    ("below the scale", {"q1": -1}, "q1"),
    ("a huge number", {"q1": 10**40}, "q1"),
    ("a text for a number", {"q1": "2"}, "q1"),
    ("true for a number", {"q1": True}, "q1"),
    ("a fraction for a number", {"q1": 1.0}, "q1"),
    ("null for a number", {"q1": None}, "q1"),
    ("a list for a number", {"q1": [1]}, "q1"),
    ("no answer at all", {}, "answers"),
    ("answers that are a list", [1], "answers"),
    ("an item with a name beyond reason", {"q" * 70: 1}, "answers"),
) + at(
    SENDER,
    "PUT /screenings/{running}/answers",
    ("an instrument that was not started", {"instrument": "gad-7", "answers": {"q1": 1}}, 422, "instrument"),
    ("an instrument that is not there", {"instrument": "phq-99", "answers": {"q1": 1}}, 422, "instrument"),
)

STARTS = starting(
    ("an unknown instrument", {"instruments": ["phq-99"]}, "instruments"),
    ("no instrument", {"instruments": []}, "instruments"),
    ("one instrument twice", {"instruments": ["phq-9", "phq-9"]}, "instruments"),
    ("instruments that are a text", {"instruments": "phq-9"}, "instruments"),
    ("a mode that is not there", {"mode": "by post"}, "mode"),
    ("a language that is not there", {"language": "fr"}, "language"),
    ("a client who does not agree", {"agrees": False}, "agrees"),
    ("a text for a yes", {"agrees": "yes"}, "agrees"),
    ("a field that is not there", {"colour": "blue"}, "colour"),
    ("a client id that is none", {"client_id": SECRET}, "client_id"),
    ("an unknown client", {"client_id": NEVER}, "", 404),
    ("a client of the other tenant", {"client_id": "{their_client}"}, "", 404),
    ("a client whom nobody asked", {"client_id": "{unasked}"}, "", 409),
    ("a client whose consent ended", {"client_id": "{expired}"}, "", 409),
)

SOON = "2026-10-20T15:00:00Z"
LATELY = "2026-10-13T15:00:00Z"
TRIED = {"channel": "phone", "result": "reached"}
DONE = {"disposition": "low", "safety_plan": True}
ENDING = {
    "took_over": SECRET,
    "took_over_at": "2026-10-13T16:00:00Z",
    "safety_steps": "Bag with the nurse",
    "disposition": "low",
}
YES = {"purpose": "screening", "status": "given", "giver": "guardian"}

LOOP = [
    *at(
        SENDER,
        "PUT /screenings/{ended}/answers",
        ("an answer after the end", {"instrument": "asq", "answers": {"q1": 0}}, 409),
    ),
    *at(RECEIVER, "POST /referrals/{sent}/attended", ("a step out of order", {"happened_at": LATELY}, 409)),
    *at(RECEIVER, "POST /referrals/{sent}/explode", ("a step that is not there", {}, 404)),
    *at(SENDER, "POST /referrals/{sent}/accept", ("a step of the other side", {}, 403)),
    *at(
        RECEIVER,
        "POST /referrals/{sent}/decline",
        ("a decline without a reason", {"note": SECRET}, 422, "decline_reason"),
        ("a decline for a reason that is none", {"decline_reason": "busy"}, 422, "decline_reason"),
        (
            "a step with a field of another",
            {"decline_reason": "duplicate", "outcome": "help began"},
            422,
            "outcome",
        ),
    ),
    *at(
        SENDER,
        "POST /referrals/{draft}/send",
        ("a team that is not there", {"receiver_id": NEVER}, 422, "receiver_id"),
        ("a team of the other tenant", {"receiver_id": "{their_team}"}, 422, "receiver_id"),
        ("nobody to send to", {}, 422, "receiver_id"),
    ),
    *at(
        SENDER,
        "POST /referrals/{sent}/send",
        ("a second sending elsewhere", {"receiver_id": "{crisis_team}"}, 409),
    ),
    *at(SENDER, f"POST /referrals/{NEVER}/send", ("an unknown referral", {"receiver_id": NEVER}, 404)),
    *at(LEAD, f"POST /needs/{NEVER}/close", ("an unknown need", {"reason": "help began"}, 404)),
    *at(
        LEAD,
        "POST /needs/{need}/close",
        ("closing for no reason", {}, 422, "reason"),
        ("closing for a reason that is none", {"reason": "tired"}, 422, "reason"),
        ("closing while a referral runs", {"reason": "help began"}, 422, "referrals"),
    ),
    *at(LEAD, "POST /needs/{need}/close-loop", ("reading an outcome that is not there", {}, 409)),
    *at(LEAD, "POST /needs/{need}/reopen", ("opening an open need again", {"note": "x"}, 409)),
    *at(
        LEAD,
        "POST /needs/{need}/attempts",
        ("an attempt that says nothing", {}, 422, "channel"),
        ("a note beyond its length", TRIED | {"note": "x" * 1001}, 422, "note"),
        ("a day that is none", TRIED | {"next_call_on": "2026-02-30"}, 422, "next_call_on"),
    ),
    *at(
        LEAD,
        "POST /needs/{need}/reassign",
        ("an owner who is nobody", {"owner_id": NEVER, "note": "x"}, 422, "owner_id"),
    ),
    *at(
        LEAD,
        "POST /needs",
        ("a need on no pathway", {"client_id": "{client}", "reason": "x"}, 422, "pathway"),
    ),
    *at(
        ON_CALL, "POST /alerts/{alert}/close", ("an alert ended unacknowledged", ENDING, 422, "acknowledged")
    ),
    *at(ON_CALL, f"POST /alerts/{NEVER}/acknowledge", ("an unknown alert", {}, 404)),
    *at(
        SENDER,
        "POST /safety-assessments/{ended}",
        ("an assessment without a conclusion", {"safety_plan": True}, 422, "disposition"),
        ("an assessment in times to come", DONE | {"happened_at": SOON}, 422, "happened_at"),
        ("a plan that is a text", DONE | {"safety_plan": "yes"}, 422, "safety_plan"),
    ),
    *at(
        SENDER,
        "POST /clients/{client}/consents",
        ("consent to a purpose that is none", YES | {"purpose": "fun"}, 422, "purpose"),
        ("consent of nobody's guardian", YES | {"guardian_id": NEVER}, 422, "guardian_id"),
        ("consent until a day that is none", YES | {"valid_until": "soon"}, 422, "valid_until"),
    ),
    *at(
        SENDER,
        "POST /clients/search",
        ("a search for a number", {"query": 7}, 422, "query"),
        ("a search beyond its length", {"query": "x" * 101}, 422, "query"),
    ),
    *at(LEAD, "GET /needs?view=everything", ("a view of the board that is none", None, 422, "view")),
    *at(LEAD, "GET /needs?after=zzzz", ("a page of the board that is none", None, 422, "after")),
    *at(LEAD, "GET /needs?after=%ff%fe", ("broken UTF-8 in an address", None, 422, "query")),
    *at(RECEIVER, "GET /referrals?cursor=zzzz", ("a page of the queue that is none", None, 422, "cursor")),
    *at(SENDER, "GET /clients/{client}/timeline?before=soon", ("a place that is none", None, 422, "before")),
    *at(
        SENDER,
        "POST /sign-ins",
        ("a wrong password", {"email": "{email}", "password": SECRET}, 401),
        ("no password", {"email": "{email}"}, 422, "password"),
    ),
]

JUNK = [("a NUL", "a\0b"), ("half a surrogate", "a\ud800b")]

UNREADABLE = [
    Bad(f"{name} in {where}", who, call, body(junk), 422, field)
    for name, junk in JUNK
    for where, who, call, field, body in [
        ("a search", SENDER, "POST /clients/search", "query", lambda junk: {"query": junk}),
        ("a note", LEAD, "POST /needs/{need}/attempts", "note", lambda junk: TRIED | {"note": junk}),
        (
            "a name",
            ON_CALL,
            "POST /safety-assessments/{ended}",
            "took_over",
            lambda junk: DONE | {"took_over": junk},
        ),
        (
            "a reason",
            SENDER,
            "POST /referrals/{draft}/send",
            "reason",
            lambda junk: {"receiver_id": "{crisis_team}", "reason": junk},
        ),
        (
            "an item",
            SENDER,
            "PUT /screenings/{running}/answers",
            "",
            lambda junk: {"instrument": "phq-9", "answers": {junk: 1}},
        ),
        ("an e-mail", SENDER, "POST /sign-ins", "email", lambda junk: {"email": junk, "password": SECRET}),
    ]
]

OVER_THE_API = [*ANSWERS, *STARTS, *LOOP, *UNREADABLE]

BODIES = [
    ("broken JSON", b'{"query": "ma', JSON, 400),
    ("an empty body", b"", JSON, 400),
    ("broken UTF-8", b'{"query": "Jos\xe9"}', JSON, 400),
    ("a doubled key", b'{"query": "a", "query": "b"}', JSON, 422),
    ("a list for an object", b"[]", JSON, 400),
    ("a number without end", b'{"query": Infinity}', JSON, 400),
    ("a number of ten thousand digits", b'{"query": ' + b"9" * 10_000 + b"}", JSON, 400),
    ("nesting without end", b"[" * 100_000, JSON, 400),
    ("a form for JSON", b"query=a", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("no media type", b"{}", {}, 415),
    ("ten megabytes", b'{"query": "' + b"x" * 10 * 1024 * 1024 + b'"}', JSON, 413),
]
"""Bodies of POST /clients/search: what, bytes, headers, status."""
