import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from tests.experiments.contacts_of_tests import frame_of
from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, ParameterError
from workbench.experiments import ReadOut, read_out

HALVES = {"none": 0.5, "mail": 0.5}


def effect(frame, y=None, **told):
    return read_out(frame, outcome=y, valid="at_end", **told).effects.iloc[0]


def test_without_covariates_it_is_the_plain_difference():
    frame, y = frame_of(500, kind="amount")
    one = effect(frame, y, covariates=None)
    arms = [y[(frame.treatment == arm).to_numpy()] for arm in ("mail", "none")]
    test = stats.ttest_ind(*arms, equal_var=False)
    assert one["effect"] == pytest.approx(arms[0].mean() - arms[1].mean())
    assert one["p_value"] == pytest.approx(test.pvalue)
    assert [one["effect"], one["std_error"]] == [one["plain_effect"], one["plain_std_error"]]
    assert one["sample_saved"] == 0


@pytest.mark.parametrize("kind", ["binary", "amount", "count"])
def test_features_narrow_the_interval(kind):
    frame, y = frame_of(3000, kind=kind, p=5)
    one = effect(frame, None if kind == "binary" else y)
    assert 0.05 < one["sample_saved"] < 0.6
    assert one["std_error"] == pytest.approx(
        one["plain_std_error"] * np.sqrt(1 - one["sample_saved"])
    )
    assert abs(one["effect"] - one["plain_effect"]) < 3 * one["plain_std_error"]


@pytest.mark.slow
def test_the_estimate_follows_the_features_where_chance_made_arms_differ():
    """Over 60 draws the adjusted effect lies nearer to the truth, and its interval holds it."""
    off, plain, held = [], [], []
    for seed in range(60):
        frame, y = frame_of(300, kind="amount", seed=seed)
        one = effect(frame, y)
        off.append(one["effect"] - 0.3)
        plain.append(one["plain_effect"] - 0.3)
        held.append(one["low"] <= 0.3 <= one["high"])
    assert np.mean(np.square(off)) < 0.7 * np.mean(np.square(plain))
    assert 52 <= np.sum(held) <= 60


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None, derandomize=True)
def test_the_order_of_rows_does_not_matter(seed):
    frame, y = frame_of(200, kind="count", customer=pd.Series(np.arange(200) // 2))
    order = np.random.default_rng(seed).permutation(200)
    before = read_out(frame, outcome=y, covariates=None)
    after = read_out(frame.rows(order), outcome=y[order], covariates=None)
    pd.testing.assert_frame_equal(before.effects, after.effects)
    numbers = ["difference", "p_value"]
    pd.testing.assert_frame_equal(before.balance[numbers], after.balance[numbers])


def test_a_scaled_amount_has_a_scaled_effect():
    frame, y = frame_of(400, kind="amount")
    one, ten = effect(frame, y), effect(frame, 10 * y)
    for name in ("effect", "low", "high", "std_error"):
        assert ten[name] == pytest.approx(10 * one[name])
    assert ten["sample_saved"] == pytest.approx(one["sample_saved"])
    moved = effect(frame, y + 1000)
    assert moved["effect"] == pytest.approx(one["effect"])


def test_arms_by_other_names_turn_the_sign():
    frame, y = frame_of(400, kind="amount")
    turned = replace(
        frame, treatment=frame.treatment.map({"none": "mail", "mail": "none"}), control="none"
    )
    one, other = effect(frame, y), effect(turned, y)
    assert other["effect"] == pytest.approx(-one["effect"], abs=0.1 * one["std_error"])
    assert other["plain_effect"] == pytest.approx(-one["plain_effect"])


def test_each_of_several_arms_is_compared_with_the_control_group():
    frame, y = frame_of(900, kind="amount", arms=("none", "app", "mail"))
    found = read_out(frame, outcome=y, valid="at_end")
    assert found.effects["arm"].tolist() == ["app", "mail"]
    assert set(found.effects["against"]) == {"none"}
    plain = read_out(frame, outcome=y, valid="at_end", covariates=None).effects
    alone = []
    for arm in ("app", "mail"):
        two = frame.treatment.isin(["none", arm]).to_numpy()
        alone.append(effect(frame.rows(two), y[two], covariates=None))
    assert plain["effect"].tolist() == pytest.approx([one["effect"] for one in alone])
    corrected = multipletests([one["p_value"] for one in alone], method="holm")[1]
    assert plain["p_value"].to_numpy() == pytest.approx(corrected)
    pairs = read_out(frame, outcome=y, pairs=True).effects
    assert list(zip(pairs["arm"], pairs["against"], strict=True)) == [
        ("app", "none"),
        ("mail", "none"),
        ("mail", "app"),
    ]
    assert found.notes[-1] == (
        "2 comparisons: intervals hold for all of them together, and p-values are corrected by "
        "Holm's method."
    )


def test_a_model_of_earlier_campaigns_is_the_only_covariate():
    past, _ = frame_of(3000, seed=9, p=8)
    model = RidgePropensity(alpha=0.01).fit(past.X, past.y)
    frame, _ = frame_of(3000, seed=1, p=8)
    with_model, within = effect(frame, covariates=model), effect(frame)
    assert with_model["sample_saved"] > 0.9 * within["sample_saved"] > 0.05


def test_intervals_at_any_time_are_wider_by_the_price():
    frame, y = frame_of(2000, kind="amount")
    once = read_out(frame, outcome=y, valid="at_end", shares=HALVES)
    ever = read_out(frame, outcome=y, planned_contacts=2000, shares=HALVES)
    assert [once.width_ratio, once.valid, ever.valid] == [1.0, "at_end", "any_time"]
    assert ever.width_ratio == pytest.approx(1.55, abs=0.01)
    widths = [(r.effects["high"] - r.effects["low"]).iloc[0] for r in (once, ever)]
    assert widths[1] / widths[0] == pytest.approx(ever.width_ratio, rel=0.01)
    assert once.notes == ever.notes == ()


def test_a_plan_gives_the_bounds_of_its_look():
    frame, y = frame_of(1000, kind="amount", campaign=pd.Series(["a", "b"] * 500))
    found = read_out(frame, outcome=y, valid=SimpleNamespace(looks=(0.5, 1.0), contacts=2000))
    assert found.valid == "planned"
    assert found.width_ratio == pytest.approx(2.963 / 1.96, abs=0.001)  # O'Brien and Fleming
    assert len(found.by_campaign) == 2


def test_the_share_of_a_campaign_is_the_share_there():
    rng = np.random.default_rng(0)
    campaign = np.repeat(["a", "b"], 2000)
    arm = rng.random(4000) < np.where(campaign == "a", 0.2, 0.8)
    chance = np.where(campaign == "a", 0.1, 0.4) + 0.05 * arm
    frame = FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=4000)}),
        pd.Series((rng.random(4000) < chance).astype(float)),
        treatment=pd.Series(np.where(arm, "mail", "none")),
        control="none",
        campaign=pd.Series(campaign),
    )
    one = effect(frame)
    raw = frame.y[arm].mean() - frame.y[~arm].mean()
    assert one["low"] < 0.05 < one["high"] < raw


