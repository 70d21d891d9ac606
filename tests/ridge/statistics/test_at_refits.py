from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import FitError
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.solve import leave_out
from workbench.ridge.statistics.at_refits import RefitStats, affordable
from workbench.ridge.statistics.dense import DenseStatistics


@pytest.fixture(scope="module")
def fits(problem, stats):
    return leave_out.exact(problem.rows, problem.scaling, stats, problem.penalties)


@pytest.fixture(scope="module")
def taken(problem, fits):
    return RefitStats.take(problem.rows, problem.scaling, fits[1], LOGISTIC, problem.total)


def test_at_the_same_penalties_nothing_moves(problem, fits, taken):
    found = taken.without_folds(problem.penalties, problem.names)
    np.testing.assert_allclose(found.loss, fits[0], rtol=1e-7)
    np.testing.assert_allclose(found.b, fits[1], atol=1e-6)


def test_the_slope_there_is_that_of_exact_refits(problem, stats, taken):
    """By central differences of refits; one step from a common fit has another slope."""
    slope = taken.without_folds(problem.penalties).slope.sum(axis=0)
    one_step = stats.without_folds(problem.penalties).slope.sum(axis=0)
    step, differences = 1e-3, []
    for j in range(5):
        moved = [problem.penalties * np.exp(s * step * (np.arange(5) == j)) for s in (1, -1)]
        high, low = (
            leave_out.exact(problem.rows, problem.scaling, stats, one)[0].sum() for one in moved
        )
        differences.append((high - low) / (2 * step))
    np.testing.assert_allclose(slope, differences, atol=2e-4 * np.abs(differences).max())
    assert np.abs(one_step - differences).max() > 10 * np.abs(slope - differences).max()


def test_the_slope_is_the_expansions_own_elsewhere(problem, taken):
    penalties, step = problem.penalties * 1.5 + 0.01, 1e-4
    slope = taken.without_folds(penalties).slope.sum(axis=0)
    for j in range(5):
        moved = [penalties * np.exp(s * step * (np.arange(5) == j)) for s in (1, -1)]
        high, low = (taken.without_folds(one).total for one in moved)
        assert slope[j] == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-7)


def test_penalties_of_their_own_for_each_fold(problem, taken):
    several = np.linspace(1.0, 2.0, 4)[:, None] * problem.penalties
    found = taken.without_folds(several)
    for g in range(4):
        assert found.loss[g] == taken.without_folds(several[g]).loss[g]


def test_a_free_column_that_one_fold_alone_tells_is_named(problem, as_they_are, stats):
    rows = problem.rows
    spike = np.where(np.arange(len(rows)) < len(rows) // 4, rows.X[:, 2], 0.0)
    lonely = as_they_are(
        np.column_stack([rows.X, spike]),
        rows.y,
        rows.weight,
        np.append(problem.penalties, 0.0),
        problem.total,
        (*problem.names, "easter_special"),
        np.repeat(np.arange(4), len(rows) // 4),
    )
    b = np.column_stack([np.tile(stats.b, (4, 1)), np.zeros(4)])
    taken = RefitStats.take(lonely.rows, lonely.scaling, b, LOGISTIC, lonely.total)
    with pytest.raises(FitError, match="'easter_special'"):
        taken.without_folds(lonely.penalties, lonely.names)


def test_only_small_problems_afford_a_gram_a_fold():
    assert affordable(5_000, np.zeros((10, 50)))
    assert not affordable(200_000, np.zeros((10, 100)))
    assert not affordable(500, np.zeros((30, 2_000)))


# --- folds judged by those before them


@pytest.fixture(scope="module")
def ahead(forward, stats):
    """Statistics at the fits to the rows before each fold, and those fits."""
    common = DenseStatistics.take(forward.rows, forward.scaling, stats.b)
    fits = leave_out.exact(forward.rows, forward.scaling, common, forward.penalties)
    return (
        common,
        fits,
        RefitStats.take(forward.rows, forward.scaling, fits[1], LOGISTIC, common.penalty_weight),
    )


def test_forward_nothing_moves_at_the_same_penalties(forward, ahead):
    _, fits, taken = ahead
    found = taken.without_folds(forward.penalties, forward.names)
    np.testing.assert_allclose(found.loss, fits[0], rtol=1e-7)
    np.testing.assert_allclose(found.b, fits[1], atol=1e-5)


def test_the_forward_slope_is_that_of_exact_refits(forward, ahead):
    common, _, taken = ahead
    slope = taken.without_folds(forward.penalties).slope.sum(axis=0)
    step, differences = 1e-3, []
    for j in range(5):
        moved = [forward.penalties * np.exp(s * step * (np.arange(5) == j)) for s in (1, -1)]
        high, low = (
            leave_out.exact(forward.rows, forward.scaling, common, one)[0].sum() for one in moved
        )
        differences.append((high - low) / (2 * step))
    np.testing.assert_allclose(slope, differences, atol=2e-4 * np.abs(differences).max())


def test_of_one_point_it_is_what_dense_statistics_say(problem, stats):
    about = RefitStats.about_one_point(stats)
    expected = stats.without_folds(problem.penalties, problem.names)
    for one, other in zip(about.without_folds(problem.penalties), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("forward_from", [None, 2])
def test_small_systems_say_what_each_fold_by_itself_says(problem, stats, forward_from, monkeypatch):
    stats = replace(stats, forward_from=forward_from)
    about = RefitStats.about_one_point(stats)
    for penalties in (problem.penalties, np.zeros_like(problem.penalties)):
        quick = stats.without_folds(penalties), about.without_folds(penalties)
        with monkeypatch.context() as patched:
            patched.setattr("workbench.ridge.algebra.one_step.WORTH_THREADS", 0)
            each = stats.without_folds(penalties), about.without_folds(penalties)
        for found, expected in zip(quick, each, strict=True):
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)
