import numpy as np
import pytest

from workbench.ridge.penalties.plan import CoData, PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.moments import moments
from workbench.ridge.tune.search import LADDER, everywhere
from workbench.ridge.tune.tuned import campaigns_of, grid_table, tuning_table
from workbench.ridge.tune.tuning import TuningRule, tune


@pytest.fixture(scope="module")
def tuned(problem, by_group):
    return tune(problem, by_group, np.full(5, 4.0), TuningRule("best"))


@pytest.fixture(scope="module")
def measured(problem):
    return moments(problem.rows, np.zeros(5))


def test_sets_whose_curvatures_are_one_are_told_only_together(by_group, measured, tuned):
    together = np.array([[1.0, 0.97, 0.0], [0.97, 1.0, 0.1], [0.0, 0.1, 1.0]])
    told = tuned._replace(curvature=together, best=np.zeros(3))
    remarks = tuning_table(by_group, told, measured, np.ones(5, dtype=bool))["remark"]
    assert remarks.to_dict() == {
        "rfm": "identified only together with ['mail']: move them as one",
        "mail": "identified only together with ['rfm']: move them as one",
        "noise": "",
    }


def test_flat_curvatures_tell_nothing_of_sets_together(by_group, measured, tuned):
    for size, said in ((2e-7, True), (5e-8, False)):
        curvature = size * np.array([[1.0, 0.97, 0.0], [0.97, 1.0, 0.1], [0.0, 0.1, 1.0]])
        told = tuned._replace(curvature=curvature, best=np.zeros(3))
        remarks = tuning_table(by_group, told, measured, np.ones(5, dtype=bool))["remark"]
        assert (remarks != "").tolist() == [said, said, False]


@pytest.mark.parametrize("folds", [0, 4])
def test_with_co_data_a_sets_penalty_is_the_median_of_its_columns(by_group, measured, tuned, folds):
    scores = np.array([0.3, 1.0, 2.0, -1.0, 0.5])[:, None]
    if folds:  # those of all rows, then of each fold
        scores = np.stack([scores, *(scores + 7.0 for _ in range(folds))])
    plan = by_group.with_co_data(CoData(("score",), scores, np.ones(1), np.full(1, -np.inf)))
    at, best = np.array([-1.0, 0.5, 2.0, 0.8]), np.array([-2.0, -1.0, 1.0, -0.4])
    told = tuned._replace(plan=plan, parameters=at, best=best, curvature=np.eye(4))
    table = tuning_table(plan, told, measured, np.ones(5, dtype=bool))
    for name, parameters in (("penalty", at), ("least_loss_penalty", best)):
        of_column = plan.penalties(parameters) / plan.factor
        expected = [np.median(of_column[plan.member == k]) for k in range(3)]
        np.testing.assert_allclose(table[name], expected)


def test_the_exact_losses_that_decided_are_kept(problem, by_group, measured, tuned):
    table = tuning_table(by_group, tuned, measured, np.ones(5, dtype=bool))
    grid = grid_table(tuned)
    assert list(grid["penalty"]) == pytest.approx(sorted(np.exp(LADDER[: len(grid)])))
    assert table["grid_loss"].nunique() == table["left_out_loss"].nunique() == 1
    assert table["grid_loss"].iloc[0] == grid["loss"].min()
    assert table["left_out_loss"].iloc[0] <= grid["loss"].min() * (1 + 1e-5)
    best = grid["loss"].idxmin()
    common = everywhere(by_group, np.log(grid["penalty"][best]))
    fixed = PenaltyPlan(by_group.penalties(common), np.full(5, -1), ())
    assert fixed.penalties(np.zeros(0)) == pytest.approx(grid["penalty"][best])
    assert grid["loss_se"][best] > 0


def test_strengths_that_were_not_tried_are_not_in_the_table(as_they_are):
    """As many columns as rows: the weakest of nine are hopeless, and left out."""
    rng = np.random.default_rng(13)
    X, y = rng.normal(size=(60, 50)), (np.arange(60) % 2).astype(float)
    small = as_they_are(X, y, np.ones(60), np.full(50, 0.3), 60.0, fold=np.arange(60) // 10)
    plan = PenaltyPlan(np.ones(50), np.zeros(50, dtype=int), ("all",))
    table = grid_table(tune(small, plan, np.full(50, 6.0), TuningRule("best")))
    assert len(table) < len(LADDER)
    strongest = np.exp(LADDER[: len(table)][::-1])
    np.testing.assert_allclose(table["penalty"], strongest)


def test_criteria_that_leave_no_fold_out_have_no_grid(by_group, measured, tuned):
    table = tuning_table(by_group, tuned._replace(grid=None), measured, np.ones(5, dtype=bool))
    assert "left_out_loss" not in table
    assert grid_table(tuned._replace(grid=None)) is None


def test_a_constant_column_lives_in_no_campaign(problem):
    X = np.column_stack([problem.rows.X, np.full(len(problem.rows.y), 2.0)])
    given = problem.rows
    rows = ArrayRows(X, given.y, given.weight, given.fold_of_row)
    lives = campaigns_of(moments(rows, np.array([0.0, 0, 0, 0, 0, 2.0])))
    np.testing.assert_allclose(lives[:5], campaigns_of(moments(problem.rows, np.zeros(5))))
    assert lives[5] == 0
