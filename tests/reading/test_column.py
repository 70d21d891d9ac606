import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, DataWarning
from workbench.reading import ColumnReading
from workbench.reading.column import as_levels


def exactly(message):
    return f"^{re.escape(message)}$"


def text(*values, name="spend"):
    return pd.Series(list(values), dtype="str", name=name)


def test_it_goes_through_plain_values_and_back():
    reading = ColumnReading("date", order="day-first", missing=("-",), shape="numeric")
    plain = {"kind": "date", "order": "day-first", "shape": "numeric", "missing": ["-"]}
    assert reading.to_dict() == plain
    assert ColumnReading.from_dict(plain) == reading


def test_a_decimal_point_stays_one_in_a_file_of_thousands():
    reading = ColumnReading("number", decimal=".")
    assert reading.apply(text("1.123", "2.100")).tolist() == [1.123, 2.1]
    comma = ColumnReading("number", decimal=",", thousands=".")
    assert comma.apply(text("1.123", "2,5")).tolist() == [1123, 2.5]


@pytest.mark.parametrize(
    ("decimal", "value", "written"),
    [(".", "1,5", "1234.5"), (".", "1,234", "1234.5"), (",", "1.5", "1234,5")],
)
def test_a_number_of_another_spelling_is_refused(decimal, value, written):
    message = (
        f"'spend' must be numbers written as {written}; got ['{value}'], which may mean something "
        "else here. Write them alike, or say how this file has them: `decimal`."
    )
    with pytest.raises(DataError, match=exactly(message)):
        ColumnReading("number", decimal=decimal).apply(text("7", value))


def test_a_new_word_among_numbers_is_missing_and_said():
    message = (
        "'spend' has words among its numbers that training did not have: ['refused']; they are "
        "read as missing."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        read = ColumnReading("number", decimal=".").apply(text("7", "refused", "?"))
    assert read.isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    "typed", [[True, False, None], ["TRUE", " false ", ""], ["Yes", "no", "NA"], [1.0, 0.0, None]]
)
def test_a_flag_is_one_whatever_it_comes_as(typed):
    read = ColumnReading("flag").apply(pd.Series(typed, name="member"))
    np.testing.assert_array_equal(read.to_numpy("float64", na_value=np.nan), [1, 0, np.nan])


def test_codes_keep_their_zeros_and_a_gap_makes_them_no_floats():
    reading = ColumnReading("category", levels=("01", "10"))
    assert reading.apply(text("01", "10", "")).tolist()[:2] == ["01", "10"]
    assert reading.apply(pd.Series([10.0, np.nan])).tolist()[0] == "10"
    whole = ColumnReading("category", level_type="whole")
    assert whole.apply(text("1.0", "2")).tolist() == ["1", "2"]
    assert whole.apply(pd.Series(pd.Categorical([1, None, 2]))).tolist()[::2] == ["1", "2"]


def test_a_country_that_training_knew_is_not_missing():
    assert ColumnReading("category", levels=("DE", "NA")).apply(text("NA"))[0] == "NA"
    assert ColumnReading("category", levels=("DE",)).apply(text("NA")).isna().all()


def test_a_row_is_read_alone_as_among_others():
    readings = {
        ColumnReading("number", decimal=",", thousands="."): text("1.234", "1,5", "12"),
        ColumnReading("number", unit="%", decimal="."): text("12%", "3.5 %", "0"),
        ColumnReading("date", order="day-first", shape="numeric"): text("05/03/2023", "1.2.24", ""),
        ColumnReading("date", order="year-first", zone="+01:00"): text("2024-03-01T00:00+01:00"),
        ColumnReading("flag"): text("ja", "NEIN", ""),
        ColumnReading("category"): text(" a", "b ", "NA"),
    }
    for reading, column in readings.items():
        together = reading.apply(column)
        for k in range(len(column)):
            alone = reading.apply(column.iloc[[k]])
            same = alone.iloc[0] == together.iloc[k]
            assert (alone.isna().iloc[0] and pd.isna(together.iloc[k])) or same


@pytest.mark.parametrize(
    ("values", "levels", "level_type"),
    [
        ([1.0, 2.0, None], ["1", "2"], "whole"),
        ([1.5, 2.0, None], ["1.5", "2.0"], "number"),
        ([True, False, True], ["True", "False", "True"], "flag"),
        (["a", None, "b"], ["a", "b"], "text"),
    ],
)
def test_levels_are_spelled_in_one_way(values, levels, level_type):
    spelled, found = as_levels(pd.Series(values))
    assert spelled.dropna().tolist() == levels
    assert found == level_type
