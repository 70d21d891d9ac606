"""Targeting with an amount of each contact: every figure found from rows, and nothing mailed."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from workbench import FeatureFrame, RidgePropensity, Targeting
from workbench.errors import SchemaError
from workbench.widgets.targeting.ranked_contacts import unseen_propensities
from workbench.widgets.targeting.targeting import PICTURE_ALONE
from workbench.widgets.views import TARGETING

READ = """
import { earnings, pointAt } from "../targeting/sums.js";
import { bestDepth } from "./panels.js";
import fs from "node:fs";
const { state, money, depth } = JSON.parse(fs.readFileSync(0));
const points = earnings(state, money);
const best = bestDepth(points);
console.log(JSON.stringify({ best, here: pointAt(state, points, money, depth ?? best.depth) }));
"""


class Spend:
    """Ridge regression on the money of those who responded."""

    def fit(self, frame, spend):
        responded = (frame.y == 1).to_numpy()
        self.model = Ridge().fit(frame.X[responded], spend[responded])
        return self

    def expected(self, X):
        table = getattr(X, "X", X)
        return pd.Series(self.model.predict(table), index=table.index)


@pytest.fixture(scope="module")
def amounts(frame):
    return np.random.default_rng(3).gamma(1.2, 40.0, len(frame)).round(2)


@pytest.fixture(scope="module")
def scores(frame, model):
    return unseen_propensities(model, frame)[0]


def read(node, view, depth=None):
    return node(READ, {"state": view.state, "money": view.money, "depth": depth})


@pytest.mark.parametrize("share", [1.0, 0.35, 2.0])
def test_every_figure_is_found_from_the_rows(model, frame, amounts, scores, node, share):
    view = Targeting(model, frame, cost=2.5, margin=amounts, depth=0.37)
    assert view.money == {"cost": 2.5, "margin": 1.0}
    view.money = {"cost": 2.5, "margin": share}
    said = read(node, view, 0.37)["here"]
    n = round(0.37 * len(frame))
    best = np.argsort(-scores * amounts, kind="stable")[:n]
    expected, came = (scores * amounts)[best].sum(), (frame.y.to_numpy() * amounts)[best].sum()
    assert said["contacts"] == n
    assert said["responses"] == pytest.approx(expected)
    assert said["came"] == pytest.approx(came)
    assert said["expected"] == pytest.approx(share * expected - 2.5 * n)
    assert said["realised"] == pytest.approx(share * came - 2.5 * n)
    chosen = view.chosen()
    assert chosen["customer"].tolist() == best.tolist()
    assert chosen["rank"].tolist() == list(range(1, n + 1))
    np.testing.assert_array_equal(chosen["amount"], amounts[best])
    np.testing.assert_array_equal(chosen["value"], chosen["propensity"] * chosen["amount"])


@pytest.mark.parametrize(("cost", "share"), [(0.0, 1.0), (1.0, 0.2), (4.0, 1.0), (4.0, 3.0)])
def test_one_order_is_right_for_every_share_and_cost(
    model, frame, amounts, scores, node, cost, share
):
    view = Targeting(model, frame, cost=cost, margin=amounts)
    view.money = {"cost": cost, "margin": share}
    earned = np.sort(share * scores * amounts - cost)[::-1]
    size = len(frame) // 100
    assert len(frame) == 100 * size
    at_ends = earned.cumsum()[size - 1 :: size]
    said = read(node, view)["best"]
    assert said["expected"] == pytest.approx(max(at_ends.max(), 0.0), abs=1e-6)
    assert abs(said["contacts"] - (earned > 0).sum()) <= size, "to the nearest bin"
    assert len(view.chosen()) == said["contacts"]


def test_the_interval_is_that_of_money_when_campaigns_are_drawn_again(model, frame, amounts, node):
    view = Targeting(model, frame, cost=2.0, margin=amounts, depth=0.4)
    said = read(node, view, 0.4)["here"]
    chosen = view.chosen()
    came = frame.y.to_numpy()[chosen["customer"]] * chosen["amount"].to_numpy()
    of = [(chosen["campaign"] == name).to_numpy() for name in sorted(set(frame.campaign))]
    sums = np.array([[came[rows].sum(), chosen["value"][rows].sum()] for rows in of])
    rng, drawn = np.random.default_rng(0), []
    for _ in range(1000):
        brought, thought = sums[rng.integers(8, size=8)].sum(axis=0)
        drawn.append(chosen["value"].sum() * brought / thought - 2.0 * len(chosen))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (said["low"], said["high"]) == (pytest.approx(low), pytest.approx(high))


def test_contacts_ahead_are_ranked_by_value_with_the_interval_of_the_known(
    model, frame, amounts, scores, node
):
    ahead = FeatureFrame(
        frame.X, frame.y.where(frame.campaign != "2024-08"), campaign=frame.campaign
    )
    view = Targeting(model, ahead, cost=1.0, margin=amounts, depth=0.5)
    chosen = view.chosen()
    rows = np.flatnonzero(frame.campaign == "2024-08")
    value = (scores * amounts)[rows]
    assert chosen["value"].tolist() == np.sort(value)[::-1][:350].tolist()
    said = read(node, view, 0.5)["here"]
    assert said["came"] is None
    assert said["low"] < said["expected"] < said["high"]
    known = ahead.y.notna().to_numpy()
    brought = (frame.y.to_numpy() * amounts)[known].sum()
    np.testing.assert_allclose(
        view.state["outcomes"], [known.sum(), (scores * amounts)[known].sum(), brought]
    )


def test_a_column_of_the_same_amounts_is_that_number(model, frame):
    constant = replace(
        frame,
        X=frame.X.assign(price=12.0),
        catalogue=pd.concat([frame.catalogue, pd.DataFrame({"group": ["price"]}, index=["price"])]),
    )
    number = Targeting(model, frame, cost=1.0, margin=12.0, release="exact")
    for margin in ("price", np.full(len(frame), 12.0)):
        column = Targeting(model, constant, cost=1.0, margin=margin, release="exact")
        assert column.exported() == number.exported()
        pd.testing.assert_frame_equal(column.chosen(), number.chosen(), check_exact=True)
        assert (
            column._repr_mimebundle_()[0]["image/png"]
            == (number._repr_mimebundle_()[0]["image/png"])
        )


def test_amounts_nearly_the_same_say_what_the_number_says(model, frame):
    nearly = 12 + 1e-9 * np.random.default_rng(0).random(len(frame))
    number = Targeting(model, frame, cost=1.0, margin=12.0)
    each = Targeting(model, frame, cost=1.0, margin=nearly)
    bins = np.array(number.state["bins"]) * [[1], [12], [12]]
    np.testing.assert_allclose(each.state["bins"][:2], bins[:2], rtol=1e-8)
    assert each.state["bins"][2] == pytest.approx(bins[2], rel=1e-8, abs=12)
    assert set(each.chosen()["customer"]) == set(number.chosen()["customer"])


def test_weights_are_rows(model, frame, amounts):
    times = np.arange(len(frame)) % 3 + 1
    weighted = FeatureFrame(frame.X, frame.y, weight=pd.Series(times.astype(float)))
    apart = FeatureFrame(frame.X, frame.y).rows(np.repeat(np.arange(len(frame)), times))
    one = Targeting(model, weighted, margin=amounts, cost=3.0)
    other = Targeting(model, apart, margin=np.repeat(amounts, times), cost=3.0)
    np.testing.assert_allclose(one.state["bins"], other.state["bins"], rtol=1e-9)


def test_cells_are_listed_by_value():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"price": rng.normal(size=40), "sent": rng.integers(20, 200, 40)})
    table["sold"] = rng.binomial(table["sent"], 1 / (1 + np.exp(1 - table["price"])))
    table["basket"] = rng.gamma(2.0, 10.0, 40)
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    model = RidgePropensity(alpha=0.01).fit(frame)
    chosen = Targeting(model, frame, margin="basket", depth=0.4).chosen()
    assert list(chosen) == ["cell", "propensity", "amount", "value", "rank", "contacts"]
    value = model.propensity(table[["price", "basket"]]).to_numpy() * table["basket"]
    order = np.argsort(-value.to_numpy(), kind="stable")
    assert chosen["cell"].tolist() == order[: len(chosen)].tolist()
    assert chosen["contacts"].tolist() == table["sent"].to_numpy()[order[: len(chosen)]].tolist()


def test_a_model_of_amounts_says_that_it_is_one(model, frame, scores, node):
    rng = np.random.default_rng(0)
    spend = 10 + 8 * frame.X["visits_1"] + rng.normal(size=len(frame))
    learned = Spend().fit(frame, spend)
    view = Targeting(model, frame, cost=1.0, margin=learned, depth=0.3, release="exact")
    amounts = np.maximum(learned.expected(frame), 0.0).to_numpy()
    below = int((learned.expected(frame) < 0).sum())
    assert below > 10
    assert view.state["amounts"] == "predicted"
    assert view.state["notes"] == [
        f"{below} contacts have a predicted amount below 0, which counts as 0."
    ]
    assert view.exported()["notes"][0] == view.state["notes"][0]
    said = read(node, view, 0.3)["here"]
    best = np.argsort(-scores * amounts, kind="stable")[: round(0.3 * len(frame))]
    assert said["came"] == pytest.approx((frame.y.to_numpy() * amounts)[best].sum())
    assert view.chosen()["customer"].tolist() == best.tolist()


@pytest.mark.parametrize("release", ["private", "static"])
def test_no_amount_is_mailed_but_in_an_exact_release(model, frame, amounts, release):
    view = Targeting(model, frame, cost=2.0, margin=amounts, release=release)
    assert view.exported() is None
    assert view.state["notes"] == [PICTURE_ALONE]
    data, _ = view._repr_mimebundle_()
    assert data[TARGETING.mime] == {"reason": PICTURE_ALONE}
    assert len(data["image/png"]) > 10_000
    exact = Targeting(model, frame, cost=2.0, margin=amounts, release="exact").exported()
    assert exact["amounts"] == "given"
    assert exact["guarantee"]["release"] == "exact"
    assert exact["notes"] == [exact["guarantee"]["sentence"]]
    text = json.dumps(exact)
    assert not [one for one in np.sort(amounts)[-50:] if f"{one}," in text]


def test_few_contacts_are_said_to_be_few_first(model, frame, amounts):
    some = frame.rows(np.arange(len(frame)) < 99)
    view = Targeting(model, some, margin=amounts[:99])
    assert view._repr_mimebundle_()[0][TARGETING.mime] == {}


def test_a_name_that_is_no_column_is_refused(model, frame):
    message = "`margin` names unknown column 'visit_0'; got"
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}.*Did you mean 'visits_0'"):
        Targeting(model, frame, margin="visit_0")
