import numpy as np
import pytest

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.moments import (
    moments,
    of_source,
    too_far_from_zero,
    typical_values,
    zero_shares,
)


def test_moments_are_weighted_means_and_deviations(drawn, measured):
    X, y, w, fold = drawn
    mean = np.average(X, axis=0, weights=w)
    np.testing.assert_allclose(measured.mean, mean, rtol=1e-12)
    np.testing.assert_allclose(
        measured.scale, np.sqrt(np.average((X - mean) ** 2, axis=0, weights=w)), rtol=1e-12
    )
    np.testing.assert_allclose(measured.weight, np.bincount(fold, w), rtol=1e-12)
    np.testing.assert_allclose(measured.positive, np.bincount(fold, w * y), rtol=1e-12)


def test_constant_columns_are_told_from_nearly_constant_ones():
    X = np.column_stack([np.full(50, 0.1), 1e6 + np.arange(50.0), np.zeros(50)])
    measured = moments(ArrayRows(X, np.zeros(50)), typical_values(X))
    assert measured.constant.tolist() == [True, False, True]
    assert measured.scale[1] == pytest.approx(np.std(np.arange(50)), rel=1e-9)


def test_far_columns_are_found_and_float32_keeps_their_digits():
    years = 2000 + np.random.default_rng(0).integers(0, 3, 4000)
    X = np.column_stack([years, np.arange(4000) % 7]).astype("float32")
    measured = moments(ArrayRows(X, np.zeros(4000)), typical_values(X))
    assert too_far_from_zero(measured).tolist() == [True, False]
    assert measured.scale[0] == pytest.approx(years.std(), rel=1e-5)


@pytest.mark.parametrize(("kind", "limit"), [("float32", 10.0), ("float64", 1e4)])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_column_is_far_by_its_mean_in_deviations_whatever_its_unit(kind, limit, scale):
    away = scale * np.tile([-1.0, 1.0], 500)
    X = np.column_stack([0.9 * limit * scale + away, -1.1 * limit * scale + away]).astype(kind)
    measured = moments(ArrayRows(X, np.zeros(1000)), typical_values(X))
    assert too_far_from_zero(measured).tolist() == [False, True]


def test_between_share_and_effective_folds_by_hand():
    fold = np.repeat([0, 1, 2, 3], 4)
    spike = np.where(fold == 2, np.tile([0.0, 1.0, 2.0, 1.0], 4), 0.0)
    everywhere = np.tile([-1.0, 1.0], 8)
    level = fold.astype(float)
    X = np.column_stack([spike, everywhere, level])
    measured = moments(ArrayRows(X, np.zeros(16), fold=fold), np.zeros(3))
    np.testing.assert_allclose(measured.effective_folds[:2], [1.0, 4.0])
    np.testing.assert_allclose(measured.between_share[1:], [0.0, 1.0], atol=1e-12)
    means = np.array([0.0, 0.0, 1.0, 0.0])
    assert measured.between_share[0] == pytest.approx(means.var() / spike.var())


def test_usual_values_do_not_depend_on_the_order_of_rows():
    """A column that lives in one fold, one that is mostly zero, and a skewed one."""
    rng = np.random.default_rng(2)
    fold = np.repeat([0, 1, 2, 3], 250)
    X = np.column_stack(
        [
            np.where(fold == 2, rng.normal(size=1000), 0.0),
            rng.poisson(0.2, 1000),
            rng.lognormal(size=1000),
        ]
    )
    weight, found = rng.uniform(0.5, 2, 1000), []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(1000)
        rows = ArrayRows(X[order], np.zeros(1000), weight[order], fold[order])
        measured = moments(rows, typical_values(X[order]))
        found.append(measured.about_usual(zero_shares(rows, X[order])))
    for other in found[1:]:
        np.testing.assert_allclose(other.effective_folds, found[0].effective_folds, rtol=1e-12)
        np.testing.assert_allclose(other.scale, found[0].scale, rtol=1e-12)
    assert found[0].effective_folds[0] == pytest.approx(1.0)
    assert found[0].pivot.tolist() == [0.0, 0.0, pytest.approx(np.average(X[:, 2], weights=weight))]


def test_moments_of_a_source_of_sums_are_numpys():
    """More columns than are written at a time; some mostly zero, one far from zero."""
    rng = np.random.default_rng(3)
    fold, weight = np.arange(400) % 4, rng.uniform(0.5, 2.0, 400)
    X = rng.normal(size=(400, 70)) * np.where(np.arange(70) % 2, rng.random((400, 70)) < 0.2, 1.0)
    X[:, 0] += 1e6
    y = (rng.random(400) < 0.3).astype(float)
    found = of_source(ArrayRows(X, y, weight, fold))
    mean = np.average(X, axis=0, weights=weight)
    mostly_zero = np.average(X == 0, axis=0, weights=weight) > 0.5
    assert 30 < mostly_zero.sum() < 40
    np.testing.assert_allclose(found.mean, mean, rtol=1e-9, atol=1e-12)
    spread = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    np.testing.assert_allclose(found.scale, spread, rtol=1e-9)
    np.testing.assert_allclose(found.positive, np.bincount(fold, weight * y))
    np.testing.assert_allclose(found.pivot, np.where(mostly_zero, 0.0, mean), rtol=1e-9, atol=1e-12)
    for g in range(4):
        away = (X - found.pivot)[fold == g]
        first = np.average(away, axis=0, weights=weight[fold == g])
        second = np.average(away**2, axis=0, weights=weight[fold == g])
        np.testing.assert_allclose(found.first[g], first, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.second[g], second, rtol=1e-6)
