from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.optimize import minimize
from scipy.stats import norm

from workbench.datasets import planted as simulated
from workbench.evidence import out_of_time
from workbench.metrics import log_loss
from workbench.ridge import RidgePropensity
from workbench.ridge.penalties.plan import PenaltyPlan, plan_penalties
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.tune.marginal import fellner_schall, laplace, refitted, updated
from workbench.ridge.tune.strengths import LIMITS

SETS = ("strong", "weak", "noise")


@pytest.fixture(scope="module")
def mixed():
    """Three tuned sets with factors of their own, a free column, and one of given penalty."""
    return PenaltyPlan(
        np.array([0.0, 1.0, 0.5, 2.0, 1.0, 3.0, 1.0, 0.7, 1.0, 0.05]),
        np.array([-1, 0, 0, 0, 1, 1, 1, 2, 2, -1]),
        SETS,
    )


@pytest.fixture(scope="module")
def planted(as_they_are):
    """Rows whose coefficients are as large as their set says."""
    rng = np.random.default_rng(11)
    Z = rng.normal(size=(400, 10))
    Z[:, 2] += 0.7 * Z[:, 1]
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    b = np.array([0.6, 1.0, -0.8, 0.9, 0.25, -0.2, 0.3, 0.0, 0.0, 0.1])
    y = (rng.random(400) < 1 / (1 + np.exp(1.0 - Z @ b))).astype("float64")
    weight = rng.uniform(0.5, 2.0, 400)
    names = tuple(f"x{j}" for j in range(10))
    return as_they_are(Z, y, weight, np.zeros(10), float(weight.sum()), names)


def one_column(n, as_they_are):
    rng = np.random.default_rng(2)
    z = rng.normal(size=(n, 1))
    y = (rng.random(n) < 1 / (1 + np.exp(-0.5 - 0.7 * z[:, 0]))).astype("float64")
    return as_they_are(z, y, np.ones(n), np.zeros(1), float(n), ("z",))


@pytest.mark.parametrize("penalty", [1e-3, 0.05, 1.0])
def test_the_value_is_near_the_true_integral(as_they_are, penalty):
    """Integrate intercept (flat) and slope (normal) out by quadrature."""
    problem = one_column(150, as_they_are)
    rows, variance = problem.rows, 1 / (150 * penalty)

    def density(b1, b0):
        eta = b0 + rows.X[:, 0] * b1
        loss = (np.logaddexp(0, eta) - rows.y * eta).sum()
        return np.exp(-loss + 100.0) * norm.pdf(b1, scale=np.sqrt(variance))

    integral, _ = dblquad(density, -0.7, 1.7, -1.0, 2.0, epsrel=1e-6)
    plan = PenaltyPlan(np.ones(1), np.zeros(1, dtype=int), ("z",))
    found = laplace(problem, plan, np.log([penalty]))
    assert found.value == pytest.approx((100.0 - np.log(integral)) / 150, abs=1e-4)


def test_the_value_is_its_formula(planted, mixed):
    strength = np.log([0.01, 0.1, 0.5])
    found = laplace(planted, mixed, strength)
    rows, b = planted.rows, found.stats.b
    x = np.column_stack([np.ones(len(rows)), rows.X])
    eta, ridge = x @ b, planted.total * np.append(0.0, mixed.penalties(strength))
    mu = 1 / (1 + np.exp(-eta))
    hessian = (x.T * (rows.weight * mu * (1 - mu))) @ x + np.diag(ridge)
    loss = rows.weight @ (np.logaddexp(0, eta) - rows.y * eta)
    value = loss + 0.5 * ridge @ b**2 - 0.5 * np.log(ridge[ridge > 0]).sum()
    value += 0.5 * np.linalg.slogdet(hessian)[1] - 0.5 * 2 * np.log(2 * np.pi)
    assert found.value == pytest.approx(value / planted.total, rel=1e-10)


