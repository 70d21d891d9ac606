"""Columns of a fit that hardly anybody differs in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.ridge.rows.arrays import ArrayRows
from workbench.widgets.private.few_marked import few_marked, people_of


@pytest.fixture
def fitted():
    n = 400
    rng = np.random.default_rng(0)
    some = np.where(np.arange(n) < 90, np.where(np.arange(n) < 3, 0.5, 0.0), np.nan)
    X = pd.DataFrame({"flag": (np.arange(n) < 3) * 1.0, "age": rng.normal(size=n), "share": some})
    y = pd.Series((rng.random(n) < 0.4) * 1.0)

    def fit(**more):
        with pytest.warns(match="Missing"):
            return RidgePropensity(alpha=0.1).fit(FeatureFrame(X, y, **more))

    return fit


def test_flags_of_three_are_few_and_shares_that_three_have(fitted):
    model = fitted()
    rows, names = model.workspace_.given.rows, list(model.columns_.index)
    found = few_marked(rows, range(len(names)), names)
    assert dict(zip(names, found.tolist(), strict=True)) == {
        "flag": True,
        "age": False,
        "share": True,
        "share (missing)": False,
    }


def test_cells_are_as_many_people_as_they_stand_for():
    table = pd.DataFrame({"flag": [1.0, 0.0, 0.0], "age": [1.0, 2.0, 4.0]})
    table = table.assign(sent=[300, 400, 500], sold=[30, 20, 50])
    model = RidgePropensity(alpha=0.1).fit(
        FeatureFrame.from_table(table, target="sold", trials="sent")
    )
    rows = model.workspace_.given.rows
    assert people_of(rows).count() == 1200
    assert not few_marked(rows, [0], ["flag"]).any()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(5, 2500), contacts=st.integers(1, 4))
def test_some_rows_say_what_all_of_them_do(seed, people, contacts):
    rng = np.random.default_rng(seed)
    person = rng.permutation(np.repeat(np.arange(people), contacts))
    n = len(person)
    X = np.zeros((n, 6))
    for j, share in enumerate((0.002, 0.005, 0.01, 0.5)):
        marked = rng.random(people) < share
        X[:, j] = marked[person] * rng.integers(1, 3, n)
    X[:, 4] = rng.normal(size=n)
    X[:, 5] = (person < FEWEST_PEOPLE - 1 + seed % 2) * rng.normal(size=n)  # nine or ten people
    found = few_marked(ArrayRows(X, np.zeros(n), person=person), range(6), list("abcdef"))
    for j in range(6):
        values, counts = np.unique(X[:, j], return_counts=True)
        usual = values[counts == counts.max()]
        if len(usual) == 1:  # where two values are as frequent, either may be the usual one
            away = len(np.unique(person[X[:, j] != usual[0]]))
            assert found[j] == (away < FEWEST_PEOPLE)
