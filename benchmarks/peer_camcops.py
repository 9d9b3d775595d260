"""PHQ-9 by CamCOPS, run by the Python of an environment that has it: microseconds a form as JSON.

CamCOPS pins old versions of much that others use, so it has an environment of its own. Outcomes are fewer: total,
core and other symptoms, both syndromes; no cut-offs, no severity in words, nothing validated.
"""

import json
import sys
import timeit

from camcops_server.tasks.phq9 import Phq9


def score(form: dict[str, int]) -> tuple[object, ...]:
    """One form, from answers to outcomes."""
    task = Phq9(**form)
    return task.total_score(), task.n_core(), task.n_total(), task.is_mds(), task.is_ods()


def main() -> None:
    """Forms from standard input."""
    forms = json.load(sys.stdin)
    best = min(timeit.repeat(lambda: [score(form) for form in forms], number=1, repeat=7))
    sys.stdout.write(
        json.dumps({"us": best / len(forms) * 1e6, "totals": [score(form)[0] for form in forms]})
    )


if __name__ == "__main__":
    main()
