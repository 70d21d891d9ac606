"""Ctrl-C in the middle of a fit: the estimator stays as it was, to the bit."""

import pickle

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.ridge.outcomes.logistic import Logistic


@pytest.fixture
def interrupt(monkeypatch):
    """Raise KeyboardInterrupt from the kernels' given call of the loss; count the calls."""
    loss, calls = Logistic.loss, []

    def after(most):
        calls.clear()

        def counted(*args):
            calls.append(1)
            if len(calls) == most:
                raise KeyboardInterrupt
            return loss(*args)

        monkeypatch.setattr(Logistic, "loss", counted)
        return calls

    return after


def table(rng, n, columns):
    X = pd.DataFrame(rng.normal(size=(n, len(columns))), columns=columns)
    y = (rng.random(n) < 1 / (1 + np.exp(1 - X.iloc[:, 0]))).to_numpy()
    return X, y, rng.integers(4, size=n)


# 20,000 rows are several blocks: their kernels run on worker threads
@pytest.mark.parametrize("n", [400, 20_000])
def test_an_interrupted_fit_leaves_the_earlier_one_whole(interrupt, n):
    rng = np.random.default_rng(2)
    X, y, campaign = table(rng, 500, ["visits", "recency_days"])
    other, other_y, other_campaign = table(rng, n, ["spend", "age", "opened"])
    calls = interrupt(None)
    RidgePropensity().fit(other, other_y, campaign=other_campaign)
    total = len(calls)
    assert total > 10
    interrupt(None)
    model = RidgePropensity().fit(X, y, campaign=campaign)
    workspace = model.workspace_
    before, scores = pickle.dumps(model), model.predict_proba(X)
    for at in np.unique(np.linspace(1, total, 12).astype(int)):
        interrupt(at)
        with pytest.raises(KeyboardInterrupt):
            model.fit(other, other_y, campaign=other_campaign)
        interrupt(None)
        assert pickle.dumps(model) == before
        assert model.workspace_ is workspace
    np.testing.assert_array_equal(model.predict_proba(X), scores)
    assert model.refit({"visits": 1.0}).kkt_residual_ < 1e-9


def test_an_interrupted_refit_leaves_the_model_whole(interrupt):
    X, y, campaign = table(np.random.default_rng(3), 500, ["visits", "recency_days"])
    model = RidgePropensity(0.01).fit(X, y, campaign=campaign)
    before, workspace = pickle.dumps(model), model.workspace_
    interrupt(2)
    with pytest.raises(KeyboardInterrupt):
        model.refit({"visits": 1.0})
    assert pickle.dumps(model) == before
    assert model.workspace_ is workspace


def test_a_first_fit_that_is_interrupted_leaves_an_unfitted_model(interrupt):
    X, y, campaign = table(np.random.default_rng(4), 500, ["visits", "recency_days"])
    model = RidgePropensity()
    interrupt(5)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y, campaign=campaign)
    assert vars(model) == vars(RidgePropensity())
