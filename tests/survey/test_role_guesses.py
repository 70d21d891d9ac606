import numpy as np
import pandas as pd
import pytest

from workbench.reading import find_reading
from workbench.survey.column_facts import facts_of
from workbench.survey.role_guesses import guesses

N = 60
WHO = [f"K{k:03}" for k in range(N)]
DAY = pd.date_range("2024-01-01", periods=N).strftime("%d.%m.%Y")
MONTH = np.repeat(["2024-01", "2024-02", "2024-03"], N // 3)
YES = np.tile(["yes", "no", "no"], N // 3)


def guessed(table, **given):
    table = pd.DataFrame(table)
    columns = []
    for name in table:
        reading = find_reading(table[name])
        columns.append(facts_of(reading.apply(table[name]), reading))
    return {role: (guess.column, guess.by) for role, guess in guesses(columns, given).items()}


def test_names_and_values_tell_roles():
    found = guessed({"Kundennummer": WHO, "Monat": MONTH, "Versand": DAY, "gekauft": YES})
    assert found == {
        "target": ("gekauft", "its name, and its two values"),
        "campaign": ("Monat", "its name, and its 3 values"),
        "time": ("Versand", "its name, and a date in every row"),
        "customer": ("Kundennummer", "its name, and another value in every row"),
    }


def test_values_alone_tell_some():
    found = guessed({"ref_nr": WHO, "b": MONTH, "c": DAY, "d": YES, "e": np.arange(N) % 7})
    assert found == {
        "target": ("d", "being the only column of two values"),
        "campaign": ("b", "its months"),
        "time": ("c", "being the only date that every row has"),
        "customer": (
            "ref_nr",
            "being the only column whose name and values name rows, and another value in every row",
        ),
    }


@pytest.mark.parametrize(
    ("table", "role"),
    [
        ({"bought": YES, "converted": YES}, "target"),  # which of the two?
        ({"a": YES, "b": np.tile([1, 0], N // 2)}, "target"),
        ({"a": ["gold", "silver"] * (N // 2)}, "target"),  # no outcome: which is the positive one?
        ({"birth_date": DAY}, "time"),
        ({"day": [*DAY[:-1], None]}, "time"),
        ({"campaign": ["a"] * N}, "campaign"),
        ({"campaign": WHO}, "campaign"),
        ({"customer_age": np.arange(N) % 30}, "customer"),
        ({"customer_id": WHO, "member_id": WHO[::-1]}, "customer"),
    ],
)
def test_nothing_is_guessed_where_it_may_be_another(table, role):
    assert role not in guessed(table)


def test_a_name_of_nothing_else_goes_before_one_of_several_words():
    assert guessed({"response": YES, "last_response": YES})["target"][0] == "response"


def test_what_is_given_is_guessed_to_be_nothing_else():
    table = {"id": WHO, "bought": YES, "flag": YES}
    found = guessed(table, target="bought", customer="id")
    assert found == {}


ARMS = np.array(["Mens E-Mail", "No E-Mail", "Womens E-Mail"])[np.arange(N) % 3]


def test_arms_of_a_test_are_told_by_their_name_and_control_group():
    found = guessed({"segment": ARMS, "bought": YES})
    assert found["treatment"] == ("segment", "its name, and its control group 'No E-Mail'")
    assert found["target"] == ("bought", "its name, and its two values")
    flag = guessed({"treated": np.arange(N) % 2, "bought": YES})
    assert flag["treatment"] == ("treated", "its name, and its two values")
    assert "treatment" not in guessed({"segment": ARMS, "arm": ARMS})  # which of the two?
    assert "treatment" not in guessed({"segment": ["gold", "silver"] * (N // 2)})
    assert "treatment" not in guessed({"segment": [*ARMS[:-1], None]})
