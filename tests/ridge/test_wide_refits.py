import numpy as np
import pytest
from scipy.sparse import random_array

from workbench.errors import FitError
from workbench.ridge import left_out
from workbench.ridge.fold_stats import fold_stats
from workbench.ridge.sparse_layout import lay_out_sparse
from workbench.ridge.sparse_rows import SparseRows
from workbench.ridge.wide_refits import refit_wide


@pytest.fixture(scope="module", params=[0.01, 1e-4])
def both(request):
    """The same rows with p × p matrices, and without."""
    rng = np.random.default_rng(7)
    X = random_array((600, 40), density=0.2, rng=rng, format="csr")
    y = (rng.random(600) < 1 / (1 + np.exp(1 - X @ rng.normal(size=40)))).astype("float64")
    fold = np.arange(600) * 5 // 600
    rows, measured = lay_out_sparse(X, y, np.ones(600), fold)
    wide = SparseRows(rows.X, rows.y, rows.weight, rows.fold_of_row, wide=True)
    return rows, wide, measured.scaling(~measured.constant), np.full(40, request.param)


@pytest.mark.parametrize("from_zero", [True, False])
def test_refits_are_those_with_matrices(both, from_zero):
    rows, wide, scaling, penalties = both
    b = np.zeros(41)
    if not from_zero:
        b = left_out.exact(rows, scaling, fold_stats(rows, scaling, b), penalties)[1].mean(axis=0)
    loss, fits = left_out.exact(rows, scaling, fold_stats(rows, scaling, b), penalties)
    refits = refit_wide(wide, scaling, fold_stats(wide, scaling, b), penalties)
    assert refits.open == 0
    np.testing.assert_allclose(refits.loss, loss, rtol=1e-6)
    np.testing.assert_allclose(refits.b, fits, atol=1e-4)
    assert refits.passes < 25


def test_a_lonely_free_column_is_named(both):
    _, wide, scaling, penalties = both
    lonely = np.zeros((600, 1))
    lonely[:120:2] = 1.0
    X = wide.X.tolil()
    X[:, :1] = lonely
    rows = SparseRows(X.tocsr(), wide.y, wide.weight, wide.fold_of_row, wide=True)
    free = np.where(np.arange(40) == 0, 0.0, penalties)
    stats = fold_stats(rows, scaling, np.zeros(41))
    with pytest.raises(FitError, match="'x0'"):
        refit_wide(rows, scaling, stats, free, names=tuple(f"x{j}" for j in range(40)))


def test_forward_refits_are_those_with_matrices(both):
    rows, wide, scaling, penalties = both
    rows, wide = rows.judged_from(2), wide.judged_from(2)
    b = np.zeros(41)
    loss, _ = left_out.exact(rows, scaling, fold_stats(rows, scaling, b), penalties)
    refits = refit_wide(wide, scaling, fold_stats(wide, scaling, b), penalties)
    assert (refits.open, len(loss)) == (0, 3)
    np.testing.assert_allclose(refits.loss, loss, rtol=1e-5)
