"""Columns of a fit that hardly anybody differs in."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
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
