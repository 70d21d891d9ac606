"""Targeting without a page: the list, the state, and every figure found in another way."""

import base64
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, Targeting, metrics
from workbench.errors import ParameterError
from workbench.widgets.front.picture import words
from workbench.widgets.targeting.ranked_contacts import unseen_propensities
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


@pytest.fixture
def named(frame):
    customer = pd.Series([f"secret-{k}" for k in range(len(frame))])
    return FeatureFrame(frame.X, frame.y, campaign=frame.campaign, customer=customer)


@pytest.fixture
def ahead(named):
    """The last campaign's outcomes are not known yet."""
    y = named.y.where(named.campaign != "2024-08")
    return FeatureFrame(named.X, y, campaign=named.campaign, customer=named.customer)


def test_every_figure_of_known_contacts_is_found_from_their_rows(model, named, node):
    targeting = Targeting(model, named, cost=2.0, margin=9.0, depth=0.37)
    said = node(READ, {"state": targeting.state, "money": targeting.money, "depth": 0.37})["here"]
    scores = unseen_propensities(model, named)[0]
    table = metrics.profit_by_depth(named.y, scores, cost=2.0, margin=9.0)
    for name in ("expected", "realised"):
        exact = np.interp(0.37, table["depth"], table[f"{name}_profit"])
        assert said[name] == pytest.approx(exact, abs=1e-6), name
    chosen = targeting.chosen()
    assert said["contacts"] == len(chosen) == round(0.37 * len(named))
    assert said["responses"] == pytest.approx(chosen["propensity"].sum(), rel=1e-9)
    came = named.y[named.customer.isin(chosen["customer"])].sum()
    assert said["came"] == came
    assert said["realised"] == pytest.approx(9 * came - 2 * len(chosen))


def test_the_interval_of_the_profit_is_that_of_drawn_campaigns(model, named, node):
    targeting = Targeting(model, named, cost=2.0, margin=9.0, depth=0.4)
    said = node(READ, {"state": targeting.state, "money": targeting.money, "depth": 0.4})["here"]
    chosen = targeting.chosen()
    y = named.y.set_axis(named.customer)[chosen["customer"]].to_numpy()
    rng, campaigns, drawn = np.random.default_rng(0), np.array(sorted(set(named.campaign))), []
    by_campaign = [chosen["campaign"].to_numpy() == name for name in campaigns]
    sums = np.array([[y[m].sum(), chosen["propensity"][m].sum()] for m in by_campaign])
    for _ in range(1000):
        came, thought = sums[rng.integers(8, size=8)].sum(axis=0)
        drawn.append(9.0 * chosen["propensity"].sum() * came / thought - 2.0 * len(chosen))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (said["low"], said["high"]) == (pytest.approx(low), pytest.approx(high))
    assert said["low"] < said["realised"] < said["high"]


def test_contacts_whose_outcome_is_open_are_ranked_alone(model, ahead, node):
    targeting = Targeting(model, ahead, cost=1.0, margin=5.0, depth=0.6)
    chosen = targeting.chosen()
    assert set(chosen["campaign"]) == {"2024-08"}
    assert list(chosen) == ["customer", "campaign", "propensity", "rank"]
    assert chosen["propensity"].is_monotonic_decreasing
    said = node(READ, {"state": targeting.state, "money": targeting.money, "depth": 0.6})["here"]
    assert said["realised"] is None
    assert said["came"] is None
    profit = 5.0 * chosen["propensity"].sum() - len(chosen)
    assert said["expected"] == pytest.approx(profit)
    assert said["low"] < said["high"]
    assert targeting.state["known"]["clusters"] == 7
    assert sum(targeting.state["bins"][0]) == 700
    assert targeting.state["outcomes"][0] == len(ahead) - 700


@pytest.mark.parametrize(("cost", "margin"), [(1.0, 5.0), (0.0, 3.0), (100.0, 1.0)])
def test_without_a_depth_the_list_is_the_best_one_shown(model, named, node, cost, margin):
    targeting = Targeting(model, named, cost=cost, margin=margin)
    said = node(READ, {"state": targeting.state, "money": targeting.money})["best"]
    chosen = targeting.chosen()
    assert said["contacts"] == len(chosen)
    worth = (unseen_propensities(model, named)[0] * margin > cost).sum()
    assert abs(len(chosen) - worth) <= np.ceil(len(named) / 100), "to the nearest bin"
    targeting.money = {"cost": cost, "margin": 0.0}
    assert len(targeting.chosen()) == 0


