import re

import numpy as np
import pandas as pd
import pytest
from glum import GeneralizedLinearRegressor
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge import jackknife_errors
from workbench.ridge.fitted import problem
from workbench.ridge.fitted.basis import AsGiven, Reduced

N, P = 100, 420


@pytest.fixture(scope="module")
def given():
    rng = np.random.default_rng(12)
    X = pd.DataFrame(rng.normal(size=(N, P)), columns=[f"x{j}" for j in range(P)])
    logit = X.iloc[:, :20].sum(axis=1) * 0.4
    y = (rng.random(N) < 1 / (1 + np.exp(-logit))).to_numpy().astype(float)
    groups = {name: "ab"[j >= 200] if j < P - 3 else "few" for j, name in enumerate(X)}
    return X, y, np.arange(N) % 5, groups


@pytest.fixture(scope="module")
def both(given):
    """The same fit by as many columns as rows, and by p × p matrices."""
    X, y, campaign, groups = given
    factors = {"a": 2.0, "x3": 5.0, "few": 0.0, "x300": np.inf}
    model = RidgePropensity(0.05, factors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem, "parts_of", lambda plan, rows: (None, P))
        direct = RidgePropensity(0.05, factors).fit(X, y, campaign=campaign, groups=groups)
    model.fit(X, y, campaign=campaign, groups=groups)
    assert isinstance(model.workspace_.basis, Reduced)
    assert isinstance(direct.workspace_.basis, AsGiven)
    return model, direct


def same_columns(one, other, atol=1e-8):
    pd.testing.assert_frame_equal(one.columns_, other.columns_, rtol=0, atol=atol)


def test_the_table_of_columns_is_the_same(both):
    same_columns(*both)
    assert both[0].kkt_residual_ <= 1e-9


@pytest.mark.parametrize("moves", [{"a": 0.7}, {"a": 0.7, "x30": 0.01}, {"x30": 0.0}])
def test_refits_are_the_same_whatever_moves(both, moves):
    again, direct = (model.refit(moves) for model in both)
    same_columns(again, direct, atol=1e-7)


def test_left_out_losses_previews_and_paths_are_the_same(both):
    model, direct = both
    pd.testing.assert_frame_equal(model.workspace_.left_out(), direct.workspace_.left_out())
    np.testing.assert_allclose(jackknife_errors(model), jackknife_errors(direct), atol=1e-9)
    moved = {name: 2 * model.penalties_[name] for name in model.penalties_.index if name != "x300"}
    ours, theirs = (fit.preview(moved) for fit in both)
    np.testing.assert_allclose(ours.b, theirs.b, atol=1e-6)
    assert ours.edf == pytest.approx(theirs.edf, abs=1e-6)
    paths = [fit.path("b", multipliers=[0.5, 4.0]) for fit in both]
    pd.testing.assert_frame_equal(*paths, rtol=1e-6)


def test_a_preview_within_a_group_is_refused(both):
    message = (
        "With more columns than rows, a preview can move the penalties of whole groups only, as "
        "they were tuned or given together; these move within one. Use `refit`: it is exact."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        both[0].preview({"x30": 0.01})


def test_more_columns_without_a_penalty_than_rows_are_refused(both):
    message = (
        "Columns without a penalty must not determine one another; under these penalties some do, "
        "so their coefficients are not unique. Leave them a penalty."
    )
    for model in both:
        for ask in (model.refit, model.preview):
            with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
                ask({"a": 0.0})
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        both[0].path("a", multipliers=[0.0])


def test_glum_finds_the_same_coefficients(given):
    X, y, _, _ = given
    factors = {name: 1.0 + (j % 3) for j, name in enumerate(X)}
    model = RidgePropensity(0.1, factors).fit(X, y)
    Z = (X - X.mean()) / X.std(ddof=0)
    peer = GeneralizedLinearRegressor(
        family="binomial",
        alpha=0.1,
        l1_ratio=0,
        P2=np.array(list(factors.values())),
        gradient_tol=1e-10,
    ).fit(Z.to_numpy(), y)
    np.testing.assert_allclose(model.coef_standardised_, peer.coef_, atol=1e-8)


def test_tuning_reads_the_same_left_out_losses_dense_or_sparse(given):
    X, y, campaign, groups = given
    dense = RidgePropensity(rule="best").fit(X, y, campaign=campaign, groups=groups)
    sparse = RidgePropensity(rule="best").fit(
        csr_array(X.to_numpy()), y, campaign=campaign, groups=groups
    )
    assert isinstance(sparse.workspace_.basis, Reduced)
    ours, theirs = (m.workspace_.left_out()["loss"].mean() for m in (dense, sparse))
    assert ours == pytest.approx(theirs, rel=1e-7)
    assert dense.tuning_["columns"].to_dict() == {"a": 200, "b": 217, "few": 3}


def test_weights_are_rows_and_their_order_does_not_matter(given):
    X, y, campaign, _ = given
    times, moved = np.arange(N) % 3, np.random.default_rng(2).permutation(N)
    weighted = RidgePropensity(0.1).fit(X, y, times, campaign=campaign)
    repeated = RidgePropensity(0.1).fit(
        X.loc[X.index.repeat(times)], np.repeat(y, times), campaign=np.repeat(campaign, times)
    )
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-9)
    np.testing.assert_allclose(weighted.columns_["std_error"], repeated.columns_["std_error"])
    shuffled = RidgePropensity(0.1).fit(X.iloc[moved], y[moved], times[moved])
    np.testing.assert_allclose(weighted.coef_, shuffled.coef_, atol=1e-9)


def test_forward_folds_of_more_columns_than_rows(given):
    X, y, _, groups = given
    months = np.array([f"2024-{1 + k // 14:02d}" for k in range(N)])
    model = RidgePropensity(folds="forward").fit(X, y, campaign=months, groups=groups)
    assert isinstance(model.workspace_.basis, Reduced)
    found = model.workspace_.left_out()["loss"]
    assert found.index.tolist() == [f"2024-{t:02d}" for t in range(4, 9)]
    Z, root = (X - X.mean()) / X.std(ddof=0), np.sqrt(model.penalties_)
    for month in found.index:
        before, here = months < month, months == month
        peer = LogisticRegression(C=1 / before.sum(), solver="newton-cholesky", tol=1e-12)
        peer.fit(Z[before] / root, y[before])
        eta = peer.decision_function(Z[here] / root)
        assert found[month] == pytest.approx(
            np.mean(np.logaddexp(0, eta) - y[here] * eta), abs=1e-6
        )
    moved = {"x1": 3 * model.penalties_["x1"]}  # other proportions make other columns
    again = model.refit(moved).workspace_
    assert again.left_out().index.tolist() == found.index.tolist()
    assert len(model.workspace_.leaving_out().refit(again.penalties).left_out()) == 8
