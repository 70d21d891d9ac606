"""A test of known effects, an uplift model of its first campaigns, and the campaigns after them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import RidgeUplift
from workbench.datasets import planted


@pytest.fixture(scope="session")
def planted_mail():
    sizes = {"train_campaigns": 5, "new_campaigns": 2, "rows": 1000, "stable": 4, "spiky": 1}
    return planted(treated=0.5, uplift=0.9, seed=6, **sizes)


@pytest.fixture(scope="session")
def mailed_test(planted_mail):
    """All campaigns, with the names of customers."""
    frame = planted_mail.frame
    return replace(frame, customer=pd.Series([f"secret-{k}" for k in range(len(frame))]))


@pytest.fixture(scope="session")
def before(mailed_test):
    return mailed_test.rows((mailed_test.campaign < "c06").to_numpy())


@pytest.fixture(scope="session")
def after(mailed_test):
    return mailed_test.rows((mailed_test.campaign >= "c06").to_numpy())


@pytest.fixture(scope="session")
def uplift_model(before):
    return RidgeUplift(alpha=0.01).fit(before)


@pytest.fixture(scope="session")
def open_ahead(mailed_test):
    """The last campaign's outcomes are not known yet."""
    return replace(mailed_test, y=mailed_test.y.where(mailed_test.campaign != "c07"))


@pytest.fixture(scope="session")
def contract():
    """An amount for each row of all campaigns."""
    return np.random.default_rng(1).gamma(2.0, 20.0, 7000)
