import pandas as pd
import pytest

from workbench.reading.raw_table import RawTable, without_accidents


def table(**columns):
    return RawTable(pd.DataFrame(columns, dtype="str"))


@pytest.mark.parametrize(
    ("rows", "left", "note"),
    [
        ({"a": ["1", "", "2", "3"], "b": ["x", None, "y", "z"]}, 3, "1 empty row is left out."),
        (
            {"a": ["[kg]", "1", "2", "3"], "b": ["(m)", "4", "5", "6"]},
            3,
            "The first row is no data, and is left out: '[kg]', '(m)'.",
        ),
        (
            {"a": ["weight", "1", "2", "3"], "b": ["town", "u", "v", "w"]},
            3,
            "The first row is no data, and is left out: 'weight', 'town'.",
        ),
        (
            {"a": ["1", "a", "2", "3"], "b": ["x", "b", "y", "z"]},
            3,
            "The header stands 2 times: it is taken once.",
        ),
        (
            {"a": ["1", "2", "3", "Total"], "b": ["4", "5", "6", "15"]},
            3,
            "The last row is named 'Total': it is taken for a total, and left out.",
        ),
    ],
)
def test_rows_that_are_no_data(rows, left, note):
    cleaned = without_accidents(table(**rows))
    assert len(cleaned.data) == left
    assert cleaned.notes == (note,)


def test_rows_that_are_data_stay():
    plain = table(a=["x", "y", "z", "Total", "Total"], b=["1", "2", "3", "4", "5"])
    assert without_accidents(plain).notes == ()
