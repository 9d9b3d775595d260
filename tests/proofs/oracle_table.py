"""The lifecycle told a second time, by hand from docs/lifecycle.md: every step, where it leads, and whose it is."""

_TABLE = """
draft | send > sent by sender | dismiss > cancelled by sender
sent | claim > claimed by receiver | accept > accepted by receiver | decline > declined by receiver
sent | request-cancel > cancel requested by sender
claimed | release > sent by receiver | accept > accepted by receiver | decline > declined by receiver
claimed | waitlist > waitlisted by receiver | request-cancel > cancel requested by sender
accepted | schedule > scheduled by receiver | waitlist > waitlisted by receiver | attended > in care by receiver
accepted | decline > declined by receiver | request-cancel > cancel requested by sender
waitlisted | waitlist > waitlisted by receiver | schedule > scheduled by receiver | attended > in care by receiver
waitlisted | decline > declined by receiver | request-cancel > cancel requested by sender
scheduled | reschedule > scheduled by receiver | attended > in care by receiver
scheduled | not-attended > not attended by receiver | cancel-appointment > appointment cancelled by either
scheduled | decline > declined by receiver | request-cancel > cancel requested by sender
not attended | schedule > scheduled by receiver | attended > in care by receiver | decline > declined by receiver
not attended | request-cancel > cancel requested by sender
appointment cancelled | schedule > scheduled by receiver | attended > in care by receiver
appointment cancelled | decline > declined by receiver | request-cancel > cancel requested by sender
in care | outcome > completed by receiver | schedule > scheduled by receiver | decline > declined by receiver
in care | request-cancel > cancel requested by sender
cancel requested | confirm-cancel > cancelled by receiver | outcome > completed by receiver
cancel requested | decline > declined by receiver
completed | read-outcome > completed by sender
"""
ENDS = {"completed", "declined", "cancelled", "entered in error"}
HOLDERS_ONLY = {"accept", "decline", "waitlist"}


def _edges():
    found = {}
    for line in _TABLE.strip().splitlines():
        state, *ways = line.split(" | ")
        for way in ways:
            step, _, rest = way.partition(" > ")
            to, _, side = rest.rpartition(" by ")
            found[state, step] = (to, {"sender", "receiver"} if side == "either" else {side})
    states = {state for state, _step in found} | ENDS
    return found | {
        (state, "mark-error"): ("entered in error", {"sender"}) for state in states - {"entered in error"}
    }


EDGES = _edges()
STEPS = sorted({step for _state, step in EDGES})
SIDES = {
    step: set().union(*(sides for (_s, each), (_t, sides) in EDGES.items() if each == step)) for step in STEPS
}
