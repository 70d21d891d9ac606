import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.frame.contacts import parts_given, table
from workbench import FeatureFrame
from workbench.errors import ParameterError, SchemaError
from workbench.frame.parts import CATALOGUE_COLUMNS
from workbench.tables.campaign_order import labels_are_dated


def exactly(message):
    return f"^{re.escape(message)}$"


def frame(**changes):
    return FeatureFrame(**parts_given(**changes))


# --- what a frame holds


def test_rows_are_counted_from_zero_and_names_are_text():
    X = table().set_axis([9, 7, 5, 3, 1]).set_axis([0, "job"], axis=1)
    moved = FeatureFrame(X, pd.Series([True, False, True, False, True], index=X.index))
    assert list(moved.X) == ["0", "job"]
    assert moved.groups == {"0": "0", "job": "job"}
    for series in (moved.X, moved.y):
        assert series.index.equals(pd.RangeIndex(5))
    assert moved.y.tolist() == [1.0, 0.0, 1.0, 0.0, 1.0]
    assert len(moved) == 5


def test_it_does_not_change_and_changes_nothing():
    X = table()
    made = frame(X=X)
    assert X.index.name is None
    assert list(X) == ["visits", "job"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.X = X


def test_without_a_catalogue_each_feature_is_its_own_group():
    catalogue = frame().catalogue
    assert list(catalogue) == list(CATALOGUE_COLUMNS)
    assert catalogue.index.name == "feature"
    assert catalogue["group"].to_dict() == {"visits": "visits", "job": "job"}


def test_the_catalogue_stands_in_the_order_of_the_columns():
    catalogue = pd.DataFrame(
        {"group": ["person", "rfm", "none"], "unit": ["", "visits", ""]},
        index=["job", "visits", "unused"],
    )
    made = frame(catalogue=catalogue)
    assert made.catalogue.index.tolist() == ["visits", "job"]
    assert made.catalogue["unit"].tolist() == ["visits", ""]
    assert made.groups == {"visits": "rfm", "job": "person"}


def test_weights_are_one_each_where_none_were_given():
    assert frame().weights.tolist() == [1, 2, 3, 4, 5]
    assert frame().positives == 6.0
    assert frame(weight=None).weights.tolist() == [1, 1, 1, 1, 1]
    assert frame(weight=None).positives == 2.0


# --- campaigns in time order


def test_campaigns_stand_by_their_first_moment():
    assert frame().campaigns == ["a", "b"]


def test_campaigns_that_start_together_stand_by_first_appearance():
    labels = np.random.default_rng(0).permutation(100)
    made = FeatureFrame(
        pd.DataFrame({"x": labels}),
        pd.Series(np.zeros(100)),
        campaign=pd.Series(labels),
        as_of=pd.Series(pd.Timestamp("2024-01-01"), index=range(100)),
    )
    assert made.campaigns == labels.tolist()


def test_campaigns_without_moments_stand_by_first_appearance():
    assert frame(as_of=None).campaigns == ["b", "a"]
    assert frame(campaign=None).campaigns == []


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.permutations(range(5)), st.booleans())
def test_the_order_of_rows_does_not_move_dated_campaigns(order, with_moments):
    months = pd.Series(["2024-01", "2023-12", "2024-02", "2023-12", "2024-11"])
    dates = pd.to_datetime(months + "-15") if with_moments else None
    made = frame(campaign=months, as_of=dates).rows(order)
    assert made.campaigns == ["2023-12", "2024-01", "2024-02", "2024-11"]


@pytest.mark.parametrize(
    ("labels", "dated"),
    [
        (["2024-03", "2023-11"], True),
        (["2024Q1", "2023Q4"], True),
        (["2024-W09", "2023-W51"], True),
        (["20240301", "20231101"], True),
        ([202403, 202311], True),
        ([2023, 2024], True),
        (["2024-3", "2023-11"], True),
        (["2024", "2024-03"], True),
        (["March 2024", "May 2024"], True),
        (["March", "May"], False),
        ([1, 2, 13], False),
        (["spring", "autumn"], False),
    ],
)
def test_labels_that_carry_their_order(labels, dated):
    assert labels_are_dated(pd.Series(labels)) is dated


