"""What a depth earned: sums by hand, intervals as statsmodels has them, chance as drawn."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from workbench import FeatureFrame, metrics
from workbench.errors import DataError, ParameterError
from workbench.evidence import bootstrap_interval, earned
from workbench.evidence.earned import Earned

COST, MARGIN = 1.0, 8.0


def drawn(n=1200, campaigns=12, *, spread=0.0, seed=0):
    """Contacts of campaigns whose log-odds differ by chance; the propensities do not know it."""
    rng = np.random.default_rng(seed)
    campaign = rng.integers(campaigns, size=n)
    logit = rng.normal(-2.0, 1.0, n)
    y = rng.random(n) < expit(logit + spread * rng.normal(size=campaigns)[campaign])
    table = pd.DataFrame({"x": logit, "wave": [f"w{k:02d}" for k in campaign], "bought": y * 1})
    return table, expit(logit)


def frame_of(table, **roles):
    return FeatureFrame.from_table(table, target="bought", **roles)


def value_of(table, propensity):
    return np.where(propensity > COST / MARGIN, MARGIN * table["bought"] - COST, 0.0)


def test_the_sums_are_those_of_the_contacts_that_are_made():
    table, p = drawn()
    found = earned(frame_of(table, campaign="wave"), p, cost=COST, margin=MARGIN)
    everybody = (MARGIN * table["bought"] - COST).sum()
    assert found.realised == pytest.approx(value_of(table, p).sum())
    assert found.best["realised_profit"] == pytest.approx(found.realised)
    assert found.everybody == pytest.approx(everybody)
    assert found.gain == pytest.approx(found.realised - everybody)
    assert found.drawn == "campaigns"


@pytest.mark.parametrize("of", ["profit", "gain"])
def test_intervals_are_those_of_a_mean_with_clustered_errors(of):
    table, p = drawn(spread=0.6)
    found = earned(frame_of(table, campaign="wave"), p, cost=COST, margin=MARGIN)
    value = value_of(table, p) - (0 if of == "profit" else MARGIN * table["bought"] - COST)
    groups = {"groups": pd.factorize(table["wave"])[0]}
    fit = sm.OLS(value, np.ones(len(table))).fit(cov_type="cluster", cov_kwds=groups, use_t=True)
    low, high = len(table) * np.asarray(fit.conf_int())[0]
    names = ("low", "high") if of == "profit" else ("gain_low", "gain_high")
    assert [getattr(found, name) for name in names] == pytest.approx([low, high], rel=1e-9)


def test_of_many_campaigns_it_is_what_drawing_them_again_says():
    table, p = drawn(6000, 60, spread=0.5)
    found = earned(frame_of(table, campaign="wave"), p, cost=COST, margin=MARGIN)

    def statistic(y, propensity, *, weight):
        made = propensity > COST / MARGIN
        return len(table) * np.average(made * (MARGIN * y - COST), weights=weight)

    rows = table.assign(y=table["bought"], propensity=p)
    told = bootstrap_interval(rows, statistic, cluster="wave", repeats=600).iloc[0]
    assert found.low == pytest.approx(told["low"], abs=0.15 * (told["high"] - told["low"]))
    assert found.high == pytest.approx(told["high"], abs=0.15 * (told["high"] - told["low"]))


def test_alone_contacts_are_as_a_mean_of_independent_ones():
    table, p = drawn()
    found = earned(frame_of(table.drop(columns="wave")), p, cost=COST, margin=MARGIN)
    value = value_of(table, p)
    reach = 1.959964 * np.sqrt(len(table)) * value.std()
    assert (found.low, found.high) == pytest.approx((value.sum() - reach, value.sum() + reach))
    assert found.drawn == "contacts"


def test_customers_are_drawn_where_campaigns_are_too_few():
    table, p = drawn(campaigns=2)
    table["who"] = np.arange(len(table)) % 300
    frame = frame_of(table, campaign="wave", customer="who")
    assert earned(frame, p, cost=COST, margin=MARGIN).drawn == "customers"


def test_the_chance_of_so_few_responses_is_that_of_the_exact_distribution():
    rng = np.random.default_rng(3)
    p = rng.uniform(0.2, 0.6, 500)
    exact = np.array([1.0])  # of the number of responses: one convolution a contact
    for one in p:
        exact = np.convolve(exact, [1 - one, one])
    for come in (170, 180, 190, 200):
        y = np.zeros(500)
        y[:come] = 1
        frame = FeatureFrame(pd.DataFrame({"x": p}), pd.Series(y))
        told = earned(frame, p, cost=0.1, margin=1.0).chance
        assert told == pytest.approx(exact[: come + 1].sum() - exact[come] / 2, abs=0.004)


@pytest.mark.parametrize(("spread", "campaigns"), [(0.0, 1), (0.5, 12)])
def test_chance_alone_is_seldom_called_short(spread, campaigns):
    """Campaigns that differ make the profit differ: that is no reason to call it short."""
    times = 150
    short = 0
    for seed in range(times):
        table, p = drawn(600, campaigns, spread=spread, seed=seed)
        frame = FeatureFrame(table[["x"]], table["bought"] * 1.0, campaign=table["wave"])
        short += earned(frame, p, cost=COST, margin=MARGIN).short
    assert short <= 9  # 2.5% of 150 are 4, and 9 or fewer come in 99 of 100


def test_half_of_what_was_expected_is_short():
    table, p = drawn(spread=0.3)
    found = earned(frame_of(table, campaign="wave"), np.minimum(2 * p, 0.95), cost=1, margin=8)
    assert found.short
    assert re.fullmatch(
        r"[\d,]+ EUR was expected and -?[\d,]+ EUR came: short by more than chance, which would "
        r"do that in less than 0\.1% of cases \(allowing for how campaigns differ\)\.",
        found.as_expected("EUR"),
    )
    assert found.sentence("EUR").endswith(found.as_expected("EUR"))


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 10_000))
def test_a_currency_of_other_size_changes_nothing_but_the_figures(factor, seed):
    table, p = drawn(200, 7, spread=0.5, seed=seed)
    frame = frame_of(table, campaign="wave")
    one = earned(frame, p, cost=COST, margin=MARGIN)
    other = earned(frame, p, cost=factor * COST, margin=factor * MARGIN)
    names = ("realised", "low", "high", "gain", "gain_low", "gain_high")
    for name in names:
        assert getattr(other, name) == pytest.approx(factor * getattr(one, name), abs=1e-6)
    assert other.chance == pytest.approx(one.chance)


def test_it_is_said_in_money():
    table, p = drawn()
    found = earned(frame_of(table, campaign="wave"), p, cost=COST, margin=MARGIN)
    made = int((p > COST / MARGIN).sum())
    best = f"the best {made / 1200:.0%} ({made} of 1,200 contacts)"
    assert found.whom() == best
    assert re.fullmatch(
        rf"At 1 EUR a contact and 8 EUR a response, contacting {re.escape(best)} was expected to "
        r"earn [\d,]+ EUR and would have earned [\d,]+ EUR \(95% interval: [\d,]+ to [\d,]+ EUR\); "
        r"contacting everybody, [\d,]+ EUR\.",
        found.sentence("EUR"),
    )
    assert re.fullmatch(
        r"That is [\d,]+ EUR more than contacting everybody \(95% interval of the difference: "
        r"[\d,]+ to [\d,]+ EUR, campaigns drawn again\)\.",
        found.compared("EUR"),
    )


@pytest.mark.parametrize(
    ("cost", "whom", "said"),
    [
        (0.0, "everybody (of 1,200 contacts)", "that is contacting everybody"),
        (9.0, "nobody (of 1,200 contacts)", "more than contacting everybody"),
    ],
)
def test_everybody_and_nobody(cost, whom, said):
    table, p = drawn()
    found = earned(frame_of(table, campaign="wave"), p, cost=cost, margin=MARGIN)
    assert found.whom() == whom
    assert said in found.compared()
    assert not found.short


def test_a_gain_that_may_be_chance_is_called_so():
    curve = metrics.profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    told = Earned(2.0, 10.0, curve, 6.0, 0.0, 12.0, 2.0, -3.0, 7.0, 0.5, "contacts")
    assert told.compared() == (
        "That is 2 more than contacting everybody, which may be chance (95% interval of the "
        "difference: -3 to 7, contacts drawn again)."
    )


def test_what_it_cannot_work_from():
    table, p = drawn(40, 2)
    frame = frame_of(table.astype({"bought": float}), campaign="wave")
    with pytest.raises(ParameterError, match=r"^`cost` must be an amount of money, finite and not"):
        earned(frame, p, cost=-1.0, margin=MARGIN)
    table.loc[0, "bought"] = np.nan
    expected = (
        "What was earned needs an outcome of every contact; some are not known. Give "
        "`frame.known()`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        earned(frame_of(table, campaign="wave"), p, cost=COST, margin=MARGIN)


def test_a_gain_is_not_proven_by_a_few_responses_that_did_not_come():
    """Left out are 600 contacts at break-even: the truth is a gain of 0, whatever the margin."""
    rng = np.random.default_rng(7)
    margin, n = 300.0, 900
    p = np.r_[np.full(300, 2.0), np.full(600, 0.999)] / margin
    proven = []
    for _ in range(200):
        y = pd.Series((rng.random(n) < np.r_[np.full(300, 2.0), np.full(600, 1.0)] / margin) * 1.0)
        frame = FeatureFrame(pd.DataFrame({"x": p}), y)
        proven.append(earned(frame, p, cost=1.0, margin=margin).gain_low > 0)
    assert np.mean(proven) <= 0.05


def test_where_everybody_is_made_there_is_no_gain_to_the_last_bit():
    table, p = drawn()
    frame = frame_of(table.drop(columns="wave"))
    found = earned(frame, np.maximum(p, 0.5), cost=0.1, margin=9.99)
    assert (found.best["depth"], found.gain) == (1.0, 0.0)


def test_a_gain_of_nothing_is_no_rounding_error():
    """Three responses of 12 pay for 45 contacts at 0.8: 36 saved, 36 forgone, and nothing left."""
    y = [1] * 60 + [0] * 40 + [1] * 3 + [0] * 42
    p = [0.5] * 100 + [0.01] * 45
    made = earned(frame_of(pd.DataFrame({"x": p, "bought": y})), p, cost=0.8, margin=12.0)
    assert np.array([12.0, 12.0, 12.0, *[0.0] * 42]).sum() - 45 * 0.8 == 0
    assert (12.0 * np.array(y[100:]) - 0.8).sum() != 0, "or nothing is tested"
    assert made.gain == 0
    assert made.compared("EUR").startswith("That is 0 EUR more than contacting everybody")


def test_intervals_hold_for_three_campaigns_that_differ():
    """Rates differ between campaigns: contacts drawn by themselves would prove too much."""
    rng, held = np.random.default_rng(11), []
    p = np.tile(np.r_[np.full(100, 0.4), np.full(100, 0.1)], 3)
    for _ in range(150):
        of_campaign = np.repeat(np.exp(rng.normal(0, 0.3, 3)), 200)
        y = pd.Series((rng.random(600) < np.minimum(p * of_campaign, 1)) * 1.0)
        wave = pd.Series(np.repeat(["a", "b", "c"], 200))
        frame = FeatureFrame(pd.DataFrame({"x": p}), y, campaign=wave)
        found = earned(frame, p, cost=2.0, margin=10.0)
        truth = 300 * (2.0 - 10.0 * 0.1 * np.exp(0.3**2 / 2))
        held.append(found.gain_low <= truth <= found.gain_high)
    assert np.mean(held) >= 0.92
