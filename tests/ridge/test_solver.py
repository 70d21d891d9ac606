import re
from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize
import statsmodels.api as sm
from glum import GeneralizedLinearRegressor
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

from workbench.errors import FitError
from workbench.ridge.solver import Problem, solve


def with_intercept(Z):
    return np.column_stack([np.ones(len(Z)), Z])


def all_coefficients(solution):
    return np.append(solution.intercept, solution.coef)


def unweighted(Z, y, penalties, names=()):
    return Problem(Z, y, np.ones(len(y)), np.asarray(penalties), float(len(y)), tuple(names))


# --- the objective and its derivatives


def loss_of(problem, coefficients):
    eta = coefficients[0] + problem.Z @ coefficients[1:]
    surprise = np.where(problem.y == 1, np.logaddexp(0, -eta), np.logaddexp(0, eta))
    penalty = 0.5 * (problem.penalties * coefficients[1:] ** 2).sum()
    return (problem.weight * surprise).sum() / problem.total + penalty


def test_loss_gradient_and_curvature_agree_with_one_another(problem):
    at = np.array([-0.3, 0.5, -1.0, 0.2, 0.7, 0.1])
    eta = at[0] + problem.Z @ at[1:]
    assert problem.loss(eta, at[1:]) == pytest.approx(loss_of(problem, at), rel=1e-14)

    gradient = problem.gradient(eta, at[1:])
    h = 1e-5
    moves = h * np.eye(6)
    steps = [loss_of(problem, at + m) - loss_of(problem, at - m) for m in moves]
    np.testing.assert_allclose(gradient, np.array(steps) / (2 * h), atol=1e-9)

    def gradient_at(point):
        return problem.gradient(point[0] + problem.Z @ point[1:], point[1:])

    hessian = problem.curvature(eta) + np.diag(np.append(0.0, problem.penalties))
    second = [(gradient_at(at + m) - gradient_at(at - m)) / (2 * h) for m in moves]
    np.testing.assert_allclose(hessian, second, atol=1e-9)


def test_the_residual_certifies_the_optimum(problem):
    solution = solve(problem)
    mu = 1 / (1 + np.exp(-solution.intercept - problem.Z @ solution.coef))
    slope = with_intercept(problem.Z).T @ (problem.weight * (mu - problem.y)) / problem.total
    slope[1:] += problem.penalties * solution.coef
    assert solution.converged
    assert solution.kkt_residual <= 1e-10
    assert np.abs(slope).max() == pytest.approx(solution.kkt_residual, abs=1e-15)
    np.testing.assert_allclose(
        solution.curvature, problem.curvature(solution.intercept + problem.Z @ solution.coef)
    )


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    move=arrays(np.float64, 6, elements=st.floats(-3, 3)),
    strength=st.sampled_from([1e-4, 0.1, 10.0]),
)
def test_no_other_point_is_lower(problem, move, strength):
    problem = problem.with_penalties(strength * (problem.penalties + 1.0))
    best = all_coefficients(solve(problem))
    assert loss_of(problem, best) <= loss_of(problem, best + move) + 1e-15


# --- the same optimum by other hands


def test_scipy_finds_the_same_minimum(problem):
    found = scipy.optimize.minimize(
        lambda point: loss_of(problem, point), np.zeros(6), method="BFGS", options={"gtol": 1e-9}
    )
    np.testing.assert_allclose(all_coefficients(solve(problem)), found.x, atol=2e-7)


def test_glum_with_p2_factors(problem):
    peer = GeneralizedLinearRegressor(
        family="binomial",
        alpha=1.0,
        l1_ratio=0,
        P2=problem.penalties,
        gradient_tol=1e-12,
        max_iter=300,
    ).fit(problem.Z, problem.y, sample_weight=problem.weight)
    solution = solve(problem)
    np.testing.assert_allclose(solution.coef, peer.coef_, rtol=1e-8, atol=1e-10)
    assert solution.intercept == pytest.approx(peer.intercept_, rel=1e-8)


def test_sklearn_with_one_penalty_for_all(problem):
    alpha = 0.05
    solution = solve(problem.with_penalties(np.full(5, alpha)))
    peer = LogisticRegression(C=1 / (alpha * problem.total), solver="newton-cholesky", tol=1e-13)
    peer.fit(problem.Z, problem.y, sample_weight=problem.weight)
    np.testing.assert_allclose(solution.coef, peer.coef_[0], rtol=1e-9, atol=1e-12)
    assert solution.intercept == pytest.approx(peer.intercept_[0], rel=1e-9)


