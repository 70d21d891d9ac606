import re

import numpy as np
import pytest
from scipy.linalg import cho_solve

from workbench.errors import FitError
from workbench.ridge.algebra.well_posed import factor_without, lonely_message


def curvature(rng, columns):
    root = rng.normal(size=(30, columns))
    return root.T @ root


def test_the_factor_solves_what_the_other_folds_know():
    rng = np.random.default_rng(1)
    rest, own = curvature(rng, 4), curvature(rng, 4)
    ridge, target = np.array([0.0, 1.0, 0.0, 5.0]), rng.normal(size=4)
    found = cho_solve(factor_without(rest, own, ridge, ()), target)
    np.testing.assert_allclose(found, np.linalg.solve(rest + np.diag(ridge), target), rtol=1e-10)


@pytest.mark.parametrize("left", [0.0, 1e-15])
def test_a_free_column_that_the_others_do_not_know_is_named(left):
    rng = np.random.default_rng(1)
    own = curvature(rng, 3)
    rest = np.diag([5.0, left, 5.0])
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['easter'] do not, so leaving "
        "that campaign out leaves them undetermined. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        factor_without(rest, own, np.array([0.0, 0.0, 1.0]), ("easter", "visits"))
    factor_without(rest, own, np.array([0.0, 1e-3, 1.0]), ("easter", "visits"))


def test_an_intercept_that_nothing_determines_is_told_apart():
    assert lonely_message(np.array([0]), ("easter",)).startswith(
        "Fits without a fold must not tell the two outcomes apart perfectly"
    )
