"""How large a test must be, and what is refused."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import complete_journey, planted
from workbench.errors import ParameterError
from workbench.experiments import Plan, assign, plan, read_out
from workbench.experiments.spending import boundaries
from workbench.features import FeatureSet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=6, new_campaigns=0, rows=400, stable=4, spiky=2, seed=3).frame


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(alpha=0.01).fit(frame)


def by_hand(rate, effect, share=0.5, bound=1.959964):
    treated, control = (rate + effect) * (1 - rate - effect), rate * (1 - rate)
    z = bound + norm.ppf(0.8)
    return z**2 * (treated / share + control / (1 - share)) / effect**2


def test_contacts_are_those_of_the_formula(model, frame):
    found = plan(model, smallest_effect=0.02, share=0.7)
    rate = frame.y.mean()
    assert found.contacts_plain == pytest.approx(by_hand(rate, 0.02, 0.7), abs=2)
    assert found.contacts == pytest.approx((1 - found.saved) * found.contacts_plain, abs=2)
    assert 0 < found.saved < 0.2
    assert found.rate == pytest.approx(rate)
    assert (found.kind, found.looks, found.inflation) == ("binary", (1.0,), 1.0)
    assert found.boundaries == pytest.approx((norm.isf(0.025),))
    any_time = by_hand(rate, 0.02, 0.7, bound=3.0349) * (1 - found.saved)
    assert found.contacts_any_time == pytest.approx(any_time, rel=1e-3)
    assert found.days is None


def test_an_effect_may_be_told_as_a_share_or_be_what_contacts_show(model):
    found = plan(model, relative=0.2)
    assert found.smallest_effect == pytest.approx(0.2 * found.rate)
    assert found.relative == pytest.approx(0.2)
    seen = plan(model, contacts=found.contacts)
    assert seen.smallest_effect == pytest.approx(found.smallest_effect, rel=1e-3)
    assert seen.contacts == found.contacts


def test_another_rate_than_that_of_the_past(model):
    found = plan(model, smallest_effect=0.01, rate=0.3)
    assert found.contacts_plain == pytest.approx(by_hand(0.3, 0.01), abs=2)


def test_amounts_are_planned_in_their_own_units():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=4000), "bought": rng.integers(0, 2, 4000)})
    spend = 20 + 3 * table["x"] + 4 * rng.normal(size=4000)
    found = plan(
        FeatureFrame.from_table(table, target="bought"), smallest_effect=0.5, outcome=spend
    )
    assert found.contacts_plain == pytest.approx(2.8016**2 * 4 * spend.var() / 0.25, rel=1e-3)
    assert found.saved == pytest.approx(9 / 25, abs=0.03)
    assert found.sentence().startswith(
        f"To see an effect of 0.5 on {found.rate:.4g} with a chance of 80%, the test needs "
    )


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    effect=st.floats(0.005, 0.3),
    share=st.floats(0.05, 0.95),
    power=st.floats(0.5, 0.98),
    level=st.floats(0.8, 0.995),
)
def test_more_is_asked_more_is_needed(model, effect, share, power, level):
    found = plan(model, smallest_effect=effect, share=share, power=power, level=level)
    asked = {
        "smallest_effect": effect * 0.8,
        "power": power + 0.01,
        "level": level + 0.004,
        "looks": 3,
    }
    given_now = {"smallest_effect": effect, "power": power, "level": level, "share": share}
    for name, value in asked.items():
        assert plan(model, **(given_now | {name: value})).contacts >= found.contacts
    assert found.contacts <= found.contacts_plain
    assert found.contacts <= found.contacts_any_time


def test_bounds_of_the_looks_are_effects(model):
    found = plan(model, smallest_effect=0.02, looks=3, contacts_per_day=700)
    table = found.bounds()
    assert table["contacts"].tolist() == [np.ceil(found.contacts * k / 3) for k in (1, 2, 3)]
    assert table["z"].round(3).tolist() == [3.71, 2.511, 1.993]
    # at the end the effect is θ standard errors, and the bound its share z/θ
    theta = found.smallest_effect / np.sqrt(found.variance / found.contacts)
    assert table["high"].iloc[-1] == pytest.approx(1.993 / theta * 0.02, rel=1e-3)
    assert (table["low"] == -table["high"]).all()
    assert found.days == np.ceil(found.contacts / 700)


@pytest.mark.slow
def test_the_page_says_what_is_planned_for_complete_journey():
    data = complete_journey()
    built = FeatureSet.default(data).build(data, progress=False)
    past, coming = built.known(), built.unknown()
    page = (ROOT / "docs" / "howto" / "plan-a-test.md").read_text(encoding="utf-8")
    said = plan(past, relative=0.2, share=0.9, looks=4).sentence()
    assert said in " ".join(page.split())
    last = coming.rows((coming.campaign == coming.campaigns[-1]).to_numpy())
    arms = assign(last, share=0.9, propensity=np.arange(len(last)), seed=1)
    count = (arms == "control").sum()
    assert f"{coming.campaigns[-1]}, has {len(last)} contacts: `assign` holds {count} back" in page


# --- what is refused


def refused(message, source, **asked):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        plan(source, **asked)


ONE = (
    "`plan` must be given exactly one of `smallest_effect` (0.01 is one point), `relative` (0.1 is "
    "a tenth) and `contacts`; got {} of them."
)


def test_exactly_one_size_is_given(model):
    refused(ONE.format(0), model)
    refused(ONE.format(2), model, smallest_effect=0.01, contacts=100)


@pytest.mark.parametrize("effect", [0.0, -0.01, np.inf, np.nan])
@pytest.mark.parametrize("name", ["smallest_effect", "relative"])
def test_an_effect_of_nothing(model, name, effect):
    message = (
        f"`{name}` must be a finite number above 0; got {effect!r}. An effect of nothing needs "
        "contacts without end."
    )
    refused(message, model, **{name: effect})


def test_an_effect_beyond_all_rates(model):
    message = (
        "`smallest_effect` must leave a rate between 0 and 1; got 1.0 on a rate of 0.2. Give it as "
        "a share, where 0.01 is one point."
    )
    refused(message, model, smallest_effect=1.0, rate=0.2)
    relative = message.replace("smallest_effect", "relative").replace("1.0 on", "10 on")
    refused(relative, model, relative=10, rate=0.2)


def test_an_effect_too_small_to_be_found(model):
    message = (
        "The smallest effect must need fewer than 1e+12 contacts; got 1e-07 on 0.2. Give a larger "
        "one: 0.01 is one point."
    )
    refused(message, model, smallest_effect=1e-7, rate=0.2)


@pytest.mark.parametrize("share", [0, 1, -0.1, 50, np.nan])
def test_a_share_that_leaves_one_arm_empty(model, share):
    message = (
        f"`share` must be above 0 and below 1; got {share!r}. Treated and control must both have "
        "contacts; 0.5 needs the fewest."
    )
    refused(message, model, smallest_effect=0.01, share=share)


@pytest.mark.parametrize("power", [0.05, 1.0, 80, np.nan])
def test_a_power_that_is_none(model, power):
    message = (
        f"`power` must be above 0.05 and below 1; got {power!r}. 0.8 is usual: four of five such "
        "effects are seen."
    )
    refused(message, model, smallest_effect=0.01, power=power)


def test_a_level_and_looks_that_are_none(model):
    message = "`level` must be above 0.5 and below 1; got 0.4. 0.95 is usual."
    refused(message, model, smallest_effect=0.01, level=0.4)
    message = "`looks` must end with the whole plan, 1; got [0.5, 0.9]. Add 1 as the last look."
    refused(message, model, smallest_effect=0.01, looks=[0.5, 0.9])


@pytest.mark.parametrize("rate", [0.0, 1.0, 1.5, -0.1, np.nan])
def test_a_rate_that_is_none(model, rate):
    message = f"`rate` must be above 0 and below 1, as of responses; got {rate!r}. 0.05 is 5%."
    refused(message, model, smallest_effect=0.01, rate=rate)


def test_a_mean_of_amounts_without_end(frame):
    message = "`rate` must be finite; got inf. Give the expected mean."
    amounts = np.arange(len(frame), dtype=float)
    refused(message, frame, smallest_effect=0.01, rate=np.inf, outcome=amounts)


@pytest.mark.parametrize(("name", "value"), [("contacts_per_day", 0), ("contacts", np.inf)])
def test_counts_that_are_none(model, name, value):
    message = (
        f"`{name}` must be above 0, and at most 1e+12; got {value!r}. Leave it out where it is not "
        "known."
    )
    effect = {} if name == "contacts" else {"smallest_effect": 0.01}
    refused(message, model, **effect, **{name: value})


def test_an_arm_has_twenty_contacts_at_least(model):
    assert plan(model, smallest_effect=0.5, share=0.9).contacts == 200
    message = (
        "`contacts` must give each arm 20 at least; got 199, of which 0.9 are treated. Below that "
        "no standard error can be trusted."
    )
    refused(message, model, contacts=199, share=0.9)


def test_what_is_no_frame_and_no_model():
    message = (
        "`model` must have a method `propensity`, as RidgePropensity has; got a DataFrame. A plan "
        "needs propensities: give a model of who responds."
    )
    refused(message, pd.DataFrame({"a": [1]}), smallest_effect=0.01)


def test_a_plan_is_made_of_its_fields(model):
    found = plan(model, smallest_effect=0.02)
    assert replace(found, power=0.9).power == 0.9
    assert isinstance(found, Plan)


def test_several_arms_share_one_control_group(model):
    """The formula by hand, with Dunnett's bound of arms that share their control group."""
    found = plan(model, smallest_effect=0.02, arms=4)
    assert (found.arms, found.share) == (4, pytest.approx(2 / 3))
    row = found.table().iloc[1]
    assert row["control"] == pytest.approx(2 * row["each arm"], abs=2)
    assert row["control"] + 4 * row["each arm"] == pytest.approx(row["contacts"], abs=4)
    rate, bound = found.rate, found.boundaries[0]
    rates = (rate + 0.02) * (1 - rate - 0.02) / row["each arm"] + rate * (1 - rate) / row["control"]
    assert 0.02 / np.sqrt(rates) == pytest.approx(bound + norm.ppf(0.8), rel=1e-3)
    bonferroni = norm.isf(0.0125 / 2)
    assert 1.96 < bound < bonferroni
    assert found.contacts_of_pair == pytest.approx(found.contacts / 2, abs=2)


