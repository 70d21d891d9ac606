import re

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge.fitted.basis import AsGiven, Reduced
from workbench.ridge.statistics import choose
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.matrix_free import MatrixFreeStatistics
from workbench.ridge.statistics.protocol import COLUMNS


def fitted(n, p, *, sparse=False, groups=None, **parameters):
    rng = np.random.default_rng(n + p)
    X = rng.normal(size=(n, p))
    y = np.arange(n) % 2
    X = csr_array(X) if sparse else X
    return RidgePropensity(0.1, **parameters).fit(X, y, groups=groups).workspace_


def way(fit):
    return type(fit.basis), type(fit.stats)


@pytest.mark.parametrize("sparse", [False, True])
def test_the_way_follows_the_shape(sparse, monkeypatch):
    assert way(fitted(60, 20, sparse=sparse)) == (AsGiven, DenseStatistics)
    # fewer columns would not pay
    assert way(fitted(60, 80, sparse=sparse)) == (AsGiven, DenseStatistics)
    assert way(fitted(60, 200, sparse=sparse)) == (Reduced, DenseStatistics)
    # more columns than rows, but as many groups as make reducing them useless
    groups = {f"x{j}": f"g{j // 10}" for j in range(80)}
    monkeypatch.setattr(choose, "MOST_SQUARED", 50)
    narrow = fitted(60, 80, sparse=sparse, groups=groups, penalty_factors={"g1": 2.0})
    assert way(narrow) == (AsGiven, MatrixFreeStatistics)


def test_wide_sparse_rows_do_without_squares():
    X = random_array((5_000, 3_200), density=2e-3, rng=np.random.default_rng(0), format="csr")
    model = RidgePropensity(0.1).fit(X, np.arange(5_000) % 2)
    assert way(model.workspace_) == (AsGiven, MatrixFreeStatistics)
    assert model.workspace_.abilities == {COLUMNS}


def test_as_many_free_columns_as_rows():
    message = (
        "Columns without a penalty must be fewer than the rows; got 30 of them and 20 rows, so "
        "their coefficients are not unique. Give them a penalty."
    )
    rng = np.random.default_rng(0)
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        RidgePropensity(0.0).fit(rng.normal(size=(20, 30)), np.arange(20) % 2)
