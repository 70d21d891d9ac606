"""What goes wrong in simpler engines, each on data that make it go wrong.

That few campaigns do not let spikes off is held in test_tuning, with twenty seeds.
"""

import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from workbench.datasets import planted
from workbench.evidence import out_of_time
from workbench.ridge import RidgePropensity
from workbench.ridge.penalties.plan import plan_penalties
from workbench.ridge.solve import leave_out
from workbench.ridge.tune.folds import MOST_FOLDS
from workbench.ridge.tune.strengths import STRONGEST
from workbench.ridge.tune.tuning import TuningRule, tune


def standardised(X):
    X = np.asarray(X, dtype="float64")
    return (X - X.mean(axis=0)) / X.std(axis=0)


def penalised_loss(Z, y, penalties, b):
    """The objective and its gradient, written out anew."""
    eta = b[0] + Z @ b[1:]
    wrong = expit(eta) - y
    value = np.mean(np.logaddexp(0, eta) - y * eta) + 0.5 * penalties @ b[1:] ** 2
    return value, np.append(wrong.mean(), Z.T @ wrong / len(y) + penalties * b[1:])


def solution(model):
    return model.workspace_.solution.b


def exact_losses(model):
    """The loss of each campaign, summed, by a refit without it under the model's penalties."""
    at = model.workspace_.solved
    return leave_out.exact(at.rows, at.scaling, model.workspace_.stats, at.penalties)[0]


# --- near separation


@pytest.fixture(scope="module")
def nearly_separated():
    """Months answer all or nothing but for a few contacts; the economy moves with the months."""
    rng = np.random.default_rng(5)
    month = np.repeat(np.arange(14), 120)
    rate = np.where(rng.random(14) < 0.4, 0.99, 0.004)
    y = (rng.random(len(month)) < rate[month]).astype("float64")
    X = pd.get_dummies(pd.Series(month).astype(str), prefix="month", dtype=float)
    for name in ("rates", "prices", "unemployment", "sentiment"):
        X[name] = np.cumsum(rng.normal(size=14))[month]
    X["recency_days"] = 200 + 50 * rng.normal(size=len(y))
    X["visits"] = rng.poisson(3.0, len(y)).astype("float64")
    X["spend"] = rng.lognormal(0.0, 2.0, len(y)) * (1 + 0.2 * y)
    return X, y


@pytest.mark.parametrize("alpha", [1e-6, 1e-7, 1e-8])
def test_near_separation_ends_at_a_certified_optimum(nearly_separated, alpha):
    X, y = nearly_separated
    model = RidgePropensity(alpha).fit(X, y)
    Z, penalties = standardised(X), np.full(X.shape[1], alpha)
    value, gradient = penalised_loss(Z, y, penalties, solution(model))
    assert np.abs(gradient).max() <= 1.01e-10
    peer = LogisticRegression(C=1 / (alpha * len(y)), solver="newton-cholesky", tol=1e-9)
    peer.fit(Z, y)
    other = np.append(peer.intercept_, peer.coef_[0])
    assert value <= penalised_loss(Z, y, penalties, other)[0] + 1e-12
    # a tolerance of 1e-4 stops far from there
    early = scipy.optimize.minimize(
        lambda b: penalised_loss(Z, y, penalties, b),
        np.zeros(1 + X.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"gtol": 1e-4, "ftol": 0.0},
    )
    apart = np.abs(early.x - solution(model)) / np.append(1.0, model.coefficients()["std_error"])
    assert apart.max() > 0.1


@pytest.mark.filterwarnings("ignore:Campaigns without:workbench.errors.DataWarning")
def test_near_separation_is_tuned_to_a_finite_left_out_loss(nearly_separated):
    X, y = nearly_separated
    month = np.repeat(np.arange(14), 120)
    groups = {name: "behaviour" if name in ("visits", "spend") else "time" for name in X}
    model = RidgePropensity().fit(X, y, campaign=month, groups=groups)
    base = [
        np.mean(-y[month == g] * np.log(r) - (1 - y[month == g]) * np.log1p(-r))
        for g in range(14)
        for r in [y[month != g].mean()]
    ]
    assert exact_losses(model).sum() / len(y) <= 1.05 * np.mean(
        base
    )  # months tell nothing of another month
    assert model.kkt_residual_ <= 1e-10


# --- groups of noise, and groups that go together


def campaigns_of(rows, count):
    return np.arange(rows) * count // rows


def test_a_group_of_pure_noise_is_reported_as_shrunk_out():
    rng = np.random.default_rng(11)
    X = rng.normal(size=(6_000, 30))
    y = (rng.random(6_000) < expit(-1.5 + X[:, :5] @ np.full(5, 0.4))).astype(int)
    groups = {f"x{j}": "signal" if j < 5 else "noise" for j in range(30)}
    model = RidgePropensity(rule="best").fit(X, y, campaign=campaigns_of(6_000, 8), groups=groups)
    assert model.tuning_["remark"].to_dict() == {"signal": "", "noise": "shrunk out"}
    assert model.tuning_.loc["noise", "penalty"] == pytest.approx(STRONGEST)
    assert model.tuning_.loc["signal", "penalty"] < 0.1
    assert np.abs(model.coef_standardised_[5:]).max() < 1e-3
    uniform = RidgePropensity(penalty_factors={}).fit(X, y, campaign=campaigns_of(6_000, 8))
    assert np.abs(uniform.coef_standardised_[5:]).max() > 0.01


