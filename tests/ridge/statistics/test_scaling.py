import numpy as np
import pytest

from workbench.ridge.statistics.scaling import Scaling


@pytest.fixture
def drawn():
    """Rows of four columns, two of which are in use, standardised by hand."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 4)) * [1.0, 30.0, 0.1, 5.0] + [0.0, 90.0, 0.0, -7.0]
    columns = np.array([1, 3])
    mean, scale = X[:, columns].mean(axis=0), X[:, columns].std(axis=0)
    Z = np.column_stack([np.ones(40), (X[:, columns] - mean) / scale])
    return X, Z, Scaling(mean, scale, columns, 4), rng


def test_coefficients_give_the_same_log_odds_on_the_columns_as_they_are(drawn):
    X, Z, scaling, rng = drawn
    b = rng.normal(size=(2, 3))
    shift, raw = scaling.to_raw(b)
    np.testing.assert_allclose(shift[:, None] + raw @ X.T, b @ Z.T, rtol=1e-9, atol=1e-9)
    assert not raw[:, [0, 2]].any()


def test_sums_over_columns_become_sums_over_standardised_ones(drawn):
    X, Z, scaling, rng = drawn
    r, v = rng.normal(size=40), rng.uniform(0.1, 1, 40)
    np.testing.assert_allclose(scaling.score(r.sum(), r @ X), r @ Z, atol=1e-9)
    gram = scaling.gram(v.sum(), v @ X, X.T @ (v[:, None] * X))
    np.testing.assert_allclose(gram, Z.T @ (v[:, None] * Z), atol=1e-9)
