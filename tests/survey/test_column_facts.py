import numpy as np
import pandas as pd
import pytest

from workbench.reading import ColumnReading, find_reading
from workbench.survey.column_facts import facts_of


def look(values, name="x", **series):
    column = pd.Series(values, name=name, **series)
    reading = find_reading(column)
    return facts_of(reading.apply(column), reading)


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        ([3, 0, 0, 7], "number", "0 to 7; 0 in 50%"),
        ([1.5, 2.25, None], "number", "1.5 to 2.25"),
        (["yes", "no", "no", None], "flag", "no in 50%"),
        ([0, 1, 1, 1], "flag", "1 in 75%"),
        ([True, False, False], "flag", "False in 67%"),
        (["31.12.2023", "01.02.2024"], "date", "2023-12-31 to 2024-02-01"),
        (["a", "b", "a"], "category", "a in 67%"),
        ([7, 7, 7], "constant", "7"),
        ([None, None], "empty", ""),
        (["k.A.", "1,5", "2,5"], "number", "1.5 to 2.5"),
    ],
)
def test_a_column_in_a_few_words(values, kind, said):
    facts = look(values)
    assert (facts.kind, facts.values()) == (kind, said)


def test_no_value_of_text_and_of_what_names_rows_is_shown():
    names = look([f"K{k}" for k in range(60)])
    remarks = look([f"a sentence of some length, number {k}" for k in range(60)])
    assert (names.kind, remarks.kind) == ("identifier", "text")
    assert {one.values() for one in (names, remarks)} == {""}
    assert {one.commonest for one in (names, remarks)} == {""}


def test_counts_are_those_of_pandas():
    rng = np.random.default_rng(0)
    values = pd.Series(rng.choice(["a", "b", "c", None], 500), name="x")
    facts = facts_of(values, ColumnReading("category"))
    assert facts.missing == values.isna().sum()
    assert facts.distinct == values.nunique()
    assert (facts.commonest, facts.commonest_rows) == (
        values.value_counts().index[0],
        values.value_counts().iloc[0],
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([["a"], ["b", "c"], None], "lists or records"),
        ([{"a": 1}, {"a": 1}], "lists or records"),
        ([b"a", b"b"], "bytes"),
        (pd.to_timedelta([1, 2], "D"), "lengths of time"),
        ([1 + 2j, 3.0], "complex numbers"),
    ],
)
def test_what_can_be_no_feature_has_a_kind_of_its_own(values, kind):
    facts = facts_of(pd.Series(values, name="x"), ColumnReading("category"))
    assert (facts.kind, facts.values()) == (kind, "")
    assert facts.distinct >= 1


@pytest.mark.parametrize(
    ("rare", "said"), [(1, "over 99%"), (300, "70%"), (0, "b")], ids=["nearly all", "some", "all"]
)
def test_nearly_all_is_not_all(rare, said):
    facts = look(["a"] * rare + ["b"] * (1000 - rare))
    assert facts.values() == (said if rare == 0 else f"b in {said}")
