"""Ranking metrics against scikit-learn, brute force and tables worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from workbench import metrics

QUICK = settings(deadline=None, derandomize=True, max_examples=60)


@st.composite
def scored_rows(draw, *, both_classes=True):
    """Outcomes, coarse propensities (so that there are ties) and whole weights."""
    n = draw(st.integers(2, 25))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    if both_classes:
        y[0], y[1] = 0, 1
    p = draw(st.lists(st.integers(1, 19), min_size=n, max_size=n))
    w = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    return np.array(y), np.array(p) / 20, np.array(w)


@QUICK
@given(scored_rows())
def test_log_loss_auc_and_brier_agree_with_scikit_learn(rows):
    y, p, w = rows
    for weight in (None, w):
        assert metrics.log_loss(y, p, weight=weight) == pytest.approx(
            oracle.log_loss(y, p, sample_weight=weight), rel=1e-12
        )
        assert metrics.auc(y, p, weight=weight) == pytest.approx(
            oracle.roc_auc_score(y, p, sample_weight=weight), rel=1e-12
        )
        assert metrics.brier(y, p, weight=weight) == pytest.approx(
            oracle.brier_score_loss(y, p, sample_weight=weight), rel=1e-12
        )


@QUICK
@given(scored_rows())
def test_auc_is_the_share_of_pairs_ranked_rightly(rows):
    y, p, _ = rows
    pairs = [(a > b) + (a == b) / 2 for a in p[y == 1] for b in p[y == 0]]
    assert metrics.auc(y, p) == pytest.approx(np.mean(pairs), rel=1e-12)


@QUICK
@given(scored_rows())
def test_auc_does_not_change_under_increasing_transforms(rows):
    y, p, w = rows
    for transform in (np.sqrt, np.square, lambda v: 1 / (1 + np.exp(-5 * v)), lambda v: v / 9):
        assert metrics.auc(y, transform(p), weight=w) == metrics.auc(y, p, weight=w)
    assert metrics.auc(y, 1 - p, weight=w) == pytest.approx(1 - metrics.auc(y, p, weight=w))


@QUICK
@given(scored_rows(both_classes=False))
def test_weight_k_is_the_row_k_times_and_order_does_not_matter(rows):
    y, p, w = rows
    at = np.random.default_rng(0).permutation(w.sum())
    y_long, p_long = np.repeat(y, w)[at], np.repeat(p, w)[at]
    for table in (metrics.gain_curve, metrics.ranking_table):
        pd.testing.assert_frame_equal(table(y, p, weight=w), table(y_long, p_long), rtol=1e-12)
    for number in (metrics.log_loss, metrics.brier, metrics.auc, metrics.lift_at):
        assert number(y, p, weight=w) == pytest.approx(
            number(y_long, p_long), rel=1e-12, nan_ok=True
        )


@QUICK
@given(scored_rows(), st.floats(0.01, 1.0))
def test_gain_starts_at_0_rises_and_ends_at_1(rows, depth):
    y, p, w = rows
    curve = metrics.gain_curve(y, p, weight=w)
    assert curve["cumulative_gain"].iloc[[0, -1]].tolist() == [0.0, 1.0]
    assert curve["depth"].iloc[[0, -1]].tolist() == [0.0, 1.0]
    assert curve[["depth", "cumulative_gain"]].diff().iloc[1:].min().min() >= 0
    # the lift at a depth is read off the same line
    gain = np.interp(depth, curve["depth"], curve["cumulative_gain"])
    assert metrics.lift_at(y, p, depth=depth, weight=w) == pytest.approx(gain / depth)
    assert metrics.lift_at(y, p, depth=1.0, weight=w) == pytest.approx(1.0)


@QUICK
@given(scored_rows(), st.integers(1, 12))
def test_ranking_table_adds_up(rows, bins):
    y, p, w = rows
    table = metrics.ranking_table(y, p, weight=w, bins=bins)
    assert table["contacts"].sum() == pytest.approx(w.sum())
    assert table["positives"].sum() == pytest.approx(w @ y)
    assert (table["contacts"] * table["mean_propensity"]).sum() == pytest.approx(w @ p)
    assert table["lift"].mean() == pytest.approx(1.0)
    assert table["cumulative_gain"].iloc[-1] == pytest.approx(1.0)
    assert table["cumulative_lift"].iloc[-1] == pytest.approx(1.0)
    assert (table["mean_propensity"].diff().iloc[1:] < 1e-12).all()


def test_log_loss_of_certain_and_wrong_is_large_but_finite():
    assert metrics.log_loss([1, 0], [1.0, 0.0]) == pytest.approx(0.0, abs=1e-15)
    assert metrics.log_loss([1], [0.0]) == pytest.approx(52 * np.log(2))  # eps is 2⁻⁵²


def test_five_rows_by_hand():
    y, p = [1, 0, 1, 0, 0], [0.9, 0.8, 0.6, 0.4, 0.2]
    table = metrics.ranking_table(y, p, bins=5)
    expected = pd.DataFrame(
        {
            "depth": [0.2, 0.4, 0.6, 0.8, 1.0],
            "contacts": [1.0] * 5,
            "positives": [1.0, 0.0, 1.0, 0.0, 0.0],
            "rate": [1.0, 0.0, 1.0, 0.0, 0.0],
            "mean_propensity": p,
            "lift": [2.5, 0.0, 2.5, 0.0, 0.0],
            "cumulative_gain": [0.5, 0.5, 1.0, 1.0, 1.0],
            "cumulative_lift": [2.5, 1.25, 5 / 3, 1.25, 1.0],
        }
    )
    pd.testing.assert_frame_equal(table, expected, rtol=1e-12)
    # of 2 × 3 pairs only (0.6, 0.8) is the wrong way round
    assert metrics.auc(y, p) == pytest.approx(5 / 6)
    assert metrics.brier(y, p) == pytest.approx((0.01 + 0.64 + 0.16 + 0.16 + 0.04) / 5)
    assert metrics.log_loss(y, p) == pytest.approx(-np.log(0.9 * 0.2 * 0.6 * 0.6 * 0.8) / 5)


def test_ties_at_a_boundary_are_split_in_proportion():
    # the best 40% (2 of 5) end inside a run of three at 0.5 that holds one positive
    y, p = [1, 0, 1, 0, 0], [0.9, 0.5, 0.5, 0.5, 0.1]
    assert metrics.lift_at(y, p, depth=0.4) == pytest.approx((1 + 1 / 3) / 2 / 0.4)
    table = metrics.ranking_table(y, p, bins=5)
    assert table["positives"].tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])


def test_equal_propensities_rank_like_a_random_choice():
    y, p = [1, 0, 0, 1, 0], [0.4] * 5
    assert metrics.auc(y, p) == 0.5
    assert metrics.lift_at(y, p, depth=0.1) == pytest.approx(1.0)
    table = metrics.ranking_table(y, p)
    assert table["lift"].tolist() == pytest.approx([1.0] * 10)
    assert table["mean_propensity"].tolist() == pytest.approx([0.4] * 10)


def test_aggregated_rows_by_hand():
    # 10 contacts at 0.3 with 4 responses, 90 at 0.1 with 6
    y, p, w = [1, 0, 1, 0], [0.3, 0.3, 0.1, 0.1], [4, 6, 6, 84]
    curve = metrics.gain_curve(y, p, weight=w)
    assert curve["contacts"].tolist() == [0, 10, 100]
    assert curve["positives"].tolist() == [0, 4, 10]
    assert curve["propensity"].tolist()[1:] == [0.3, 0.1]
    assert curve["cumulative_lift"].tolist()[1:] == pytest.approx([4.0, 1.0])
    assert metrics.lift_at(y, p, depth=0.1, weight=w) == pytest.approx(4.0)
    assert metrics.lift_at(y, p, depth=0.55, weight=w) == pytest.approx((4 + 3) / 10 / 0.55)


@pytest.mark.parametrize(("label", "rate"), [(0, 0.0), (1, 1.0)])
def test_one_class_has_no_auc(label, rate):
    y, p = [label] * 4, [0.9, 0.8, 0.2, 0.1]
    assert np.isnan(metrics.auc(y, p))
    table = metrics.ranking_table(y, p, bins=2)
    assert table["rate"].tolist() == [rate, rate]
    # nobody responds: no share of nothing; everybody does: every choice is like any other
    assert table["lift"].isna().all() == (label == 0)
    assert table["cumulative_gain"].isna().all() == (label == 0)
    assert np.isnan(metrics.lift_at(y, p)) == (label == 0)
    assert metrics.gain_curve(y, p)["cumulative_gain"].isna().all() == (label == 0)


def test_one_row():
    assert metrics.ranking_table([1], [0.4])["lift"].tolist() == pytest.approx([1.0] * 10)
    assert metrics.gain_curve([1], [0.4])["cumulative_gain"].tolist() == [0.0, 1.0]
