"""PHQ-9 and PCL-5 by CamCOPS, run by the Python of an environment that has it: microseconds a form as JSON.

CamCOPS pins old versions of much that others use, so it has an environment of its own. Outcomes are fewer: both
totals, core and other symptoms, both syndromes, the four counts by criterion and the pattern of PTSD; no sums of
clusters, no cut-offs, no bands in words, nothing validated.
"""

import json
import sys
import timeit

from camcops_server.tasks.pcl5 import Pcl5
from camcops_server.tasks.phq9 import Phq9

Pair = tuple[dict[str, int], dict[str, int]]


def score(pair: Pair) -> tuple[object, ...]:
    """Both forms, from answers to outcomes."""
    phq, pcl = Phq9(**pair[0]), Pcl5(**pair[1])
    first = phq.total_score(), pcl.total_score(), phq.n_core(), phq.n_total(), phq.is_mds(), phq.is_ods()
    return *first, pcl.ptsd()


def main() -> None:
    """Forms from standard input."""
    pairs = json.load(sys.stdin)
    best = min(timeit.repeat(lambda: [score(pair) for pair in pairs], number=1, repeat=7))
    sys.stdout.write(
        json.dumps({"us": best / len(pairs) * 1e6, "totals": [score(pair)[:2] for pair in pairs]})
    )


if __name__ == "__main__":
    main()
