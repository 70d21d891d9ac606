"""Segments: levels as they are, numbers in bins with short edges that are nobody's own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, features
from workbench.datasets import sample
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.evidence import segment_labels
from workbench.evidence.segment_labels import labels_and_own


def frame_of(values, **more):
    X = pd.DataFrame({"x": values})
    return FeatureFrame(X, pd.Series(np.arange(len(X)) % 2 * 1.0), **more)


def counts(labels):
    return labels.value_counts(sort=False).to_dict()


def test_numbers_are_cut_into_bins_of_about_as_many():
    rng = np.random.default_rng(0)
    income = rng.lognormal(10, 0.6, 5000)
    labels = segment_labels(frame_of(income), "x")
    assert list(labels.cat.categories) == [
        "up to 13,000",
        "13,000 to 19,000",
        "19,000 to 26,000",
        "26,000 to 37,000",
        "above 37,000",
    ]
    edges = [-np.inf, 13_000, 19_000, 26_000, 37_000, np.inf]
    expected = np.histogram(income, edges)[0].tolist()
    assert list(counts(labels).values()) == expected
    assert min(expected) > 800


def test_few_numbers_are_segments_of_their_own():
    labels = segment_labels(frame_of([0, 1, 2, 2, 1, np.nan]), "x")
    assert counts(labels) == {"0": 1, "1": 2, "2": 2, "missing": 1}


def test_a_heap_is_a_bin_of_its_own():
    labels = segment_labels(frame_of([0.0] * 80 + list(range(1, 21))), "x", bins=4)
    assert counts(labels) == {"0": 80, "above 0": 20}


def test_whole_numbers_are_named_by_the_first_and_the_last_of_a_bin():
    labels = segment_labels(frame_of(np.repeat(np.arange(1, 13), 10)), "x", bins=4)
    assert counts(labels) == {"up to 3": 30, "4 to 6": 30, "7 to 9": 30, "above 9": 30}
    single = segment_labels(frame_of([1] * 30 + [2] * 30 + list(range(3, 33))), "x", bins=3)
    assert counts(single) == {"1": 30, "2": 30, "above 2": 30}


def test_codes_are_no_amounts():
    labels = segment_labels(frame_of(np.arange(60) % 9 + 1), "x")
    assert list(labels.cat.categories) == [str(code) for code in range(1, 10)]


def test_flags_texts_and_gaps():
    assert counts(segment_labels(frame_of([True, False, True]), "x")) == {"no": 1, "yes": 2}
    texts = pd.Series(["b", None, "a", "b"])
    assert counts(segment_labels(frame_of(texts), "x")) == {"a": 1, "b": 2, "missing": 1}
    shops = pd.Series([11, 12, 11], dtype="category")
    assert counts(segment_labels(frame_of(shops), "x")) == {"11": 2, "12": 1}


def test_logarithms_are_cut_in_the_units_behind_them():
    days = np.arange(1, 101)
    catalogue = pd.DataFrame({"group": ["g"], "unit": ["ln(1 + days)"]}, index=["x"])
    labels = segment_labels(frame_of(np.log1p(days), catalogue=catalogue), "x", bins=4)
    assert counts(labels) == {"up to 25": 25, "26 to 50": 25, "51 to 75": 25, "above 75": 25}


def test_campaigns_and_what_is_no_feature():
    frame = frame_of([1.0, 2.0, 3.0], campaign=pd.Series(["May", "May", "June"]))
    assert counts(segment_labels(frame, "campaign")) == {"June": 1, "May": 2}
    assert counts(segment_labels(frame, pd.Series(["u", "v", "u"]))) == {"u": 2, "v": 1}
    assert counts(segment_labels(frame, ["u", "v", "u"])) == {"u": 2, "v": 1}


def test_an_order_that_is_given_is_kept():
    """As where labels of all contacts are made first, and given for some of them."""
    frame = frame_of([0.0, 100.0, *range(1, 12)])
    labels = segment_labels(frame, "x", bins=3)
    again = segment_labels(frame, labels)
    assert list(again.cat.categories) == list(labels.cat.categories)
    assert again.tolist() == labels.tolist()
    assert again.cat.ordered
    assert (labels.name, segment_labels(frame, [1] * 13).name) == ("x", "segment")


def test_a_weight_counts_as_many():
    weight = pd.Series([97.0, *[1.0] * 11])
    labels = segment_labels(frame_of(np.arange(12) + 0.5, weight=weight), "x", bins=2)
    assert counts(labels) == {"0.5": 1, "above 0.5": 11}


@settings(max_examples=40)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=12, max_size=60, unique=True),
    st.integers(2, 6),
)
def test_every_number_lies_in_the_bin_that_names_it(values, bins):
    labels = segment_labels(frame_of(values), "x", bins=bins)
    for value, label in zip(values, labels, strict=True):
        words = label.replace(",", "").split()
        if len(words) == 1:
            assert value == float(words[0])
        elif words[0] == "up":
            assert value <= float(words[2])
        elif words[0] == "above":
            assert value > float(words[1])
        elif len(words) == 3:
            assert float(words[0]) < value <= float(words[2])


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("y", SchemaError, r"`by` names unknown column 'y'; got \['x'\]\."),
        ("campaign", SchemaError, "`by` names unknown column 'campaign'"),
        ([1, 2], SchemaError, r"have one value a row; got shape \(2,\) for 3 rows"),
        (pd.Series([1, 2, 3], index=[2, 1, 0]), SchemaError, "must stand in the order"),
        (pd.Series([1.0, np.inf, 2.0]), DataError, "`by` must be finite"),
        (pd.to_datetime(pd.Series(["2024-01-01"] * 3)), DataError, "Write moments as months"),
    ],
)
def test_what_makes_no_segments_is_refused(by, error, message):
    with pytest.raises(error, match=message):
        segment_labels(frame_of([1.0, 2.0, 3.0]), by)


@pytest.mark.parametrize("bins", [1, 2.0, True, "5"])
def test_bins_are_a_number_from_2(bins):
    with pytest.raises(ParameterError, match="`bins` must be a whole number from 2"):
        segment_labels(frame_of([1.0, 2.0, 3.0]), "x", bins=bins)


@pytest.mark.parametrize(
    ("values", "own"),
    [
        (["new", "high", "low"], set()),
        (["new", None, "old"], {"missing"}),
        (["new", None, "missing"], {"no value"}),
        (["missing", "yes", "no"], set()),
        ([True, False, True], {"yes", "no"}),
        ([1500.0, 2.0, np.nan], {"2", "1500", "missing"}),
        (pd.Categorical([11, 12, 11]), set()),
    ],
)
def test_what_the_data_do_not_say_is_the_workbenchs_own(values, own):
    assert labels_and_own(frame_of(values), "x", bins=5)[1] == own


def test_numbers_alike_to_twelve_digits_are_one_segment():
    assert counts(segment_labels(frame_of([0.3, 0.1 + 0.2, 0.5]), "x")) == {"0.3": 2, "0.5": 1}
    assert counts(segment_labels(frame_of([0.0, -0.0, 1.0]), "x")) == {"0": 2, "1": 1}
    moments = 1.7e18 + np.arange(0, 2e6, 1000.0)
    labels = segment_labels(frame_of(moments), "x")
    assert labels.notna().all()
    assert labels.cat.categories.is_unique


def test_gaps_are_not_of_a_level_that_is_called_missing():
    texts = pd.Series(["missing", None, "a", "missing"])
    assert counts(segment_labels(frame_of(texts), "x")) == {"a": 1, "missing": 2, "no value": 1}
    ordered = pd.Categorical(texts, categories=["missing", "a"], ordered=True)
    found = counts(segment_labels(frame_of(ordered), "x"))
    assert list(found.items()) == [("missing", 2), ("a", 1), ("no value", 1)]
    with pytest.raises(DataError, match="levels called 'missing' and 'no value': they could not"):
        segment_labels(frame_of(["missing", None, "no value"]), "x")


NUMBERS = st.floats(allow_infinity=False) | st.floats(1.7e18, 1.71e18) | st.floats(1e12, 1e12 + 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=60), st.integers(2, 6))
def test_every_number_has_a_segment(values, bins):
    labels = segment_labels(frame_of(np.arange(len(values)) * 1.0), np.array(values), bins=bins)
    assert labels.notna().all()
    assert (labels == "missing").tolist() == np.isnan(values).tolist()
    there = ~np.isnan(values)
    ranks = labels.cat.codes.to_numpy()[there]
    assert (np.diff(ranks[np.argsort(np.array(values)[there], kind="stable")]) >= 0).all()


def test_a_column_of_the_campaign_tables_is_the_feature_that_it_became():
    chosen = features.FeatureSet(features.attributes("customers"), features.rfm("visits"))
    frame = chosen.build(sample(), progress=False)
    labels, own = labels_and_own(frame, "region", bins=5)
    assert labels.name == "customers_region"
    assert labels.tolist() == segment_labels(frame, "customers_region").tolist()
    assert set(labels) == set(frame.X["customers_region"])
    assert not own
    with pytest.raises(SchemaError, match="names unknown column 'visits'"):
        segment_labels(frame, "visits")


def test_a_column_of_two_tables_is_none_of_them():
    """Which is meant, nobody can know."""
    recipe = {"tables": {one: {"columns": {"town": "str"}} for one in ("shops", "people")}}
    X = pd.DataFrame({"shops_town": ["a", "b"] * 5, "people_town": ["c", "d"] * 5})
    facts = {"group": "towns", "source": ["shops", "people"]}
    catalogue = pd.DataFrame(facts, index=X.columns)
    frame = FeatureFrame(X, pd.Series([0.0, 1.0] * 5), catalogue=catalogue, recipe=recipe)
    with pytest.raises(SchemaError, match="names unknown column 'town'"):
        segment_labels(frame, "town")
    alone = frame.without("shops_town")
    assert segment_labels(alone, "town").tolist() == ["c", "d"] * 5
