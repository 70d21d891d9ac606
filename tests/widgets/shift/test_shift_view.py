"""The shift view without a page: table, traits, exported state and pure functions."""

import base64
import json
import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, ShiftView
from workbench.errors import DataError, ParameterError
from workbench.evidence import over_campaigns
from workbench.widgets.views import SHIFT

READ = """
import { cellsOf, effectRange, matching, ordered } from "../shift/shift_view.js";
import fs from "node:fs";
const { state, order, words, at } = JSON.parse(fs.readFileSync(0));
const cells = cellsOf(state, at);
const range = effectRange(cells, state.columns.effect[at]);
const found = matching(state.columns, words);
console.log(JSON.stringify({ order: ordered(state.columns, order), found, range, cells }));
"""


@pytest.fixture(scope="module")
def shift(frame, model):
    return ShiftView(frame, model)


def test_it_opens_on_the_worst_that_can_be_compared(frame):
    fold = frame.campaign.factorize()[0]
    X = frame.X.assign(season=np.where(fold == 3, 7.0, 0.0))  # one number a campaign
    shift = ShiftView(FeatureFrame(X, frame.y, campaign=frame.campaign))
    assert shift.scores.index[0] == "season"
    compared = shift.scores[shift.scores["compared"] > 1]
    assert shift.column == compared.index[0]
    assert shift.column.startswith("promo_")


def test_its_table_is_the_charts_data(frame, model):
    shift = ShiftView(frame, model)
    first = shift.column
    expected = over_campaigns(frame, model, columns=[first])
    pd.testing.assert_frame_equal(shift.table(), expected)
    shift.column = "visits_1"
    other = over_campaigns(frame, model, columns=["visits_1"])
    pd.testing.assert_frame_equal(shift.table(), other)
    pd.testing.assert_frame_equal(shift.table(first), expected)


@pytest.mark.parametrize("order", ["badness", "concentration", "i_squared", "psi", "name"])
def test_the_list_is_in_the_order_that_pandas_gives(shift, node, order):
    places = node(READ, {"state": shift.state, "order": order, "words": "", "at": 0})["order"]
    names = [shift.state["columns"]["name"][j] for j in places]
    if order == "name":
        assert names == sorted(names)
    else:
        expected = shift.scores[order].round(4).sort_values(ascending=False, kind="stable")
        assert names == list(expected.index)


def test_the_search_takes_all_words_in_any_order(shift, node):
    found = node(READ, {"state": shift.state, "order": "name", "words": " 1  PROMO ", "at": 0})
    assert [shift.state["columns"]["name"][j] for j in found["found"]] == ["promo_1"]


def test_a_vague_campaign_does_not_set_the_scale(shift, node):
    state = json.loads(json.dumps(shift.state))
    at = state["columns"]["name"].index("visits_1")
    state["cells"]["effect_low"][at][2], state["cells"]["effect_high"][at][2] = -90.0, 90.0
    said = node(READ, {"state": state, "order": "name", "words": "", "at": at})
    cells = pd.DataFrame(said["cells"])
    assert cells["campaign"].tolist() == shift.state["campaigns"]
    half = (cells["effect_high"] - cells["effect_low"]) / 2
    best = cells["effect"][half <= 3 * half.median()]
    pooled = state["columns"]["effect"][at]
    low = min(best.min() - half.median(), 0.0, pooled)
    high = max(best.max() + half.median(), 0.0, pooled)
    expected = [low - 0.06 * (high - low), high + 0.06 * (high - low)]
    assert said["range"] == pytest.approx(expected)


def test_no_row_leaves_the_notebook(frame, model):
    customer = pd.Series([f"secret-{k}" for k in range(len(frame))])
    named = FeatureFrame(frame.X, frame.y, campaign=frame.campaign, customer=customer)
    shift = ShiftView(named, model, column="promo_1")
    data, _ = shift._repr_mimebundle_()
    state = data[SHIFT.mime]
    assert state == shift.exported()
    assert "secret-" not in json.dumps(state) + json.dumps(shift.get_state(), default=str)
    assert base64.b64decode(data["image/png"])[1:4] == b"PNG"
    assert (state["column"], state["order"]) == ("promo_1", "badness")
    assert set(state) == {
        *("campaigns", "contacts", "all_campaigns", "columns", "cells", "notes"),
        *("column", "order", "guarantee"),
    }


def test_too_few_contacts_leave_no_state_and_a_picture(frame, model):
    few = frame.rows(np.arange(len(frame)) % 10 == 0)  # seventy of each campaign
    shift = ShiftView(few, model)
    assert shift.exported() is None
    assert shift._repr_mimebundle_()[0][SHIFT.mime] == {}


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize("campaigns", [0, 1])
def test_a_frame_without_two_campaigns_is_refused(frame, campaigns):
    labels = frame.campaign if campaigns else None
    alone = FeatureFrame(frame.X, frame.y, campaign=labels)
    first = alone.rows((frame.campaign == "2024-01").to_numpy())
    message = (
        f"Comparing campaigns needs at least two with outcomes; got {campaigns}. Name the campaign "
        "column: a month will do."
    )
    with pytest.raises(DataError, match=exactly(message)):
        ShiftView(first)


def test_what_is_no_frame_and_no_column_is_refused(shift, frame, model):
    message = (
        "`frame` must be a FeatureFrame; got RidgePropensity. Write ShiftView(frame), or "
        "ShiftView(frame, model)."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        ShiftView(model, frame)
    listed = ", ".join(repr(name) for name in shift.scores.index[:8])
    message = (
        f"`column` must be one that the view lists; got 'promo_9', not in [{listed}, … 2 more]. "
        "Did you mean 'promo_"
    )
    for refused in (lambda: shift.table("promo_9"), lambda: ShiftView(frame, column="promo_9")):
        with pytest.raises(ParameterError) as error:
            refused()
        assert str(error.value).startswith(message.split(";", maxsplit=1)[0])
        assert "Did you mean 'promo_" in str(error.value)
    with pytest.raises(ParameterError) as error:
        shift.table("promo_9")
    assert str(error.value).startswith(message)


def test_its_list_is_in_the_readers_words(frame, node):
    labels = {"promo_0": "Coupons, four weeks", "promo": "Coupons", "visits_1": "A first visit"}
    shift = ShiftView(frame.labelled(labels))
    columns = shift.state["columns"]
    called = dict(zip(columns["name"], columns["called"], strict=True))
    assert {name: called[name] for name in ("promo_0", "visits_1", "visits_2")} == {
        "promo_0": "Coupons, four weeks",
        "visits_1": "A first visit",
        "visits_2": "visits_2",
    }
    assert set(columns["group"]) == {"behaviour", "Coupons"}
    assert shift.column in columns["name"]  # the traits keep the names
    given = {"state": shift.state, "at": 0, "order": "name"}
    for words in ("coupons four", "promo_0"):
        found = node(READ, {**given, "words": words})
        assert [columns["name"][j] for j in found["found"]] == ["promo_0"]
    order = node(READ, {**given, "words": ""})["order"]
    assert columns["name"][order[0]] == "visits_1"
    assert shift.exported()["columns"]["called"]
