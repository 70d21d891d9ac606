from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize
import statsmodels.api as sm
from glum import GeneralizedLinearRegressor
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

from tests.ridge.solving import loss_of, solve, with_intercept


@pytest.fixture(scope="module")
def without_rows(as_they_are):
    """The other rows, under penalties that weigh as much against each of them."""

    def objective(problem, out):
        rows = problem.rows
        kept = rows.X[~out], rows.y[~out], rows.weight[~out]
        return as_they_are(*kept, problem.penalties, problem.total, problem.names)

    return objective


def test_the_residual_certifies_the_optimum(problem):
    solution = solve(problem)
    mu = 1 / (1 + np.exp(-solution.b[0] - problem.rows.X @ solution.b[1:]))
    slope = (
        with_intercept(problem.rows.X).T
        @ (problem.rows.weight * (mu - problem.rows.y))
        / problem.total
    )
    slope[1:] += problem.penalties * solution.b[1:]
    assert solution.converged
    assert solution.kkt_residual <= 1e-10
    assert np.abs(slope).max() == pytest.approx(solution.kkt_residual, abs=1e-15)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    move=arrays(np.float64, 6, elements=st.floats(-3, 3)),
    strength=st.sampled_from([1e-4, 0.1, 10.0]),
)
def test_no_other_point_is_lower(problem, move, strength):
    problem = replace(problem, penalties=strength * (problem.penalties + 1.0))
    best = solve(problem).b
    assert loss_of(problem, best) <= loss_of(problem, best + move) + 1e-15


# --- the same optimum by other hands


def test_scipy_finds_the_same_minimum(problem):
    found = scipy.optimize.minimize(
        lambda point: loss_of(problem, point), np.zeros(6), method="BFGS", options={"gtol": 1e-9}
    )
    np.testing.assert_allclose(solve(problem).b, found.x, atol=2e-7)


def test_glum_with_p2_factors(problem):
    peer = GeneralizedLinearRegressor(
        family="binomial",
        alpha=1.0,
        l1_ratio=0,
        P2=problem.penalties,
        gradient_tol=1e-12,
        max_iter=300,
    ).fit(problem.rows.X, problem.rows.y, sample_weight=problem.rows.weight)
    solution = solve(problem)
    np.testing.assert_allclose(solution.b[1:], peer.coef_, rtol=1e-8, atol=1e-10)
    assert solution.b[0] == pytest.approx(peer.intercept_, rel=1e-8)


def test_sklearn_with_one_penalty_for_all(problem):
    alpha = 0.05
    solution = solve(replace(problem, penalties=np.full(5, alpha)))
    peer = LogisticRegression(C=1 / (alpha * problem.total), solver="newton-cholesky", tol=1e-13)
    peer.fit(problem.rows.X, problem.rows.y, sample_weight=problem.rows.weight)
    np.testing.assert_allclose(solution.b[1:], peer.coef_[0], rtol=1e-9, atol=1e-12)
    assert solution.b[0] == pytest.approx(peer.intercept_[0], rel=1e-9)


def test_sklearn_with_columns_scaled_by_the_root_of_the_factor(problem):
    alpha, factors = 0.05, np.array([0.1, 0.5, 1.0, 4.0, 20.0])
    solution = solve(replace(problem, penalties=alpha * factors))
    peer = LogisticRegression(C=1 / (alpha * problem.total), solver="newton-cholesky", tol=1e-13)
    peer.fit(problem.rows.X / np.sqrt(factors), problem.rows.y, sample_weight=problem.rows.weight)
    np.testing.assert_allclose(
        solution.b[1:], peer.coef_[0] / np.sqrt(factors), rtol=1e-9, atol=1e-12
    )


def test_statsmodels_regularised_to_its_own_precision(problem, unweighted):
    rows = unweighted(problem.rows.X, problem.rows.y, problem.penalties)
    solution = solve(rows)
    peer = sm.GLM(rows.rows.y, with_intercept(rows.rows.X), family=sm.families.Binomial())
    fitted = peer.fit_regularized(alpha=np.append(0.0, rows.penalties), L1_wt=0)
    np.testing.assert_allclose(solution.b, fitted.params, atol=4e-5)


# --- closed forms


@pytest.mark.parametrize(("odds", "agreeing"), [(3.0, 0.9), (1.5, 0.7), (9.0, 0.95)])
def test_a_case_solved_by_hand(as_they_are, odds, agreeing):
    """Rows at z = ±1 whose outcome goes with z in a share q: σ(b) − q + λ b = 0, b0 = 0."""
    b = np.log(odds)
    penalty = (agreeing - odds / (1 + odds)) / b
    z, y = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    weight = np.array([agreeing, 1 - agreeing] * 2)
    solution = solve(as_they_are(z[:, None], y, weight, [penalty], 2.0))
    assert solution.b[1:][0] == pytest.approx(b, abs=1e-9)
    assert solution.b[0] == pytest.approx(0.0, abs=1e-9)


