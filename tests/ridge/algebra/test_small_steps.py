"""Steps of all folds at once, against those of each fold by itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from workbench.errors import FitError
from workbench.ridge.algebra.one_step import one_step, together
from workbench.ridge.algebra.small_steps import small_steps
from workbench.ridge.algebra.well_posed import factor_without


def folds(seed=0, count=4, size=6):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(2, count, 3 * size, size))
    known, own = (np.einsum("gki,gkj->gij", root, root) for root in roots)
    ridge = np.column_stack([np.zeros(count), rng.uniform(0.1, 2, (count, size - 1))])
    target, about, score = rng.normal(size=(3, count, size))
    return known, (own, score), ridge, target, about


def test_they_are_the_steps_of_each_fold():
    known, own, ridge, target, about = folds()
    before = known.copy()
    alone = [
        one_step(
            factor_without(known[g], own[0][g], ridge[g], ()),
            ridge[g],
            target[g],
            about[g],
            (own[0][g], own[1][g]),
        )
        for g in range(len(known))
    ]
    for found, expected in zip(
        small_steps(known, own, ridge, target, about), together(alone), strict=True
    ):
        assert_allclose(found, expected, rtol=1e-10)
    assert (known == before).all()


def test_a_column_of_one_fold_alone_is_none_as_it_is_an_error_elsewhere():
    known, own, ridge, target, about = folds()
    known[2][3], known[2][:, 3], ridge[2][3] = 0.0, 0.0, 0.0
    assert small_steps(known, own, ridge, target, about) is None
    with pytest.raises(FitError, match="vary in at least two campaigns"):
        factor_without(known[2], own[0][2], ridge[2], ())
    known[2][3, 3] = 1e-14  # rounding, where there is nothing
    assert small_steps(known, own, ridge, target, about) is None
