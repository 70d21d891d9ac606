"""The left-out loss from sums: what quadratics say, and near what rows say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from workbench.errors import FitError
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.moments import moments
from workbench.ridge.tune.exact_loss import ExactLoss
from workbench.ridge.tune.quadratic_loss import QuadraticLoss
from workbench.ridge.tune.search import everywhere
from workbench.ridge.tune.tuning import TuningRule, tune, tuned_by

PLAN = PenaltyPlan(np.ones(3), np.array([0, 0, 1]), ("one", "two"))


def problem(seed=0):
    rng = np.random.default_rng(seed)
    X, fold = rng.normal(size=(1500, 3)), np.repeat(np.arange(5), 300)
    eta = -1 + X @ [0.6, -0.3, 0.0]
    y = (rng.random(1500) < 1 / (1 + np.exp(-eta))).astype(float)
    rows = ArrayRows(X, y, fold=fold)
    scaling = moments(rows, np.zeros(3)).scaling(np.ones(3, dtype=bool))
    return Objective(rows, scaling, np.zeros(3), 1500.0, ("a", "b", "c"))


def near(objective):
    stats = objective.statistics(minimise(objective, start=objective.base_rate_start()).b)
    return stats, QuadraticLoss(stats, PLAN, objective.names, 1500)


def test_it_is_the_one_step_loss_and_near_the_exact_one():
    objective = problem()
    stats, loss = near(objective)
    parameters = np.log([1e-3, 1e-2])
    told = stats.without_folds(PLAN.penalties(parameters))
    exact = ExactLoss(objective, PLAN, "loss", stats).at(parameters)
    assert_allclose(loss.at(parameters).loss, told.loss)
    assert_allclose(loss.at(parameters).loss, exact.loss, rtol=1e-3)
    assert loss.at(parameters) is not loss.at(parameters)
    assert loss.expand(np.ones(3)) is loss.expand(np.ones(3))  # asked once


def test_tuning_by_it_finds_what_tuning_by_rows_finds():
    objective = problem()
    _, loss = near(objective)
    by = TuningRule("best")
    found = tuned_by(loss, np.full(3, 5.0), by)
    exact = tune(objective, PLAN, np.full(3, 5.0), by)
    assert found.penalties[0] == pytest.approx(exact.penalties[0], rel=0.3)
    assert found.grid.chosen == pytest.approx(exact.grid.chosen, rel=1e-3)


def test_nothing_is_moved_by_asking():
    objective = problem()
    stats, loss = near(objective)
    back = loss.bookmark()
    loss.go_to(np.ones(4))
    back()
    assert loss.stats is stats
    here = loss.at(everywhere(PLAN, 0.0))
    assert loss.model(here).summed(here.parameters) == pytest.approx(here.value)
    assert loss.is_cheap(here)
    assert loss.under(PLAN).stats is stats


def test_a_column_that_one_fold_alone_tells_is_an_error_without_a_penalty():
    objective = problem()
    X = objective.rows.X.copy()
    X[300:, 2] = 0.0
    rows = ArrayRows(X, objective.rows.y, fold=np.repeat(np.arange(5), 300))
    scaling = moments(rows, np.zeros(3)).scaling(np.ones(3, dtype=bool))
    lonely = Objective(rows, scaling, np.zeros(3), 1500.0, ("a", "b", "c"))
    plan = PenaltyPlan(np.array([1.0, 1.0, 0.0]), np.array([0, 0, -1]), ("one",))
    loss = QuadraticLoss(lonely.statistics(np.zeros(4)), plan, lonely.names, 1500)
    with pytest.raises(FitError, match="'c'"):
        loss.at(np.zeros(1))
