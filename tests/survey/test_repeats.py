import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reading import ColumnReading
from workbench.survey.column_facts import facts_of
from workbench.survey.repeats import repeated_contacts, repeated_rows, same_columns


def facts(table):
    return [facts_of(table[name], ColumnReading("category")) for name in table]


TABLES = st.lists(st.tuples(*[st.sampled_from(["a", "b", None])] * 3), min_size=1, max_size=30).map(
    lambda rows: pd.DataFrame(rows, columns=["x", "y", "z"], dtype="str")
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(TABLES)
def test_rows_are_repeated_as_pandas_says(table):
    assert repeated_rows(facts(table)) == table.duplicated().sum()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(TABLES)
def test_contacts_are_repeated_as_pandas_says(table):
    x, y, _ = facts(table)
    both = table[["x", "y"]].dropna()
    assert repeated_contacts(x, y) == both.duplicated().sum()


def test_many_levels_do_not_meet():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(0, 400, (20_000, 2)), columns=["x", "y"])
    assert repeated_rows(facts(table)) == table.duplicated().sum() > 0


def test_columns_that_tell_no_more_than_an_earlier_one():
    table = pd.DataFrame(
        {
            "city": ["Bonn", "Köln", "Bonn", None],
            "code": [53, 50, 53, None],
            "other": [1, 1, 2, None],
            "id": [1, 2, 3, 4],
            "number": ["a", "b", "c", "d"],
            "one": ["x"] * 4,
            "same": ["y"] * 4,
        }
    )
    assert same_columns(facts(table)) == {1: "city"}


def test_no_column_and_no_row():
    assert repeated_rows([]) == 0
    assert repeated_rows(facts(pd.DataFrame({"x": []}))) == 0