def test_one_binary_column_without_penalty_gives_the_log_odds_ratio(unweighted):
    z = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 5, 20])
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 5, 20])
    solution = solve(unweighted(z[:, None], y, [0.0]))
    assert solution.b[0] == pytest.approx(np.log(10 / 30), abs=1e-8)
    assert solution.b[1:][0] == pytest.approx(np.log(20 / 5) - np.log(10 / 30), abs=1e-8)


def test_without_columns_the_base_rate_is_left(as_they_are):
    y, weight = np.array([1.0, 0.0, 0.0]), np.array([2.0, 1.0, 5.0])
    objective = as_they_are(np.zeros((3, 0)), y, weight, [], 8.0)
    solution = solve(objective)
    assert solution.b[0] == pytest.approx(np.log(2 / 6), abs=1e-12)
    assert objective.curvature(solution.b) == pytest.approx(np.array([[0.25 * 0.75]]))


def test_a_strong_penalty_leaves_the_base_rate(problem):
    rate = np.average(problem.rows.y, weights=problem.rows.weight)
    solution = solve(replace(problem, penalties=np.full(5, 1e9)))
    assert np.abs(solution.b[1:]).max() < 1e-9
    assert solution.b[0] == pytest.approx(np.log(rate / (1 - rate)), abs=1e-8)


def test_a_strong_penalty_on_one_column_leaves_an_unpenalised_one_alone(problem, as_they_are):
    strong = np.array([0.0, 1e15, 1e15, 1e15, 1e15])
    rows = problem.rows
    alone = as_they_are(rows.X[:, :1], rows.y, rows.weight, [0.0], problem.total)
    with_strong, without = solve(replace(problem, penalties=strong)), solve(alone)
    assert with_strong.b[1] == pytest.approx(without.b[1], abs=1e-9)


def test_a_vanishing_penalty_leaves_the_maximum_likelihood(problem):
    nearly, free = (solve(replace(problem, penalties=np.full(5, a))) for a in (1e-9, 0.0))
    np.testing.assert_allclose(nearly.b, free.b, atol=1e-7)


# --- the path to it


def test_the_start_does_not_decide(problem):
    far = solve(problem, start=np.array([4.0, -3.0, 3.0, -3.0, 3.0, -3.0]))
    np.testing.assert_allclose(far.b, solve(problem).b, atol=1e-8)


def test_out_of_steps_is_said_and_not_hidden(problem):
    solution = solve(problem, max_passes=1)
    assert not solution.converged
    assert solution.passes == 1
    assert solution.kkt_residual > 1e-10


def test_rows_left_out_keep_the_weight_of_the_penalty(problem, without_rows, as_they_are):
    out = np.arange(len(problem.rows.y)) % 3 == 0
    rest = without_rows(problem, out)
    assert rest.total == problem.total
    share = problem.rows.weight[~out].sum() / problem.total
    own_total = float(rest.rows.weight.sum())
    own_scale = replace(rest, penalties=problem.penalties / share, total=own_total)
    np.testing.assert_allclose(solve(rest).b, solve(own_scale).b, atol=1e-8)


# --- float32 rows, many rows, and rows that are far from zero


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60_000, 12)) * rng.uniform(0.1, 30, 12)
    y = (rng.random(60_000) < 1 / (1 + np.exp(3 - X[:, 0] / X[:, 0].std()))).astype(float)
    return X, y


def test_a_sample_start_and_chord_steps_reach_newtons_optimum(many, unweighted):
    X, y = many
    objective = unweighted(X / X.std(axis=0), y, np.geomspace(1e-4, 1.0, 12))
    solution = solve(objective)
    assert solution.converged
    assert solution.curvatures == 0  # the sample's curvature served all the way
    peer = GeneralizedLinearRegressor(
        family="binomial", alpha=1.0, l1_ratio=0, P2=objective.penalties, gradient_tol=1e-12
    ).fit(objective.rows.X, y)
    np.testing.assert_allclose(solution.b[1:], peer.coef_, atol=1e-8)


def test_float32_rows_stop_at_a_residual_that_float64_confirms(many, unweighted):
    X, y = many
    Z = (X / X.std(axis=0)).astype("float32")
    single, double = (unweighted(Z.astype(kind), y, np.full(12, 1e-3)) for kind in ("f4", "f8"))
    solution = solve(single)
    assert solution.converged
    assert np.abs(double(solution.b)[1]).max() <= 1e-7
    np.testing.assert_allclose(solution.b, solve(double).b, atol=1e-5)
