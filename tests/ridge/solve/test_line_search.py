import numpy as np
import pytest

from workbench.ridge.solve.line_search import largest, line_search, noise_of
from workbench.ridge.solve.minimise import minimise


@pytest.fixture
def steep(as_they_are):
    """A start from which a full Newton step lands at a far higher loss."""
    z, y = np.linspace(-1, 1, 21), (np.arange(21) > 8).astype("float64")
    y[[3, 17]] = [1.0, 0.0]
    return as_they_are(z[:, None], y, np.ones(21), [1e-6], 21.0), np.array([8.0, -9.0])


def test_newton_would_diverge_without_it(steep):
    objective, start = steep
    value, gradient = objective(start)
    step = -np.linalg.solve(objective.curvature(start) + np.diag([0.0, 1e-6]), gradient)
    assert objective(start + step)[0] > value
    length, (after, slope), spent = line_search(objective, start, (value, gradient), step)
    assert 0 < length < 1
    assert after < value
    assert spent == 1 - np.log2(length)
    np.testing.assert_array_equal(slope, objective(start + length * step)[1])
    found = minimise(objective, start=start)
    assert found.converged
    near = minimise(objective, start=objective.base_rate_start())
    np.testing.assert_allclose(found.b, near.b, atol=1e-7)


def test_uphill_there_is_no_length(steep):
    objective, start = steep
    value, gradient = objective(start)
    length, after, spent = line_search(objective, start, (value, gradient), gradient)
    assert (length, after[0], spent) == (0.0, value, 30)


def test_noise_and_size(steep):
    assert noise_of(steep[0], -2.0) == 20 * np.finfo(float).eps
    assert largest(np.array([1.0, -3.0])) == 3.0
