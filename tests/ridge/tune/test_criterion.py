from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from workbench.datasets import planted
from workbench.ridge import RidgePropensity
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.co_data import co_data_reader
from workbench.ridge.tune.criterion import (
    OWN_RATE_SHARE,
    LeftOutLoss,
    own_rate_loss,
    with_own_rates,
)


@pytest.fixture(scope="module")
def plan(by_group, stats):
    heard = co_data_reader(["concentration", "heterogeneity"], np.arange(5.0), deviations=True)
    return by_group.with_co_data(heard(stats, np.full(5, 0.01)))


@pytest.mark.parametrize("criterion", list(OWN_RATE_SHARE))
def test_slopes_by_finite_differences(problem, plan, stats, criterion):
    loss = LeftOutLoss.about(problem, plan, stats, criterion)
    at = np.concatenate([np.log([0.01, 0.1, 0.3]), [0.3, 0.5], np.linspace(-0.2, 0.2, 5)])
    slope = loss(at)[1]
    for k in range(plan.size):
        move = 1e-5 * np.eye(plan.size)[k]
        numeric = (loss(at + move)[0] - loss(at - move)[0]) / 2e-5
        assert slope[k] == pytest.approx(numeric, rel=1e-6, abs=1e-9)


def test_the_loss_is_the_sum_over_folds_and_what_holds_the_slopes(problem, plan, stats):
    loss = LeftOutLoss.about(problem, plan, stats, "loss")
    at = np.concatenate([np.log([0.01, 0.1, 0.3]), [0.3, 0.5], np.full(5, 0.1)])
    held = 0.5 * (0.25 * (0.3**2 + 0.5**2) + 100.0 * 5 * 0.1**2)
    expected = (loss.by_fold(at).sum() + held) / stats.total_weight
    assert loss(at)[0] == pytest.approx(expected, rel=1e-12)
    together = LeftOutLoss.about(problem, replace(plan, precision=2.0), stats, "loss")
    apart = 3 * np.var(np.log([0.01, 0.1, 0.3]))
    assert together.held(at) == pytest.approx(held + apart, rel=1e-12)
    assert together.summed(at) == pytest.approx(loss.by_fold(at).sum() + held + apart, rel=1e-12)
    assert together(at)[0] == pytest.approx(expected + apart / stats.total_weight, rel=1e-12)
    np.testing.assert_array_equal(together.curvature(at), loss.curvature(at))


def test_what_holds_sets_together_has_its_slope(problem, plan, stats):
    loss = LeftOutLoss.about(problem, replace(plan, precision=2.0), stats, "loss")
    at = np.concatenate([np.log([0.01, 0.1, 0.3]), [0.3, 0.5], np.full(5, 0.1)])
    numeric = [(loss.held(at + e) - loss.held(at - e)) / 2e-5 for e in 1e-5 * np.eye(len(at))]
    np.testing.assert_allclose(loss.plan.prior_slope(at), numeric, rtol=1e-6, atol=1e-9)


