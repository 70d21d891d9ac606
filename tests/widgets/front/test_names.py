"""Own words for columns, in views and charts; names that are cut stay different."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import RidgePropensity, Tuner
from workbench.charts.style import short, shortened
from workbench.errors import ParameterError
from workbench.frame.wording import Wording
from workbench.widgets.front.names import Names, checked_currency

CUT = """
import { readFileSync } from "node:fs";
import { shortened } from "./words.js";
const { lists, most } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(lists.map((names) => shortened(names, most))));
"""
ALIKE = [
    [f"transactions_{kind}_sales_value_last_{days}_days" for kind in ("bread", "cakes", "bread2")]
    for days in (28, 91)
]
ALIKE += [["a" * 40 + end + "b" * 40 for end in ("", "a", "b", "ab", "c")], ["x", "x", "y" * 50]]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.text("ab_… ", max_size=20), max_size=12), st.integers(8, 12))
def test_different_names_are_different_labels(names, most):
    labels = shortened(names, most)
    whole = [short(name, 10**9) for name in names]
    assert len(set(zip(whole, labels, strict=True))) == len(set(whole)) == len(set(labels))


def test_labels_of_a_view_are_different_too(node):
    for names, labels in zip(ALIKE, node(CUT, {"lists": ALIKE, "most": 14}), strict=True):
        assert len(set(labels)) == len(set(names))
        assert max(map(len, labels)) <= 14


def test_own_words_and_descriptions_reach_a_file(model, frame):
    tuner = Tuner(model, frame, labels={"promo_0": "Coupons, four weeks"}, currency="EUR")
    state = tuner.state()
    at = state["columns"].index("promo_0")
    assert state["words"][at] == tuner.facts["words"][at] == "Coupons, four weeks"
    assert [one for one in state["words"] if one] == ["Coupons, four weeks"]
    assert state["currency"] == "EUR"


def test_labels_and_currencies_that_cannot_be_are_refused(model):
    with pytest.raises(ParameterError, match=r"`labels` names unknown feature 'promos'; got "):
        Tuner(model, labels={"promos": "Coupons"})
    message = (
        "`currency` must be a text of at most 12 letters on one line, such as 'EUR'; got "
        "'E\\nR'. Leave it out where amounts need no unit."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        checked_currency("E\nR")


def test_words_of_the_frame_reach_every_list_of_a_view_and_its_file(frame):
    labels = {"promo": "Coupons", "promo_0": "Coupons, four weeks", "visits_1": "Visits"}
    labelled = RidgePropensity().fit(frame.labelled(labels))
    tuner = Tuner(labelled, frame)
    assert tuner.facts["called"] == labels
    for release in ("exact", "private"):
        tuner.release = release
        state = tuner.state()
        shown = {*state["features"], *state["groups"]}
        assert state["called"] == {name: words for name, words in labels.items() if name in shown}
        said = dict(zip(state["columns"], state["words"], strict=True))
        assert said["visits_1"] == "Visits"
        assert said["visits_2"] is None
    own = Tuner(labelled, frame, labels={"promo": "Vouchers"})
    assert own.facts["called"] == {**labels, "promo": "Vouchers"}
    assert Tuner(RidgePropensity(alpha=1.0).fit(frame)).facts["called"] == {}


def test_pooled_columns_are_called_by_the_words_of_their_group():
    names = Names(Wording({"promo": "Coupons"}), {})
    assert names.words(["12 other columns of promo", "2 rare columns of x"]) == [
        "12 other columns of Coupons",
        None,
    ]


LISTED = """
import { readFileSync } from "node:fs";
import { cutNames } from "./words.js";
import { groupFacts, hints } from "./hints.js";
const { facts, answer, names } = JSON.parse(readFileSync(0, "utf8"));
const said = hints({ facts, answer, nudges: null, tuned: null }).map((one) => one.text);
console.log(JSON.stringify({ cut: [...cutNames(facts, names, 20)], said }));
"""


def test_lists_and_hints_of_a_view_are_in_the_words(node):
    names = ["a_long_name_that_ends_alike_28d", "a_long_name_that_starts_and_ends_alike_28d", "c"]
    answer = {"b": [0, 1, 1], "edf": [1, 1], "share": [0.5, 0.5], "loss": [], "penalties": [1, 1]}
    facts = {"groups": ["c", "c"], "campaigns": [1, 1], "lived_in": 1, "folds": [], "weights": []}
    facts |= {"called": {"c": "Coupons"}, "penalties": [1, 1]}
    found = node(LISTED, {"facts": facts, "answer": answer, "names": names})
    cut = dict(found["cut"])
    assert cut["c"] == "Coupons"
    assert len(set(cut.values())) == 3
    assert found["said"] == ["Coupons is hardly shrunk: 2.0 of 2 columns effective."]


PANELS = """
import { readFileSync } from "node:fs";
class Node {
  constructor(kind) {
    Object.assign(this, { kind, children: [], attributes: {}, style: { setProperty() {} } });
  }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  append(...more) { this.children.push(...more.filter((one) => one !== null)); }
  set textContent(text) { this.children = [String(text)]; }
}
const made = (kind) => new Node(kind);
const createElementNS = (_, kind) => new Node(kind);
globalThis.document = { createElement: made, createElementNS, createTextNode: String };
const panels = await import("./panels.js");
const { names, bins, ...given } = JSON.parse(readFileSync(0, "utf8"));
const flat = (one) => (one instanceof Node ? one.children.flatMap(flat) : [String(one)]);
const texts = (node) => {
  if (!(node instanceof Node)) return [];
  if (node.kind !== "text") return node.children.flatMap(texts);
  return [[node.attributes.class, node.children.flatMap(flat).join("")]];
};
const more = { tuned: null, curve: null, focus: null, width: 420, evidence: { bins } };
const of = { ...given, ...more, money: { cost: 1, margin: 5 } };
const out = names.map((name) => [name, panels[name](of).nodes.flatMap(texts)]);
console.log(JSON.stringify(Object.fromEntries(out)));
"""
UNITS = {
    "campaignPanel": ["campaigns left out", "log loss a contact"],
    "coefficientPanel": ["log-odds per standard deviation, 95% interval"],
    "liftPanel": ["share contacted, best first", "share of responses"],
    "profitPanel": ["share contacted, best first", "profit in EUR"],
    "calibrationPanel": ["propensity, mean of each tenth", "response rate"],
    "reliancePanel": ["share of the score's variance"],
    "lossPanel": ["penalty of all, stronger →", "log loss a contact"],
}


def test_each_axis_of_a_panel_tells_its_unit(node):
    facts = {
        "columns": ["a", "b"],
        "features": ["a", "b"],
        "groups": ["g", "h"],
        "campaigns": [2, 2],
        "lived_in": 2,
        "folds": ["May", "June", "July"],
        "weights": [10, 10, 10],
        "penalties": [0.1, 0.1],
        "b": [0, 0.5, -0.5],
        "left_out": "campaigns",
        "is_tuned": True,
        "currency": "EUR",
    }
    answer = {"b": [0, 0.5, -0.5], "error": [0.1, 0.1], "edf": [1, 1], "share": [0.6, 0.4]}
    answer |= {"loss": [0.51470001, 0.51470002, 0.5147], "penalties": [0.1, 0.1]}
    bins = [[10, 10, 10], [5, 3, 1], [6, 2, 1]]
    found = node(PANELS, {"facts": facts, "answer": answer, "bins": bins, "names": list(UNITS)})
    for name, wanted in UNITS.items():
        assert [text for kind, text in found[name] if kind == "axis"] == wanted, name
    ticks = [text for kind, text in found["campaignPanel"] if kind == "tick"]
    assert len(set(ticks)) == len(ticks) > 3  # a loss of no difference gets no ticks that are alike
