"""What may be shown of how few people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.governance import disclosure


def test_a_release_is_one_of_three():
    assert [disclosure.check_release(one) for one in disclosure.RELEASES] == [
        "private",
        "static",
        "exact",
    ]
    with pytest.raises(ParameterError) as error:
        disclosure.check_release("public")
    assert str(error.value) == (
        "`release` must be one of ['private', 'static', 'exact']; got 'public'."
    )


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200))
def test_no_shown_label_stands_for_one_to_nine_people(codes):
    labels, person = pd.Series([f"c{k}" for k in codes]), np.arange(len(codes))
    shown = disclosure.pooled(labels, person)
    counts = disclosure.people_of(shown, person)
    assert (counts >= 10).all() or set(shown) == {"other"}
    kept = shown != "other"
    assert (shown[kept] == labels[kept]).all()


def test_people_are_counted_and_not_contacts():
    labels = pd.Series(["a"] * 30 + ["b"] * 30)
    person = np.concatenate([np.zeros(30, int), np.arange(1, 31)])
    assert disclosure.pooled(labels, person).tolist() == ["other"] * 60
    enough = disclosure.pooled(labels, np.arange(60))
    assert enough.tolist() == labels.tolist()


def test_rows_without_a_customer_are_somebody_each():
    X = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
    y = pd.Series([0.0, 1.0, 0.0, 1.0])
    named = FeatureFrame(X, y, customer=pd.Series(["a", None, "a", None]))
    assert len(set(disclosure.people(named))) == 3
    assert disclosure.people(FeatureFrame(X, y)).tolist() == [0, 1, 2, 3]


def test_levels_and_gaps_of_few_are_left_out_of_tables():
    n = 300
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"town": rng.choice(["A", "B"], n), "age": rng.normal(size=n)})
    X.loc[:4, "town"], X.loc[:3, "age"] = "Lonelyville", np.nan
    y = pd.Series((rng.random(n) < 0.4) * 1.0)
    frame = FeatureFrame(X, y)
    with pytest.warns(match="Missing"):
        table = RidgePropensity(alpha=0.1).fit(frame).coefficients()
    assert {"town=Lonelyville", "age (missing)"} <= set(table.index)
    shown = disclosure.without_rare(table, frame)
    assert set(table.index) - set(shown.index) == {"town=Lonelyville", "age (missing)"}
    assert disclosure.rare_columns(["town=Lonelyville", "age"], frame) == {"town=Lonelyville"}


def test_few_is_one_to_nine():
    assert disclosure.few([0, 1, 9, 10]).tolist() == [False, True, True, False]


def test_the_people_of_a_cell_are_its_contacts():
    table = pd.DataFrame(
        {
            "month": ["2024-01"] * 3 + ["2024-02"],
            "town": ["ulm", "ulm", "bonn", "rome"],
            "ad": ["x", "x", "y", None],
            "sent": [40, 30, 9, 5],
            "sold": [4, 3, 1, 1],
        }
    )
    frame = FeatureFrame.from_table(
        table, target="sold", trials="sent", campaign="month", drop=["ad"]
    )
    assert disclosure.heads(frame).sum() == 84
    names = ["town=ulm", "town=bonn", "town=rome"]
    assert disclosure.rare_columns(names, frame) == {"town=bonn", "town=rome"}
    # the five of February join the smallest of the other months
    assert disclosure.shown_frame(frame).campaigns == ["other"]
    named = FeatureFrame.from_table(
        table, target="sold", trials="sent", campaign="month", customer="ad"
    )
    # a customer is one of the people, in however many contacts; nobody's contacts are each one
    assert disclosure.heads(named).tolist() == [1.0] * 6 + [1.0, 4.0]
    plain = FeatureFrame(frame.X, frame.y, weight=frame.weight)  # weights may mean anything
    assert disclosure.heads(plain).tolist() == [1.0] * len(plain)
