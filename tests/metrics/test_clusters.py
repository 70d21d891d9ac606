"""Intervals that draw clusters, and overdispersion, against statsmodels, formulas and bootstrap."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from workbench import metrics
from workbench.errors import DataError, ParameterError
from workbench.metrics.clusters import effective_contacts, labels_of, reach_of


def exactly(message):
    return f"^{re.escape(message)}$"


def cells(seed=0, count=60, spread=0.6):
    """Cells with a number, contacts and responses; their rates differ beyond the number."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=count)
    n = rng.integers(20, 400, count)
    k = rng.binomial(n, expit(-1.5 + 0.6 * x + rng.normal(0, spread, count)))
    return x, n, k


def two_rows(n, k, p):
    """Outcome, propensity, weight and cell of two rows a cell."""
    cell = np.repeat(np.arange(len(n)), 2)
    weight = np.column_stack([k, n - k]).ravel().astype(float)
    return np.tile([1.0, 0.0], len(n)), np.repeat(p, 2), weight, cell


def one_by_one(y, p, weight, cell):
    return tuple(np.repeat(part, weight.astype(int)) for part in (y, p, cell))


def glm(x, n, k):
    return sm.GLM(np.column_stack([k, n - k]), sm.add_constant(x), sm.families.Binomial()).fit()


# --- overdispersion


@pytest.mark.parametrize("seed", range(5))
def test_it_is_pearsons_of_a_binomial_glm(seed):
    x, n, k = cells(seed)
    fit = glm(x, n, k)
    y, p, weight, cell = two_rows(n, k, fit.fittedvalues)
    found = metrics.overdispersion(y, p, cell, weight=weight, fitted=2)
    assert found == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-9)
    y_, p_, cell_ = one_by_one(y, p, weight, cell)
    assert metrics.overdispersion(y_, p_, cell_, fitted=2) == pytest.approx(found, rel=1e-9)


def test_independent_contacts_give_about_one_and_spread_cells_more():
    rng = np.random.default_rng(3)
    found = {0.0: [], 0.6: []}
    for spread, values in found.items():
        for _ in range(40):
            x, n, k = cells(int(rng.integers(10_000)), spread=spread)
            p = expit(-1.5 + 0.6 * x)
            y, p, weight, cell = two_rows(n, k, p)
            values.append(metrics.overdispersion(y, p, cell, weight=weight))
    assert np.mean(found[0.0]) == pytest.approx(1.0, abs=4 * np.sqrt(2 / 60 / 40))
    assert min(found[0.6]) > 2


def test_too_many_coefficients_leave_nothing_to_tell():
    assert np.isnan(metrics.overdispersion([1, 0], [0.5, 0.5], ["a", "b"], fitted=2))
    # a cell of certain propensity tells nothing
    assert metrics.overdispersion([1, 1, 0], [1.0, 0.5, 0.5], ["a", "b", "b"]) == 0.0


