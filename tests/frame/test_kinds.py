import datetime as dt
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError
from workbench.frame.kinds import check_feature_kinds, kind_of, odd_kind

DAYS = pd.Series(pd.date_range("2024-01-01", periods=40, tz=None))
LENGTHS = pd.Series(pd.to_timedelta(range(40), "D"))
LISTS = pd.Series([["a"], ["a", "b"]] * 20)
Y = np.tile([0, 1, 0, 1], 10)
MUST_BE = "Features must be numbers, flags or categories; got "
WRITE_DATES = "Write dates as numbers, such as days before the decision, or leave them out."

WRITE_BOTH = f"{WRITE_DATES} Write lengths of time as numbers, such as days."


def arrow(column, kind):
    return column.astype(object).astype(pd.ArrowDtype(kind))


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (DAYS, "dates"),
        (DAYS.dt.tz_localize("Europe/Berlin"), "dates"),
        (DAYS.dt.to_period("M"), "dates"),
        (pd.Series(DAYS.dt.date), "dates"),
        (DAYS.astype(object), "dates"),
        (pd.Series([None, dt.date(2024, 1, 1), "later"]), "dates"),
        (arrow(DAYS, pa.timestamp("us")), "dates"),
        (arrow(DAYS.dt.date, pa.date32()), "dates"),
        (LENGTHS, "lengths of time"),
        (LENGTHS.astype(object), "lengths of time"),
        (arrow(LENGTHS, pa.duration("us")), "lengths of time"),
        (pd.Series([dt.time(7), dt.time(8)]), "times of day"),
        (pd.Series([dt.time(7)], dtype=pd.ArrowDtype(pa.time64("us"))), "times of day"),
        (pd.Series([b"a", b"b"]), "bytes"),
        (pd.Series([b"a"], dtype=pd.ArrowDtype(pa.binary())), "bytes"),
        (pd.Series([1j, 2]), "complex numbers"),
        (pd.Series([1j, None], dtype=object), "complex numbers"),
        (LISTS, "lists or records"),
        (pd.Series([{"a": 1}, None]), "lists or records"),
        (pd.Series([np.arange(2), np.arange(3)]), "lists or records"),
        (pd.Series([[1]], dtype=pd.ArrowDtype(pa.list_(pa.int64()))), "lists or records"),
        (pd.Series([1.5, None]), ""),
        (pd.Series([True, None], dtype="boolean"), ""),
        (pd.Series(["a", None]), ""),
        (pd.Series([Decimal("1.5"), None]), ""),
        (pd.Series(["a", 1, None], dtype=object), ""),
        (pd.Series(pd.cut(pd.Series(range(40)), 4)), ""),
        (DAYS.astype("category"), ""),  # somebody said that these are categories
        (pd.arrays.SparseArray([0.0, 1.0]), ""),
    ],
)
def test_what_a_column_holds(column, kind):
    assert odd_kind(pd.Series(column)) == kind


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"since": DAYS}, f"{MUST_BE}dates in ['since']. {WRITE_DATES}"),
        (
            {"since": DAYS, "stay": LENGTHS, "until": DAYS},
            f"{MUST_BE}dates in ['since', 'until'] and lengths of time in ['stay']. {WRITE_BOTH}",
        ),
    ],
)
def test_a_model_of_a_bare_table_takes_no_dates(columns, message):
    X = pd.DataFrame({"x": np.arange(40.0), **columns})
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(alpha=0.1).fit(X, Y)
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(alpha=0.1).fit(FeatureFrame(X, pd.Series(Y)))


def test_a_flat_table_leaves_dates_out_and_refuses_lists():
    table = pd.DataFrame({"x": np.arange(40.0), "since": DAYS, "bought": Y})
    frame = FeatureFrame.from_table(table, target="bought")
    assert list(frame.X) == ["x"]
    assert "Left out as a date: since." in frame.notes
    message = (
        f"{MUST_BE}lists or records in ['tags']. Give each part of a list or record a column, or "
        "leave them out."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table.assign(tags=LISTS), target="bought")
    kept = FeatureFrame.from_table(table.assign(tags=LISTS), target="bought", drop=["tags"])
    assert list(kept.X) == ["x"]


def test_what_the_caller_sees_to_is_let_pass():
    check_feature_kinds(pd.DataFrame({"since": DAYS}), but=["dates"])


@pytest.mark.parametrize(
    "values",
    [
        [Decimal("1.5"), None, Decimal("2.25"), Decimal(0)] * 10,
        [1, None, 3, 2.5] * 10,
        [True, False, None, True] * 10,
    ],
)
def test_numbers_that_came_as_objects_are_numbers(values):
    objects = pd.DataFrame({"x": pd.Series(values, dtype=object), "z": np.arange(40.0)})
    as_numbers = objects.astype("float64")
    with pytest.warns(match="Missing values"):
        one = RidgePropensity(alpha=0.1).fit(objects, Y)
    with pytest.warns(match="Missing values"):
        other = RidgePropensity(alpha=0.1).fit(as_numbers, Y)
    np.testing.assert_array_equal(one.coef_, other.coef_)
    np.testing.assert_array_equal(one.predict_proba(objects), other.predict_proba(as_numbers))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 1], "flag"),
        ([True, False, True], "flag"),
        ([1.0, np.nan, 0.0], "flag"),
        ([0, 1, 2], "numeric"),
        ([0.5, 1.0], "numeric"),
        (["0", "1"], "category"),
        (pd.Categorical([0, 1]), "category"),
        (pd.array([0, 1, None], dtype="Int64"), "flag"),
    ],
)
def test_kinds_of_columns(values, kind):
    assert kind_of(pd.Series(values)) == kind
