import numpy as np
import pandas as pd
import pytest

from workbench.datasets import planted
from workbench.networks import NetworkPropensity

SIZES = {"train_campaigns": 7, "new_campaigns": 3, "rows": 300, "stable": 4, "spiky": 2}


@pytest.fixture(scope="session")
def curved():
    return planted(**SIZES, curved=2.0, curvature="absolute values", seed=1).frame


@pytest.fixture(scope="session")
def earlier(curved):
    return curved.rows(curved.campaign.isin(curved.campaigns[:7]).to_numpy())


@pytest.fixture(scope="session")
def later(curved):
    return curved.rows(~curved.campaign.isin(curved.campaigns[:7]).to_numpy())


@pytest.fixture(scope="session")
def model(earlier):
    return NetworkPropensity(units=40).fit(earlier)


def mixed(n=600, seed=0):
    """A table with text, gaps, flags and a constant; its response bends in age."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.normal(45, 12, n)),
            "visits": rng.poisson(2, n).astype(float),
            "city": rng.choice(["ulm", "bonn", "Rome"], n),
            "member": rng.random(n) < 0.4,
            "year": 2024.0,
        }
    )
    bend = np.abs(X["age"].fillna(45) - 45) / 8
    y = (rng.random(n) < 1 / (1 + np.exp(2 - bend - 0.3 * X["visits"]))).astype(int)
    return X, y, rng.integers(0, 7, n)
