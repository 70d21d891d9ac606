"""One behaviour for columns without a penalty that determine one another: a message that helps."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.special import expit

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge.design.design import Design
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.solve.determined import check_determined
from workbench.ridge.statistics.layout import lay_out_sparse

LEVELS = (
    "Unpenalised columns must not determine one another; the levels of text columns ['segment'] "
    "add up to one in every row, as the intercept does, so their coefficients are not unique. Give "
    "them a penalty (`alpha` or a factor above 0: 1e-8 is next to none), or leave one level out by "
    "writing the others as 0/1 columns."
)


def exactly(message):
    return f"^{re.escape(message)}$"


def collinear(*names):
    return exactly(
        f"Unpenalised columns must not determine one another; {list(names)} do, so their "
        "coefficients are not unique. Give them a penalty (a factor above 0), or drop one."
    )


def drawn(seed, n=400, levels="abc"):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"segment": rng.choice(list(levels), n), "visits": rng.normal(size=n)})
    return X, (rng.random(n) < expit(X["visits"] - 1)).astype(int)


# --- text columns


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.integers(0, 10**6),
    st.integers(60, 3_000),
    st.integers(2, 8),
    st.sampled_from([{"alpha": 0.0}, {"penalty_factors": {"segment": 0}}]),
)
def test_all_levels_of_a_text_column_without_a_penalty_are_refused(seed, n, levels, penalties):
    X, y = drawn(seed, n, "abcdefgh"[:levels])
    with pytest.raises(FitError, match=exactly(LEVELS)):
        RidgePropensity(**penalties).fit(X, y)


def test_gaps_are_a_level_too():
    X, y = drawn(1)
    X.loc[::7, "segment"] = None
    message, warned = exactly(LEVELS), pytest.warns(match="Missing values")
    with warned, pytest.raises(FitError, match=message):
        RidgePropensity(0.0).fit(X, y)


def test_with_one_level_left_out_the_fit_is_that_of_statsmodels():
    X, y = drawn(2)
    coded = X.assign(b=X["segment"] == "b", c=X["segment"] == "c").drop(columns="segment")
    coded = coded.astype(float)
    model, peer = RidgePropensity(0.0).fit(coded, y), sm.Logit(y, sm.add_constant(coded))
    theirs = peer.fit(disp=0, tol=1e-12).params
    np.testing.assert_allclose(model.coef_[0], theirs[coded.columns], rtol=1e-7)


def test_next_to_no_penalty_predicts_as_if_one_level_were_left_out():
    X, y = drawn(3)
    coded = X.assign(b=X["segment"] == "b", c=X["segment"] == "c").drop(columns="segment")
    model, without = RidgePropensity(1e-8).fit(X, y), RidgePropensity(0.0).fit(coded * 1.0, y)
    np.testing.assert_allclose(
        model.predict_proba(X), without.predict_proba(coded * 1.0), atol=1e-6
    )


def test_levels_that_have_no_column_leave_the_others_determined():
    X, y = drawn(4, levels="abcd")
    model = RidgePropensity(0.0, most_levels=3).fit(X, y)
    assert model.kkt_residual_ < 1e-9
    assert model.coefficients()["std_error"].max() < 10


def test_one_level_with_a_penalty_determines_the_others():
    X, y = drawn(5)
    model = RidgePropensity(0.01, {"segment": 0, "segment=a": 1.0}).fit(X, y)
    assert model.kkt_residual_ < 1e-9


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.refit({"segment": 0.0}),
        lambda model: model.path("segment", multipliers=[1.0, 0.0]),
    ],
)
def test_a_fitted_model_does_not_lose_the_penalty_of_all_levels(ask):
    X, y = drawn(6)
    model = RidgePropensity(0.01, folds="random").fit(X, y, campaign=np.arange(len(y)) % 3)
    with pytest.raises(FitError, match=exactly(LEVELS)):
        ask(model)


# --- numbers


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 1e-9, 1e-7, 1e-6]))
def test_columns_alike_up_to_a_millionth_are_refused(seed, apart):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(300, 3))
    X = pd.DataFrame(Z * [1e-3, 1.0, 1e4] + [0, 50, 0], columns=["spend", "visits", "other"])
    again = 3.0 * X["visits"] - 7.0 + apart * rng.normal(size=300)
    with pytest.raises(FitError, match=collinear("visits", "again")):
        RidgePropensity(0.0).fit(X.assign(again=again), rng.random(300) < 0.4)


@pytest.mark.parametrize("apart", [1e-4, 1e-2])
def test_columns_alike_up_to_a_ten_thousandth_are_fitted_as_by_statsmodels(apart):
    rng = np.random.default_rng(7)
    visits, step = rng.normal(size=(2, 5_000))
    y = (rng.random(5_000) < expit(visits - 1)).astype(float)
    X = pd.DataFrame({"visits": visits, "again": visits + apart * step})
    # the same space of columns, in coordinates that statsmodels' solver finds easy
    peer = sm.Logit(y, np.column_stack([np.ones(5_000), visits, step])).fit(disp=0, tol=1e-12)
    model = RidgePropensity(0.0).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], peer.predict(), atol=1e-6)
    theirs = peer.bse[2] / apart
    assert model.coefficients().loc["again", "std_error"] / X["again"].std(ddof=0) == (
        pytest.approx(theirs, rel=1e-4)
    )


def test_a_sum_of_columns_is_named_with_them_and_others_are_not():
    rng = np.random.default_rng(8)
    X = pd.DataFrame(rng.normal(size=(200, 4)), columns=["web", "shop", "age", "visits"])
    X = X.assign(total=X["web"] + X["shop"])
    y = rng.random(200) < 0.3
    with pytest.raises(FitError, match=collinear("web", "shop", "total")):
        RidgePropensity(0.0).fit(X, y)
    assert RidgePropensity(0.01, {"web": 0, "shop": 0}).fit(X, y).kkt_residual_ < 1e-9


def test_float32_is_judged_by_what_it_can_tell():
    rng = np.random.default_rng(9)
    X = rng.normal(size=(2_000, 2)).astype("float32")
    X = pd.DataFrame(np.column_stack([X, X.sum(axis=1)]), columns=["web", "shop", "total"])
    with pytest.raises(FitError, match=collinear("web", "shop", "total")):
        RidgePropensity(0.0).fit(X, rng.random(2_000) < 0.3)


def test_weights_of_rows_do_not_matter_but_rows_without_any_do():
    rng = np.random.default_rng(10)
    X = pd.DataFrame({"web": rng.normal(size=300)})
    X["shop"] = np.where(np.arange(300) < 250, 2 * X["web"], rng.normal(size=300))
    y, weight = rng.random(300) < 0.4, rng.uniform(0.1, 9.0, 300)
    assert RidgePropensity(0.0).fit(X, y, weight).kkt_residual_ < 1e-9
    weight[250:] = 0.0
    with pytest.raises(FitError, match=collinear("web", "shop")):
        RidgePropensity(0.0).fit(X, y, weight)


# --- sparse rows


def test_sparse_columns_that_determine_one_another_are_refused():
    rng = np.random.default_rng(11)
    X = (rng.random((500, 6)) < 0.1).astype(float)
    X[:, 5] = X[:, 0] + 2 * X[:, 3]
    with pytest.raises(FitError, match=collinear("x0", "x3", "x5")):
        RidgePropensity(0.0).fit(csr_array(X), rng.random(500) < 0.3)


def test_sparse_and_dense_rows_have_the_same_correlations(as_they_are):
    """A kernel reads blocks of either kind."""
    rng = np.random.default_rng(12)
    X, y = (rng.random((5_000, 4)) < 0.2).astype(float), (rng.random(5_000) < 0.3) * 1.0
    X[:, 3] = X[:, 0] + X[:, 1]
    rows, measured = lay_out_sparse(csr_array(X), y, np.ones(5_000), np.zeros(5_000, dtype=int))
    assert isinstance(rows, SparseRows)
    dense = as_they_are(X, y, np.ones(5_000), np.zeros(4), 5_000.0, list("abcd"))
    sparse = type(dense)(
        rows, measured.scaling(np.ones(4, dtype=bool)), dense.penalties, dense.total, dense.names
    )
    standardised = type(dense)(
        dense.rows,
        sparse.scaling,
        *(getattr(dense, name) for name in ("penalties", "total", "names")),
    )
    for objective in (sparse, standardised):
        with pytest.raises(FitError, match=collinear("a", "b", "d")):
            check_determined(objective)


def test_nothing_is_asked_of_columns_that_have_a_penalty(as_they_are):
    Z = np.ones((4, 3))
    objective = as_they_are(Z, np.array([0, 1, 0, 1.0]), np.ones(4), [0.1, 0.1, 0.1], 4.0, "abc")
    check_determined(objective, Design(()))
