import re

import numpy as np
import pytest

from workbench.errors import FitError
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.row_space import RowSpaceStatistics
from workbench.ridge.statistics.scaling import Scaling


def problem(free=2, *, lonely=False):
    rng = np.random.default_rng(8)
    n, p = 60, 150
    X, y = rng.normal(size=(n, p)), (rng.random(n) < 0.4).astype(float)
    fold = np.sort(np.arange(n) % 5) - 1
    if lonely:
        X[fold != 2, 0] = 0.0
    arrays = (X, y, rng.uniform(0.5, 2, n), fold)
    scaling = Scaling(rng.normal(size=p) * 0.1 * (not lonely), np.ones(p), np.arange(p), p)
    penalties = np.exp(rng.normal(size=p) - 3)
    penalties[:free] = 0.0
    b = rng.normal(size=1 + p) * 0.05
    return arrays, scaling, penalties, b


@pytest.mark.parametrize("free", [0, 3])
def test_row_space_gives_what_column_space_does(free):
    arrays, scaling, penalties, b = problem(free)
    by_columns = DenseStatistics.take(ArrayRows(*arrays), scaling, b).without_folds(penalties)
    by_rows = RowSpaceStatistics.take(ArrayRows(*arrays), scaling, b).without_folds(penalties)
    np.testing.assert_allclose(by_rows.loss, by_columns.loss, rtol=1e-10)
    np.testing.assert_allclose(by_rows.slope, by_columns.slope, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(by_rows.b, by_columns.b, rtol=1e-8, atol=1e-10)


def test_the_slope_by_finite_differences():
    arrays, scaling, penalties, b = problem()
    stats = RowSpaceStatistics.take(ArrayRows(*arrays), scaling, b)
    slope = stats.without_folds(penalties).slope
    for j in (2, 50, 149):
        up, down = penalties.copy(), penalties.copy()
        up[j], down[j] = penalties[j] * np.exp(1e-4), penalties[j] * np.exp(-1e-4)
        rise = stats.without_folds(up).total - stats.without_folds(down).total
        assert slope[:, j].sum() == pytest.approx(rise / 2e-4, rel=1e-5, abs=1e-7)


def test_a_free_column_that_lives_in_one_fold_is_named():
    arrays, scaling, penalties, b = problem(1, lonely=True)
    names = ("easter_special", *(f"x{j}" for j in range(1, 150)))
    stats = RowSpaceStatistics.take(ArrayRows(*arrays), scaling, b)
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['easter_special'] do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        stats.without_folds(penalties, names)


def test_row_space_gives_what_column_space_does_forward():
    (X, y, weight, fold), scaling, penalties, b = problem(2)
    rows = ArrayRows(X, y, weight, fold + 1).judged_from(2)
    found = [
        kind.take(rows, scaling, b).without_folds(penalties)
        for kind in (DenseStatistics, RowSpaceStatistics)
    ]
    assert found[0].loss.shape == (3,)
    for by_columns, by_rows in zip(*found, strict=True):
        np.testing.assert_allclose(by_rows, by_columns, rtol=1e-7, atol=1e-9)


def test_a_free_column_that_the_first_folds_do_not_tell_is_named():
    (X, y, weight, fold), scaling, penalties, b = problem(1, lonely=True)
    rows = ArrayRows(X, y, weight, fold + 1).judged_from(2)
    names = ("easter_special", *(f"x{j}" for j in range(1, 150)))
    with pytest.raises(FitError, match=r"^With `folds='forward'`.*\['easter_special'\] do not fit"):
        RowSpaceStatistics.take(rows, scaling, b).without_folds(penalties, names)
