from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import sem
from scipy.stats import t as student

from workbench.datasets import planted
from workbench.evidence import out_of_time
from workbench.metrics import log_loss
from workbench.ridge import RidgePropensity
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.strengths import STRONGEST
from workbench.ridge.tune.tuning import TuningRule, tune


@pytest.fixture(scope="module")
def plan(by_group):
    return by_group


def exact_loss(problem, plan, strength):
    """The left-out loss with every fold refitted, the statistics taken where they belong."""
    at = replace(problem, penalties=plan.penalties(strength))
    fit = minimise(at, start=at.base_rate_start())
    stats = DenseStatistics.take(at.rows, at.scaling, fit.b)
    return leave_out.exact(at.rows, at.scaling, stats, at.penalties)[0].sum() / at.total


def test_the_best_is_as_good_as_a_derivative_free_search_of_exact_refits(problem, plan):
    tuned = tune(problem, plan, np.full(5, 4.0), TuningRule("best"))
    found = minimize(
        lambda strength: exact_loss(problem, plan, np.clip(strength, -15, np.log(STRONGEST))),
        np.log([0.01, 0.01, 0.1]),
        method="Nelder-Mead",
        options={"maxfev": 150},
    )
    assert exact_loss(problem, plan, tuned.best) <= found.fun * 1.001


def test_the_spread_of_a_common_strength_is_the_standard_error_over_folds(problem, plan):
    grid = tune(problem, plan, np.full(5, 4.0), TuningRule("best")).grid
    k = int(np.argmin(grid.losses))
    at = replace(problem, penalties=plan.penalties(np.full(3, grid.strengths[k])))
    stats = DenseStatistics.take(at.rows, at.scaling, minimise(at, start=at.base_rate_start()).b)
    losses = leave_out.exact(at.rows, at.scaling, stats, at.penalties)[0]
    assert grid.losses[k] == pytest.approx(losses.sum() / at.total, rel=1e-5)
    assert grid.spread[k] == pytest.approx(4 * sem(losses) / at.total, rel=1e-4)


def test_noise_is_shrunk_out(problem, plan):
    tuned = tune(problem, plan, np.full(5, 4.0), TuningRule("best"))
    strength = dict(zip(plan.sets, tuned.best, strict=True))
    assert strength["noise"] == pytest.approx(np.log(STRONGEST))
    assert strength["mail"] < np.log(1.0)
    assert np.abs(tuned.curvature[plan.sets.index("noise")]).max() < 1e-5


def test_the_safe_rule_strengthens_only_what_few_campaigns_tell(problem, plan):
    lives = np.array([1.0, 1.0, 1.0, 4.0, 4.0])
    told, safe = (
        tune(problem, plan, where, TuningRule("safe")) for where in (np.full(5, 4.0), lives)
    )
    assert told.moved == ()
    assert safe.best == pytest.approx(told.parameters)
    assert safe.moved == ("rfm",)
    assert safe.parameters[0] > told.parameters[0]
    np.testing.assert_allclose(safe.parameters[1:], told.parameters[1:])
    # the paired rise of the four folds stays within t of its standard error
    losses = [
        told.stats.without_folds(plan.penalties(s)).loss for s in (safe.best, safe.parameters)
    ]
    rise = losses[1] - losses[0]
    held = (apart(safe.parameters) - apart(safe.best)) / 4
    assert rise.mean() + held <= student.ppf(0.95, 3) * rise.std(ddof=1) / 2


def apart(strength):
    """Return what N(mean, 1) a priori costs log-strengths that differ."""
    return 0.5 * np.sum((strength - np.mean(strength)) ** 2)


def test_the_safe_rule_holds_penalties_together_as_a_search_of_exact_refits_does(problem, plan):
    tuned = tune(problem, plan, np.full(5, 4.0), TuningRule("safe"))

    def posterior(strength):
        strength = np.clip(strength, -15, np.log(STRONGEST))
        return problem.total * exact_loss(problem, plan, strength) + apart(strength)

    first = np.log([0.1, 0.1, 0.1])
    found = minimize(posterior, first, method="Nelder-Mead", options={"maxfev": 150})
    assert posterior(tuned.parameters) <= found.fun * 1.001
    assert apart(tuned.parameters) < apart(
        tune(problem, plan, np.full(5, 4.0), TuningRule("best")).best
    )


def test_holding_penalties_together_may_cost_two_per_cent_and_ties_a_little(as_they_are):
    """Of few rows, and one column that nearly tells all, it alone would cost 8%."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 12))
    y = (rng.random(120) < 1 / (1 + np.exp(-6 * X[:, 0]))).astype("float64")
    few = as_they_are(X, y, np.ones(120), np.ones(12), 120.0, fold=np.arange(120) // 20)
    sets = PenaltyPlan(np.ones(12), np.minimum(np.arange(12), 1), ("strong", "noise"))
    best, safe = (
        tune(few, sets, np.full(12, 6.0), TuningRule(rule)).grid.chosen for rule in ("best", "safe")
    )
    assert 1.001 * best < safe < 1.0203 * best


def test_one_set_agrees_with_a_fine_grid_of_exact_refits(problem):
    plan = PenaltyPlan(np.ones(5), np.zeros(5, dtype=int), ("all",))
    tuned = tune(problem, plan, np.full(5, 4.0), TuningRule("best"))
    grid = np.log(np.geomspace(1e-4, 10, 41))
    losses = [exact_loss(problem, plan, np.array([s])) for s in grid]
    assert exact_loss(problem, plan, tuned.best) <= min(losses) * 1.0005


SOME_SPIKES_NEVER_OCCUR = pytest.mark.filterwarnings(
    "ignore:Constant columns:workbench.errors.DataWarning"
)


@SOME_SPIKES_NEVER_OCCUR
@pytest.mark.slow
def test_penalties_by_group_rely_less_on_spikes_and_lose_less_on_new_campaigns():
    """Planted spikes at dose 1, twelve campaigns to learn from: groups against one strength."""
    gains, shares = [], []
    for seed in range(3):
        split = out_of_time(planted(dose=1.0, seed=seed).frame, test_campaigns=10)
        losses = []
        for factors in ({}, None):
            model = RidgePropensity(penalty_factors=factors).fit(split.train)
            losses.append(log_loss(split.test.y, model.propensity(split.test)))
            shares.append(model.score_share_by_group(split.test)["spiky"])
        gains.append(1 - losses[1] / losses[0])
    assert min(gains) > 0
    assert np.mean(gains) > 0.01
    assert np.sum(shares[1::2]) < 0.5 * np.sum(shares[::2])


@SOME_SPIKES_NEVER_OCCUR
@pytest.mark.slow
@pytest.mark.parametrize("campaigns", [4, 6])
def test_few_campaigns_do_not_let_spikes_off(campaigns):
    """Later campaigns lose no more than under one strength for all: mean of 20 seeds."""
    losses = []
    for seed in range(20):
        frame = planted(dose=1.0, seed=100 + seed, train_campaigns=campaigns).frame
        split = out_of_time(frame, test_campaigns=10)
        models = [RidgePropensity(penalty_factors=f).fit(split.train) for f in ({}, None)]
        losses.append([log_loss(split.test.y, m.propensity(split.test)) for m in models])
    uniform, by_group = np.mean(losses, axis=0)
    assert by_group <= uniform