def test_sklearn_with_columns_scaled_by_the_root_of_the_factor(problem):
    alpha, factors = 0.05, np.array([0.1, 0.5, 1.0, 4.0, 20.0])
    solution = solve(problem.with_penalties(alpha * factors))
    peer = LogisticRegression(C=1 / (alpha * problem.total), solver="newton-cholesky", tol=1e-13)
    peer.fit(problem.Z / np.sqrt(factors), problem.y, sample_weight=problem.weight)
    np.testing.assert_allclose(
        solution.coef, peer.coef_[0] / np.sqrt(factors), rtol=1e-9, atol=1e-12
    )


def test_statsmodels_regularised_to_its_own_precision(problem):
    rows = unweighted(problem.Z, problem.y, problem.penalties)
    solution = solve(rows)
    peer = sm.GLM(rows.y, with_intercept(rows.Z), family=sm.families.Binomial())
    fitted = peer.fit_regularized(alpha=np.append(0.0, rows.penalties), L1_wt=0)
    np.testing.assert_allclose(all_coefficients(solution), fitted.params, atol=4e-5)


# --- closed forms


@pytest.mark.parametrize(("odds", "agreeing"), [(3.0, 0.9), (1.5, 0.7), (9.0, 0.95)])
def test_a_case_solved_by_hand(odds, agreeing):
    """Rows at z = ±1 whose outcome goes with z in a share q: σ(b) − q + λ b = 0, b0 = 0."""
    b = np.log(odds)
    penalty = (agreeing - odds / (1 + odds)) / b
    z, y = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    weight = np.array([agreeing, 1 - agreeing] * 2)
    solution = solve(Problem(z[:, None], y, weight, np.array([penalty]), 2.0))
    assert solution.coef[0] == pytest.approx(b, abs=1e-9)
    assert solution.intercept == pytest.approx(0.0, abs=1e-9)


def test_one_binary_column_without_penalty_gives_the_log_odds_ratio():
    z = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 5, 20])
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 5, 20])
    solution = solve(unweighted(z[:, None], y, [0.0]))
    assert solution.intercept == pytest.approx(np.log(10 / 30), abs=1e-8)
    assert solution.coef[0] == pytest.approx(np.log(20 / 5) - np.log(10 / 30), abs=1e-8)


def test_without_columns_the_base_rate_is_left():
    y, weight = np.array([1.0, 0.0, 0.0]), np.array([2.0, 1.0, 5.0])
    solution = solve(Problem(np.zeros((3, 0)), y, weight, np.zeros(0), 8.0))
    assert solution.intercept == pytest.approx(np.log(2 / 6), abs=1e-12)
    assert solution.curvature == pytest.approx(np.array([[0.25 * 0.75]]))


def test_a_strong_penalty_leaves_the_base_rate(problem):
    rate = np.average(problem.y, weights=problem.weight)
    solution = solve(problem.with_penalties(np.full(5, 1e9)))
    assert np.abs(solution.coef).max() < 1e-9
    assert solution.intercept == pytest.approx(np.log(rate / (1 - rate)), abs=1e-8)


def test_a_strong_penalty_on_one_column_leaves_an_unpenalised_one_alone(problem):
    strong = np.array([0.0, 1e15, 1e15, 1e15, 1e15])
    alone = replace(problem, Z=problem.Z[:, :1], penalties=np.zeros(1))
    with_strong, without = solve(problem.with_penalties(strong)), solve(alone)
    assert with_strong.coef[0] == pytest.approx(without.coef[0], abs=1e-9)


def test_a_vanishing_penalty_leaves_the_maximum_likelihood(problem):
    nearly, free = (solve(problem.with_penalties(np.full(5, a))) for a in (1e-9, 0.0))
    np.testing.assert_allclose(nearly.coef, free.coef, atol=1e-7)


# --- the path to it


def test_the_start_does_not_decide(problem):
    far = solve(problem, start=(4.0, np.array([-3.0, 3.0, -3.0, 3.0, -3.0])))
    np.testing.assert_allclose(all_coefficients(far), all_coefficients(solve(problem)), atol=1e-8)