def test_weights_count_as_contacts(model, frame):
    weight = pd.Series(np.where(np.arange(len(frame)) % 2, 3.0, 1.0))
    targeting = Targeting(
        model, FeatureFrame(frame.X, frame.y, campaign=frame.campaign, weight=weight), depth=0.2
    )
    chosen = targeting.chosen()
    assert weight[chosen["customer"]].sum() == pytest.approx(0.2 * weight.sum(), abs=3)


def test_no_row_leaves_the_notebook(model, named):
    targeting = Targeting(model, named, release="exact")
    data, _ = targeting._repr_mimebundle_()
    state = data[TARGETING.mime]
    assert state == targeting.exported()
    text = json.dumps(state) + json.dumps(targeting.get_state(), default=str)
    assert "secret-" not in text
    assert base64.b64decode(data["image/png"])[1:4] == b"PNG"
    assert set(state) == {
        *("bins", "currency", "known", "unseen", "outcomes", "money", "depth"),
        *("guarantee", "notes"),
    }
    assert state["guarantee"]["release"] == "exact"
    assert state["notes"] == [state["guarantee"]["sentence"]]
    contacts, expected, responses = (np.array(part) for part in state["bins"])
    assert len(contacts) <= 100
    assert contacts.min() >= 20
    assert set(state["known"]) == {"depth", "low", "high", "clusters", "repeats"}
    assert len(state["known"]["depth"]) <= 100
    assert expected.sum() == pytest.approx(unseen_propensities(model, named)[0].sum())
    assert responses.sum() == named.y.sum()


def test_too_few_contacts_or_responses_leave_no_state(model, frame):
    assert Targeting(model, frame.rows(np.arange(len(frame)) < 99)).exported() is None
    rare = np.flatnonzero(frame.y == 1)[:4].tolist() + np.flatnonzero(frame.y == 0)[:500].tolist()
    few = Targeting(model, frame.rows(np.array(rare)))
    assert few.exported() is None
    assert few._repr_mimebundle_()[0][TARGETING.mime] == {}


def test_nothing_known_leaves_no_interval(model, frame):
    open_frame = FeatureFrame(frame.X, frame.y * np.nan, campaign=frame.campaign)
    targeting = Targeting(model, open_frame)
    assert targeting.state["known"] is None
    assert "outcomes" not in targeting.state


def test_what_is_no_money_and_no_depth_is_refused(model, frame):
    with pytest.raises(ParameterError, match="`cost` must be an amount of money"):
        Targeting(model, frame, cost=-1.0)
    with pytest.raises(ParameterError) as error:
        Targeting(model, frame, depth=30.0)
    assert str(error.value) == (
        "`depth` must be a share of the contacts, from 0 to 1; got 30.0. Leave it out to follow "
        "the depth that is expected to earn most."
    )


def test_few_customers_who_come_often_leave_neither_state_nor_curve(model, frame):
    often = replace(frame, customer=pd.Series([f"k{k % 9}" for k in range(len(frame))]))
    targeting = Targeting(model, often)
    assert targeting.exported() is None
    said = words("Too few contacts to draw: what is shown is of many alone.")
    data, _ = targeting._repr_mimebundle_()
    assert data["image/png"] == said


def test_cells_are_listed_once_with_their_contacts():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"price": rng.normal(size=40), "sent": rng.integers(20, 200, 40)})
    table["sold"] = rng.binomial(table["sent"], 1 / (1 + np.exp(1 - table["price"])))
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    model = RidgePropensity(alpha=0.01).fit(frame)
    chosen = Targeting(model, frame, depth=0.4).chosen()
    assert list(chosen) == ["cell", "propensity", "rank", "contacts"]
    best = table.loc[np.argsort(-model.propensity(table[["price"]]).to_numpy())]
    middle = best["sent"].cumsum() - best["sent"] / 2
    expected = best[middle <= 0.4 * table["sent"].sum()]
    assert chosen["contacts"].tolist() == expected["sent"].tolist()
    assert chosen["cell"].tolist() == expected.index.tolist()
    assert chosen["rank"].tolist() == list(range(1, len(chosen) + 1))
