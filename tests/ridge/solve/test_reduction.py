import numpy as np
import pytest
from scipy.sparse import csr_array

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.solve.reduction import Reduction, parts_of
from workbench.ridge.statistics import inference
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.row_space import RowSpaceStatistics
from workbench.ridge.statistics.scaling import Scaling

N, P = 40, 130


@pytest.fixture(scope="module")
def wide_objective():
    """Forty rows; a free column, a small set, and two sets of more columns than rows."""
    rng = np.random.default_rng(11)
    X = rng.normal(size=(N, P)) * (rng.random((N, P)) < 0.7)
    w = rng.uniform(0.5, 2.0, N)
    mean = w @ X / w.sum()
    scale = np.sqrt(w @ (X - mean) ** 2 / w.sum())
    scaling = Scaling(mean, scale, np.arange(P), P)
    y = (rng.random(N) < 0.5).astype(float)
    member = np.repeat([-1, 0, 1, 2], [1, 9, 50, 70])
    factor = np.where(member < 0, 0.0, np.exp(rng.normal(size=P) * 0.5))
    plan = PenaltyPlan(factor, member, ("few", "many", "more"))
    penalties = plan.penalties(np.log([0.3, 0.1, 0.5]))
    fold = np.arange(N) % 4 - 1
    rows = ArrayRows(X, y, w, fold)
    return Objective(
        rows, scaling, penalties, float(w.sum()), tuple(f"x{j}" for j in range(P))
    ), plan


def reduced(objective, plan, rows=None):
    part, width = parts_of(plan, N)
    factor = np.where(plan.factor > 0, plan.factor, 1.0)
    reduction = Reduction(rows or objective.rows, objective.scaling, factor, part)
    return reduction, width


def test_only_parts_with_more_columns_than_rows_become_others(wide_objective):
    objective, plan = wide_objective
    reduction, width = reduced(objective, plan)
    assert width == 10 + 2 * N
    assert reduction.kept.tolist() == list(range(10))
    new = reduction.objective(objective)
    # centred columns of n rows have the rank n − 1
    assert new.rows.n_columns == 10 + 2 * (N - 1)
    assert new.kind is RowSpaceStatistics
    np.testing.assert_allclose(np.unique(new.penalties[10:]), [0.1, 0.5])
    kinds = reduction.plan(plan)
    assert np.bincount(kinds.member + 1).tolist() == [1, 9, N - 1, N - 1]
    np.testing.assert_allclose(kinds.penalties(np.log([0.3, 0.1, 0.5])), new.penalties)
    np.testing.assert_allclose(reduction.column_penalties(new.penalties), objective.penalties)


@pytest.mark.parametrize("kind", ["dense", "float32", "sparse"])
def test_the_fit_its_errors_and_degrees_of_freedom_are_carried_back_exactly(wide_objective, kind):
    objective, plan = wide_objective
    rows, exact = objective.rows, 1e-9 if kind != "float32" else 1e-5
    given = (rows.y, rows.weight, rows.fold_of_row)
    source = {
        "dense": rows,
        "float32": ArrayRows(rows.X.astype("f4"), *given),
        "sparse": SparseRows(csr_array(rows.X), *given),
    }[kind]
    reduction, _ = reduced(objective, plan, source)
    new = reduction.objective(objective)
    fit = minimise(new, start=new.base_rate_start())
    direct = minimise(objective, start=objective.base_rate_start())
    np.testing.assert_allclose(reduction.coefficients(fit.b), direct.b, rtol=0, atol=exact)
    W = objective.total
    curvature = DenseStatistics.take(rows, objective.scaling, direct.b).total_curvature() / W
    expected = inference.spread(curvature, objective.penalties, W)
    own = DenseStatistics.take(new.rows, new.scaling, fit.b).total_curvature() / W
    found = reduction.spread(
        inference.inverse_curvature(own, new.penalties), objective.penalties, W
    )
    np.testing.assert_allclose(found.edf, expected.edf, rtol=0, atol=exact)
    np.testing.assert_allclose(found.std_error, expected.std_error, rtol=10 * exact)


def test_several_coefficients_are_carried_back_at_once(wide_objective):
    objective, plan = wide_objective
    reduction, _ = reduced(objective, plan)
    rng = np.random.default_rng(0)
    new = reduction.objective(objective)
    c = rng.normal(size=(3, 1 + new.rows.n_columns))
    b = reduction.coefficients(c)
    # the same log-odds on the rows, and the same penalty
    Z = (objective.rows.X - objective.scaling.mean) / objective.scaling.scale
    eta = b[:, :1] + b[:, 1:] @ Z.T
    np.testing.assert_allclose(eta, c[:, :1] + c[:, 1:] @ new.rows.X.T, atol=1e-10)
    np.testing.assert_allclose(
        (objective.penalties * b[:, 1:] ** 2).sum(axis=1),
        (new.penalties * c[:, 1:] ** 2).sum(axis=1),
    )


def test_rows_that_repeat_give_no_column_of_their_own():
    X = np.repeat(np.random.default_rng(3).normal(size=(5, 60)), 4, axis=0)
    scaling = Scaling(np.zeros(60), np.ones(60), np.arange(60), 60)
    rows = ArrayRows(X, np.tile([0.0, 1.0], 10))
    reduction = Reduction(rows, scaling, np.ones(60), np.zeros(60, dtype=int))
    assert reduction.parts[0].values.shape == (20, 5)
    U = reduction.parts[0].values
    np.testing.assert_allclose(U @ U.T, X @ X.T, atol=1e-10)


def test_other_proportions_make_other_columns(wide_objective):
    objective, plan = wide_objective
    reduction, _ = reduced(objective, plan)
    assert reduction.proportional(3 * objective.penalties)
    moved = objective.penalties.copy()
    moved[20] *= 5
    moved[21] = 0.0
    assert not reduction.proportional(moved)
    other = reduction.under(moved)
    assert other.proportional(moved)
    assert other.kept.tolist() == [*range(10), 21]
    np.testing.assert_allclose(other.column_penalties(other.strengths(moved)), moved)