def test_cells_are_read_as_the_contacts_that_they_stand_for():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"age": np.repeat(rng.normal(size=40).round(2), 2), "mail": [0, 1] * 40})
    table["sent"] = rng.integers(10, 40, 80)
    chance = 1 / (1 + np.exp(1 - table["age"] - 0.5 * table["mail"]))
    table["bought"] = rng.binomial(table["sent"], chance)
    cells = FeatureFrame.from_table(table, target="bought", trials="sent")
    arm = cells.X["mail"].map({0: "none", 1: "mail"})
    cells = replace(cells.without("mail"), treatment=arm, control="none")
    each = np.repeat(np.arange(len(cells)), cells.weights.astype(int))
    contacts = replace(cells.rows(each), weight=None)
    as_cells, as_contacts = (read_out(one, valid="at_end") for one in (cells, contacts))
    pd.testing.assert_frame_equal(as_cells.effects, as_contacts.effects)
    pd.testing.assert_frame_equal(as_cells.arms, as_contacts.arms)
    pd.testing.assert_frame_equal(as_cells.balance, as_contacts.balance)
    alone = replace(contacts, cell=None)  # whose folds are dealt one by one
    assert effect(alone)["effect"] == pytest.approx(
        as_cells.effects["effect"][0], abs=0.5 * as_cells.effects["std_error"][0]
    )


def test_outcomes_written_after_assignment_stop():
    frame, _ = frame_of(1000)
    X = frame.X.assign(seconds=np.where(frame.treatment == "mail", 30.0, 0.0) + frame.X["x1"])
    with pytest.raises(DataError, match=r"\['seconds'\] differ between arms beyond chance"):
        read_out(replace(frame, X=X, catalogue=pd.DataFrame()))


def test_features_are_read_without_a_warning():
    frame, _ = frame_of(300)
    X = frame.X.assign(
        gap=np.where(np.arange(300) % 9 == 0, np.nan, 1.0), name=["a", "b", "c"] * 100
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(read_out(replace(frame, X=X, catalogue=pd.DataFrame())), ReadOut)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"level": 1.2},
            "`level` must be from 0.5 to below 1; got 1.2. Write 0.95 for 95% intervals.",
        ),
        (
            {"planned_contacts": 0},
            (
                "`planned_contacts` must be a number above 0; got 0. Give how many contacts the "
                "test is "
                "to have at its end."
            ),
        ),
    ],
)
def test_numbers_that_are_none_are_refused(told, said):
    with pytest.raises(ParameterError) as caught:
        read_out(frame_of()[0], **told)
    assert str(caught.value) == said
