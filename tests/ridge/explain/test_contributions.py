"""What each feature adds, and where a number is held; sums are tested in test_reasons."""

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.ridge.explain.contributions import edges_of, held, share_by_group
from workbench.ridge.explain.units import Unit


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=200), "town": rng.choice(["a", "b"], 200)})
    return X, rng.integers(0, 2, 200)


def test_edges_are_those_of_the_training_rows(rows):
    X, y = rows
    assert edges_of(RidgePropensity(alpha=1.0).fit(X, y)) == {"x": (X["x"].min(), X["x"].max())}
    assert edges_of(RidgePropensity(alpha=1.0, extrapolate=True).fit(X, y)) == {}


def test_what_a_number_counts_as():
    assert held(5.0, (0.0, 5.0)) == held(np.nan, (0.0, 5.0)) == ""
    assert held(9.0, (0.0, 5.0)) == ", counted as 5"
    assert held(np.log1p(9.0), (0.0, np.log1p(5.0)), Unit("count", True)) == ", counted as 5 count"


def test_shares_of_the_score_sum_to_one(rows):
    X, y = rows
    model = RidgePropensity(alpha=0.01).fit(X, y)
    assert share_by_group(model, X).sum() == pytest.approx(1.0)