# --- fewer rows, fewer columns


def test_known_and_unknown_part_the_rows():
    known, unknown = frame().known(), frame().unknown()
    assert known.y.tolist() == [1, 0, 0, 1]
    assert known.customer.tolist() == [11, 12, 11, 14]
    assert known.weight.tolist() == [1, 2, 3, 5]
    assert unknown.customer.tolist() == [13]
    assert unknown.campaign.tolist() == ["a"]


def test_rows_come_in_the_order_given():
    some = frame().rows([4, 0, 0])
    assert some.X["visits"].tolist() == [5, 3, 3]
    assert some.customer.tolist() == [14, 11, 11]
    assert some.as_of.tolist() == [frame().as_of[4], frame().as_of[0], frame().as_of[0]]
    assert some.X.index.equals(pd.RangeIndex(3))
    mask = np.array([False, True, False, False, True])
    assert frame().rows(mask).customer.tolist() == [12, 14]
    assert frame().rows(pd.Series(mask)).customer.tolist() == [12, 14]


def test_features_are_dropped_by_name():
    catalogue = pd.DataFrame({"group": ["rfm", "person"]}, index=["visits", "job"])
    rest = frame(catalogue=catalogue).without("job")
    assert list(rest.X) == ["visits"]
    assert rest.groups == {"visits": "rfm"}
    message = "`without` names unknown feature 'jobs'; got ['visits', 'job']. Did you mean 'job'?"
    with pytest.raises(ParameterError, match=exactly(message)):
        frame().without("jobs")
    message = "The feature table must have at least one feature; it has no column."
    with pytest.raises(SchemaError, match=exactly(message)):
        frame().without("job", "visits")


# --- tables for people


def test_quality_remarks_on_what_looks_odd():
    rng = np.random.default_rng(0)
    y = pd.Series([0.0, 1.0] * 50)
    X = pd.DataFrame(
        {
            "duration": y + rng.normal(scale=0.1, size=100),
            "country": "DE",
            "sparse": np.where(np.arange(100) < 60, np.nan, rng.normal(size=100)),
            "age": rng.normal(size=100),
            "member": rng.integers(0, 2, 100),
        }
    )
    table = FeatureFrame(X, y).quality()
    assert table.index.name == "feature"
    assert table["kind"].tolist() == ["numeric", "category", "numeric", "numeric", "flag"]
    assert table["missing_share"].tolist() == [0, 0, 0.6, 0, 0]
    assert table["distinct"].tolist() == [100, 1, 40, 100, 2]
    assert table.loc["duration", "univariate_auc"] == 1.0
    assert table["remark"].tolist() == [
        "may give the outcome away: leave it out if it is known only afterwards",
        "constant",
        "mostly missing",
        "",
        "",
    ]


def test_campaigns_are_summarised_in_time_order():
    summary = frame().summary()
    assert summary.index.tolist() == ["a", "b"]
    assert summary["as_of"].tolist() == [pd.Timestamp("2024-01-05"), pd.Timestamp("2024-03-01")]
    assert summary["contacts"].tolist() == [7, 8]
    assert summary["known"].tolist() == [3, 8]
    assert summary["positives"].tolist() == [0, 6]
    assert summary["rate"].tolist() == [0, 0.75]
    assert np.isnan(frame().unknown().summary()["rate"].item())
    assert frame(campaign=None).summary()["contacts"].to_dict() == {"(all)": 15}


def test_one_line_says_what_is_in_it():
    assert repr(frame()) == (
        "FeatureFrame: 15 contacts × 2 features in 2 groups; 2 campaigns; 6 of 11 known outcomes "
        "positive"
    )
    assert repr(frame(campaign=None, weight=None).without("job").rows([0])) == (
        "FeatureFrame: 1 contact × 1 feature in 1 group; no campaigns; 1 of 1 known outcomes "
        "positive"
    )


def test_html_names_the_groups_and_escapes_them():
    catalogue = pd.DataFrame({"group": ["<script>", "<script>"]}, index=["visits", "job"])
    html = frame(catalogue=catalogue)._repr_html_()
    assert "15 contacts × 2 features in 1 group;" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
