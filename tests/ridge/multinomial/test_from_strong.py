"""Where other fits begin, against fits from zero."""

import numpy as np
import pytest

from tests.ridge.multinomial.problems import K, P, drawn
from workbench.ridge.multinomial.from_strong import FromStrong, from_strong
from workbench.ridge.multinomial.newton import minimise


@pytest.mark.parametrize("penalty", [1.0, 1e-2, 1e-5])
@pytest.mark.parametrize("sparse", [False, True])
def test_it_is_near_the_optimum(penalty, sparse):
    problem = drawn(sparse=sparse, by_class=True, penalty=penalty)
    exact = minimise(problem, np.zeros((P + 1, K)), tolerance=1e-11).at.value
    assert exact <= from_strong(problem).value <= 1.003 * exact


def test_whatever_was_asked_for_before_it_ends_near():
    fits = FromStrong(drawn())
    for penalty in (1e-2, 1e-6, 1e-1, 3e-4):
        wanted = penalty * np.array([0.0] + [1.0] * P)[:, None]
        problem = fits.problem.under(wanted)
        exact = minimise(problem, np.zeros((P + 1, K)), tolerance=1e-11).at.value
        assert fits.under(wanted).value <= 1.003 * exact


def test_the_same_penalties_are_not_fitted_again():
    fits = FromStrong(drawn())
    wanted = 1e-3 * np.array([0.0] + [1.0] * P)[:, None]
    assert fits.under(wanted) is fits.under(wanted.copy())
