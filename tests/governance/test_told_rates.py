"""What is told beside rounded counts: numbers that these give, and that give nothing more."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from workbench import FeatureFrame, metrics
from workbench.evidence import by_segment
from workbench.governance import screen
from workbench.governance.disclosure import few, rounded
from workbench.governance.told_rates import told_rates
from workbench.reports import Table

COST, MARGIN = 1.0, 10.0


def towns(seed=3, n=1500):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"town": rng.choice(["Wien", "Graz", "Linz"], n, p=[0.6, 0.35, 0.05])})
    chance = np.clip(0.15 + 0.05 * rng.normal(size=n), 0.02, 0.6)
    table["bought"] = (rng.random(n) < chance).astype(int)
    return FeatureFrame.from_table(table, target="bought"), chance


def found_in(seed=3, **options):
    frame, chance = towns(seed)
    return by_segment(frame, chance, by="town", cost=COST, margin=MARGIN, **options)


@pytest.fixture
def watched():
    frame, _ = towns()
    screen.watch(frame)
    yield frame
    screen.forget()


def number(text):
    return float(text.replace(",", "").rstrip("%")) / (100 if text.endswith("%") else 1)


def near(value, cell, digits):
    return abs(value - number(cell)) <= 0.5 * 10.0**-digits + 1e-9


def counts_that_print_alike(row):
    """All exact counts by which the page would have the very cells that it has.

    Of each, every cell is worked out as somebody would who knows how the page is made.
    """
    n_told, k_told = number(row["contacts"]), number(row["positives"])
    found = []
    near_n, near_k = (np.arange(one - 3, one + 4) for one in (n_told, k_told))
    made = np.arange(0, n_told + 4)
    for n, k in product(near_n, near_k):
        if not (rounded(n) == n_told and rounded(k) == k_told and not few(k)):
            continue
        rate = rounded(k) / rounded(n)
        ratio = rate / number(row["mean propensity"])
        slack = ratio * 0.0006 / number(row["mean propensity"])
        if not (near(rate, row["rate"], 3) and abs(ratio - number(row["ratio"])) < slack + 6e-4):
            continue
        shares = [m for m in made if m <= n and near(rounded(m) / rounded(n), row["share"], 3)]
        came = np.arange(0, k + 1)
        found += [
            (n, k)
            for m, c in product(shares, came)
            if c <= m and near(MARGIN * rounded(c) - COST * rounded(m), row["profit"], 0)
        ]
    return set(found)


def exact_counts_that_print_alike(row):
    """The same where the page had an exact ratio, as a check of the search itself."""
    n_told, mean = number(row["contacts"]), number(row["mean propensity"])
    near_n = [n for n in np.arange(n_told - 3, n_told + 4) if rounded(n) == n_told]
    slack = 0.0006 * number(row["ratio"]) / mean + 6e-4
    return {
        k
        for n, k in product(near_n, np.arange(0, n_told + 4))
        if abs(k / n / mean - number(row["ratio"])) < slack
        and rounded(k) == number(row["positives"])
    }


def printed(table):
    columns = ["contacts", "positives", "rate", "mean_propensity", "ratio", "contacted_share"]
    written = Table(table, "", [*columns, "profit"]).written().set_index("segment")
    return written.rename(columns={"contacted share": "share"})


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_no_count_can_be_solved_from_the_cells_of_a_page(watched, seed):
    found = found_in(seed)
    page = printed(found.table)
    for name, row in page.iterrows():
        alike = counts_that_print_alike(row)
        exact = found.table.loc[name]
        assert (exact["contacts"], exact["positives"]) in alike, "the search works"
        of_rounding = [k for k in range(3000) if rounded(k) == number(row["positives"])]
        assert {k for _, k in alike} == {k for k in of_rounding if not few(k)}
        assert len({n for n, _ in alike}) == 5, "nothing is known but the rounded counts"


def test_an_exact_ratio_would_tell_the_count(watched):
    found = found_in()
    row = printed(found.table).loc["Linz"].copy()
    row["ratio"] = f"{found.table.loc['Linz', 'ratio']:.3f}"
    assert exact_counts_that_print_alike(row) == {found.table.loc["Linz", "positives"]}


def test_numbers_are_those_of_rounded_counts():
    exact = found_in().table
    table = told_rates(exact)
    for name, row in exact.iterrows():
        told = table.loc[name]
        n, k = rounded(row["contacts"]), rounded(row["positives"])
        assert told[["contacts", "positives", "rate"]].tolist() == [n, k, k / n]
        assert told["ratio"] == pytest.approx(k / (n * row["mean_propensity"]))
        # Wilson's interval of the rounded counts, by another package
        ends = proportion_confint(k, n, method="wilson")
        assert (told["rate_low"], told["rate_high"]) == pytest.approx(ends)
        # the product of the ends of a ratio is its square, and their sum grows as c n / n'
        assert told["ratio_low"] * told["ratio_high"] == pytest.approx(told["ratio"] ** 2)
        wide, wide_told = (
            one["ratio_low"] + one["ratio_high"] - 2 * one["ratio"] for one in (row, told)
        )
        assert wide_told * n == pytest.approx(wide * row["contacts"])
        assert told["profit"] % 5 == pytest.approx(0.0)
        assert abs(told["profit"] - row["profit"]) <= 2.5 * (COST + MARGIN)
        assert told["profit"] - told["profit_low"] >= row["profit"] - row["profit_low"] - 1e-9
    overall = table["positives"].sum() / table["contacts"].sum()
    assert table["lift"].tolist() == pytest.approx((table["rate"] / overall).tolist())


def test_what_is_told_again_stays():
    once = told_rates(found_in().table)
    pd.testing.assert_frame_equal(told_rates(once), once)
    plain = told_rates(pd.DataFrame({"contacts": [103.0], "rate": [52 / 103]}))
    pd.testing.assert_frame_equal(
        told_rates(plain.assign(contacts=105.0)), plain.assign(contacts=105.0)
    )


def test_nothing_is_told_of_few_responses():
    town = ["A"] * 700 + ["B"] * 700 + ["C"] * 40
    y = np.r_[np.arange(1400) % 4 == 0, np.arange(40) < 2] * 1.0
    frame = FeatureFrame(pd.DataFrame({"town": town}), pd.Series(y))
    found = by_segment(frame, np.full(len(y), 0.25), by="town", fewest=1)
    told = told_rates(found.table).loc["C"]
    silent = ["rate", "rate_low", "ratio", "ratio_high", "lift", "lift_10", "auc", "profit"]
    assert told[silent].isna().all()
    assert found.table.loc["C", silent].notna().all(), "the table itself is exact"


def test_sentence_and_table_tell_one_ratio(watched):
    found = screen.segments(found_in())
    table = found.table
    expected = (table["contacts"] * table["mean_propensity"]).sum()
    assert found.ratio == pytest.approx(table["positives"].sum() / expected)
    assert f"responses are {found.ratio:.2f} times" in found.sentence()
    assert found.table["p_value"].notna().all(), "the sentence counts those below 5%"
    assert "p_value" not in screen.table(found.table)[0]


def test_profits_are_left_out_where_cost_and_margin_are_not_known():
    table = found_in().table
    table.attrs = {}
    assert told_rates(table)["profit"].isna().all()
    assert told_rates(table)["ratio"].notna().all()


def test_shares_of_groups_are_those_of_rounded_counts():
    table = pd.DataFrame(
        {
            "contacts": [403.0, 55.0],
            "positives": [83.0, 12.0],
            "rate": [83 / 403, 12 / 55],
            "mean_propensity": [0.2, 0.2],
            "ratio": [83 / 80.6, 12 / 11],
            "selection_rate": [121 / 403, 4 / 55],
            "true_positive_rate": [61 / 83, 11 / 12],
        }
    )
    for name, total in (("selection_rate", "contacts"), ("true_positive_rate", "positives")):
        ends = [
            proportion_confint(s * n, n, method="wilson")
            for s, n in table[[name, total]].to_numpy()
        ]
        table[[f"{name}_low", f"{name}_high"]] = ends
    told = told_rates(table)
    assert told["selection_rate"].iloc[0] == 120 / 405
    assert told["true_positive_rate"].tolist() == [60 / 85, 10 / 10]
    assert told.loc[1, ["selection_rate", "selection_rate_low", "selection_rate_high"]].isna().all()
    # the ends are Wilson's of the rounded counts
    theirs = proportion_confint(120, 405, method="wilson")
    assert told.loc[0, ["selection_rate_low", "selection_rate_high"]].tolist() == pytest.approx(
        theirs
    )


RANKS = ["auc", "auc_low", "auc_high", "loss_ratio", "log_loss", "base_log_loss", "lift_10"]


@pytest.mark.parametrize("responded", [1, 9, 111, 119])
def test_nobodys_place_is_told_by_a_campaigns_auc(responded):
    # 108/119 is the place of one response among 120: the AUC alone says which
    y = np.r_[np.arange(120) < responded, np.arange(120) % 4 == 0] * 1.0
    chance = np.random.default_rng(1).permutation(np.linspace(0.05, 0.9, 240))
    table = metrics.by_campaign(y, chance, ["alone"] * 120 + ["many"] * 120).set_index("campaign")
    told = told_rates(table)
    assert table.loc["alone", ["auc", "loss_ratio"]].notna().all()
    assert told.loc["alone", [*RANKS, "loss_ratio_low", "loss_ratio_high"]].isna().all()
    assert told.loc["many", RANKS].tolist() == table.loc["many", RANKS].tolist()


def test_a_segment_in_which_all_but_few_responded_has_no_auc():
    town = ["A"] * 400 + ["B"] * 100
    y = np.r_[np.arange(400) % 4 == 0, np.arange(100) > 2] * 1.0
    chance = np.random.default_rng(1).uniform(0.1, 0.9, 500)
    frame = FeatureFrame(pd.DataFrame({"town": town}), pd.Series(y))
    table = by_segment(frame, chance, by="town", fewest=1).table
    assert table["auc"].notna().all()
    assert told_rates(table)["auc"].notna().tolist() == [name == "A" for name in table.index]
