import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import log_loss

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.source import Block


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(-800, 800), min_size=1, max_size=20), st.sampled_from(["f4", "f8"]))
def test_probabilities_are_scipys_and_keep_the_type(eta, kind):
    eta = np.array(eta, dtype=kind)
    found = LOGISTIC.mean(eta)
    assert found.dtype == eta.dtype
    np.testing.assert_allclose(found, expit(eta), atol=4 * np.finfo(kind).eps)


def test_the_loss_is_scikit_learns_times_the_weight():
    rng = np.random.default_rng(4)
    eta, y, weight = rng.normal(size=50) * 5, rng.integers(0, 2, 50), rng.uniform(0.2, 3, 50)
    block = Block(None, y.astype(float), weight, 0)
    expected = log_loss(y, expit(eta), sample_weight=weight, normalize=False)
    assert LOGISTIC.loss(eta, block) == pytest.approx(expected, rel=1e-12)


def test_a_hopeless_row_costs_its_log_odds_and_is_no_infinity():
    block = Block(None, np.array([1.0, 0.0]), np.ones(2), 0)
    assert LOGISTIC.loss(np.array([-900.0, 900.0]), block) == 1800.0