def test_of_groups_that_go_together_only_the_combined_shrinkage_is_told():
    rng = np.random.default_rng(12)
    one = rng.normal(size=(8_000, 10))
    X = np.hstack([one, one + 0.05 * rng.normal(size=one.shape), rng.normal(size=one.shape)])
    campaign = campaigns_of(8_000, 8)
    drifts = 0.15 + rng.normal(0, 0.15, size=(8, 10))
    y = (rng.random(8_000) < expit(-1.5 + (one * drifts[campaign]).sum(axis=1))).astype(int)
    groups = {f"x{j}": ("till", "card", "noise")[j // 10] for j in range(30)}
    tuned = RidgePropensity(rule="best").fit(X, y, campaign=campaign, groups=groups)
    uniform = RidgePropensity(penalty_factors={}).fit(X, y, campaign=campaign, groups=groups)
    assert exact_losses(tuned).sum() <= exact_losses(uniform).sum() * (1 + 1e-6)
    plan = plan_penalties("tuned", None, list(groups), groups, by_group=True)
    found = tune(tuned.workspace_.solved, plan, np.full(30, 8.0), TuningRule("best"))
    # where one of the two is gone its entry is flat; look where both take part
    both = np.log([0.05, 0.05, STRONGEST])
    stats, h = found.stats, 0.05

    def slope(strength):
        of_columns = stats.without_folds(plan.penalties(strength)).slope
        return plan.slope(of_columns)[:2]

    moves = h * np.eye(3)[:2]
    curvature = np.array([(slope(both + m) - slope(both - m)) / (2 * h) for m in moves])
    sizes, axes = np.linalg.eigh((curvature + curvature.T) / 2)
    order = np.argsort(np.abs(sizes))
    assert np.abs(sizes[order[0]]) < 0.3 * np.abs(sizes[order[1]])
    assert axes[0, order[0]] * axes[1, order[0]] < 0  # one against the other: not told
    assert axes[0, order[1]] * axes[1, order[1]] > 0  # both together: told


# --- leverage near one


def test_near_full_leverage_left_out_fits_are_those_of_brute_force():
    """As many columns as rows, next to no penalty: one Newton step is far off."""
    rng = np.random.default_rng(13)
    X, campaign = rng.normal(size=(60, 50)), campaigns_of(60, 6)
    y = (rng.random(60) < expit(X[:, 0])).astype("float64")
    alpha = 1e-3
    model = RidgePropensity(alpha).fit(X, y, campaign=campaign)
    at, stats = model.workspace_.solved, model.workspace_.stats
    Z, brute = standardised(X), []
    for g in range(6):
        out = campaign == g
        peer = LogisticRegression(C=1 / (alpha * 60), solver="newton-cholesky", tol=1e-10)
        peer.fit(Z[~out], y[~out])
        eta = peer.decision_function(Z[out])
        brute.append((np.logaddexp(0, eta) - y[out] * eta).sum())
    np.testing.assert_allclose(exact_losses(model), brute, rtol=1e-3)
    one_step = stats.without_folds(at.penalties).loss
    assert abs(one_step.sum() / np.sum(brute) - 1) > 0.05  # what simpler engines would report


# --- columns that a left-out campaign cannot judge


def test_columns_constant_within_campaigns_are_shown_and_strengthened():
    rng = np.random.default_rng(14)
    campaign = campaigns_of(6_000, 8)
    weather = rng.normal(size=(8, 4))[campaign]
    X = pd.DataFrame(
        np.hstack([rng.normal(size=(6_000, 5)), weather]),
        columns=[f"visits_{j}" for j in range(5)] + [f"weather_{j}" for j in range(4)],
    )
    rate = -1.5 + weather @ [0.5, 0.3, 0.0, 0.0] + X.iloc[:, :5].to_numpy() @ np.full(5, 0.3)
    y = (rng.random(6_000) < expit(rate)).astype(int)
    groups = {name: name.split("_")[0] for name in X}
    best, safe = (
        RidgePropensity(rule=rule).fit(X, y, campaign=campaign, groups=groups)
        for rule in ("best", "safe")
    )
    assert safe.tuning_["campaigns"].round().to_dict() == {"visits": 8, "weather": 0}
    assert safe.tuning_.loc["weather", "penalty"] > 2 * best.tuning_.loc["weather", "penalty"]
    told = safe.tuning_.loc["visits"]
    assert told["penalty"] == told["least_loss_penalty"]
    remark = "these campaigns do not identify this penalty; a stronger one was taken"
    assert safe.tuning_["remark"].to_dict() == {"visits": "", "weather": remark}


def with_base_rates(seed):
    """Planted spikes, where campaigns answer at 2% to 19%, in no order of time."""
    drawn = planted(dose=1.0, seed=seed, rows=1_000)
    frame, rng = drawn.frame, np.random.default_rng(seed)
    rates = rng.permutation(np.linspace(logit(0.02), logit(0.19), len(frame.campaigns)))
    shift = rates - drawn.intercepts
    campaign = pd.Index(frame.campaigns).get_indexer(frame.campaign)
    chance = expit(logit(drawn.probability) + shift[campaign])
    return replace(frame, y=pd.Series((rng.random(len(frame)) < chance).astype("float64")))


@pytest.mark.filterwarnings("ignore:Constant columns:workbench.errors.DataWarning")
@pytest.mark.slow
def test_base_rates_that_differ_do_not_cost_the_ranking():
    areas = []
    for seed in range(5):
        split = out_of_time(with_base_rates(seed), test_campaigns=10)
        models = [RidgePropensity(penalty_factors=f).fit(split.train) for f in ({}, None)]
        assert all(model.kkt_residual_ <= 1e-10 for model in models)
        areas.append([roc_auc_score(split.test.y, m.propensity(split.test)) for m in models])
    uniform, by_group = np.mean(areas, axis=0)
    assert by_group >= uniform
    assert by_group > 0.6


@pytest.mark.filterwarnings("ignore:Campaigns without:workbench.errors.DataWarning")
@pytest.mark.parametrize("outcome", [0, 1])
def test_a_campaign_of_one_class_stays_in_the_left_out_loss(outcome):
    rng = np.random.default_rng(15)
    X, campaign = rng.normal(size=(3_000, 6)), campaigns_of(3_000, 6)
    y = (rng.random(3_000) < expit(-1.0 + X @ np.full(6, 0.3))).astype(int)
    y[campaign == 2] = outcome
    groups = {f"x{j}": "ab"[j % 2] for j in range(6)}
    model = RidgePropensity(rule="best").fit(X, y, campaign=campaign, groups=groups)
    out, Z, root = campaign == 2, standardised(X), np.sqrt(model.penalties_.to_numpy())
    peer = LogisticRegression(C=1 / 3_000, solver="newton-cholesky", tol=1e-9)
    chance = peer.fit(Z[~out] / root, y[~out]).predict_proba(Z[out] / root)[:, outcome]
    assert exact_losses(model)[2] == pytest.approx(-np.log(chance).sum(), rel=1e-4)
    # one step feels how far such a campaign is from the others, and is not thrown off
    one_step = model.workspace_.left_out()
    assert one_step["loss"].iloc[2] == pytest.approx(-np.log(chance).mean(), rel=0.05)
    assert np.isfinite(one_step["loss"]).all()


# --- many campaigns, many columns


@pytest.mark.filterwarnings("ignore:Campaigns without:workbench.errors.DataWarning")
def test_thousands_of_small_campaigns_are_merged_and_fit_into_memory():
    rng = np.random.default_rng(16)
    campaign, X = np.repeat(np.arange(5_000), 20), rng.normal(size=(100_000, 50))
    y = (rng.random(100_000) < expit(-2.0 + 0.3 * X[:, 0])).astype(int)
    groups = {f"x{j}": "ab"[j % 2] for j in range(50)}
    tracemalloc.start()
    model = RidgePropensity().fit(X, y, campaign=campaign, groups=groups)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert model.folds_ == f"{MOST_FOLDS} groups of campaigns"
    assert model.workspace_.stats.held == MOST_FOLDS
    assert held < 0.5 * 5_000 * 51**2 * 8  # half of the statistics of every campaign alone


WIDE = """
import re
from pathlib import Path
import numpy as np
from workbench import RidgePropensity
rng = np.random.default_rng(17)
X = rng.standard_normal((12_000, 1_000), dtype=np.float32)
y = rng.random(12_000) < 1 / (1 + np.exp(2 - X[:, 0]))
campaign = np.arange(12_000) * 300 // 12_000
model = RidgePropensity(penalty_factors={}).fit(X, y, campaign=campaign)
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(model.folds_, most, sep="; ")
"""
"""ru_maxrss would be no less than that of the process that started this one."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="there is /proc on Linux alone")
def test_a_thousand_columns_and_thirty_folds_fit_into_two_gigabytes():
    done = subprocess.run(
        [sys.executable, "-c", WIDE], capture_output=True, text=True, check=True, timeout=900
    )
    folds, kilobytes = done.stdout.split("; ")
    assert folds == "30 groups of campaigns"
    assert int(kilobytes) < 2_000_000


@pytest.mark.parametrize("seed", [0, 11, 39])
def test_steps_beyond_floating_point_are_not_taken_and_not_told(seed):
    """Few rows, nearly separated: warnings are errors in the tests."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(60, 6)), columns=[f"f{j}" for j in range(6)])
    y = rng.random(60) < 1 / (1 + np.exp(-20 * X["f0"] - 2 * X["f1"]))
    groups = {name: "abc"[min(j, 2)] for j, name in enumerate(X)}
    model = RidgePropensity().fit(X, y, campaign=np.arange(60) // 10, groups=groups)
    assert np.isfinite(model.workspace_.left_out()["loss"]).all()
