"""The multinomial objective against finite differences and itself in other forms."""

import numpy as np
import pytest

from tests.ridge.multinomial.problems import K, P, drawn
from workbench.ridge.multinomial.softmax import losses_and_chances


@pytest.fixture(params=["dense", "sparse"])
def problem(request):
    return drawn(sparse=request.param == "sparse", by_class=True)


def test_slope_and_curvature_are_those_of_finite_differences(problem):
    rng = np.random.default_rng(0)
    W, V = rng.normal(size=(2, P + 1, K))
    step = 1e-5
    up, down = problem.at(W + step * V), problem.at(W - step * V)
    at = problem.at(W)
    assert (problem.gradient(at) * V).sum() == pytest.approx(
        (up.value - down.value) / (2 * step), rel=1e-7
    )
    bent = (problem.gradient(up) - problem.gradient(down)) / (2 * step)
    np.testing.assert_allclose(problem.curved(at, V), bent, atol=1e-7)


def test_scores_beyond_floating_point_are_still_chances():
    loss, chance = losses_and_chances(
        np.array([[1e4, -1e4, 0.0], [5.0, 5.0, 5.0]]), np.array([1, -1])
    )
    np.testing.assert_allclose(loss, [2e4, 0.0])
    np.testing.assert_allclose(chance, [[1, 0, 0], [1 / 3] * 3])
