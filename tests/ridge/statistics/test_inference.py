from dataclasses import replace

import numpy as np
import pytest

from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.inference import score_variance_shares, spread


def solve(problem):
    return minimise(problem, start=problem.base_rate_start())


@pytest.fixture(scope="module")
def solution(problem):
    return solve(problem)


def with_intercept(problem):
    return np.column_stack([np.ones(len(problem.rows.y)), problem.rows.X])


def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(problem, solution):
    X = with_intercept(problem)
    mu = 1 / (1 + np.exp(-solution.b[0] - problem.rows.X @ solution.b[1:]))
    root = np.sqrt(problem.rows.weight * mu * (1 - mu))
    A = sum(r**2 * np.outer(x, x) for r, x in zip(root, X, strict=True))
    inverse = np.linalg.inv(A + problem.total * np.diag(np.append(0.0, problem.penalties)))
    hat = (root[:, None] * X) @ inverse @ (root[:, None] * X).T
    edf = spread(problem.curvature(solution.b), problem.penalties, problem.total).edf
    np.testing.assert_allclose(edf, np.diag(inverse @ A)[1:], rtol=1e-10)
    assert 1 + edf.sum() == pytest.approx(np.trace(hat), rel=1e-10)  # 1: the free intercept


def test_a_column_counts_one_without_a_penalty_and_nothing_under_a_strong_one(problem):
    counts = []
    for strength in (0.0, 1e-3, 1e-2, 1.0, 1e9):
        fit = solve(replace(problem, penalties=np.full(5, strength)))
        counts.append(spread(problem.curvature(fit.b), np.full(5, strength), problem.total).edf)
    np.testing.assert_allclose(counts[0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(counts[-1], 0.0, atol=1e-8)
    assert (np.diff(np.sum(counts, axis=1)) < 0).all()


def test_errors_are_of_the_inverted_second_differences(problem, solution):
    at = solution.b
    h = 1e-4

    def total_loss(point):
        return problem.total * problem(point)[0]

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
    ours = spread(problem.curvature(solution.b), problem.penalties, problem.total).std_error
    np.testing.assert_allclose(ours, errors, rtol=1e-5)


def test_shares_are_covariances_with_the_score_and_add_to_one(problem, solution):
    shares = score_variance_shares(problem.rows, problem.scaling, solution.b)
    parts = problem.rows.X * solution.b[1:]
    together = np.cov(np.column_stack([parts, parts.sum(axis=1)]).T, aweights=problem.rows.weight)
    np.testing.assert_allclose(shares, together[:-1, -1] / together[-1, -1], rtol=1e-10)
    assert shares.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_column_that_works_against_the_others_has_a_negative_share(as_they_are):
    z = np.array([-1.0, 0.0, 1.0])
    pair = as_they_are(np.column_stack([z, z]), np.zeros(3), np.ones(3), [1.0, 1.0], 3.0)
    shares = score_variance_shares(pair.rows, pair.scaling, np.array([0.0, 3.0, -1.0]))
    assert shares.tolist() == [1.5, -0.5]


def test_a_score_that_does_not_vary_is_carried_by_nothing(problem):
    shares = score_variance_shares(problem.rows, problem.scaling, np.zeros(6))
    assert shares.tolist() == [0.0] * 5
