"""A shop's contacts with every kind of column, and models of three kinds."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgeAmount, RidgeCount, RidgePropensity
from workbench.errors import DataWarning


def shop_frame(n=600, seed=0):
    """Each customer has a contact in May and one in June; two of the columns have gaps or units."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": rng.poisson(3, n),
            "since_log": np.log1p(rng.integers(0, 90, n)),
            "town": pd.Categorical(rng.choice(["Bonn", "Köln", "Ulm"], n)),
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.normal(45, 12, n)),
            "member": rng.random(n) < 0.4,
            "spend": rng.lognormal(2, 1, n).astype("float32"),
        }
    )
    eta = -1.5 + 0.3 * X["visits"] + 0.8 * (X["town"] == "Ulm") + 0.5 * X["member"]
    y = pd.Series((rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float))
    unit = [None, "ln(1 + days)", "category", "years", "flag", "EUR"]
    group = ["web", "web", "who", "who", "who", "web"]
    about = ["Visits in 91 days", "Days since the last visit", None, None, None, "column spend"]
    catalogue = pd.DataFrame({"group": group, "unit": unit, "description": about}, index=X.columns)
    half = n // 2
    return FeatureFrame(
        X,
        y,
        campaign=pd.Series(np.repeat(["May", "June"], half)),
        customer=pd.Series([f"secret-{k}" for k in [*range(half), *range(half)]]),
        catalogue=catalogue,
    )


@pytest.fixture(scope="package")
def shop():
    return shop_frame()


@pytest.fixture(scope="package")
def of_shop(shop):
    with pytest.warns(DataWarning, match="Missing values in 'age'"):
        return RidgePropensity(alpha=0.01).fit(shop)


@pytest.fixture(scope="package")
def numbers(shop):
    """Models of an amount and of a count, of two of the columns."""
    X, rng = shop.X[["visits", "town"]], np.random.default_rng(1)
    amount = RidgeAmount(alpha=0.01).fit(X, 20 + 3 * X["visits"] + rng.normal(size=len(X)))
    return amount, RidgeCount(alpha=0.01).fit(X, rng.poisson(X["visits"] + 1.0))
