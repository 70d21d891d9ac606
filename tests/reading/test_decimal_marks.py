import pandas as pd
import pytest

from workbench.reading.column import ColumnReading
from workbench.reading.decimal_marks import MarkSigns


def signs(others, usual, told="", grouped=""):
    return MarkSigns(frozenset(others), usual, told, grouped)


def opened(example, unit=""):
    return ColumnReading("number", unit=unit, note=f"{example} is open to two readings")


LEFT = "it stays text, as the rest of the file does not tell"
POINT, COMMA = "it is read with a decimal point, ", "it is read with a decimal comma, "


@pytest.mark.parametrize(
    ("file", "example", "unit", "mark", "why"),
    [
        (signs(".", ","), "1.234", "", ".", POINT + "as other columns have"),
        (signs(",", "."), "1,234", "€", ",", COMMA + "as other columns have"),
        (signs(".", ".", "", ","), "1,234", "$", ".", POINT + "as other columns have"),
        (signs(".", "."), "1,234", "$", "", LEFT),  # which is nowhere seen to set thousands apart
        (signs(",", ",", "", " '"), "1.234", "", "", LEFT),
        (signs(",.", "."), "1.234", "", "", LEFT),
        (signs("", "."), "1.234", "", ".", POINT + "the usual of such a file"),
        (signs("", ","), "1,234", "", ",", COMMA + "the usual of such a file"),
        (signs("", ","), "1.234", "", "", LEFT),
        (signs(",.", ".", ","), "1.234", "", ",", COMMA + "as is said"),
    ],
)
def test_what_speaks_for_a_mark(file, example, unit, mark, why):
    assert file.mark_of(opened(example, unit), pd.Series([example])) == (mark, why)


def test_whole_numbers_without_a_mark_tell_that_it_sets_thousands_apart():
    amounts = ["$1,234", "-$45,678", "$12,000"]
    why = POINT + "as smaller ones have no mark"
    file = signs(",", ";")
    assert file.mark_of(opened("1,234", "$"), pd.Series([*amounts, "$812"])) == (".", why)
    for column in (amounts, [*amounts, "0", "?"], [*amounts[1:], "$812"]):
        assert file.mark_of(opened("1,234", "$"), pd.Series(column))[0] == ","


def test_per_cent_are_parts_of_a_whole_or_of_an_unknown_mark():
    shares = pd.Series(["17,071 %", "99,565 %"])
    why = COMMA + "so that all are parts of a whole"
    assert signs(".", ".").mark_of(opened("17,071", "%"), shares) == (",", why)
    growth = pd.Series(["17,071 %", "120,565 %"])
    assert signs(".", ".").mark_of(opened("17,071", "%"), growth) == ("", LEFT)


def test_columns_that_came_with_a_type_show_no_mark():
    readings = [ColumnReading("number", ".", typed=True), ColumnReading("category")]
    assert MarkSigns.of(readings, "", ";") == signs("", ",")
    amounts = ColumnReading("number", ",", ".")
    assert MarkSigns.of([amounts], "", ";") == signs(",", ",", "", ".")
    assert MarkSigns.of([amounts], "", ";").sure == ","
