"""The fit of several classes: weights, kinds of rows, constant columns."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import RidgeMultinomial
from workbench.errors import (
    ConvergenceWarning,
    DataWarning,
    FitError,
)
from workbench.ridge.multinomial import fit, tuning


def test_a_weight_of_two_is_the_row_twice():
    X, y = offers(n=150)
    weight = np.random.default_rng(1).integers(0, 4, len(y))
    weighted = RidgeMultinomial(alpha=0.03, tolerance=1e-12).fit(X, y, weight)
    repeated = np.repeat(np.arange(len(y)), weight)
    twice = RidgeMultinomial(alpha=0.03, tolerance=1e-12).fit(X.iloc[repeated], y[repeated])
    np.testing.assert_allclose(weighted.predict_proba(X), twice.predict_proba(X), atol=1e-9)


def test_sparse_and_dense_rows_are_fitted_alike():
    X, y = offers()
    numbers = X[["price", "visits", "spend"]].to_numpy()
    dense = RidgeMultinomial(alpha=0.02).fit(numbers, y)
    sparse = RidgeMultinomial(alpha=0.02).fit(csr_array(numbers), y)
    np.testing.assert_allclose(
        sparse.predict_proba(numbers), dense.predict_proba(numbers), atol=1e-7
    )


def test_columns_as_they_are_can_be_penalised():
    X, y = offers()
    plain = RidgeMultinomial(alpha=0.02, standardise=False).fit(X[["price", "visits"]], y)
    scaled = X[["price", "visits"]] / [5.0, 0.1]
    factors = {"price": 1 / 25.0, "visits": 100.0}
    same = RidgeMultinomial(0.02, factors, standardise=False).fit(scaled, y)
    np.testing.assert_allclose(
        plain.predict_proba(X[["price", "visits"]]), same.predict_proba(scaled), atol=1e-7
    )


def test_columns_too_small_to_be_tuned_as_they_are_are_told():
    X, y = offers()
    small = X[["price", "visits"]] * 1e-7
    with pytest.warns(DataWarning, match="set 'all' deviate by 5e-07 at most"):
        RidgeMultinomial(standardise=False).fit(small, y)
    assert RidgeMultinomial().fit(small, y).score(small, y) > 0.5  # standardised, they count


def test_classes_of_a_row_each_cannot_be_tuned():
    with pytest.raises(FitError, match="every class has one distinct row only"):
        RidgeMultinomial().fit(np.eye(3), ["a", "b", "c"])
    assert RidgeMultinomial(alpha=0.1).fit(np.eye(3), ["a", "b", "c"]).predict(
        np.eye(3)
    ).tolist() == ["a", "b", "c"]


def test_campaigns_that_share_no_class_cannot_be_tuned_on():
    X, y = offers(n=60)
    with pytest.raises(FitError, match="each class is in one alone"):
        RidgeMultinomial().fit(X, y, campaign=y)


def test_fits_without_a_fold_that_do_not_arrive_are_told(monkeypatch):
    monkeypatch.setattr(fit, "_LARGE", 0)  # single precision does not reach so small a loss
    rng = np.random.default_rng(0)
    code = np.tile(np.arange(4), 50)
    apart = np.eye(4)[code] + 0.01 * rng.normal(size=(200, 4))
    with pytest.warns(ConvergenceWarning, match="5 did not, so that left-out losses"):
        RidgeMultinomial().fit(apart, code)


def test_coefficients_that_take_too_much_room_are_refused(monkeypatch):
    X, y = offers(n=60)
    monkeypatch.setattr(fit, "_MOST_BYTES", 100)
    with pytest.raises(FitError, match="hash them"):
        RidgeMultinomial(0.1).fit(X, y)


def test_tuned_in_single_precision_it_is_the_same(monkeypatch):
    monkeypatch.setattr(tuning, "_ROUGHLY", 1e-7)
    X, y = offers()
    plain = RidgeMultinomial().fit(X, y, groups=GROUPS)
    monkeypatch.setattr(fit, "_LARGE", 0)
    monkeypatch.setattr(tuning, "_ONE_FOLD", 5)
    monkeypatch.setattr(tuning, "_FEW_FOLDS", 5)
    monkeypatch.setattr(tuning, "_FROM", 0)
    quick = RidgeMultinomial().fit(X, y, groups=GROUPS)
    assert quick.kkt_residual_ < 1e-9
    np.testing.assert_allclose(quick.grid_["loss"], plain.grid_["loss"], rtol=1e-4)
    assert quick.tuning_["left_out_loss"].iloc[0] == pytest.approx(
        plain.tuning_["left_out_loss"].iloc[0], rel=5e-3
    )
