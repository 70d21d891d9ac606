"""What is open stands first, the worst on top; what is not there is named."""

import pytest

from workbench.errors import ParameterError
from workbench.governance.card.content import STATE_WORDS, CardContent
from workbench.governance.card.parts import Row, Section
from workbench.governance.checked import STATES, Check

FINE = Check("a", "A?", "pass", "Yes.")
PERSON = Check("b", "B?", "needs a person", "Perhaps.", "Ask.")
BLOCKED = Check("c", "C?", "blocked", "No.", "Stop.")


def test_the_worst_check_is_the_state_and_stands_first():
    content = CardContent("Letters", [FINE, PERSON, BLOCKED])
    assert content.state == "blocked"
    assert content.open == [BLOCKED, PERSON]
    assert (
        content.sentence() == "2 things are open. All checks by state: blocked 1, needs a "
        "person 1, pass 1."
    )


def test_without_checks_nothing_is_known():
    assert CardContent("Letters").state == "not applicable"


def test_every_state_has_its_words():
    assert set(STATE_WORDS) == set(STATES)


def test_sections_and_rows_that_are_not_there_are_named():
    content = CardContent("x", (), [Section("fairness", "F", "F", (Row("groups", "G", ()),))])
    assert content.row("fairness", "groups").label == "G"
    with pytest.raises(ParameterError, match="Did you mean 'fairness'"):
        content.section("fairnes")
    with pytest.raises(ParameterError, match="Did you mean 'groups'"):
        content.row("fairness", "group")
