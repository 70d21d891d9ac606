"""Previews against exact refits: how near they come, and whether the bound holds."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from workbench.errors import FitError
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.fitted.preview import Remainder
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.moments import moments

KINDS = ("one group × 10", "one group × 100", "everything × 100", "everything / 10", "any")


class Problem:
    """A fit to campaigns that differ, with a second moment to measure errors by."""

    def __init__(self, seed, *, n=16_000, p=12, base=-2.0, alpha=1e-2, dtype="f8"):
        self.rng = np.random.default_rng(seed)
        X = self.rng.normal(size=(n, p))
        spiky = self.rng.lognormal(size=(n, p // 2)) * (self.rng.random((n, p // 2)) < 0.2)
        X[:, ::2][:, : p // 2] = spiky
        fold = np.repeat(np.arange(8), n // 8)
        shift = self.rng.normal(0, 0.3, 8)[fold]
        log_odds = (X - X.mean(0)) / X.std(0) @ self.rng.normal(0, 1 / np.sqrt(p), p)
        y = (self.rng.random(n) < expit(base + shift + log_odds)).astype("f8")
        rows = ArrayRows(X.astype(dtype), y, fold=fold)
        scaling = moments(rows, np.zeros(p)).scaling(np.ones(p, dtype=bool))
        self.group = np.arange(p) % 4
        penalties = alpha * np.array([1.0, 0.3, 3.0, 0.1])[self.group]
        objective = Objective(rows, scaling, penalties, float(n), tuple(map(str, range(p))))
        fit = minimise(objective, start=objective.base_rate_start())
        self.at = Fit.as_given(
            objective, fit, DenseStatistics.take(rows, scaling, fit.b), ("",) * 8
        )
        self.moment = np.block([[1.0, np.zeros(p)], [np.zeros((p, 1)), np.corrcoef(X.T)]])

    def move(self, k):
        now, chosen = self.at.given.penalties, self.group == self.rng.integers(4)
        anything = np.exp(self.rng.uniform(np.log(0.01), np.log(100), 4))[self.group]
        factor = (np.where(chosen, 10, 1), np.where(chosen, 100, 1), 100, 0.1, anything)[k % 5]
        return now * factor * self.rng.uniform(0.8, 1.25)

    def error(self, b, penalties):
        e = b - self.at.refit(penalties).coefficients
        return np.sqrt(e @ self.moment @ e)


PROBLEMS = {
    "even": {},
    "rare positives": {"base": -5.0, "alpha": 1e-3},
    "wide": {"p": 60, "alpha": 1e-3, "dtype": "f4"},
    "strongly shrunk": {"base": 0.0, "alpha": 0.5},
}


def moved(problem, moves):
    """The error and its bound, move by move."""
    found = []
    for k in range(moves):
        penalties = problem.move(k)
        preview = problem.at.preview(penalties)
        found.append((problem.error(preview.b, penalties), preview.error_bound))
    return np.array(found).T


def check(error, bound):
    assert (error <= bound).mean() >= 0.99
    assert np.median(bound / np.maximum(error, 1e-12)) <= 10


def test_the_bound_holds_and_is_no_more_than_it_must_be():
    error, bound = np.hstack([moved(Problem(1, **kind), 20) for kind in PROBLEMS.values()])
    check(error, bound)


@pytest.mark.slow
def test_the_bound_holds_in_a_thousand_moves_of_forty_data_sets():
    drawn = [moved(Problem(s, **kind), 25) for s in range(10) for kind in PROBLEMS.values()]
    check(*np.hstack(drawn))


def test_the_sample_sharpens_the_quadratic_step():
    problem = Problem(3)
    stats, W = problem.at.stats, problem.at.given.total
    for k in range(10):
        penalties = problem.move(k)
        ridge = np.append(0.0, penalties)
        gradient = ridge * stats.b - stats.score.sum(axis=0) / W
        newton = stats.b - np.linalg.solve(stats.total_curvature() / W + np.diag(ridge), gradient)
        preview = problem.at.preview(penalties)
        assert problem.error(preview.b, penalties) < 0.5 * problem.error(newton, penalties)


def test_where_the_sample_is_everything_only_steps_are_missing():
    problem = Problem(4, n=1_000)
    penalties = 3 * problem.at.given.penalties
    preview = problem.at.preview(penalties)
    assert problem.at.remainder.unseen == 0.0
    assert problem.error(preview.b, penalties) <= preview.error_bound <= 1e-2


def test_the_remainder_is_what_the_second_order_leaves_out():
    problem = Problem(5, n=1_000)
    objective, stats = problem.at.given, problem.at.stats
    rows, scaling = objective.rows, objective.scaling
    move = 0.3 * problem.rng.normal(size=len(stats.b))
    Z = np.column_stack([np.ones(len(rows)), (rows.X - scaling.mean) / scaling.scale])
    mu, after = expit(Z @ stats.b), expit(Z @ (stats.b + move))
    by_hand = Z.T @ (after - mu - mu * (1 - mu) * (Z @ move)) / len(rows)
    remainder = Remainder.of(rows, scaling, stats)
    np.testing.assert_allclose(remainder(move).sum(axis=0), by_hand, atol=1e-12)
    size = np.sqrt(np.mean((Z @ move) ** 2))
    assert remainder.size(move) == pytest.approx(size, rel=1e-10)


def test_degrees_of_freedom_are_those_of_the_curvature_at_hand():
    problem = Problem(6, n=2_000)
    penalties = 5 * problem.at.given.penalties
    A = problem.at.stats.total_curvature() / problem.at.given.total
    by_hand = np.trace(np.linalg.solve(A + np.diag(np.append(0.0, penalties)), A)) - 1
    assert problem.at.preview(penalties).edf == pytest.approx(by_hand, rel=1e-9)


def test_penalties_that_leave_coefficients_open_are_refused():
    problem = Problem(8, n=1_000)
    problem.at.stats.curvature[:, 1] = problem.at.stats.curvature[:, 2]
    problem.at.stats.curvature[:, :, 1] = problem.at.stats.curvature[:, :, 2]
    at = replace(problem.at, stats=replace(problem.at.stats))  # what it keeps is of the old one
    message = (
        "Columns without a penalty must not determine one another; under these penalties some "
        "do, so their coefficients are not unique. Leave them a penalty."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        at.preview(np.zeros(12))


def test_a_fit_that_moved_on_keeps_the_sample_and_previews_as_one_that_draws_it_anew():
    problem = Problem(3)
    first, second, third = (problem.move(k) for k in range(3))
    problem.at.preview(first)  # draws the sample
    moved = problem.at.refit(first).retaken()
    assert moved.remainder.rows is problem.at.remainder.rows
    anew = replace(moved)
    assert "remainder" not in anew.__dict__
    for penalties in (second, third, second):
        one, other = moved.preview(penalties), anew.preview(penalties)
        np.testing.assert_array_equal(one.b, other.b)
        assert (one.error_bound, one.edf) == (other.error_bound, other.edf)
