"""The engine against other implementations, at the sizes and the precision that it claims."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from glum import GeneralizedLinearRegressor
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from workbench.datasets import planted
from workbench.evidence import out_of_time
from workbench.ridge import RidgePropensity
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.solve import leave_out

GAPS_AND_CONSTANTS = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")


def contacts(rows, kind):
    """Columns as tables have them: days, counts, amounts, shares, flags, and one near-copy."""
    rng = np.random.default_rng(20240501)
    visits = rng.poisson(3.0, rows)
    columns = {
        "recency_days": 200 + 50 * rng.normal(size=rows),
        "visits": visits,
        "spend": 30 * rng.lognormal(size=rows) * (1 + visits),
        "share": rng.beta(0.5, 2.0, rows),
        "opened": rng.random(rows) < 0.3,
        "rare_flag": rng.random(rows) < 0.01,
        "visits_last_year": visits + 0.3 * rng.normal(size=rows),
        **{f"x{j}": rng.normal(size=rows) for j in range(18)},
    }
    X = pd.DataFrame(columns).astype(kind)
    effects = rng.normal(0, 0.15, X.shape[1])
    log_odds = -2.0 + ((X - X.mean()) / X.std()).to_numpy(dtype="float64") @ effects
    return X, (rng.random(rows) < expit(log_odds)).astype("float64")


def standardised(X):
    return (X - X.mean()) / X.std(ddof=0)


def by_glum(Z, y, penalties):
    peer = GeneralizedLinearRegressor(
        family="binomial", alpha=1.0, l1_ratio=0, P2=penalties, gradient_tol=1e-13, max_iter=200
    )
    return peer.fit(Z.to_numpy(), y).coef_


def in_standard_errors(model, coefficients):
    apart = model.coef_standardised_.to_numpy() - coefficients
    return np.abs(apart / model.coefficients()["std_error"]).max()


# --- coefficients


@pytest.mark.slow
def test_hundred_thousand_rows_of_float64_agree_to_a_millionth_of_a_standard_error():
    X, y = contacts(100_000, "float64")
    factors = dict(zip(X, np.geomspace(1e-6, 1.0, X.shape[1]).tolist(), strict=True))
    model = RidgePropensity(0.1, factors).fit(X, y)
    peer = by_glum(standardised(X), y, model.penalties_.to_numpy())
    assert in_standard_errors(model, peer) <= 1e-6
    free = RidgePropensity(0.0).fit(X, y)
    glm = sm.GLM(y, sm.add_constant(standardised(X)), family=sm.families.Binomial())
    fitted = glm.fit(tol=1e-14, tol_criterion="params", maxiter=50)
    assert in_standard_errors(free, fitted.params.iloc[1:].to_numpy()) <= 1e-6
    np.testing.assert_allclose(free.coefficients()["std_error"], fitted.bse.iloc[1:], rtol=1e-6)


@pytest.mark.slow
def test_a_million_rows_of_float32_agree_to_a_thousandth_of_a_standard_error():
    X, y = contacts(1_000_000, "float32")
    factors = dict(zip(X, np.geomspace(1e-6, 1.0, X.shape[1]).tolist(), strict=True))
    model = RidgePropensity(0.1, factors).fit(X, y)
    assert model.workspace_.solved.rows.dtype == np.float32
    peer = by_glum(standardised(X.astype("float64")), y, model.penalties_.to_numpy())
    assert in_standard_errors(model, peer) <= 1e-3


# --- left-out losses


def refitted_by_sklearn(frame, model, penalties):
    """The loss without each campaign, on the design, deviations and penalties of the whole."""
    columns = model.columns_
    used = ~columns["dropped"].to_numpy()
    Z = (model.design_.matrix(frame.X) - columns["mean"].to_numpy()) / columns["scale"].to_numpy()
    Z, y, root = Z[:, used], frame.y.to_numpy(dtype="float64"), np.sqrt(penalties)
    losses = []
    for label in frame.campaigns:
        out = (frame.campaign == label).to_numpy()
        peer = LogisticRegression(C=1 / len(y), solver="newton-cholesky", tol=1e-8, max_iter=200)
        with threadpool_limits(1):  # contended threads make these small systems slow
            peer.fit(Z[~out] / root, y[~out])
        log_odds = peer.intercept_[0] + Z[out] @ (peer.coef_[0] / root)
        losses.append(float((np.logaddexp(0, log_odds) - y[out] * log_odds).sum()))
    return np.array(losses)


def left_out_losses(frame, multiplier):
    """By one step, exactly, and by scikit-learn, at so many times the tuned penalties."""
    model = RidgePropensity().fit(frame)
    penalties = multiplier * model.workspace_.solved.penalties
    there = model.workspace_.refit(penalties).retaken()
    at = there.given
    one_step = there.stats.without_folds(penalties, at.names).loss
    exact, _ = leave_out.exact(at.rows, at.scaling, there.stats, penalties)
    return one_step, exact, refitted_by_sklearn(frame, model, penalties)


@pytest.fixture(scope="module")
def planted_frame():
    return out_of_time(planted(seed=3).frame, test_campaigns=10).train


@pytest.fixture(params=["planted_frame", pytest.param("journey", marks=pytest.mark.slow)])
def frame(request):
    return request.getfixturevalue(request.param)


@GAPS_AND_CONSTANTS
@pytest.mark.parametrize("multiplier", [0.3, 1.0, 10.0])
def test_one_step_left_out_is_within_half_a_percent_of_brute_force(frame, multiplier):
    """About the penalties that tuning chooses, and to both sides; at a tenth it is 0.8% off."""
    one_step, _, brute = left_out_losses(frame, multiplier)
    assert one_step.sum() == pytest.approx(brute.sum(), rel=5e-3)


@GAPS_AND_CONSTANTS
def test_exact_left_out_losses_are_those_of_brute_force(frame):
    _, exact, brute = left_out_losses(frame, 1.0)
    np.testing.assert_allclose(exact, brute, rtol=1e-3)
    assert exact.sum() == pytest.approx(brute.sum(), rel=2e-5)


@GAPS_AND_CONSTANTS
@pytest.mark.slow
def test_exact_left_out_losses_under_weak_penalties(journey):
    _, exact, brute = left_out_losses(journey, 0.1)
    np.testing.assert_allclose(exact, brute, rtol=1e-3)


# --- gradients


@GAPS_AND_CONSTANTS
@pytest.mark.parametrize("away", [0.0, -1.5, 1.5])
def test_the_slope_of_the_left_out_loss_by_finite_differences(frame, away):
    """At the statistics of one fit, which is what the search of a round minimises."""
    model = RidgePropensity(0.01).fit(frame)
    stats, groups = model.workspace_.stats, model.columns_["group"]
    used = groups[~model.columns_["dropped"]]
    sets = tuple(dict.fromkeys(used))
    plan = PenaltyPlan(np.ones(len(used)), used.map(sets.index).to_numpy(), sets)
    here = np.log(0.01) + away * np.cos(np.arange(len(sets)))

    def total(strength):
        return stats.without_folds(plan.penalties(strength)).total

    of_columns = stats.without_folds(plan.penalties(here)).slope
    slope = plan.slope(of_columns)
    h, moves = 0.02, np.eye(len(sets))
    near, far = (
        np.array([total(here + k * h * e) - total(here - k * h * e) for e in moves]) for k in (1, 2)
    )
    numeric = (8 * near - far) / (12 * h)  # exact to the fourth order
    np.testing.assert_allclose(slope, numeric, rtol=1e-6, atol=1e-6 * np.abs(slope).max())
