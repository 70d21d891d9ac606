"""A walk down a function of few numbers, against scipy's minimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize

from workbench.ridge.multinomial.walk import walked

WIDE = (-20.0, 20.0)


def bowl(seed, count):
    """Return a smooth function that bends otherwise everywhere, as left-out losses do."""
    rng = np.random.default_rng(seed)
    lowest, weight = rng.normal(size=count), rng.uniform(0.2, 3.0, count)
    mix = np.linalg.qr(rng.normal(size=(count, count)))[0]

    def value_and_slope(at):
        away = mix @ (at - lowest)
        root = np.sqrt(1 + weight * away**2)
        return 3.0 + float((root - 1).sum()), mix.T @ (weight * away / root)

    return value_and_slope


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("bend", [0.0, 0.05, 5.0])
def test_it_ends_near_the_lowest_place_after_few_questions(count, seed, bend):
    function = bowl(seed, count)
    found = walked(
        function, np.zeros(count), bounds=WIDE, bend=bend, longest=0.5, gain=1e-4, most=40
    )
    peer = minimize(function, np.zeros(count), jac=True, method="BFGS")
    assert found.value <= peer.fun * (1 + 2e-3)
    assert found.asked <= 25


def test_the_value_is_that_of_its_place_and_never_above_the_start():
    function = bowl(3, 3)
    for most in range(1, 12):
        found = walked(
            function, np.full(3, 2.0), bounds=WIDE, bend=0.0, longest=4.0, gain=0.0, most=most
        )
        assert found.value == function(found.place)[0] <= function(np.full(3, 2.0))[0]
        assert found.asked <= most


def test_it_stays_within_its_bounds():
    found = walked(
        lambda at: (9.0 - at.sum(), -np.ones(2)),
        np.zeros(2),
        bounds=(-1.0, 1.0),
        bend=0.0,
        longest=0.5,
        gain=1e-6,
        most=20,
    )
    np.testing.assert_array_equal(found.place, [1.0, 1.0])
