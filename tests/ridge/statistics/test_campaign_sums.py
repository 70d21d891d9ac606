"""Sums of campaigns: the same function of coefficients, however they are laid and taken apart."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.moments import moments
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import Bins, JudgedAhead, PerFold
from workbench.ridge.updates.taken import Centre, fold_sums, score_bins


def made(seed=0, folds=4, half_life=None, *, constant=False):
    """Sums of rows at some coefficients, and the rows."""
    rng = np.random.default_rng(seed)
    fold = np.repeat(np.arange(folds), 60)
    X = rng.normal(1.0, 2.0, size=(len(fold), 3))
    X[:, 1] = X[:, 1] > 2
    if constant:
        X[:, 2] = 5.0
    y = (rng.random(len(fold)) < 0.4).astype(float)
    rows = ArrayRows(X, y, fold=fold)
    measured = moments(rows, np.zeros(3))
    scaling, b = measured.scaling(~measured.constant), rng.normal(size=4 - constant)
    centre = Centre(np.zeros(3), np.zeros(3))
    sums = fold_sums(rows, scaling, b, centre, LOGISTIC)
    bins = score_bins(rows, scaling, b, np.arange(folds), [1.0] * folds)
    names = tuple((f"c{g}",) for g in range(folds))
    parts = (names, folds, half_life, sums, bins, scaling, Bend(0.1, 0.5), np.zeros(3), 1e-16)
    ahead = JudgedAhead(
        ("c3",), np.ones(1), np.ones(1), np.ones((1, 11, 2)), np.ones((1, len(b) - 1))
    )
    return CampaignSums(*parts, np.zeros(3), names, ahead), rows, b


def same(one, other):
    for part in fields(PerFold):
        assert_allclose(getattr(one.folds, part.name), getattr(other.folds, part.name))
    for part in fields(Bins):
        assert_allclose(getattr(one.bins, part.name), getattr(other.bins, part.name))
    assert (one.campaigns, one.length) == (other.campaigns, other.length)


def test_statistics_in_other_columns_are_those_of_the_rows_there():
    sums, rows, b = made()
    other = Scaling(np.array([0.3, 0.1, -1.0]), np.array([2.0, 0.5, 1.5]), np.arange(3), 3)
    there = np.linalg.solve(sums.carried(other), b)
    found, taken = sums.statistics(other, there), DenseStatistics.take(rows, other, there)
    for name in ("curvature", "score", "loss", "weight"):
        assert_allclose(getattr(found, name), getattr(taken, name), rtol=1e-9, atol=1e-9)


@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4))
@settings(max_examples=25, deadline=None)
def test_quadratics_are_the_same_about_any_point(away):
    sums, _, b = made()
    here, there = sums.statistics(b=b), sums.statistics(b=b + np.array(away))
    ridge = np.array([0.1, 0.2, 0.3])
    assert_allclose(here.without_folds(ridge).b, there.without_folds(ridge).b, atol=1e-8)
    assert_allclose(here.without_folds(ridge).loss, there.without_folds(ridge).loss, rtol=1e-7)


@given(st.integers(1, 3))
@settings(max_examples=10, deadline=None)
def test_campaigns_that_come_and_go_leave_nothing(last):
    sums, _, _ = made()
    g = len(sums.campaigns) - 1
    kept = np.arange(4) < g
    left = replace(sums.without(g), ahead=None)
    again = left.beside(
        sums.campaigns[g:],
        replace(sums.folds.only(~kept), newest=np.array([0])),
        sums.bins.only(~kept),
    )
    same(again, sums)
    without = sums.without(last)
    assert f"c{last}" not in without.names
    assert without.length == 3
    assert without.folds.newest.tolist() == [0, 1, 2]


def test_the_names_that_were_judged_go_with_their_campaign():
    sums, _, _ = made()
    assert sums.without(3).ahead.names == ()
    assert sums.without(1).ahead.names == ("c3",)


def test_older_campaigns_weigh_half_as_much_after_each_half_life():
    sums, _, _ = made(half_life=1.0)
    assert_allclose(sums.decay, [0.125, 0.25, 0.5, 1.0])
    assert_allclose(sums.statistics().weight, 60 * sums.decay)
    assert_allclose(sums.moments().weight, 60 * sums.decay)


def test_columns_that_were_constant_take_part_and_go_again():
    sums, rows, b = made(constant=True)
    wider = sums.with_columns(np.array([2]), np.array([5.0]))
    assert wider.scaling.columns.tolist() == [0, 1, 2]
    scaling = wider.scaling
    taken = DenseStatistics.take(rows, scaling, np.append(b, 0.7))  # what no row has, moves none
    found = wider.statistics(b=np.append(b, 0.7))
    assert_allclose(found.curvature, taken.curvature, atol=1e-9)
    assert_allclose(found.loss, taken.loss)
    same(wider.only_columns(np.array([True, True, False])), sums)


def test_moments_are_those_of_the_rows():
    sums, rows, _ = made()
    measured = moments(rows, rows.X.mean(axis=0))
    assert_allclose(sums.moments().mean, measured.mean)
    assert_allclose(sums.moments().scale, measured.scale)
    assert sums.moments().pivot[1] == 0.0  # mostly zero: its usual value


def test_it_tells_what_is_pooled():
    sums, _, _ = made()
    assert sums.pooled == []
    both = replace(sums, campaigns=(("a", "b"), *sums.campaigns[1:]))
    assert both.pooled == ["a", "b"]
    assert both.labels[0] == "a … b"
    assert "4 folds of 5 campaigns" in repr(both)
    assert both.fold_of("b") == 0
    assert both.fold_of("z") is None


def test_products_are_sums_of_squares():
    sums, rows, _ = made()
    Z = np.column_stack([np.ones(len(rows.X)), (rows.X - sums.scaling.mean) / sums.scaling.scale])
    assert_allclose(sums.products(sums.scaling), Z.T @ Z, atol=1e-8)
    assert sums.arrays()["fold_product"].shape == (4, 4, 4)
    assert sums.arrays()["bend"].tolist() == pytest.approx([0.1, 0.5])