@pytest.mark.parametrize("fitted", [-1.0, np.nan, np.inf])
def test_coefficients_are_a_number_from_0(fitted):
    message = (
        f"`fitted` must be a number of coefficients from 0; got {fitted!r}. Give 0 for cells that "
        "the model has not seen."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        metrics.overdispersion([1, 0], [0.5, 0.5], ["a", "b"], fitted=fitted)


def test_every_row_needs_a_label():
    message = (
        "`cluster` must have a label for each of 2 rows; got 2, of which 1 are missing. Take both "
        "from the same rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        metrics.performance([1, 0], [0.5, 0.5], cluster=["a", None])
    message = (
        "`cell` must have a label for each of 2 rows; got 3, of which 0 are missing. Take both "
        "from the same rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        metrics.overdispersion([1, 0], [0.5, 0.5], ["a", "b", "b"])


# --- intervals


def test_the_reach_is_that_of_a_clustered_mean():
    """A mean's error by clusters, as statsmodels gives it of a regression on nothing."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 12, 300)
    label = labels_of(label, None, 300)
    values = rng.normal(size=300) + rng.normal(size=12)[label]
    fit = sm.OLS(values, np.ones(300)).fit(
        cov_type="cluster",
        cov_kwds={"groups": label, "df_correction": True, "use_correction": True},
        use_t=True,
    )
    low, high = fit.conf_int()[0]
    found = reach_of((values - values.mean()) / 300, label)
    # statsmodels also multiplies by (n - 1)/(n - p), which is 1 here
    assert found == pytest.approx((high - low) / 2, rel=1e-9)
    assert np.isnan(reach_of(np.ones(3), np.zeros(3, dtype=int)))


def test_intervals_of_cells_are_those_of_cells_drawn_again():
    x, n, k = cells(1, count=80)
    y, p, weight, cell = two_rows(n, k, expit(-1.4 + 0.5 * x))
    row = metrics.performance(y, p, weight=weight, cluster=cell).iloc[0]
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(1500):
        times = np.bincount(rng.integers(80, size=80), minlength=80)[cell]
        again = metrics.performance(y, p, weight=weight * times).iloc[0]
        drawn.append((again["loss_ratio"], again["auc"]))
    deviation = np.std(drawn, axis=0)
    for name, sd in zip(("loss_ratio", "auc"), deviation, strict=True):
        reach = (row[f"{name}_high"] - row[f"{name}_low"]) / 2
        assert reach == pytest.approx(1.99 * sd, rel=0.12)
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
    alone = metrics.performance(y, p, weight=weight).iloc[0]
    assert row["loss_ratio_high"] - row["loss_ratio"] > 1.5 * (
        alone["loss_ratio_high"] - alone["loss_ratio"]
    )


def test_a_cluster_a_contact_is_no_other_interval_than_of_contacts():
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.6, 4000)
    y = (rng.random(4000) < p).astype(float)
    alone = metrics.performance(y, p).iloc[0]
    each = metrics.performance(y, p, cluster=np.arange(4000)).iloc[0]
    for name in ("loss_ratio_low", "loss_ratio_high", "auc_low", "auc_high"):
        assert each[name] == pytest.approx(alone[name], abs=2e-5)


def test_clusters_never_make_an_interval_narrower():
    # two cells that happen to agree exactly would leave no doubt at all
    y, p, weight, cell = two_rows(np.array([100, 100]), np.array([20, 20]), np.array([0.2, 0.2]))
    one, both = (
        metrics.performance(y, p, weight=weight, cluster=label).iloc[0] for label in (None, cell)
    )
    assert both["loss_ratio_low"] == one["loss_ratio_low"]
    assert both["loss_ratio_high"] == one["loss_ratio_high"]


def test_a_single_cluster_has_no_interval():
    row = metrics.performance([1, 0, 1], [0.6, 0.5, 0.4], cluster=["a"] * 3).iloc[0]
    ends = ["loss_ratio_low", "loss_ratio_high", "auc_low", "auc_high"]
    assert row[ends].isna().all()
    assert row["note"] == ""


def test_campaigns_draw_their_own_cells():
    x, n, k = cells(2, count=20)
    y, p, weight, cell = two_rows(n, k, expit(-1.4 + 0.5 * x))
    campaign = np.where(cell < 8, "May", "June")
    table = metrics.by_campaign(y, p, campaign, weight=weight, cluster=cell).set_index("campaign")
    for name in ("May", "June"):
        here = campaign == name
        alone = metrics.performance(y[here], p[here], weight=weight[here], cluster=cell[here])
        pd.testing.assert_series_equal(table.loc[name], alone.iloc[0], check_names=False)


# --- calibration


def test_bins_of_cells_tell_less_than_their_contacts():
    x, n, k = cells(5, count=200)
    y, p, weight, cell = two_rows(n, k, expit(-1.4 + 0.5 * x))
    table = metrics.calibration_table(y, p, weight=weight, cluster=cell)
    alone = metrics.calibration_table(y, p, weight=weight)
    same = ["contacts", "positives", "rate", "mean_propensity"]
    pd.testing.assert_frame_equal(table[same], alone[same])
    wide, narrow = (t["rate_high"] - t["rate_low"] for t in (table, alone))
    assert (wide > 1.5 * narrow).all()
    y_, p_, cell_ = one_by_one(y, p, weight, cell)
    again = metrics.calibration_table(y_, p_, cluster=cell_)
    pd.testing.assert_frame_equal(table, again, rtol=1e-9)


def test_its_intervals_hold_as_often_as_they_say():
    """The rate of cells like these, drawn anew, lies inside in about 95% of the bins."""
    rng = np.random.default_rng(6)
    inside = []
    for _ in range(60):
        n = rng.integers(50, 150, 120)
        level = np.repeat([0.1, 0.2, 0.3, 0.4], 30)
        k = rng.binomial(n, rng.beta(level * 30, (1 - level) * 30))
        y, p, weight, cell = two_rows(n, k, level)
        table = metrics.calibration_table(y, p, weight=weight, bins=4, cluster=cell)
        inside += (
            (table["rate_low"] <= table["mean_propensity"])
            & (table["mean_propensity"] <= table["rate_high"])
        ).tolist()
    assert 0.91 <= np.mean(inside) <= 0.99


def test_a_cell_a_bin_counts_as_one_contact():
    n, rate = np.array([100.0, 50.0]), np.array([0.1, 0.2])
    assert effective_contacts(n, rate, np.zeros(2), np.array([0, 1])).tolist() == [1.0, 1.0]
    # cells that agree are no better than independent contacts
    assert effective_contacts(n, rate, np.zeros(4), np.array([0, 0, 1, 1])).tolist() == n.tolist()
