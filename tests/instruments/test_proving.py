"""The ways of scoring agree on every state that can be reached, and a proof that was not finished says so."""

import pytest

from instruments.proving import prove_agreement
from tests.instruments.forms import instrument


@pytest.mark.parametrize(
    "name",
    [
        *("asq", "audit-c", "brs", "c-ssrs-screener", "crafft-2-1", "cries-8", "cts", "gad-2", "gad-7"),
        *(
            "k6",
            "nsesss-ptsd",
            "nssi-severity",
            "pc-ptsd-5",
            "phq-2",
            pytest.param("phq-9", marks=pytest.mark.slow),
            "who-5",
        ),
    ],
)
def test_every_way_of_scoring_agrees_on_every_state_that_can_be_reached(name):
    found = prove_agreement(instrument(name))

    assert found.differences == ()
    assert found.finished
    assert found.states > 5


def test_a_form_with_too_many_states_is_compared_as_far_as_it_goes_and_not_called_proved():
    found = prove_agreement(instrument("pcl-5"), most=500)

    assert not found.finished
    assert found.differences == ()
