import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from workbench import RidgePropensity
from workbench.errors import ConvergenceWarning, FitError
from workbench.ridge import jackknife_errors
from workbench.ridge.statistics import choose
from workbench.ridge.statistics.protocol import MATRIX

N, P = 1_500, 60


@pytest.fixture(scope="module")
def given():
    rng = np.random.default_rng(31)
    X = rng.normal(size=(N, P)) * (rng.random((N, P)) < 0.15)
    X[:, :2] = rng.normal(size=(N, 2)) + 2
    y = (rng.random(N) < 1 / (1 + np.exp(1 - X @ rng.normal(0, 0.5, P)))).astype(int)
    groups = {f"x{j}": f"g{j % 3}" for j in range(P)}
    return csr_array(X), y, rng.uniform(0.5, 2, N), rng.integers(0, 5, N), groups


@pytest.fixture
def wide(monkeypatch):
    """Make every sparse fit a wide one."""

    def fit(given, **parameters):
        X, y, w, campaign, groups = given
        with monkeypatch.context() as patch:
            patch.setattr(choose, "MOST_SQUARED", 1)
            model = RidgePropensity(**parameters)
            model.fit(X, y, w, campaign=campaign, groups=groups)
        assert MATRIX not in model.workspace_.abilities
        return model

    return fit


def squared(given, **parameters):
    X, y, w, campaign, groups = given
    return RidgePropensity(**parameters).fit(X, y, w, campaign=campaign, groups=groups)


FIXED = {"alpha": 0.02, "penalty_factors": {"g1": 0.3, "x4": 0.0, "x5": np.inf}}


def test_what_is_exact_is_the_same(wide, given):
    ours, theirs = wide(given, **FIXED), squared(given, **FIXED)
    exact = ["feature", "group", "mean", "scale", "dropped", "penalty", "coef_standardised"]
    pd.testing.assert_frame_equal(
        ours.columns_[[*exact, "score_share"]], theirs.columns_[[*exact, "score_share"]], atol=1e-8
    )
    assert ours.kkt_residual_ <= 1e-10
    pd.testing.assert_frame_equal(ours.workspace_.left_out(), theirs.workspace_.left_out())
    np.testing.assert_allclose(jackknife_errors(ours), jackknife_errors(theirs), atol=1e-6)
    again, direct = (model.refit({"g0": 0.3, "x9": 0.01}) for model in (ours, theirs))
    np.testing.assert_allclose(again.coef_, direct.coef_, atol=1e-8)
    unsettled = ours.refit({"g0": 0.3, "x9": 0.01}, errors=False)
    np.testing.assert_array_equal(unsettled.coef_, again.coef_)
    assert unsettled.columns_.loc[~unsettled.columns_["dropped"], "edf"].isna().all()
    X = given[0]
    np.testing.assert_allclose(ours.propensity(X), theirs.propensity(X), atol=1e-9)


def test_what_is_estimated_keeps_within_its_stated_error(wide, given):
    ours, theirs = wide(given, **FIXED), squared(given, **FIXED)
    off = ours.edf_ - theirs.edf_
    assert abs(off) <= 4 * ours.training_["edf_error"]
    assert ours.training_["edf_error"] < 0.01 * theirs.edf_
    used = ~ours.columns_["dropped"]
    ratio = (ours.columns_["std_error"] / theirs.columns_["std_error"])[used]
    assert abs(ratio - 1).median() <= 2 * ours.training_["std_error_relative_error"]
    assert abs(ratio - 1).max() < 0.3


def test_tuning_finds_the_same_penalties(wide, given):
    ours, theirs = wide(given, rule="best"), squared(given, rule="best")
    np.testing.assert_allclose(
        np.log(ours.tuning_["penalty"]), np.log(theirs.tuning_["penalty"]), atol=0.05
    )
    losses = [m.workspace_.left_out()["loss"].mean() for m in (ours, theirs)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_a_path_is_the_same_but_for_the_estimated_edf(wide, given):
    ours, theirs = (
        fit(given, **FIXED).path("g0", multipliers=[1.0, 5.0]) for fit in (wide, squared)
    )
    pd.testing.assert_frame_equal(ours.drop(columns="edf"), theirs.drop(columns="edf"), rtol=1e-6)
    np.testing.assert_allclose(ours["edf"], theirs["edf"], rtol=0.02)


def test_a_preview_is_refused(wide, given):
    message = (
        "A preview needs the p × p curvature, and 59 columns are too many for it. Use `refit`: it "
        "is exact, and starts from this fit."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        wide(given, **FIXED).preview({"g0": 0.1})


def test_weights_are_rows_and_their_order_does_not_matter(wide, given):
    X, y, _, campaign, groups = given
    times, moved = np.arange(N) % 3, np.random.default_rng(1).permutation(N)
    weighted = wide((X, y, times, campaign, groups), **FIXED)
    rows = np.repeat(np.arange(N), times)
    repeated = wide((X[rows], y[rows], np.ones(len(rows)), campaign[rows], groups), **FIXED)
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-8)
    shuffled = wide((X[moved], y[moved], times[moved], campaign[moved], groups), **FIXED)
    np.testing.assert_allclose(weighted.coef_, shuffled.coef_, atol=1e-8)


def test_an_optimum_that_was_not_reached_is_said(wide, given):
    with pytest.warns(ConvergenceWarning, match="^The optimum was not reached"):
        wide(given, **FIXED, max_iterations=2)


def test_a_model_is_saved_with_the_precision_of_its_estimates(wide, given, tmp_path):
    model = wide(given, **FIXED)
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    assert loaded.training_["edf_error"] == model.training_["edf_error"]
    np.testing.assert_array_equal(loaded.propensity(given[0]), model.propensity(given[0]))


SCORES = pd.DataFrame({"bought": np.sin(np.arange(P))}, index=[f"x{j}" for j in range(P)])


@pytest.mark.parametrize(
    "co_data",
    ["concentration", "heterogeneity", ["concentration", "heterogeneity"], SCORES],
    ids=["concentration", "heterogeneity", "both", "scores of one's own"],
)
def test_co_data_are_heard_without_a_matrix_too(wide, given, co_data):
    X, y, w, campaign, _ = given
    spiky = X.toarray()
    spiky[campaign > 0, :20] = 0.0  # twenty columns live in one campaign
    X = csr_array(spiky)
    ours, theirs = (f((X, y, w, campaign, None), co_data=co_data) for f in (wide, squared))
    assert list(ours.co_data_) == list(theirs.co_data_)
    for name, slope in theirs.co_data_.items():
        assert ours.co_data_[name] == pytest.approx(slope, rel=0.02, abs=1e-3)
    np.testing.assert_allclose(ours.penalties_, theirs.penalties_, rtol=0.02)


def test_what_needs_curvature_is_refused(wide, given):
    message = (
        "`deviations` need matrices of all columns by all columns; these are too many (60). Leave "
        "them out, or fit fewer columns."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        wide(given, deviations=True)