@pytest.mark.parametrize("penalties", [[0.01, 0.1, 0.5], [1e-5, 10.0, 1e-3], [1.0, 1e-4, 100.0]])
def test_the_slope_by_finite_differences(planted, mixed, penalties):
    strength, h = np.log(penalties), 1e-4
    slope = laplace(planted, mixed, strength).slope
    for k, move in enumerate(h * np.eye(3)):
        up, down = (laplace(planted, mixed, strength + s * move).value for s in (1, -1))
        assert slope[k] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9)


def test_it_is_where_direct_searches_end(planted, mixed):
    tuned = fellner_schall(planted, mixed)
    by_simplex = minimize(
        lambda s: laplace(planted, mixed, np.clip(s, *LIMITS)).value,
        np.log([0.01, 0.05, 1.0]),
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-12, "maxfev": 1000},
    )
    by_differences = minimize(
        lambda s: laplace(planted, mixed, s).value,
        np.log([0.1, 0.1, 0.1]),
        method="L-BFGS-B",
        bounds=[LIMITS] * 3,
        options={"ftol": 1e-13, "gtol": 1e-8},
    )
    for direct in (by_simplex, by_differences):
        assert tuned.value <= direct.fun + 1e-6 * abs(direct.fun)
        np.testing.assert_allclose(tuned.best[:2], direct.x[:2], atol=5e-3)
    assert tuned.value == pytest.approx(laplace(planted, mixed, tuned.best).value, abs=1e-9)
    assert tuned.best[0] < tuned.best[1] < tuned.best[2]


def test_the_slope_vanishes_there(planted, mixed):
    tuned, h = fellner_schall(planted, mixed), 1e-3
    for k in np.flatnonzero(tuned.best < LIMITS[1]):
        move = h * np.eye(3)[k]
        up, down = (laplace(planted, mixed, tuned.best + s * move).value for s in (1, -1))
        assert (up - down) / (2 * h) == pytest.approx(0.0, abs=1e-6)


def test_a_set_without_signal_runs_to_the_cap(planted, mixed):
    """Columns that are, by construction, of no use once the others are known."""
    rows = planted.rows
    rng = np.random.default_rng(4)
    X = rows.X.copy()
    X[:, 7:9] = rng.normal(size=(len(rows), 2))
    fit = laplace(planted, mixed, np.log([0.01, 0.1, 10.0])).stats
    eta = np.column_stack([np.ones(len(rows)), X]) @ fit.b
    residual = rows.weight * (rows.y - 1 / (1 + np.exp(-eta)))
    X[:, 7:9] -= np.outer(residual, residual @ X[:, 7:9]) / (residual @ residual)
    still = replace(planted, rows=ArrayRows(X, rows.y, rows.weight))
    tuned = fellner_schall(still, mixed)
    assert tuned.best[2] == LIMITS[1]
    assert (tuned.best[:2] < np.log(1.0)).all()
    assert np.abs(tuned.curvature[2]).max() < 1e-5


def test_one_set_agrees_with_a_fine_grid(planted):
    plan = PenaltyPlan(np.ones(10), np.zeros(10, dtype=int), ("all",))
    tuned = fellner_schall(planted, plan)
    grid = np.log(np.geomspace(1e-4, 1, 81))
    values = [laplace(planted, plan, np.array([s])).value for s in grid]
    assert tuned.best[0] == pytest.approx(grid[int(np.argmin(values))], abs=grid[1] - grid[0])
    assert tuned.uniform == pytest.approx(tuned.best[0], abs=0.4)  # half a step of its grid
    h = 0.05
    up, down = (laplace(planted, plan, tuned.best + s * h).value for s in (1, -1))
    bent = (up - 2 * tuned.value + down) / h**2
    assert tuned.curvature[0, 0] == pytest.approx(bent, rel=0.1)


