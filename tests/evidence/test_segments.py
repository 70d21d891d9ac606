"""Segments worked out by hand, by other functions, and on rows written out one by one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from workbench import FeatureFrame, metrics
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.evidence import by_segment, earned
from workbench.evidence.segment_findings import OTHERS


def world(n=3000, seed=0, off=0.0, campaigns=None, customers=None):
    """Contacts of four towns whose propensities are true, but of Ulm they are off."""
    rng = np.random.default_rng(seed)
    town = rng.choice(["Bonn", "Kiel", "Trier", "Ulm"], n, p=[0.4, 0.3, 0.2, 0.1])
    eta = rng.normal(-1.5, 1.0, n)
    shift = np.where(town == "Ulm", off, 0.0)
    y = (rng.random(n) < 1 / (1 + np.exp(-(eta + shift)))).astype(float)
    X = pd.DataFrame({"town": town, "age": rng.integers(18, 80, n).astype(float)})
    more = {}
    if campaigns:
        more["campaign"] = pd.Series([f"c{k}" for k in rng.integers(0, campaigns, n)])
    if customers:
        more["customer"] = pd.Series([f"k{k}" for k in rng.integers(0, customers, n)])
    return FeatureFrame(X, pd.Series(y), **more), 1 / (1 + np.exp(-eta))


def test_two_segments_by_hand():
    """Eight contacts of A, of which two respond, and eight of B, of which four do."""
    y = [1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    p = np.repeat([0.5, 0.25, 0.75, 0.25], 4)
    frame = FeatureFrame(pd.DataFrame({"town": list("AAAAAAAABBBBBBBB")}), pd.Series(y) * 1.0)
    table = by_segment(frame, p, by="town", cost=4.0, margin=10.0, fewest=1).table
    assert table.index.tolist() == ["B", "A"], "the higher rate first"
    of = table.loc["A"]
    assert of[["contacts", "positives", "rate", "mean_propensity"]].tolist() == [8, 2, 0.25, 0.375]
    assert of["ratio"] == pytest.approx(2 / 3)
    assert of["lift"] == pytest.approx(0.25 / (6 / 16))
    # p 10 exceeds 4 for the first four of each: of A two of them respond, of B four
    assert table["contacted_share"].tolist() == [0.5, 0.5]
    assert table["profit"].to_dict() == {"A": 2 * 10 - 4 * 4, "B": 4 * 10 - 4 * 4}
    assert (of["rate_low"], of["rate_high"]) == pytest.approx(
        proportion_confint(2, 8, method="wilson")
    )
    z = (2 - 3) / np.sqrt(4 * 0.25 + 4 * 0.1875)
    assert of["p_value"] == pytest.approx(2 * norm.cdf(z))
    assert of["auc"] == pytest.approx((2 * 4 + 0.5 * 2 * 2) / 12)
    assert not table["off"].any()


def test_each_segment_is_what_the_metrics_say_of_its_rows():
    frame, p = world()
    table = by_segment(frame, p, by="town").table
    for name, row in table.iterrows():
        here = (frame.X["town"] == name).to_numpy()
        alone = metrics.performance(frame.y[here], p[here]).iloc[0]
        for column in ("contacts", "rate", "mean_propensity", "auc", "auc_low", "lift_10"):
            assert row[column] == pytest.approx(alone[column]), column
    expected = multipletests(table["p_value"], method="holm")[1]
    assert table["adjusted_p_value"].to_numpy() == pytest.approx(expected)


@pytest.mark.parametrize("more", [{}, {"campaigns": 8}, {"customers": 400}])
def test_profits_add_up_to_what_was_earned(more):
    frame, p = world(**more)
    found = by_segment(frame, p, by="age", cost=2.0, margin=9.0, bins=4)
    whole = earned(frame, p, cost=2.0, margin=9.0)
    assert found.table["profit"].sum() == pytest.approx(whole.realised)
    made = (found.table["contacted_share"] * found.table["contacts"]).sum()
    assert made == pytest.approx(whole.best["contacts"])
    assert (found.table["profit_low"] <= found.table["profit"]).all()
    assert found.drawn == {"campaigns": "campaigns", "customers": "customers"}.get(
        next(iter(more), ""), "contacts"
    )


def test_a_segment_that_is_off_stands_out_and_no_other():
    frame, p = world(6000, off=1.0)
    found = by_segment(frame, p, by="town")
    assert found.off == ["Ulm"]
    ulm = found.table.loc["Ulm"]
    assert ulm["ratio_low"] > 1
    said = found.sentence()
    assert found.ratio == pytest.approx(frame.y.sum() / p.sum())
    assert said.startswith(
        f"By town: 4 segments. Over all of them, responses are {found.ratio:.2f} times the "
        "expected ones. At 5% each, chance alone would make 0.2 of them differ from what was "
        "expected. It is 1 of them, and 1 after correction for their number. "
        "Contacts are taken as independent. "
        f"Ulm: {ulm['ratio']:.2f} times the expected responses (95% interval "
    )


def test_of_many_true_segments_hardly_any_is_called_off():
    """Twenty segments, fifteen times: some fifteen would be, one by one; together hardly any."""
    tables_with_any, alone = 0, 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        p = rng.uniform(0.1, 0.4, 2000)
        y = pd.Series((rng.random(2000) < p).astype(float))
        frame = FeatureFrame(pd.DataFrame({"x": rng.normal(size=2000)}), y)
        table = by_segment(frame, p, by=rng.integers(0, 20, 2000).astype(str), fewest=5).table
        tables_with_any += table["off"].any()
        alone += (table["p_value"] < 0.05).sum()
    assert 5 <= alone <= 28
    assert tables_with_any <= 3


def test_small_segments_are_pooled_and_said():
    y = np.r_[np.arange(300) % 2, np.ones(30), np.zeros(8), np.ones(3)]
    town = ["A"] * 150 + ["B"] * 150 + ["all of them came"] * 30 + ["nobody"] * 8 + ["few"] * 3
    frame = FeatureFrame(pd.DataFrame({"town": town}), pd.Series(y * 1.0))
    found = by_segment(frame, np.full(len(y), 0.4), by="town")
    # of the three nobody stays out but eight: B, of as many on each side as A, joins them
    assert found.table.index.tolist() == ["B", OTHERS]
    assert found.table.loc[OTHERS, "contacts"] == 150 + 41
    assert found.pooled == 4
    assert '4 segments have fewer than 10 customers who responded, or who did not: "oth' in (
        found.sentence()
    )
    assert len(by_segment(frame, np.full(len(y), 0.4), by="town", fewest=1).table) == 3, (
        "of some nobody responded, or everybody did"
    )


def test_a_segment_called_as_those_that_are_pooled_is_refused():
    frame, p = world()
    town = frame.X["town"].replace("Bonn", str(OTHERS))
    found = by_segment(frame, p, by=town)
    assert (found.pooled, len(found.table)) == (0, 4), "none is small: it is a level like others"
    town[:5] = "Elba"
    with pytest.raises(
        DataError, match=r"called 'other segments', which is what 1 small one would"
    ):
        by_segment(frame, p, by=town)


def test_a_customer_counts_once():
    """Forty responses of four customers are not of many."""
    who = np.r_[np.arange(40) % 4, 100 + np.arange(160)]
    y = pd.Series(np.r_[np.arange(40) % 2, np.arange(160) % 2] * 1.0)
    X = pd.DataFrame({"town": ["A"] * 40 + ["B"] * 160})
    frame = FeatureFrame(X, y, customer=pd.Series(who))
    assert by_segment(frame, np.full(200, 0.5), by="town").pooled == 2
    assert by_segment(replace(frame, customer=None), np.full(200, 0.5), by="town").pooled == 0


def test_where_none_is_large_enough_it_says_so():
    frame, p = world(12)
    said = by_segment(frame, p, by="town").sentence()
    assert said == (
        "By town: no segment has 10 customers who responded and 10 who did not, so that none is "
        "shown by itself."
    )


def test_cells_are_the_contacts_that_they_stand_for():
    rng = np.random.default_rng(0)
    cells = pd.DataFrame(
        {
            "town": rng.choice(["A", "B"], 60),
            "price": rng.normal(size=60),
            "sent": rng.integers(5, 60, 60),
        }
    )
    cells["sold"] = rng.binomial(cells["sent"], 0.3)
    frame = FeatureFrame.from_table(cells, target="sold", trials="sent")
    at = np.repeat(np.arange(len(frame)), frame.weights.astype(int))
    each = replace(frame.rows(at), weight=None)
    p = np.where(frame.X["town"] == "A", 0.25, 0.32)
    one, other = by_segment(frame, p, by="town"), by_segment(each, p[at], by="town")
    assert one.drawn == "cells"
    assert one.sentence() == other.sentence()
    pd.testing.assert_frame_equal(one.table, other.table)
    alone = by_segment(replace(each, cell=None), p[at], by="town").table
    assert (alone["ratio_high"] <= one.table["ratio_high"] + 1e-9).all()


def test_campaigns_are_drawn_where_each_segment_has_some():
    frame, p = world(campaigns=8)
    assert by_segment(frame, p, by="town").drawn == "campaigns"
    assert by_segment(frame, p, by="campaign").drawn == "contacts", "a campaign has itself alone"
    of = frame.campaign.to_numpy()
    bonn = (frame.X["town"] == "Bonn").to_numpy()
    names = np.unique(of)
    came, expected = (
        np.array([part[(of == c) & bonn].sum() for c in names]) for part in (frame.y, p)
    )
    at = np.random.default_rng(0).integers(0, 8, (4000, 8))  # campaigns drawn again
    ratios = came[at].sum(axis=1) / expected[at].sum(axis=1)
    row = by_segment(frame, p, by="town").table.loc["Bonn"]
    assert row["ratio_low"] < np.quantile(ratios, 0.025)
    assert row["ratio_high"] > np.quantile(ratios, 0.975)


def test_a_segment_of_few_campaigns_is_not_judged_and_leaves_the_others():
    """It would be wrong to take the contacts of all as independent for its sake."""
    frame, p = world(campaigns=8)
    town = frame.X["town"].where(~frame.campaign.isin(["c0", "c1"]), "Ulm")
    town = town.where((town != "Ulm") | frame.campaign.isin(["c0", "c1"]), "Bonn")
    found = by_segment(frame, p, by=town)
    assert found.drawn == "campaigns"
    assert found.table.loc["Ulm", ["ratio_low", "p_value", "rate_high", "profit_low"]].isna().all()
    assert not found.table.loc["Ulm", "off"]
    assert found.table.drop(index="Ulm")["p_value"].notna().all()
    said = found.sentence()
    assert "One segment is in too few campaigns to be judged." in said
    assert "Intervals draw campaigns again." in said


def test_a_segment_of_one_cell_is_not_judged_and_the_sentence_says_why():
    cells = pd.DataFrame({"town": ["A", "B", "C", "C"], "n": [400, 300, 500, 300]})
    frame = FeatureFrame.from_table(cells.assign(k=[40, 60, 50, 30]), target="k", trials="n")
    found = by_segment(frame, np.full(len(frame), 0.12), by="town")
    assert found.table.loc[["A", "B"], ["p_value", "ratio_low", "rate_high"]].isna().all(axis=None)
    said = found.sentence()
    assert (
        "2 segments are one cell of the table each, which tells nothing of chance: they are not "
        "judged." in said
    )
    assert "campaigns" not in said
    alone = by_segment(frame, np.full(len(frame), 0.12), by=["x"] * len(frame)).sentence()
    assert "judged" not in alone


def test_where_nothing_is_expected_of_a_segment_the_sentence_says_so():
    frame, p = world()
    said = by_segment(frame, np.where(frame.X["town"] == "Ulm", 0.0, p), by="town").sentence()
    assert "Of one segment no response is expected: it is not judged." in said
    assert "too few" not in said


def test_a_series_names_the_segments():
    frame, p = world(400)
    by = pd.Series(np.where(frame.X["age"] < 40, "young", "old"), name="age group")
    found = by_segment(frame, p, by=by)
    assert found.sentence().startswith("By age group: 2 segments.")
    assert repr(found) == found.sentence()
    assert set(found.table.index) == {"young", "old"}


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"by": "city"}, SchemaError, "`by` names unknown column 'city'"),
        ({"fewest": 0}, ParameterError, "`fewest` must be a whole number from 1; got 0"),
        ({"bins": 1}, ParameterError, "`bins` must be a whole number from 2"),
        ({"cost": -1.0}, ParameterError, "`cost` must be"),
    ],
)
def test_what_is_out_of_range_is_refused(given, error, message):
    frame, p = world(100)
    with pytest.raises(error, match=message):
        by_segment(frame, p, **{"by": "town", **given})


def test_outcomes_must_be_known():
    frame, p = world(100)
    y = frame.y.copy()
    y[0] = np.nan
    with pytest.raises(DataError, match=r"Give `frame\.known\(\)`"):
        by_segment(replace(frame, y=y), p, by="town")
