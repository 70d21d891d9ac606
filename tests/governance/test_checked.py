"""The states of checks, their order, and what a check must say."""

import pytest

from workbench.errors import ParameterError
from workbench.governance.checked import STATES, Check, counts, is_open, worst


def check(state):
    return Check(state, "Is it?", state, "So it is.", "Do it." if state in STATES[2:] else "")


def test_nothing_is_called_compliant():
    assert not [state for state in STATES if "compl" in state or "conform" in state]


def test_what_is_open_says_what_to_do():
    assert [state for state in STATES if is_open(check(state))] == list(STATES[2:])
    with pytest.raises(ParameterError, match="must say the next step: owner"):
        Check("owner", "Who owns it?", "blocked", "Nobody.")


def test_a_state_of_ones_own_is_refused():
    with pytest.raises(ParameterError, match="'compliant'"):
        Check("owner", "Who owns it?", "compliant", "Somebody.")


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([], "not applicable"),
        (["not applicable"], "not applicable"),
        (["pass", "not applicable"], "pass"),
        (["pass", "needs a person", "not applicable"], "needs a person"),
        (["blocked", "needs repair"], "blocked"),
    ],
)
def test_the_worst_of_some(states, found):
    assert worst(map(check, states)) == found


def test_counts_begin_with_the_worst():
    some = [check("pass"), check("blocked"), check("pass"), check("needs a person")]
    assert list(counts(some).items()) == [("blocked", 1), ("needs a person", 1), ("pass", 2)]


def test_a_check_as_plain_values_and_as_a_sentence():
    one = check("needs repair")
    assert Check(**one.to_dict()) == one
    assert str(one) == "needs repair: Is it? So it is. Do it."
