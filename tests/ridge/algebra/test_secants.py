import numpy as np
import pytest

from workbench.ridge.algebra.secants import Secants


@pytest.fixture
def hessian():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(6, 6))
    return root @ root.T + np.eye(6)


def test_what_was_learned_holds_exactly_along_the_last_step(hessian):
    rng = np.random.default_rng(4)
    metric = Secants()
    for step in rng.normal(size=(4, 6)):
        metric.learn(step, hessian @ step)
    np.testing.assert_allclose(metric.solve(hessian @ step, np.copy), step, rtol=1e-10)


def test_as_many_conjugate_steps_as_dimensions_give_the_inverse(hessian):
    metric = Secants()
    for direction in np.linalg.eigh(hessian)[1].T:
        metric.learn(direction, hessian @ direction)
    target = np.arange(6.0)
    np.testing.assert_allclose(
        metric.solve(target, np.copy), np.linalg.solve(hessian, target), rtol=1e-9
    )


def test_a_step_of_no_curvature_is_passed_over():
    metric = Secants()
    metric.learn(np.ones(6), np.zeros(6))
    assert metric.empty
    metric.learn(np.ones(6), np.ones(6))
    assert not metric.empty
