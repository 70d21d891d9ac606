"""Figures by campaign: each row against the same metric on that campaign's rows."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn import metrics as oracle

from workbench import metrics
from workbench.errors import DataError, SchemaError

QUICK = settings(deadline=None, derandomize=True, max_examples=40)


def planted(seed=0, n=600, campaigns=4):
    rng = np.random.default_rng(seed)
    campaign = rng.integers(0, campaigns, n)
    p = expit(rng.normal(-1.0, 1.0, n)).round(2)
    y = (rng.random(n) < p).astype(float)
    return y, p, np.array([f"c{k}" for k in range(campaigns)])[campaign], rng.integers(1, 4, n)


def test_each_campaign_is_measured_on_its_own_rows():
    y, p, campaign, w = planted()
    table = metrics.by_campaign(y, p, campaign, weight=w)
    assert table["campaign"].tolist() == list(dict.fromkeys(campaign))
    for row in table.itertuples():
        here = campaign == row.campaign
        y_, p_, w_ = y[here], p[here], w[here]
        rate = np.average(y_, weights=w_)
        assert row.contacts == w_.sum()
        assert row.positives == w_ @ y_
        assert row.rate == pytest.approx(rate)
        assert row.mean_propensity == pytest.approx(np.average(p_, weights=w_))
        assert row.log_loss == pytest.approx(oracle.log_loss(y_, p_, sample_weight=w_))
        base = oracle.log_loss(y_, np.full(len(y_), rate), sample_weight=w_)
        assert row.base_log_loss == pytest.approx(base)
        assert row.loss_ratio == pytest.approx(row.log_loss / base)
        assert row.brier == pytest.approx(oracle.brier_score_loss(y_, p_, sample_weight=w_))
        assert row.auc == pytest.approx(oracle.roc_auc_score(y_, p_, sample_weight=w_))
        assert row.lift_10 == pytest.approx(metrics.lift_at(y_, p_, depth=0.1, weight=w_))
        assert row.note == ""


def test_one_campaign_is_the_performance_of_all_rows():
    y, p, _, w = planted(1)
    alone = metrics.by_campaign(y, p, ["all"] * len(y), weight=w).drop(columns="campaign")
    pd.testing.assert_frame_equal(alone, metrics.performance(y, p, weight=w))


@QUICK
@given(st.integers(0, 10_000))
def test_weight_k_is_the_row_k_times(seed):
    y, p, campaign, w = planted(seed, n=60, campaigns=3)
    table = metrics.by_campaign(y, p, campaign, weight=w)
    again = metrics.by_campaign(*(np.repeat(v, w) for v in (y, p, campaign)))
    pd.testing.assert_frame_equal(table, again, rtol=1e-10)


def test_one_class_is_kept_with_a_note():
    y, p = [0, 0, 1, 1, 1, 0], [0.1, 0.2, 0.8, 0.9, 0.7, 0.3]
    table = metrics.by_campaign(y, p, ["none", "none", "all", "all", "both", "both"])
    assert table["note"].tolist() == ["n/a (0 positives)", "n/a (0 negatives)", ""]
    assert table["auc"].isna().tolist() == [True, True, False]
    assert table["loss_ratio"].isna().tolist() == [True, True, False]
    assert table["log_loss"].notna().all()
    assert table["base_log_loss"].tolist()[:2] == [0.0, 0.0]


def delong_by_pairs(y, p):
    """Brute force: every pair of a positive and a negative."""
    ones, zeros = p[y == 1], p[y == 0]
    wins = (ones[:, None] > zeros) + (ones[:, None] == zeros) / 2
    variance = wins.mean(axis=1).var(ddof=1) / len(ones)
    variance += wins.mean(axis=0).var(ddof=1) / len(zeros)
    area = wins.mean()
    half = 1.959963984540054 * np.sqrt(variance) / (area * (1 - area))
    return expit(np.log(area / (1 - area)) + np.array([-half, half]))


def test_auc_interval_is_delongs():
    y, p, _, w = planted(2, n=150)
    low, high = delong_by_pairs(y, p)
    row = metrics.performance(y, p).iloc[0]
    assert (row["auc_low"], row["auc_high"]) == pytest.approx((low, high))
    low, high = delong_by_pairs(np.repeat(y, w), np.repeat(p, w))
    row = metrics.performance(y, p, weight=w).iloc[0]
    assert (row["auc_low"], row["auc_high"]) == pytest.approx((low, high))


@pytest.mark.parametrize("y", [[1, 0, 0], [1, 1, 0], [1, 1, 0, 0]])
def test_too_little_for_an_interval_of_the_auc(y):
    row = metrics.performance(y, [0.9, 0.8, 0.2, 0.1][: len(y)]).iloc[0]
    assert row["auc"] == 1.0
    assert np.isnan(row["auc_low"])
    assert np.isnan(row["auc_high"])


def test_intervals_cover_as_often_as_they_say():
    truth = metrics.performance(*planted(99, n=200_000)[:2]).iloc[0]
    rows = pd.concat([metrics.performance(*planted(seed, n=500)[:2]) for seed in range(300)])
    for name in ("auc", "loss_ratio"):
        inside = (rows[f"{name}_low"] <= truth[name]) & (truth[name] <= rows[f"{name}_high"])
        assert 0.91 <= inside.mean() <= 0.985  # 0.95 ± three standard errors


def test_order_of_appearance_and_of_a_categorical():
    y, p, labels = [1, 0, 1, 0], [0.6, 0.4, 0.3, 0.2], ["May", "May", "April", "April"]
    assert metrics.by_campaign(y, p, labels)["campaign"].tolist() == ["May", "April"]
    ordered = pd.Categorical(labels, categories=["April", "May", "June"])
    assert metrics.by_campaign(y, p, ordered)["campaign"].tolist() == ["April", "May"]
    with_index = pd.Series(labels, index=[9, 8, 7, 6])
    assert metrics.by_campaign(y, p, with_index)["campaign"].tolist() == ["May", "April"]


def test_a_campaign_of_weight_0_is_not_there():
    table = metrics.by_campaign([1, 0, 1], [0.6, 0.4, 0.3], ["a", "a", "b"], weight=[1, 1, 0])
    assert table["campaign"].tolist() == ["a"]


def test_weighted_auc_leaves_campaigns_without_one_out():
    table = pd.DataFrame({"positives": [30.0, 10.0, 0.0], "auc": [0.8, 0.6, np.nan]})
    assert metrics.weighted_auc(table) == pytest.approx((30 * 0.8 + 10 * 0.6) / 40)
    assert np.isnan(metrics.weighted_auc(table.tail(1)))


def test_weighted_auc_earns_nothing_from_base_rates():
    # within each campaign the ranking is a coin toss; pooled, the campaigns tell the rates
    y = [1, 1, 0, 1, 0, 0]
    p = [0.7, 0.7, 0.7, 0.2, 0.2, 0.2]
    table = metrics.by_campaign(y, p, ["a"] * 3 + ["b"] * 3)
    assert metrics.auc(y, p) > 0.6
    assert metrics.weighted_auc(table) == 0.5


def test_worst_is_sought_among_campaigns_with_enough_positives():
    table = pd.DataFrame(
        {
            "campaign": ["fine", "bad", "tiny", "none"],
            "positives": [40.0, 20.0, 19.0, 0.0],
            "loss_ratio": [0.9, 1.1, 2.0, np.nan],
        }
    )
    assert metrics.worst_campaign(table)["campaign"] == "bad"
    assert metrics.worst_campaign(table, min_positives=10)["campaign"] == "tiny"
    assert metrics.worst_campaign(table, min_positives=100) is None


def test_labels_must_be_there():
    message = (
        "`campaign` must have one label a row; got 1 label and 2 rows. "
        "Take both from the same rows."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        metrics.by_campaign([1, 0], [0.5, 0.2], ["a"])
    message = (
        "`campaign` must be there for every row; it is missing in 1 of 2. "
        "Leave these rows out, or give them a label of their own."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        metrics.by_campaign([1, 0], [0.5, 0.2], ["a", None])


@pytest.mark.parametrize(
    ("function", "needed"),
    [
        (metrics.weighted_auc, "positives"),
        (metrics.worst_campaign, "campaign"),
    ],
)
def test_another_table_is_refused(function, needed):
    message = f"The campaign table has no column {needed!r}; got ['x']."
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}$"):
        function(pd.DataFrame({"x": [1]}))
