"""Own words for columns, in views and charts; names that are cut stay different."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import Tuner
from workbench.charts.style import short, shortened
from workbench.errors import ParameterError
from workbench.widgets.front.names import checked_currency

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
