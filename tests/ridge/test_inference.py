import numpy as np
import pytest

from workbench.ridge.inference import score_variance_shares, spread
from workbench.ridge.solver import solve


@pytest.fixture(scope="module")
def solution(problem):
    return solve(problem)


def with_intercept(problem):
    return np.column_stack([np.ones(len(problem.y)), problem.Z])


def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(problem, solution):
    X = with_intercept(problem)
    mu = 1 / (1 + np.exp(-solution.intercept - problem.Z @ solution.coef))
    root = np.sqrt(problem.weight * mu * (1 - mu))
    A = sum(r**2 * np.outer(x, x) for r, x in zip(root, X, strict=True))
    inverse = np.linalg.inv(A + problem.total * np.diag(np.append(0.0, problem.penalties)))
    hat = (root[:, None] * X) @ inverse @ (root[:, None] * X).T
    edf = spread(solution.curvature, problem.penalties, problem.total).edf
    np.testing.assert_allclose(edf, np.diag(inverse @ A)[1:], rtol=1e-10)
    assert 1 + edf.sum() == pytest.approx(np.trace(hat), rel=1e-10)  # 1: the free intercept


def test_a_column_counts_one_without_a_penalty_and_nothing_under_a_strong_one(problem):
    counts = []
    for strength in (0.0, 1e-3, 1e-2, 1.0, 1e9):
        fit = solve(problem.with_penalties(np.full(5, strength)))
        counts.append(spread(fit.curvature, np.full(5, strength), problem.total).edf)
    np.testing.assert_allclose(counts[0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(counts[-1], 0.0, atol=1e-8)
    assert (np.diff(np.sum(counts, axis=1)) < 0).all()


def test_errors_are_of_the_inverted_second_differences(problem, solution):
    at = np.append(solution.intercept, solution.coef)
    h = 1e-4

    def total_loss(point):
        return problem.total * problem.loss(point[0] + problem.Z @ point[1:], point[1:])

    moves = h * np.eye(6)
    hessian = [
        [
            sum(
                sign_i * sign_j * total_loss(at + sign_i * moves[i] + sign_j * moves[j])
                for sign_i in (1, -1)
                for sign_j in (1, -1)
            )
            / (4 * h * h)
            for j in range(6)
        ]
        for i in range(6)
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))[1:]
    ours = spread(solution.curvature, problem.penalties, problem.total).std_error
    np.testing.assert_allclose(ours, errors, rtol=1e-5)


def test_shares_are_covariances_with_the_score_and_add_to_one(problem, solution):
    shares = score_variance_shares(problem.Z, solution.coef, problem.weight)
    parts = problem.Z * solution.coef
    together = np.cov(np.column_stack([parts, parts.sum(axis=1)]).T, aweights=problem.weight)
    np.testing.assert_allclose(shares, together[:-1, -1] / together[-1, -1], rtol=1e-10)
    assert shares.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_column_that_works_against_the_others_has_a_negative_share():
    z = np.array([-1.0, 0.0, 1.0])
    shares = score_variance_shares(np.column_stack([z, z]), np.array([3.0, -1.0]), np.ones(3))
    assert shares.tolist() == [1.5, -0.5]


def test_a_score_that_does_not_vary_is_carried_by_nothing(problem):
    assert score_variance_shares(problem.Z, np.zeros(5), problem.weight).tolist() == [0.0] * 5
