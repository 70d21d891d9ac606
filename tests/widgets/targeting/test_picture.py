"""The picture of a Targeting: right with an amount of each contact, and of many contacts alone."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, metrics
from workbench.charts import profit
from workbench.widgets.front.picture import words
from workbench.widgets.targeting import picture as module
from workbench.widgets.targeting.picture import AT_EXPECTED, joined_bins, picture
from workbench.widgets.targeting.ranked_contacts import binned, ranked

MONEY = {"cost": 2.0, "margin": 0.5}
TOO_FEW = "Too few contacts share the money to draw it: what is shown is of many alone."


def contacts(n=3000, *, seed=0, whale=None, amount=None, **roles):
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 8, n)
    y = pd.Series((rng.random(n) < p) * 1.0)
    amounts = rng.gamma(2.0, 30.0, n) if amount is None else amount
    if whale is not None:
        at = np.flatnonzero(y == 1)[5]
        amounts[at] = whale
    frame = FeatureFrame(pd.DataFrame({"x": p}), y, **roles)
    return ranked(frame, p, amounts)


@pytest.fixture
def drawn(monkeypatch):
    """Every table that was drawn, and the axes it was drawn on; the chart is the real one."""
    seen = []

    def spy(table, ax, **said):
        seen.append((table, ax))
        return profit(table, ax, **said)

    monkeypatch.setattr("workbench.charts.profit", spy)
    return seen


def test_the_curve_is_that_of_the_contacts_row_by_row(drawn):
    table = contacts()
    worth = table["propensity"] * table["amount"]
    assert worth.is_monotonic_decreasing
    for release in ("exact", "private", "static"):
        picture(table, MONEY, release)
        shown = drawn[-1][0]
        assert shown["contacts"].iloc[0] == 0
        assert shown["contacts"].iloc[-1] == len(table)
        for row in shown.itertuples():
            best = table[: round(row.contacts)]
            expected = 0.5 * (best["propensity"] * best["amount"]).sum() - 2 * len(best)
            realised = 0.5 * (best["y"] * best["amount"]).sum() - 2 * len(best)
            assert row.expected_profit == pytest.approx(expected, abs=1e-6)
            assert row.realised_profit == pytest.approx(realised, abs=1e-6)
    assert len(drawn[0][0]) == 101
    assert len(drawn[1][0]) == len(drawn[2][0]) < 101


def test_its_curve_is_that_of_the_metrics(drawn):
    table = contacts()
    picture(table, MONEY, "exact")
    exact = metrics.profit_by_depth(
        table["y"], table["propensity"], cost=2.0, margin=0.5 * table["amount"]
    )
    for name in ("expected_profit", "realised_profit"):
        read = np.interp(drawn[0][0]["depth"], exact["depth"], exact[name])
        np.testing.assert_allclose(drawn[0][0][name], read, atol=1e-6)


def test_money_in_words_is_rounded_but_in_an_exact_release(drawn):
    titles = []
    for release, digits in (("exact", "5"), ("private", "3")):
        picture(contacts(), {"cost": 2.0, "margin": 1.0}, release)
        best = metrics.best_depth(drawn[-1][0])
        sums = (best["expected_profit"], best["realised_profit"])
        assert min(sums) > 10_000
        expected, realised = (f"{float(f'{one:.{digits}g}'):,.0f}" for one in sums)
        titles.append(drawn[-1][1].get_title(loc="left"))
        assert titles[-1].endswith(f": {expected} expected, {realised} realised")
    assert titles[0] != titles[1]


def test_what_is_realised_at_amounts_of_a_model_is_called_so(drawn):
    table = contacts()
    for given, predicted in ((table, True), (table, False), (table.assign(y=np.nan), True)):
        picture(given, MONEY, "private", predicted=predicted)
    said = [AT_EXPECTED in ax.get_xlabel() for _, ax in drawn]
    assert said == [True, False, False]
    assert "realised_profit" not in drawn[2][0]


def test_between_two_points_are_ten_who_responded_and_nobody_is_most_of_the_money():
    table = contacts()
    parts = joined_bins(table)
    ends = np.append(0, np.cumsum(parts[0]).round().astype(int))
    np.testing.assert_allclose(parts.sum(axis=1), binned(table).sum(axis=1))
    assert 5 < parts.shape[1] < 100
    for k in range(parts.shape[1]):
        part = table[ends[k] : ends[k + 1]]
        assert part["y"].sum() >= 10
        for chance in ("propensity", "y"):
            money = part[chance] * part["amount"]
            assert money.max() <= money.sum() / 2


@pytest.mark.parametrize("whale", [3e3, 1e7])
def test_the_amount_of_one_who_has_most_is_not_drawn(whale, drawn):
    table = contacts(whale=whale)
    said = picture(table, MONEY, "private")
    if whale == 1e7:
        assert said == words(TOO_FEW)
        assert drawn == []
        return
    top = table["amount"].idxmax()
    points = drawn[0][0]["contacts"].to_numpy()
    k = np.searchsorted(points, top, side="right")
    part = table[round(points[k - 1]) : round(points[k])]
    money = part["y"] * part["amount"]
    assert money.max() == whale
    assert money.max() <= money.sum() / 2


def test_a_customer_of_many_contacts_is_one_and_a_cell_is_many():
    same = contacts(customer=pd.Series(np.arange(3000) % 9))
    assert joined_bins(same) is None
    rng = np.random.default_rng(0)
    cells = pd.DataFrame({"x": rng.random(12), "sent": 400, "sold": 60, "value": range(12)})
    frame = FeatureFrame.from_table(cells, target="sold", trials="sent")
    table = ranked(frame, frame.X["x"].to_numpy() / 4, frame.X["value"].to_numpy(dtype=float))
    assert joined_bins(table).shape[1] > 3


def test_open_outcomes_need_no_responses():
    table = contacts().assign(y=np.nan)
    parts = joined_bins(table)
    assert parts.shape[1] > joined_bins(contacts()).shape[1]
    assert np.isnan(parts[2]).all()


def test_one_margin_for_all_is_drawn_as_ever(drawn):
    table = contacts().drop(columns=["amount", "value"])
    table = table.sort_values("propensity", ascending=False, kind="stable")
    picture(table, {"cost": 1.0, "margin": 8.0}, "private")
    exact = metrics.profit_by_depth(table["y"], table["propensity"], cost=1.0, margin=8.0)
    pd.testing.assert_frame_equal(drawn[0][0], module.coarse(exact))


def test_few_contacts_are_not_drawn():
    few = contacts(9)
    assert picture(few, MONEY, "exact") == words(
        "Too few contacts to draw: what is shown is of many alone."
    )
