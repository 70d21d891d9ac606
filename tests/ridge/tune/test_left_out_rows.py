import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataWarning
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune import left_out_rows as leave_one_row
from workbench.ridge.tune.left_out_rows import rows_left_out, tune_rows
from workbench.ridge.tune.strengths import LIMITS, at_strengths


@pytest.fixture(scope="module")
def mixed():
    """Two tuned sets with factors of their own, a free column, and one of given penalty."""
    return PenaltyPlan(
        np.array([0.0, 1.0, 0.5, 2.0, 1.0, 3.0, 1.0, 0.05]),
        np.array([-1, 0, 0, 0, 1, 1, 1, -1]),
        ("told", "noise"),
    )


def drawn(n, p, as_they_are, seed=3):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, p))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    b = np.where(np.arange(p) < p // 2, 1.0, 0.0)
    y = (rng.random(n) < expit(-1.0 + Z @ b)).astype("float64")
    weight = rng.uniform(0.5, 2.0, n)  # some rows are less than a contact, others more
    names = tuple(f"x{j}" for j in range(p))
    return as_they_are(Z, y, weight, np.full(p, 0.02), float(weight.sum()), names)


@pytest.fixture(scope="module")
def small(as_they_are):
    return drawn(120, 8, as_they_are)


def left(objective):
    fit = minimise(objective, start=objective.base_rate_start())
    return rows_left_out(objective, DenseStatistics.take(objective.rows, objective.scaling, fit.b))


def at(objective, plan, strength):
    return left(at_strengths(objective, plan, strength))


def by_sklearn(problem, i):
    """Refit without one contact of row i, or all of the row where it is less than one."""
    rows, root = problem.rows, np.sqrt(problem.penalties)
    rest = rows.weight - np.where(np.arange(len(rows)) == i, np.minimum(rows.weight, 1), 0)
    peer = LogisticRegression(C=1 / problem.total, solver="newton-cholesky", tol=1e-12)
    peer.fit(rows.X / root, rows.y, sample_weight=rest)
    eta = peer.decision_function(rows.X[[i]] / root)[0]
    return rows.weight[i] * (np.logaddexp(0, eta) - rows.y[i] * eta)


def test_the_loss_is_that_of_a_refit_without_a_contact_of_each_row(small):
    """One step from the fit, against 120 fits: within a quarter of a percent."""
    refits = sum(by_sklearn(small, i) for i in range(120))
    fit = minimise(small, start=small.base_rate_start())
    found = left(small).loss
    assert found == pytest.approx(refits / small.total, rel=2.5e-3)
    # leaving the row in is off by far more
    assert small(fit.b)[0] - 0.5 * small.penalties @ fit.b[1:] ** 2 < 0.95 * found


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_cells_tell_what_their_contacts_would_row_by_row(as_they_are, seed):
    """A row of weight 7 is seven rows of weight 1: loss, slope, leverage, and what is tuned."""
    cells = drawn(60, 8, as_they_are, seed)
    rows, rng = cells.rows, np.random.default_rng(seed)
    weight = rng.integers(1, 8, 60).astype(float)
    place = np.repeat(np.arange(60), weight.astype(int))
    both = [
        replace(cells, rows=ArrayRows(rows.X[take], rows.y[take], w), total=weight.sum())
        for take, w in ((np.arange(60), weight), (place, None))
    ]
    of_cells, of_contacts = (left(one) for one in both)
    assert of_cells.loss == pytest.approx(of_contacts.loss, rel=1e-8)
    np.testing.assert_allclose(of_cells.slope, of_contacts.slope, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(of_cells.leverage, of_contacts.leverage)


@pytest.mark.parametrize("trials", [1, 30])
def test_a_frame_of_cells_is_tuned_as_its_contacts(trials):
    rng = np.random.default_rng(trials)
    cells = pd.DataFrame(
        {
            "segment": rng.choice(list("abcd"), 80),
            "visits": rng.normal(size=80),
            "noise": rng.normal(size=80),
            "sent": rng.integers(1, trials + 1, 80),
        }
    )
    cells["bought"] = rng.binomial(cells["sent"], expit(cells["visits"] - 1))
    bought = np.concatenate(
        [np.arange(n) < k for n, k in zip(cells["sent"], cells["bought"], strict=True)]
    )
    contacts = cells.loc[cells.index.repeat(cells["sent"])].assign(bought=bought.astype(int))
    groups = {"segment": "who", "visits": "what", "noise": "what"}
    frames = (
        FeatureFrame.from_table(cells, target="bought", trials="sent", groups=groups),
        FeatureFrame.from_table(contacts, target="bought", drop="sent", groups=groups),
    )
    # the search ends where the loss is flat: to what it can tell, the penalties are the same
    ours, theirs = (
        RidgePropensity("tuned", {"who": "tuned"}, criterion="left_out_rows").fit(frame)
        for frame in frames
    )
    np.testing.assert_allclose(ours.penalties_, theirs.penalties_, rtol=1e-3)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)


def test_the_loss_is_its_formula_with_statsmodels_leverage(small):
    """Without penalties, from the fit and the hat matrix of another library."""
    rows = small.rows
    free = replace(small, penalties=np.zeros(8))
    peer = sm.GLM(
        rows.y, sm.add_constant(rows.X), sm.families.Binomial(), var_weights=rows.weight
    ).fit(tol=1e-13)
    mu, leverage = peer.fittedvalues, peer.get_hat_matrix_diag()
    leverage *= np.minimum(1 / rows.weight, 1)  # of one contact of the row
    eta = sm.add_constant(rows.X) @ peer.params
    eta += (mu - rows.y) / (mu * (1 - mu)) * leverage / (1 - leverage)
    loss = rows.weight @ (np.logaddexp(0, eta) - rows.y * eta)
    found = left(free)
    assert found.loss == pytest.approx(loss / small.total, rel=1e-8)
    counts, _ = np.histogram(leverage, np.linspace(0, 1, 1001), weights=rows.weight)
    np.testing.assert_allclose(found.leverage, counts, atol=1e-12)
    assert found.most - 1e-3 <= leverage.max() <= found.most
    assert found.high_share == 0.0


@pytest.mark.parametrize("penalties", [[0.01, 0.1], [1.0, 1e-4], [1e-4, 30.0]])
def test_the_slope_by_finite_differences(small, mixed, penalties):
    """b moves with the penalties, and the weights with b."""
    strength, h = np.log(penalties), 1e-4
    slope = mixed.slope(at(small, mixed, strength).slope)
    for k, move in enumerate(h * np.eye(2)):
        up, down = (at(small, mixed, strength + s * move).loss for s in (1, -1))
        assert slope[k] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-10)


