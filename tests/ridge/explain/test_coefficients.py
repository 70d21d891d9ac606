import numpy as np
import pandas as pd
import pytest

from workbench.ridge import RidgePropensity
from workbench.ridge.explain.coefficients import FittedColumns


def fitted(penalties, dropped, features, alpha=2.0):
    model = FittedColumns()
    model.alpha_ = alpha
    model.columns_ = pd.DataFrame(
        {"feature": features, "penalty": penalties, "dropped": dropped},
        index=[f"c{j}" for j in range(len(features))],
    )
    return model


def test_factors_by_feature_and_by_column_where_they_differ():
    model = fitted(
        [1.0, 4.0, 16.0, np.inf, 6.0, 6.0, np.inf],
        [False, False, False, True, False, False, True],
        ["age", "job", "job", "job", "city", "city", "flat"],
    )
    assert model.penalty_factors_ == pytest.approx(
        {"age": 0.5, "job": 4.0, "c1": 2.0, "c2": 8.0, "city": 3.0, "flat": np.inf}
    )
    # in the order of the columns
    assert list(model.penalty_factors_) == ["age", "c1", "c2", "job", "city", "flat"]


def test_an_alpha_of_zero_leaves_penalties_as_they_are():
    assert fitted([0.0], [False], ["age"], alpha=0.0).penalty_factors_ == {"age": 0.0}


def test_the_factors_fit_the_same_model_again():
    """Penalties that differ between the levels of a category come back as they were."""
    rng = np.random.default_rng(4)
    campaign = np.repeat(["a", "b", "c", "d"], 100)
    X = pd.DataFrame(
        {
            "visits": rng.normal(size=400),
            # a level that lives in one campaign: concentration gives it its own penalty
            "channel": np.where(campaign == "b", "sms", rng.choice(["mail", "post"], 400)),
        }
    )
    y = (rng.random(400) < 0.2 + 0.2 * (X["visits"] > 0) + 0.3 * (campaign == "b")).astype(int)
    tuned = RidgePropensity().fit(X, y, campaign=campaign)
    again = RidgePropensity(tuned.alpha_, tuned.penalty_factors_).fit(X, y, campaign=campaign)
    np.testing.assert_allclose(again.penalties_, tuned.penalties_, rtol=1e-12)
    np.testing.assert_allclose(again.coef_, tuned.coef_, rtol=1e-6)
