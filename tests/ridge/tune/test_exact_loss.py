import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from workbench.errors import FitError
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve import leave_out
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.exact_loss import ExactLoss

STRENGTH = np.log([0.02, 0.1, 0.3])


def exact_loss(problem, plan, criterion="loss"):
    start = DenseStatistics.take(problem.rows, problem.scaling, problem.base_rate_start())
    return ExactLoss(problem, plan, criterion, start)


def log_odds_without(problem, penalties, fold):
    rows, root = problem.rows, np.sqrt(penalties)
    out = np.arange(len(rows)) * 4 // len(rows) == fold
    peer = LogisticRegression(C=1 / problem.total, solver="newton-cholesky", tol=1e-12)
    peer.fit(rows.X[~out] / root, rows.y[~out], sample_weight=rows.weight[~out])
    return peer.decision_function(rows.X[out] / root), rows.y[out], rows.weight[out]


def loss_of(eta, y, weight):
    return weight @ (np.logaddexp(0, eta) - y * eta)


def by_brute_force(problem, penalties, criterion):
    losses = []
    for g in range(4):
        eta, y, weight = log_odds_without(problem, penalties, g)
        own = minimize_scalar(lambda c: loss_of(eta + c, y, weight), bounds=(-5, 5)).fun  # noqa: B023
        share = {"loss": 0.0, "mixture": 0.5, "ranking": 1.0}[criterion]
        losses.append((1 - share) * loss_of(eta, y, weight) + share * own)
    return losses


@pytest.mark.parametrize("criterion", ["loss", "mixture", "ranking"])
def test_it_is_the_loss_of_refits_by_sklearn(problem, by_group, criterion):
    found = exact_loss(problem, by_group, criterion).at(STRENGTH)
    expected = by_brute_force(problem, by_group.penalties(STRENGTH), criterion)
    np.testing.assert_allclose(found.loss, expected, rtol=2e-6)
    assert found.held == 0.0
    assert found.value == found.loss.sum()


def test_a_fold_of_one_class_counts_by_its_plain_loss_alone(problem, by_group):
    y = np.where(np.arange(360) < 90, 0.0, problem.rows.y)
    rows = ArrayRows(problem.rows.X, y, problem.rows.weight, fold=np.arange(360) // 90)
    one_class = replace(problem, rows=rows)
    mixture = exact_loss(one_class, by_group, "mixture").at(STRENGTH).loss
    plain = by_brute_force(one_class, by_group.penalties(STRENGTH), "loss")
    assert mixture[0] == pytest.approx(plain[0] / 2, rel=2e-6)
    expected = by_brute_force(one_class, by_group.penalties(STRENGTH), "mixture")
    np.testing.assert_allclose(mixture[1:], expected[1:], rtol=2e-6)


def test_the_way_there_does_not_matter(problem, by_group):
    there = exact_loss(problem, by_group)
    for strength in (STRENGTH + 3, STRENGTH - 2, STRENGTH + 0.1):
        there.at(strength)
    again, straight = there.at(STRENGTH), exact_loss(problem, by_group).at(STRENGTH)
    np.testing.assert_allclose(again.loss, straight.loss, rtol=2e-6)


@pytest.mark.parametrize("criterion", ["loss", "mixture", "ranking"])
def test_what_is_worth_it_is_known_closely(problem, by_group, criterion):
    """The plain loss, up to 6% above the others, does not say that they are not worth it."""
    closely = exact_loss(problem, by_group, criterion).at(STRENGTH)
    again = exact_loss(problem, by_group, criterion).at(STRENGTH, worth=1.001 * closely.value)
    np.testing.assert_allclose(again.loss, closely.loss, rtol=2e-6)


def test_what_holds_strengths_together_is_counted(problem, by_group):
    held = exact_loss(problem, replace(by_group, precision=2.0)).at(STRENGTH)
    assert held.held == pytest.approx(np.sum((STRENGTH - STRENGTH.mean()) ** 2))
    assert held.value == pytest.approx(held.loss.sum() + held.held)


def test_the_model_about_a_point_is_exact_there(problem, by_group):
    exact = exact_loss(problem, by_group)
    here = exact.at(STRENGTH)
    model = exact.model(here)
    assert model.summed(STRENGTH) == pytest.approx(here.value, rel=1e-6)
    nearby = [*STRENGTH, 0.02, -0.02, 0.01]
    assert model.summed(nearby) == pytest.approx(exact.at(nearby).value, rel=1e-5)


@pytest.mark.parametrize("criterion", ["mixture", "ranking"])
def test_the_model_of_own_rates_is_of_own_rates(problem, by_group, criterion):
    """To one step: the plain loss is 3% and 6% above them."""
    exact = exact_loss(problem, by_group, criterion)
    here = exact.at(STRENGTH)
    model = exact.model(here)
    assert model.summed(STRENGTH) == pytest.approx(here.value, rel=2e-3)
    assert exact_loss(problem, by_group).at(STRENGTH).value > 1.02 * here.value


def test_what_a_step_was_short_of_there_saves_passes_nearby(problem, by_group, monkeypatch):
    exact, passes, refitted = exact_loss(problem, by_group), [], leave_out.refitted

    def counted(*rows, **how):
        passes.append((found := refitted(*rows, **how)).passes)
        return found

    exact.model(exact.at(STRENGTH))
    monkeypatch.setattr(leave_out, "refitted", counted)
    for away in (0.0, 0.3, 0.35):
        exact.at(STRENGTH + away)
    assert passes[0] == 1
    assert max(passes) <= 3


def test_a_column_without_a_penalty_that_one_fold_alone_tells_is_named(problem, by_group):
    X = problem.rows.X.copy()
    X[90:, 1] = 0.0  # three of four campaigns
    lonely = replace(problem, rows=ArrayRows(X, problem.rows.y, fold=np.arange(360) // 90))
    plan = replace(by_group, factor=np.array([1.0, 0.0, 1.0, 1.0, 1.0]))
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['visits'] do not, so leaving "
        "that campaign out leaves them undetermined. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        exact_loss(lonely, plan).at(STRENGTH)


def test_penalties_too_weak_for_rounding_lose_without_end(as_they_are):
    """Two columns that are one, in single precision, and next to no penalty."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=400).astype("float32")
    X, y = np.column_stack([x, x, x]), (rng.random(400) < 0.5).astype("float64")
    twins = as_they_are(X, y, np.ones(400), np.full(3, 1e-8), 400.0, fold=np.arange(400) // 100)
    plan = PenaltyPlan(np.ones(3), np.zeros(3, dtype=int), ("all",))
    found = exact_loss(twins, plan).at(np.array([np.log(1e-12)]))
    assert found.value == np.inf or np.isfinite(found.loss).all()


def test_where_penalties_leave_the_intercept_open_the_loss_is_infinite(as_they_are):
    """Two classes far apart, and statistics where every row is certain."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2 * 1.0
    X = (40 * y - 20 + rng.normal(size=60))[:, None]
    apart = as_they_are(X, y, np.ones(60), np.ones(1), 60.0, fold=np.arange(60) // 20)
    exact = exact_loss(apart, PenaltyPlan(np.ones(1), np.zeros(1, dtype=int), ("all",)))
    exact.go_to(np.array([[0.0, 40.0]]))
    assert exact.at(np.array([np.log(1e-8)])).value == np.inf
