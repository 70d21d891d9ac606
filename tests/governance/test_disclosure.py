"""What may be shown of how few people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, ParameterError
from workbench.governance import disclosure
from workbench.governance.people import People, heads


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
    everyone = People.each(person)
    shown = disclosure.pooled(labels, everyone)
    counts = everyone.by(shown)
    assert (counts >= 10).all() or set(shown) == {"other"}
    kept = shown != "other"
    assert (shown[kept] == labels[kept]).all()


def test_people_are_counted_and_not_contacts():
    labels = pd.Series(["a"] * 30 + ["b"] * 30)
    person = np.concatenate([np.zeros(30, int), np.arange(1, 31)])
    assert disclosure.pooled(labels, People.each(person)).tolist() == ["other"] * 60
    enough = disclosure.pooled(labels, People.each(np.arange(60)))
    assert enough.tolist() == labels.tolist()


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


def frame_of(X, **more):
    return FeatureFrame(X, pd.Series(np.arange(len(X)) % 2.0), **more)


def test_flags_and_numbers_of_few_are_rare():
    n = 200
    three = np.arange(n) < 3
    X = pd.DataFrame(
        {
            "flag": three * 1.0,
            "yes_no": three,
            "nearly_all": 1.0 - three,
            "filled_for_three": np.where(three, 2.0, np.nan),
            "share": np.where(np.arange(n) < 90, np.where(three, 0.5, 0.0), np.nan),
            "age": np.linspace(18, 90, n),
            "half": np.arange(n) % 2.0,
            "constant": 1.0,
        }
    )
    rare = disclosure.rare_features(frame_of(X))
    assert rare == {"flag", "yes_no", "nearly_all", "filled_for_three", "share"}
    columns = ["yes_no=False", "flag", "share (missing)", "age", "half"]
    shown = disclosure.without_rare(pd.DataFrame(index=columns), frame_of(X))
    assert list(shown.index) == ["age", "half"]


def test_of_what_a_builder_made_a_constant_is_rare_too():
    X = pd.DataFrame({"count[Lonelyville]": np.zeros(50), "age": np.arange(50.0)})
    made = pd.DataFrame({"group": ["windows"] * 2, "builder": ["windows"] * 2}, index=list(X))
    assert disclosure.rare_features(frame_of(X, catalogue=made)) == {"count[Lonelyville]"}
    assert disclosure.rare_features(frame_of(X)) == set()


def test_the_moments_shown_are_the_tenth_customers():
    days = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(40), "D"))
    campaign = pd.Series(["May"] * 20 + ["June"] * 20)
    frame = frame_of(pd.DataFrame({"x": np.arange(40.0)}), as_of=days, campaign=campaign)
    assert disclosure.span(frame) == (pd.Timestamp("2024-01-10"), pd.Timestamp("2024-01-31"))
    first = disclosure.shown_frame(frame).summary()["as_of"]
    assert first.to_dict() == {
        "May": pd.Timestamp("2024-01-10"),
        "June": pd.Timestamp("2024-01-30"),
    }


def test_a_report_stands_on_ten_customers():
    X = pd.DataFrame({"x": np.arange(40.0)})
    frame = frame_of(X, customer=pd.Series(np.arange(40) % 9))
    with pytest.raises(DataError) as error:
        disclosure.check_enough(frame, name="the contacts in training")
    assert str(error.value) == (
        "A report must stand on 10 customers or more; the contacts in training have 9. Take more "
        "campaigns, or join small ones."
    )
    assert disclosure.check_enough(frame_of(X), name="they") is not None


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_points_of_a_curve_are_ten_contacts_apart(steps):
    curve = pd.DataFrame({"contacts": np.cumsum([0, *steps])})
    kept = disclosure.coarse(curve)["contacts"].to_numpy()
    assert kept[[0, -1]].tolist() == curve["contacts"].iloc[[0, -1]].tolist()
    assert (np.diff(kept) >= 10).all() or len(kept) == 2


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
    assert People.of(frame).count() == 84
    names = ["town=ulm", "town=bonn", "town=rome"]
    assert disclosure.rare_columns(names, frame) == {"town=bonn", "town=rome"}
    # the five of February join the smallest of the other months
    assert disclosure.shown_frame(frame).campaigns == ["other"]
    named = FeatureFrame.from_table(
        table, target="sold", trials="sent", campaign="month", customer="ad"
    )
    # a customer is one of the people, in however many contacts; nobody's contacts are each one
    assert heads(named).tolist() == [1.0] * 6 + [1.0, 4.0]
    plain = FeatureFrame(frame.X, frame.y, weight=frame.weight)  # weights may mean anything
    assert heads(plain).tolist() == [1.0] * len(plain)


def test_names_held_back_are_counted_in_lists_alone():
    hidden = "'other', 'other'"
    assert disclosure.others_counted(f"It has [{hidden}].") == "It has [2 others]."
    assert (
        disclosure.others_counted(f"Gaps in {hidden}, 'age': imputed.")
        == "Gaps in 2 others, 'age': imputed."
    )
    for said in ("['other']", "'other', 'age', 'other'", "'other' (10 rows), 'other' (20 rows)"):
        assert disclosure.others_counted(said) == said
