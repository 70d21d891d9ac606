import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench import RidgePropensity
from workbench.networks.left_out_gain import gain_of, left_out_gain


def folds(linear, network, contacts=None):
    number = np.ones(len(linear)) if contacts is None else contacts
    return pd.DataFrame({"contacts": number, "linear": linear, "network": network})


def test_with_equal_folds_the_interval_is_that_of_a_paired_t_test():
    rng = np.random.default_rng(0)
    linear = rng.normal(0.5, 0.1, 9)
    network = linear - rng.normal(0.02, 0.01, 9)
    found = gain_of(folds(linear, network))
    oracle = stats.ttest_rel(linear, network).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high))
    assert found.gain == pytest.approx(np.mean(linear - network))


def test_weights_count():
    found = gain_of(folds([0.5, 0.5], [0.4, 0.5], [30.0, 10.0]))
    assert found.gain == pytest.approx(0.075)
    assert found.percent == pytest.approx(15)
    assert found.wins == 1
    assert not found.proven


def test_it_is_what_brute_force_says(earlier):
    """Each campaign judged by a fit to all others, under the same penalties on the sum scale."""
    base = {"half_life": None, "base_rate": "training", "slope": 1.0}
    one = RidgePropensity(0.05, **base).fit(earlier)
    other = RidgePropensity(0.5, **base).fit(earlier)
    found = left_out_gain(one, other)
    for k, label in enumerate(earlier.campaigns):
        out = earlier.campaign.eq(label).to_numpy()
        z = (earlier.X - earlier.X.mean()) / earlier.X.std(ddof=0)
        for name, alpha in (("network", 0.05), ("linear", 0.5)):
            from sklearn.linear_model import LogisticRegression

            fit = LogisticRegression(C=1 / (alpha * len(out)), tol=1e-9, max_iter=9999)
            p = fit.fit(z[~out], earlier.y[~out]).predict_proba(z[out])[:, 1]
            y = earlier.y[out]
            loss = -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))
            assert found.folds[name].iloc[k] == pytest.approx(loss, abs=2e-6)


def test_nothing_left_out_is_not_judged():
    X, y = pd.DataFrame({"x": [0.0, 1, 2, 3]}), [0, 1, 0, 1]
    model = RidgePropensity(0.1).fit(X, y)
    assert left_out_gain(model, model) is None