def test_the_slope_of_columns_of_given_penalty(small):
    slope, h = left(small).slope, 1e-4
    for j in range(8):
        up, down = (
            left(replace(small, penalties=small.penalties * np.exp(s * h * np.eye(8)[j]))).loss
            for s in (1, -1)
        )
        assert slope[j] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-10)


def test_it_is_where_a_derivative_free_search_ends(small, mixed):
    tuned = tune_rows(small, mixed)
    direct = minimize(
        lambda s: at(small, mixed, np.clip(s, *LIMITS)).loss,
        np.log([0.03, 0.03]),
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-12},
    )
    assert tuned.value <= direct.fun * (1 + 1e-6)
    assert tuned.best[0] == pytest.approx(direct.x[0], abs=5e-3)
    assert tuned.value == pytest.approx(at(small, mixed, tuned.best).loss, rel=1e-9)
    np.testing.assert_allclose(tuned.stats.score.sum(axis=0)[[0, 1]], 0.0, atol=1e-6)


def test_a_set_without_signal_runs_to_the_cap(small, mixed):
    tuned = tune_rows(small, mixed)
    assert tuned.best[1] == LIMITS[1]
    assert tuned.best[0] < np.log(0.1)
    assert np.abs(tuned.curvature[1]).max() < 1e-5


