import numpy as np
import pytest
from scipy.linalg import cho_factor

from workbench.ridge.algebra.one_step import of_each, one_step, together


def quadratic(b, about, curvature, score):
    move = b - about
    return 0.5 * move @ curvature @ move - score @ move


def test_the_change_and_its_slope_are_those_of_the_quadratic():
    """Against the solution of the system, and finite differences of it in the log penalty."""
    rng = np.random.default_rng(2)
    roots = rng.normal(size=(2, 9, 4))
    rest, own = (root.T @ root for root in roots)
    ridge, target, about, score = np.append(0.0, rng.uniform(0.1, 2, 3)), *rng.normal(size=(3, 4))

    def by_hand(at):
        return np.linalg.solve(rest + np.diag(at), target)

    change, b, slope = one_step(
        cho_factor(rest + np.diag(ridge)), ridge, target, about, (own, score)
    )
    np.testing.assert_allclose(b, by_hand(ridge), rtol=1e-10)
    assert change == pytest.approx(quadratic(b, about, own, score), rel=1e-12)
    for j in range(1, 4):
        up, down = ridge.copy(), ridge.copy()
        up[j], down[j] = ridge[j] * np.exp(1e-5), ridge[j] * np.exp(-1e-5)
        losses = [quadratic(by_hand(at), about, own, score) for at in (up, down)]
        assert slope[j] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("columns", [3, 400])
def test_folds_keep_their_order_on_any_number_of_threads(columns):
    assert of_each(20, lambda k: k**2, columns=columns) == [k**2 for k in range(20)]


def test_steps_of_all_folds_stand_together():
    steps = [(float(k), np.full(2, k), np.full(2, -k)) for k in range(3)]
    change, b, slope = together(steps)
    assert change.tolist() == [0.0, 1.0, 2.0]
    assert b.shape == slope.shape == (3, 2)
