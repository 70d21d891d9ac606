import datetime as dt
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reading import find_reading
from workbench.reading.decide import given_type


def column(*values, name="x"):
    return pd.Series(list(values), name=name)


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        (["1", "?", "3"], {"kind": "number", "missing": ["?"]}),
        (["yes", "NO", None], {"kind": "flag", "levels": ["NO", "yes"]}),
        (
            ["DE", "NA", "FR"],
            {"kind": "category", "levels": ["DE", "FR", "NA"], "level_type": "text"},
        ),
        (
            ["north", "NA"],
            {"kind": "category", "missing": ["NA"], "levels": ["north"], "level_type": "text"},
        ),
        (
            ["20240131", "20240228", "20240101"],
            {"kind": "date", "order": "year-first", "shape": "compact"},
        ),
        (["2024.5", "2.25"], {"kind": "number", "decimal": "."}),
        (["", "NA"], {"kind": "empty", "missing": ["NA"]}),
        (
            ["01", "02", "x"],
            {"kind": "category", "levels": ["01", "02", "x"], "level_type": "text"},
        ),
    ],
)
def test_what_a_column_of_text_is(values, reading):
    assert find_reading(column(*values)).to_dict() == reading


def test_columns_of_arrow_are_what_the_same_columns_of_pandas_are():
    kinds = {
        "day": (pa.date32(), "date"),
        "text": (pa.string(), "number"),
        "price": (pa.decimal128(6, 2), "number"),
    }
    values = {"day": [dt.date(2024, 5, 1)], "text": ["1.5"], "price": [Decimal("2.50")]}
    for name, (kind, found) in kinds.items():
        column = pd.Series(values[name], dtype=pd.ArrowDtype(kind), name=name)
        reading = find_reading(column)
        assert reading.kind == found
        assert reading.apply(given_type(column)).notna().all()


@pytest.mark.parametrize(
    ("dates", "year_of"),
    [
        (["19/01/2566", "27/10/2566"], "19/01/2566"),
        (["1402/10/05", "1402/11/30"], "1402/10/05"),
        (["2566-01-19", "2566-10-27"], "2566-01-19"),
    ],
)
def test_years_of_another_calendar_are_not_read_as_ours(dates, year_of):
    found = find_reading(column(*dates))
    assert found.kind == "date"
    assert not found.dates.settled
    assert found.note == f"the year of {year_of} is of another calendar"
    assert found.apply(column(*dates)).tolist() == dates
    some = find_reading(column("2023-01-19", "2566-01-19"))
    assert some.dates.settled  # a day that never comes, among others


def test_few_words_among_many_numbers_are_missing():
    numbers = [str(k) for k in range(40)]
    assert find_reading(column(*numbers, "refused")).missing == ("refused",)
    assert find_reading(column("1", "2", "refused")).kind == "category"


def test_text_of_digits_in_a_table_with_types_stays_text():
    assert find_reading(column("10", "20"), typed=True).kind == "category"
    assert find_reading(column("10", "?"), typed=True).kind == "number"


@pytest.mark.parametrize("name", ["CustomerID", "Kundennummer", "RowNumber", "phone"])
def test_whole_numbers_that_name_rows(name):
    counted = [str(k) for k in range(100, 160)]
    assert find_reading(column(*counted, name=name)).kind == "identifier"
    assert find_reading(column(*counted, name="age")).kind == "number"
    assert find_reading(column(*map(int, counted), name=name)).kind == "identifier"


def test_what_is_said_is_done():
    said = find_reading(column("1", "2", "NA"), kind="category")
    assert said.apply(column("1", "NA")).tolist() == ["1", "NA"]
    assert find_reading(column("1,5", "abc"), kind="number").missing == ("abc",)


CELLS = st.sampled_from(
    [
        "1",
        "2,5",
        "1.234",
        "12%",
        "$5",
        "?",
        "",
        "NA",
        "05/03/2023",
        "13/03/2023",
        "Jan-23",
        "yes",
        "no",
        "a",
    ]
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(cells=st.lists(CELLS, min_size=1, max_size=12), data=st.data())
def test_the_order_of_rows_decides_nothing(cells, data):
    shuffled = data.draw(st.permutations(cells))
    first, second = (find_reading(pd.Series(c, dtype="str", name="x")) for c in (cells, shuffled))
    assert first == second