def test_the_curvature_by_second_differences(small, mixed):
    tuned, h = tune_rows(small, mixed), 0.1
    move = np.array([h, 0.0])
    up, down = (at(small, mixed, tuned.best + s * move).loss for s in (1, -1))
    bent = (up - 2 * tuned.value + down) / h**2
    assert tuned.curvature[0, 0] == pytest.approx(bent, rel=0.02)


def test_one_set_agrees_with_a_fine_grid(small):
    plan = PenaltyPlan(np.ones(8), np.zeros(8, dtype=int), ("all",))
    tuned = tune_rows(small, plan)
    grid = np.log(np.geomspace(1e-4, 1, 81))
    losses = [at(small, plan, np.array([s])).loss for s in grid]
    assert tuned.best[0] == pytest.approx(grid[int(np.argmin(losses))], abs=grid[1] - grid[0])
    assert tuned.uniform == pytest.approx(tuned.best[0], abs=1e-2)


def test_order_and_campaigns_do_not_matter(small):
    rows, found = small.rows, left(small)
    order = np.random.default_rng(1).permutation(len(rows))
    fold = np.arange(len(rows)) % 4 - 1
    again = ArrayRows(rows.X[order], rows.y[order], rows.weight[order], fold)
    same = left(replace(small, rows=again))
    assert same.loss == pytest.approx(found.loss, rel=1e-12)
    np.testing.assert_allclose(same.slope, found.slope, rtol=1e-8, atol=1e-14)


def test_many_blocks_and_float32_agree(as_they_are):
    """Blocks on every core, against whole matrices."""
    problem = drawn(20_000, 5, as_they_are)
    rows = problem.rows
    fit = minimise(problem, start=problem.base_rate_start())
    x = np.column_stack([np.ones(len(rows)), rows.X])
    mu = expit(x @ fit.b)
    v = rows.weight * mu * (1 - mu)
    inverse = np.linalg.inv((x.T * v) @ x + problem.total * np.diag(problem.ridge))
    h = np.einsum("ij,jk,ik->i", x, inverse, x)
    one = np.minimum(rows.weight, 1)
    eta = x @ fit.b + one * (mu - rows.y) * h / (1 - one * mu * (1 - mu) * h)
    loss = rows.weight @ (np.logaddexp(0, eta) - rows.y * eta) / problem.total
    assert left(problem).loss == pytest.approx(loss, rel=1e-10)
    single = replace(problem, rows=ArrayRows(rows.X.astype("float32"), rows.y, rows.weight))
    assert left(single).loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(left(single).slope, left(problem).slope, rtol=1e-2, atol=1e-8)


def test_high_leverage_is_told(as_they_are):
    """As many free columns as half the rows."""
    problem = drawn(60, 30, as_they_are)
    plan = PenaltyPlan(
        np.where(np.arange(30) < 29, 1e-6, 1.0), np.append(np.full(29, -1), 0), ("last",)
    )
    with pytest.warns(DataWarning) as caught:
        tuned = tune_rows(problem, plan)
    found = at(problem, plan, tuned.best)
    assert found.high_share > 0
    message = (
        f"A row's leverage should stay below 0.9; {found.high_share:.1%} of the rows are above "
        f"(the largest {found.most:.3f}), and there the loss of a row left out is read too "
        "roughly. Tune by left-out campaigns, or give more of the columns a penalty."
    )
    assert re.fullmatch(re.escape(message), str(caught[0].message))
    assert caught[0].filename == __file__


def test_an_interruption_leaves_everything_as_it_was(small, mixed, interrupted):
    with pytest.raises(KeyboardInterrupt):
        tune_rows(interrupted(small, passes=30), mixed)
    np.testing.assert_array_equal(small.penalties, np.full(8, 0.02))


def test_every_fit_shows_on_the_bar(small, mixed, monkeypatch):
    bars = []

    class Bar(leave_one_row.Progress):
        def __init__(self, *args, **settings):
            super().__init__(*args, **{**settings, "disable": False, "delay": 0})
            bars.append(self)

    monkeypatch.setattr(leave_one_row, "Progress", Bar)
    tune_rows(small, mixed)
    assert len(bars) == 1
    assert bars[0].n > 10
