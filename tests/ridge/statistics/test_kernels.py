import numpy as np
import pytest

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import (
    curvature_without,
    score_and_loss,
    score_by_fold,
    stats_apart,
    total_curvature,
)


def test_the_curvature_of_all_folds_is_their_sum(problem):
    b = np.linspace(-0.3, 0.4, 6)
    whole = total_curvature(problem.rows, problem.scaling, b, LOGISTIC)
    by_fold = DenseStatistics.take(problem.rows, problem.scaling, b).curvature
    np.testing.assert_allclose(whole, by_fold.sum(axis=0), rtol=1e-12)


@pytest.mark.parametrize("fold", [1, 3])
def test_one_pass_apart_and_without(problem, forward, stats, fold):
    for rows, known in ((problem.rows, np.arange(4) != fold), (forward.rows, np.arange(4) < fold)):
        curvature, score, loss = stats_apart(rows, problem.scaling, stats.b, LOGISTIC, fold)
        for part, which in enumerate((known, np.arange(4) == fold)):
            of_both = (curvature[part], score[part], loss[part])
            of_folds = (stats.curvature, stats.score, stats.loss)
            for one, each in zip(of_both, of_folds, strict=True):
                np.testing.assert_allclose(one, each[which].sum(axis=0), atol=1e-9)
        without = curvature_without(rows, problem.scaling, stats.b, LOGISTIC, fold)
        np.testing.assert_allclose(without, curvature[0], atol=1e-9)


def test_scores_and_losses_by_fold_are_those_of_the_statistics(problem, stats):
    score, loss, weight = score_by_fold(problem.rows, problem.scaling, stats.b, LOGISTIC)
    np.testing.assert_allclose(score, stats.score, atol=1e-10)
    np.testing.assert_allclose(loss, stats.loss, rtol=1e-12)
    np.testing.assert_array_equal(weight, stats.weight)
    total, of_all = score_and_loss(problem.rows, problem.scaling, stats.b, LOGISTIC)
    np.testing.assert_allclose(total, score.sum(axis=0), atol=1e-10)
    assert of_all == pytest.approx(loss.sum(), rel=1e-12)