def test_newton_would_diverge_without_its_line_search():
    """From this start a full Newton step lands at a far higher loss."""
    z, y = np.linspace(-1, 1, 21), (np.arange(21) > 8).astype("float64")
    y[[3, 17]] = [1.0, 0.0]
    rows = unweighted(z[:, None], y, [1e-6])
    start = np.array([8.0, -9.0])
    eta = start[0] + rows.Z @ start[1:]
    hessian = rows.curvature(eta) + np.diag([0.0, 1e-6])
    full_step = start - np.linalg.solve(hessian, rows.gradient(eta, start[1:]))
    assert loss_of(rows, full_step) > loss_of(rows, start)
    solution = solve(rows, start=(start[0], start[1:]))
    assert solution.converged
    np.testing.assert_allclose(all_coefficients(solution), all_coefficients(solve(rows)), atol=1e-7)


def test_out_of_steps_is_said_and_not_hidden(problem):
    solution = solve(problem, max_iterations=1)
    assert not solution.converged
    assert solution.iterations == 1
    assert solution.kkt_residual > 1e-10


def test_rows_left_out_keep_the_weight_of_the_penalty(problem):
    out = np.arange(len(problem.y)) % 3 == 0
    rest = problem.without_rows(out)
    assert rest.total == problem.total
    share = problem.weight[~out].sum() / problem.total
    own_scale = Problem(
        rest.Z, rest.y, rest.weight, problem.penalties / share, float(rest.weight.sum())
    )
    np.testing.assert_allclose(solve(rest).coef, solve(own_scale).coef, atol=1e-8)


# --- optima at infinity, and optima that are not unique


def exactly(message):
    return f"^{re.escape(message)}$"


def test_perfect_separation_without_a_penalty_names_the_column(problem):
    y = (problem.Z[:, 1] > 0.2).astype("float64")
    separated = replace(problem, y=y, penalties=np.array([1.0, 0.0, 1.0, 1.0, 1.0]))
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['visits'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(separated)
    assert solve(separated.with_penalties(np.full(5, 1e-4))).converged


def test_a_flag_that_only_buyers_have_separates_them():
    """Quasi-complete separation: the other rows overlap."""
    flag, y = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['called'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(unweighted(flag[:, None], y, [0.0], ["called"]))


def test_unpenalised_columns_that_determine_one_another_are_named(problem):
    Z = np.column_stack([problem.Z, problem.Z[:, 0] - problem.Z[:, 3]])
    names = (*problem.names, "difference")
    twice = replace(problem, Z=Z, penalties=np.array([0, 0.1, 0.1, 0, 0.1, 0]), names=names)
    message = (
        "Unpenalised columns must not determine one another; ['recency_days', 'opened', "
        "'difference'] do, so their coefficients are not unique. Give them a penalty (a factor "
        "above 0), or drop one."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(twice)
    one_penalised = twice.with_penalties(np.array([0, 0.1, 0.1, 0, 0.1, 0.01]))
    assert solve(one_penalised).converged


def separable(X, y):
    """Whether some (b0, b) puts no row on the wrong side and at least one on the right one."""
    signed = (2 * y - 1)[:, None] * with_intercept(X)
    best = scipy.optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1)
    )
    return -best.fun > 1e-9


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    X=arrays(np.float64, st.tuples(st.integers(5, 12), st.just(2)), elements=st.integers(-2, 2)),
    bits=st.integers(1, 2**12 - 2),
)
def test_separation_is_found_exactly_where_linear_programming_finds_it(X, bits):
    y = (bits >> np.arange(len(X)) & 1).astype("float64")
    assume(0 < y.sum() < len(y))
    assume(np.linalg.matrix_rank(with_intercept(X)) == 3)
    rows = unweighted(X, y, [0.0, 0.0], ["a", "b"])
    if separable(X, y):
        with pytest.raises(FitError, match=r"^Unpenalised columns must not separate"):
            solve(rows)
    else:
        assert solve(rows).converged


def test_a_free_column_that_stands_still_without_a_fold_is_named(problem):
    """A column that lives in one campaign has no coefficient where that one is left out."""
    spike = np.where(np.arange(len(problem.y)) < 90, 1.0, 0.0) * problem.Z[:, 2]
    names = (*problem.names, "easter_special")
    spiky = replace(
        problem,
        Z=np.column_stack([problem.Z, spike]),
        penalties=np.append(problem.penalties, 0.0),
        names=names,
    )
    message = (
        "Unpenalised columns must vary wherever they are fitted; ['easter_special'] are constant "
        "once a fold is left out. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(spiky.without_rows(np.arange(len(problem.y)) < 90))