def test_looks_of_several_arms_spend_sidaks_level(model):
    found = plan(model, smallest_effect=0.02, arms=3, looks=3)
    assert found.level == 0.95
    assert found.boundaries == pytest.approx(boundaries([1 / 3, 2 / 3, 1], 0.95 ** (1 / 3)))
    alone = plan(model, smallest_effect=0.02, looks=3)
    assert found.contacts_of_pair > alone.contacts
    assert found.inflation > alone.inflation


@pytest.mark.parametrize("arms", [2, 3, 6])
def test_no_other_share_needs_fewer_contacts_of_amounts(arms):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=500)})
    frame = FeatureFrame(X, pd.Series(np.arange(500) % 2 * 1.0))
    asked = {"smallest_effect": 0.1, "outcome": rng.normal(size=500), "arms": arms}
    best = plan(frame, **asked)
    for share in (best.share - 0.08, best.share + 0.08):
        assert plan(frame, share=share, **asked).contacts > best.contacts


def test_tests_of_several_arms_see_the_effect_as_often_as_was_planned():
    """Amounts are drawn and read, all intervals together: each arm's effect, and a null's none."""
    rng = np.random.default_rng(8)
    X, amount = pd.DataFrame({"x": np.arange(400.0) % 7}), rng.normal(size=400)
    past = FeatureFrame(X, pd.Series(np.arange(400) % 2 * 1.0))
    planned = plan(past, smallest_effect=0.5, arms=3, outcome=amount)
    sizes = planned.table().iloc[1][["control", "each arm", "each arm", "each arm"]].astype(int)
    effects = np.array([0.0, 0.5, 0.5, 0.0])
    means = effects + rng.normal(size=(20_000, 4)) * amount.std() / np.sqrt(sizes.to_numpy())
    spread = amount.std() * np.sqrt(1 / sizes.iloc[0] + 1 / sizes.iloc[1])
    z = (means[:, 1:] - means[:, :1]) / spread
    proven = np.abs(z) > planned.boundaries[0]
    assert proven[:, :2].mean() == pytest.approx(0.8, abs=0.02)
    at_null = (means - effects)[:, 1:] - (means - effects)[:, :1]
    assert (np.abs(at_null / spread) > planned.boundaries[0]).any(axis=1).mean() == pytest.approx(
        0.05, abs=0.007
    )


def test_a_plan_of_several_arms_is_what_they_are_read_by(model):
    planned = plan(model, smallest_effect=0.1, arms=2)
    rng = np.random.default_rng(2)
    n = planned.contacts
    arm = rng.choice(
        ["none", "a", "b"], n, p=[1 - planned.share, planned.share / 2, planned.share / 2]
    )
    y = (rng.random(n) < 0.2).astype(float)
    frame = FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=n)}),
        pd.Series(y),
        treatment=pd.Series(arm),
        control="none",
    )
    read = read_out(frame, valid=planned)
    assert (read.valid, read.together) == ("planned", True)
    half = (read.effects["high"] - read.effects["low"]) / 2 / read.effects["std_error"]
    assert half.to_numpy() == pytest.approx(planned.boundaries[0], rel=0.03)


@pytest.mark.parametrize("arms", [0, 1.5, 21, True])
def test_arms_that_are_none(model, arms):
    message = (
        f"`arms` must be a whole number from 1 to 20; got {arms!r}. It counts the treated arms, "
        "without the control group."
    )
    refused(message, model, smallest_effect=0.02, arms=arms)
