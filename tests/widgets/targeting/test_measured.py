from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, metrics
from workbench.widgets.targeting.measured import measurable


def found(model, frame, amount=None):
    score = model.uplift(frame).to_numpy()
    return measurable(model, frame, score if amount is None else score * amount, amount)


def test_it_is_that_of_the_metrics(uplift_model, after):
    rows = found(uplift_model, after)
    table = metrics.uplift_by_depth(
        after.y,
        after.treatment == "treated",
        uplift_model.uplift(after),
        cluster=after.customer,
        campaign=after.campaign,
        bins=20,
    )
    said = rows.by_depth()
    for name, of in (("added", "uplift"), ("low", "uplift_low"), ("high", "uplift_high")):
        np.testing.assert_allclose(said[name], table["depth"] * table[of])


def test_amounts_are_what_responses_brought(uplift_model, after, contract):
    amount = contract[: len(after)]
    rows = found(uplift_model, after, amount)
    np.testing.assert_array_equal(rows.outcome, after.y * amount)
    state = rows.state()
    assert state["expected"] == pytest.approx((uplift_model.uplift(after) * amount).sum())
    assert state["contacts"] == 2000
    assert [state[name][0] for name in ("depth", "added", "low", "high")] == [0.0] * 4


def test_contacts_of_other_arms_and_of_campaigns_of_one_arm_are_left_out(uplift_model, after):
    rng = np.random.default_rng(0)
    arm = after.treatment.mask(pd.Series(rng.random(len(after)) < 0.2), "leaflet")
    arm = arm.mask((after.campaign == "c07") & (arm == "control"), "leaflet")
    rows = found(uplift_model, replace(after, treatment=arm))
    assert set(rows.rows.campaign) == {"c06"}
    kept = (after.campaign == "c06") & (arm != "leaflet")
    assert len(rows.rows) == kept.sum()
    np.testing.assert_array_equal(rows.treated, (arm[kept] == "treated").astype(float))


def test_nothing_is_measured_without_both_arms_and_outcomes(uplift_model, after):
    assert found(uplift_model, replace(after, treatment=None, control=None)) is None
    assert found(uplift_model, replace(after, y=after.y * np.nan)) is None
    assert found(uplift_model, replace(after, y=after.y * 0.0)) is None
    one = after.rows((after.treatment == "treated").to_numpy())
    assert found(uplift_model, one) is None
    other = replace(after, treatment=after.treatment.replace("control", "none"), control="none")
    assert found(uplift_model, other) is None


def test_chances_that_differ_are_undone(uplift_model, after):
    """Half of the treated with a high score are taken away, and the others count twice."""
    score = uplift_model.uplift(after).to_numpy()
    treated = (after.treatment == "treated").to_numpy()
    high = score > np.median(score)
    rng = np.random.default_rng(2)
    gone = treated & high & (rng.random(len(after)) < 0.5)
    chance = np.where(high, np.where(treated, 1 / 3, 2 / 3), 0.5)
    fewer = replace(after, arm_probability=pd.Series(chance)).rows(~gone)
    rows = found(uplift_model, fewer)
    whole = found(uplift_model, after)
    state, all_of_them = rows.state(), whole.state()
    half = (all_of_them["high"][-1] - all_of_them["low"][-1]) / 2
    assert state["added"][-1] == pytest.approx(all_of_them["added"][-1], abs=1.2 * half)
    assert state["high"][-1] - state["low"][-1] > 2 * half, "fewer contacts tell less"
    plain = fewer.y[~np.isnan(fewer.y)]
    naive = plain[fewer.treatment == "treated"].mean() - plain[fewer.treatment != "treated"].mean()
    assert abs(naive - all_of_them["added"][-1]) > abs(
        state["added"][-1] - all_of_them["added"][-1]
    )


def test_a_picture_parts_contacts_as_far_as_ten_of_each_arm_responded(uplift_model, after):
    rows = found(uplift_model, after)
    parts = rows.most_parts()
    assert parts in (5, 10, 20)
    order = np.argsort(-rows.score)
    for part in np.array_split(order, parts):
        for side in (0, 1):
            assert (rows.outcome[part][rows.treated[part] == side] > 0).sum() >= 10 - 1
    rare = replace(after, y=after.y.where(np.arange(len(after)) < 120, 0.0))
    assert found(uplift_model, rare).most_parts() <= 1
    same = replace(after, customer=pd.Series([f"k{k % 9}" for k in range(len(after))]))
    assert found(uplift_model, same).most_parts() == 0


def test_chances_of_an_arm_are_those_of_its_campaign_or_of_each_row(uplift_model, after):
    half = pd.Series(np.full(len(after), 0.5))
    assert found(uplift_model, replace(after, arm_probability=half)).chance is None
    treated = (after.treatment == "treated").to_numpy()
    by_row = pd.Series(np.where(np.arange(len(after)) % 2, 0.5, 0.49))
    chance = found(uplift_model, replace(after, arm_probability=by_row)).chance
    np.testing.assert_allclose(chance, np.where(treated, by_row, 1 - by_row))
    third = after.treatment.mask(pd.Series(np.arange(len(after)) % 5 == 0), "leaflet")
    several = replace(after, treatment=third, arm_probability=by_row)
    assert found(uplift_model, several) is None, "a row's chance of its arm is not that of any"


def test_cells_are_drawn_as_wholes(uplift_model, after):
    plain = replace(after, customer=None, campaign=None, as_of=None)
    cells = replace(plain, cell=pd.Series(np.arange(len(after)) // 2))
    same = replace(plain, customer=pd.Series(np.arange(len(after)) // 2).astype(str))
    one, other = (found(uplift_model, frame).state() for frame in (cells, same))
    np.testing.assert_allclose(one["high"], other["high"])
    assert one["high"] != found(uplift_model, plain).state()["high"]


def test_of_cells_those_who_responded_are_counted():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=40), "sent": 400})
    table["arm"] = np.where(np.arange(40) % 2, "mail", "none")

    def parts(sold):
        roles = {"target": "sold", "trials": "sent", "treatment": "arm", "control": "none"}
        frame = FeatureFrame.from_table(table.assign(sold=sold), **roles)
        model = SimpleNamespace(arm_="mail", control_="none")
        return measurable(model, frame, frame.X["x"].to_numpy(), None).most_parts()

    assert parts(40) >= 4
    assert parts(np.where(np.arange(40) < 8, 1, 0)) == 0, "four of each arm responded"
