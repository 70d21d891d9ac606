import pandas as pd
import pytest

from workbench.errors import SchemaError
from workbench.reading import RawTable, TableReading, Told, find_readings, how_read


def raw(separator=",", **columns):
    return RawTable(pd.DataFrame(columns, dtype="str"), separator=separator)


def test_one_sure_column_settles_the_decimal_mark_of_the_others():
    found = find_readings(raw(";", a=["1.000,5", "2"], b=["1.234", "2.500"], c=["7", "8"]))
    assert [reading.decimal for reading in found.columns] == [",", ",", ","]
    assert found.notes == (
        "'b': 1.234 is open to two readings: it is read with a decimal comma, as other columns "
        "have. Say `decimal` if that is wrong.",
    )


@pytest.mark.parametrize(
    ("separator", "others"),
    [
        (";", {"a": ["1,5"]}),  # which sets no thousands apart
        (";", {"a": ["x"]}),
        (";", {"a": ["1,5"], "c": ["0.75"]}),
    ],
)
def test_numbers_of_which_signs_differ_stay_text_until_it_is_said(separator, others):
    table = raw(separator, **others, b=["1.234"])
    found = find_readings(table)
    assert found["b"].is_open
    assert found.apply(table.data)["b"].tolist() == ["1.234"]
    assert found.notes == (
        "'b': 1.234 is open to two readings: it stays text, as the rest of the file does not tell. "
        "Say `decimal`.",
    )
    assert TableReading.from_dict(found.to_dict()) == found
    for mark, value in ((".", 1.234), (",", 1234)):
        said = find_readings(table, Told(decimal=mark))
        assert said.apply(table.data)["b"].tolist() == [value]


def test_the_usual_of_the_separator_is_taken_and_said_and_can_be_changed():
    assert find_readings(raw(";", a=["1,234"]))["a"].decimal == ","
    assert find_readings(raw(",", a=["1.234"]))["a"].decimal == "."
    assert find_readings(raw(";", a=["1.234"]), Told(decimal="."))["a"].decimal == "."


def test_words_taken_for_nothing_are_counted():
    found = find_readings(raw(a=["1", "?", "2", "?"]))
    assert found.notes == ("'a' has ['?'] in 2 of 4 rows: read as missing.",)


def test_a_role_tells_more_than_the_values():
    columns = {"who": ["1,5", "2,5"], "what": ["yes", "no"], "month": ["Jan 2024", "Feb 2024"]}
    found = find_readings(
        raw(**columns), roles={"who": "customer", "what": "target", "month": "campaign"}
    )
    assert [reading.kind for reading in found.columns] == ["category"] * 3
    assert all(reading.levels == () for reading in found.columns)  # who they are stays in the file


def test_the_summary_shows_what_is_not_plain():
    found = find_readings(raw(plain=["1", "2"], since=["13/03/2023", "1/4/2023"], pay=["$5", "$6"]))
    assert found.summary().to_numpy().tolist() == [
        ["since", "date", "day first"],
        ["pay", "number", "in $"],
    ]
    again = TableReading.from_dict(found.to_dict())
    assert again == found
    assert how_read({"reading": found.to_dict()}).equals(found.summary())


def test_a_column_that_is_said_must_be_there():
    with pytest.raises(SchemaError, match="^The table has no column 'zip'"):
        find_readings(raw(a=["1"]), Told(kinds={"zip": "text"}))
