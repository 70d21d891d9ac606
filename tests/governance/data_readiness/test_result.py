import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance import Readiness, screen
from workbench.governance.checked import STATES, Check
from workbench.language import speaking


def check(state, k=0):
    return Check(f"n{k}", f"Is it {k}?", state, f"{k + 3} contacts <b>.", "Mend it.")


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_the_table_has_every_check_open_ones_first_the_worst_before(states):
    found = Readiness(tuple(check(state, k) for k, state in enumerate(states)))
    table = found.table()
    assert sorted(table["question"]) == sorted(f"Is it {k}?" for k in range(len(states)))
    rank = [max(STATES.index(state), 1) for state in table["state"]]
    assert rank == sorted(rank, reverse=True)
    assert all(one.question in str(found) or one.name in str(found) for one in found.checks)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["pass"], "The data are ready for a pilot (questions: 1, none open)."),
        (
            ["pass", "needs a person"],
            "No defect was found in the data (questions: 2, for somebody who knows: 1).",
        ),
        (
            ["needs repair", "needs a person"],
            "The data need repair before a pilot (questions: 2, to repair: 1).",
        ),
        (
            ["blocked", "needs repair"],
            "not ready for a pilot (questions: 2, blocked: 1, to repair: 1).",
        ),
    ],
)
def test_one_sentence_for_each_state(states, said):
    found = Readiness(tuple(check(state, k) for k, state in enumerate(states)))
    assert said in found.sentence()
    with speaking("de"):
        assert "Pilotversuch" in found.sentence() or "kein Mangel" in found.sentence()


def test_a_page_escapes_and_rounds_few_contacts():
    found = Readiness((check("blocked"),))
    screen.watch()
    try:
        html = found._repr_html_()
    finally:
        screen.forget()
    assert "<b>" not in html
    assert "under 10 contacts" in html
    assert found.to_dict()["checks"][0]["evidence"] == "3 contacts <b>."


def test_a_check_is_found_by_its_name():
    assert Readiness((check("pass", 4),))["n4"].question == "Is it 4?"
    with pytest.raises(KeyError, match="n5"):
        Readiness((check("pass", 4),))["n5"]