def test_campaigns_do_not_matter(planted, mixed):
    rows = planted.rows
    folds = ArrayRows(rows.X, rows.y, rows.weight, np.repeat([-1, 0, 1, 2], 100))
    tuned = fellner_schall(replace(planted, rows=folds), mixed)
    np.testing.assert_allclose(tuned.best, fellner_schall(planted, mixed).best, atol=1e-6)


def test_float32_rows_agree(planted, mixed):
    rows = planted.rows
    single = replace(planted, rows=ArrayRows(rows.X.astype("float32"), rows.y, rows.weight))
    best = fellner_schall(planted, mixed).best
    np.testing.assert_allclose(fellner_schall(single, mixed).best, best, atol=5e-3)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 0.99))
def test_order_and_split_weights_do_not_matter(seed, share):
    """The same rows shuffled, the first few of them cut in two."""
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(60, 3)), rng.integers(0, 2, 60) * 1.0, rng.uniform(1, 2, 60)
    cut = rng.permutation(65)
    again = np.append(np.arange(60), np.arange(5))[cut]
    parts = np.concatenate([share * weight[:5], weight[5:], (1 - share) * weight[:5]])[cut]
    plan = PenaltyPlan(np.ones(3), np.array([0, 0, 1]), ("a", "b"))
    scaling, total = Scaling(np.zeros(3), np.ones(3), np.arange(3), 3), float(weight.sum())
    values = [
        laplace(Objective(rows, scaling, np.zeros(3), total), plan, np.log([0.01, 0.3])).value
        for rows in (ArrayRows(X, y, weight), ArrayRows(X[again], y[again], parts))
    ]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_updates_end_where_the_slope_vanishes_whichever_way_the_weights_move(planted, mixed, sign):
    model = refitted(planted, mixed, np.log([0.01, 0.1, 0.5]), planted.base_rate_start())
    turned = replace(model, u=5 * sign * model.u)
    found = updated(turned, mixed, np.log([0.1, 0.1, 0.1]))
    free = (found > LIMITS[0]) & (found < LIMITS[1])
    assert free.sum() >= 2
    np.testing.assert_allclose(turned.criterion(mixed)(found)[1][free], 0.0, atol=1e-8)


def test_a_column_of_zeros_stays_finite(planted, mixed):
    """Its set has nothing to tell, and nothing to spend."""
    rows = planted.rows
    X = rows.X.copy()
    X[:, 7:9] = 0.0
    tuned = fellner_schall(replace(planted, rows=ArrayRows(X, rows.y, rows.weight)), mixed)
    assert tuned.best[2] == LIMITS[1]
    assert np.isfinite(tuned.best).all()
    assert np.isfinite(tuned.curvature).all()


def test_an_interruption_leaves_everything_as_it_was(planted, mixed, interrupted):
    with pytest.raises(KeyboardInterrupt):
        fellner_schall(interrupted(planted, passes=12), mixed)
    np.testing.assert_array_equal(planted.penalties, np.zeros(10))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Constant columns:workbench.errors.DataWarning")
def test_rows_of_a_campaign_make_it_trust_spikes_that_left_out_campaigns_shrink():
    """What the module says of itself: it is no match on campaigns not yet seen."""
    for seed in range(2):
        split = out_of_time(simulated(dose=1.0, seed=seed).frame, test_campaigns=10)
        model = RidgePropensity().fit(split.train)
        columns = model.columns_[~model.columns_["dropped"]]
        plan = plan_penalties(
            "tuned", None, list(columns.index), dict(columns["group"]), by_group=True
        )
        tuned = fellner_schall(model.workspace_.solved, plan)
        by_rows = dict(zip(plan.sets, np.exp(tuned.best), strict=True))
        assert by_rows["spiky"] < 0.1 * columns.loc[columns["group"] == "spiky", "penalty"].iloc[0]
        losses = [
            log_loss(split.test.y, one.propensity(split.test))
            for one in (model, model.refit(by_rows))
        ]
        assert losses[1] > losses[0] + 0.01