def test_under_its_own_rate_each_fold_has_the_intercept_of_least_loss(problem, stats):
    """At the coefficients of the statistics nothing is approximate: minimise by scipy."""
    own = with_own_rates(problem, stats, 1.0)
    rows, fold = problem.rows, np.repeat(np.arange(4), len(problem.rows) // 4)
    for g in range(4):
        X, y, w = (part[fold == g] for part in (rows.X, rows.y, rows.weight))
        eta = stats.b[0] + X @ stats.b[1:]

        def loss(shift, eta=eta, y=y, w=w):
            return float(w @ (np.logaddexp(0, eta + shift) - y * (eta + shift)))

        least = minimize(lambda a, loss=loss: loss(a[0]), [0.0], tol=1e-14)
        assert own.loss[g] == pytest.approx(least.fun, rel=1e-9)


def test_the_swept_quadratic_is_the_profile_over_the_intercept(problem, stats):
    """To second order, for any move of the coefficients, the best shift is taken."""
    own = with_own_rates(problem, stats, 1.0)
    rng = np.random.default_rng(1)
    rows, fold = problem.rows, np.repeat(np.arange(4), len(problem.rows) // 4)
    move = 1e-3 * rng.normal(size=6)
    for g in range(4):
        X, y, w = (part[fold == g] for part in (rows.X, rows.y, rows.weight))
        eta = (stats.b + move)[0] + X @ (stats.b + move)[1:]
        least = minimize(
            lambda a, eta=eta, y=y, w=w: float(
                w @ (np.logaddexp(0, eta + a[0]) - y * (eta + a[0]))
            ),
            [0.0],
            tol=1e-14,
        ).fun
        quadratic = own.loss[g] - own.score[g] @ move + 0.5 * move @ own.curvature[g] @ move
        assert quadratic == pytest.approx(least, abs=1e-5)


def test_the_mixture_is_the_mean_of_both(problem, plan, stats):
    at = np.append(np.log([0.01, 0.1, 0.3]), np.zeros(7))
    loss, ranking, mixture = (
        LeftOutLoss.about(problem, plan, stats, name).by_fold(at)
        for name in ("loss", "ranking", "mixture")
    )
    np.testing.assert_allclose(mixture, (loss + ranking) / 2, rtol=1e-12)
    assert (ranking <= loss + 1e-9).all()


def test_a_campaign_of_one_class_does_not_count_where_rates_are_its_own(as_they_are):
    rng = np.random.default_rng(0)
    X, fold = rng.normal(size=(60, 2)), np.repeat([0, 1, 2], 20)
    y = np.where(fold == 1, 0.0, rng.integers(0, 2, 60)).astype(float)
    small = as_they_are(X, y, np.ones(60), [0.1, 0.1], 60.0, fold=fold)
    fit = minimise(small, start=small.base_rate_start())
    own = with_own_rates(small, DenseStatistics.take(small.rows, small.scaling, fit.b), 1.0)
    assert own.loss[1] == 0.0
    assert not own.curvature[1].any()
    assert (own.loss[[0, 2]] > 0).all()


def test_an_own_rate_may_be_far_away_but_not_without_end(as_they_are):
    """Rates of 1/2, 95% and 1/1000: log-odds of 0, 3 and -7, of which 5 are moved."""
    y = np.concatenate([np.arange(1000) < count for count in (500, 950, 1)]).astype(float)
    X = np.random.default_rng(0).normal(size=(3000, 1))
    fold = np.repeat(np.arange(3), 1000)
    uneven = as_they_are(X, y, np.ones(3000), [0.1], 3000.0, fold=fold)
    b = np.array([0.0, 0.2])
    loss, two_classes = own_rate_loss(uneven, b)
    assert two_classes.all()
    for g in range(3):
        eta, came = 0.2 * X[fold == g, 0], y[fold == g]

        def lost(by, eta=eta, came=came):
            return np.sum(np.logaddexp(0, eta + by) - came * (eta + by))

        least = minimize_scalar(lost, bounds=(-5, 5), options={"xatol": 1e-9}).fun
        assert loss[g] == pytest.approx(least, rel=1e-7)


@pytest.mark.slow
def test_other_base_rates_do_not_move_what_ranking_asks_for():
    """Campaigns of 2% and 20%: the ranking's penalties care little, and all rank alike."""
    frame = planted(
        dose=0.0, seed=5, train_campaigns=6, new_campaigns=0, rows=600, stable=6, spiky=1
    ).frame
    rng = np.random.default_rng(0)
    kept = (frame.y == 0) | (rng.random(len(frame)) < np.where(frame.campaign < "c04", 1.0, 0.15))
    uneven = frame.rows(kept.to_numpy())
    for criterion in OWN_RATE_SHARE:
        model = RidgePropensity(criterion=criterion).fit(uneven)
        assert model.kkt_residual_ < 1e-9
        assert (model.penalties_.filter(like="stable") < 1.0).all()


def test_without_co_data_the_left_out_penalties_are_those_of_all_rows(problem, stats, by_group):
    at = np.log([0.01, 0.1, 0.3])
    loss = LeftOutLoss.about(replace(problem), by_group, stats, "loss")
    direct = stats.without_folds(by_group.penalties(at))
    np.testing.assert_array_equal(loss.by_fold(at), direct.loss)


# --- folds judged by those before them


@pytest.mark.parametrize("criterion", list(OWN_RATE_SHARE))
def test_forward_slopes_by_finite_differences(forward, by_group, stats, criterion):
    ahead = DenseStatistics.take(forward.rows, forward.scaling, stats.b)
    heard = co_data_reader(["heterogeneity"], np.arange(5.0))(ahead, np.full(5, 0.01))
    loss = LeftOutLoss.about(forward, by_group.with_co_data(heard), ahead, criterion)
    at = np.append(np.log([0.01, 0.1, 0.3]), 0.3)
    slope = loss(at)[1]
    for k in range(4):
        move = 1e-5 * np.eye(4)[k]
        numeric = (loss(at + move)[0] - loss(at - move)[0]) / 2e-5
        assert slope[k] == pytest.approx(numeric, rel=1e-6, abs=1e-9)
    assert loss.total_weight == pytest.approx(stats.weight[1:].sum())


def test_forward_losses_under_own_rates_are_of_the_judged_folds(problem, forward, stats):
    b = stats.b + np.array([[0.1], [0.0], [-0.2], [0.3]]) * np.arange(6)
    loss, two = own_rate_loss(problem, b)
    ahead, of_ahead = own_rate_loss(forward, b[1:])
    np.testing.assert_allclose(ahead, loss[1:], rtol=1e-10)
    assert of_ahead.tolist() == two[1:].tolist()
