import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import DataError, MissingDataError, ParameterError, SchemaError
from workbench.tables.suppression import SuppressionList, check_some_left, note_of


def matched(ids, customers, **named):
    return SuppressionList.of(ids).matched(pd.Series(customers, name="who"), **named)


IDS = st.lists(st.from_regex(r"[a-z][0-9]{2}", fullmatch=True), max_size=12)


@given(IDS, IDS)
def test_rows_are_those_whose_customer_stands_in_the_list(ids, customers):
    found = matched(ids, pd.Series(customers, dtype="str"))
    assert found.rows.tolist() == [one in ids for one in customers]
    assert found.ids == set(ids) & set(customers)
    assert found.unknown == len(set(ids) - set(customers))
    assert found.listed == set(ids)


@pytest.mark.parametrize(
    ("ids", "customers"),
    [
        ([7, 8], [7, 9]),
        ([7.0], pd.Series([7, None], dtype="Int64")),
        ([7], [7.0, np.nan]),
        (pd.Series([7, 8], index=["x", "y"]), [7, 9]),
        (np.array([7, 8]), [7, 9]),
        (pd.Series(["a", "c"]).unique(), ["a", "b"]),
        (pd.Series([7, 8], dtype="Int64").unique(), [7, 9]),
        (pd.Index([7, 8]), [7, 9]),
        (pl.Series([7, 8]), [7, 9]),
        (pl.DataFrame({"who": ["a"]}), ["a", "b"]),
        ({7}, [7, 9]),
        (pd.DataFrame({"anything": [7]}), [7, 9]),
        (pd.DataFrame({"who": [7], "why": ["phone"]}), [7, 9]),
        (pd.DataFrame({"Who ": [7], "why": ["phone"]}), [7, 9]),
        (["a", "a"], pd.Categorical(["a", "b"])),
        ([None, "a", " "], ["a", "b"]),
    ],
)
def test_lists_of_every_form_find_their_customer(ids, customers):
    found = matched(ids, customers)
    assert found.rows.tolist() == [True, False]
    assert found.counts == {"customers": 1, "rows": 1}


@pytest.mark.parametrize(
    ("lines", "customers", "rows"),
    [
        ("id\n7\n8\n", [7, 9], [True, False]),
        ("id\n7.0\n8.0\n", [7, 9], [True, False]),
        ("id\n007\n8\n", ["007", "7"], [True, False]),
        ("id\n7\n8\n", ["7", "9"], [True, False]),  # text in the file, text in the data
        ("C-01\nC-02\n", ["C-01", "C-03"], [True, False]),  # no header: the name is an id
        ("7\n8\n", [7, 9], [True, False]),
        ("id\n", ["a", "b"], [False, False]),
    ],
)
def test_a_file_of_text_is_read_as_the_customers_are(tmp_path, lines, customers, rows):
    file = tmp_path / "no.csv"
    file.write_text(lines)
    assert matched(str(file), customers).rows.tolist() == rows
    assert (
        SuppressionList.of(file)
        .for_customers("who")
        .matched(pd.Series(customers, name="who"))
        .rows.tolist()
        == rows
    )


def test_books_and_parquet_are_read(tmp_path):
    table = pd.DataFrame({"who": ["007", "C-01"]})
    table.to_parquet(tmp_path / "no.parquet")
    table.to_excel(tmp_path / "no.xlsx", index=False)
    for name in ("no.parquet", "no.xlsx"):
        found = matched(tmp_path / name, ["007", "C-01", "7x"])
        assert found.rows.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("ids", "customers"),
    [
        (["007"], [7]),
        (["b", " 7"], ["7"]),
        (["7 "], ["7"]),
        (["7"], ["007"]),
        (["7.0"], ["7"]),
        (["A7"], ["a7"]),
        (["Ku\u0308-1"], ["K\u00fc-1"]),
        (["K\u00fc-1"], ["Ku\u0308-1"]),
        (["K\u200b1"], ["K1"]),
        (["K1"], ["\ufeffK1"]),
        (["\uff2b\uff11"], ["K1"]),
        (["K\u20111"], ["K-1"]),
        (["K\u22121"], ["K\u20131"]),
        (["'1001"], ["1001"]),
        (["'1001"], [1001]),
        (["=1002"], ["1002"]),
        (['="1002"'], [1002]),
    ],
)
def test_an_id_that_people_would_take_for_a_customers_is_an_error(ids, customers):
    with pytest.raises(DataError) as told:
        matched([*ids, *customers], [*customers, *customers])
    assert "but for blanks, capitals, zeros before or behind, or signs that" in str(told.value)
    assert not any(one.strip() in str(told.value) for one in ids if len(one) > 2)


@pytest.mark.parametrize(
    ("ids", "customers", "kinds"),
    [
        ([7, 8], ["a", "b"], "the ids are numbers, the customers text"),
        (["a", "b"], [7, 8], "the ids are text, the customers numbers"),
        ([True], ["a"], "the ids are bool, the customers text"),
    ],
)
def test_a_list_of_another_kind_is_an_error(ids, customers, kinds):
    with pytest.raises(DataError, match=re.escape(kinds)):
        matched(ids, customers)


@pytest.mark.parametrize("odd", ["1.001", "1,001", "1.000", 1.001, "1 001", "ada", True])
def test_what_is_no_number_is_an_error_where_customers_are(odd):
    said = r"1 id is no whole number, such as the 2nd of the list\. Write numbers in digits alone"
    with pytest.raises(DataError, match=said) as told:
        matched([7, odd, 8], [7, 9])
    assert str(odd) not in str(told.value)
    with pytest.raises(DataError, match="2 ids are no whole numbers, such as the 1st of the list"):
        matched(["x", odd, 7], [7, 9])


@pytest.mark.parametrize("written", ["1001", "01001", "'1001", "1001.0", 1001.0])
def test_a_number_that_is_no_customers_is_only_counted(written):
    assert matched([7, written], [7, 9]).unknown == 1


def test_a_file_as_excel_wrote_it_leaves_nobody_in_by_silence(tmp_path):
    file = tmp_path / "no.csv"
    for odd in ("'1001", "=1001", '="1001"', "1.001"):
        file.write_text(f"id\n1002\n{odd}\n")
        with pytest.raises(DataError, match=r"such as the 3rd of the list"):
            matched(file, [1001, 1002])


def test_the_first_id_of_a_file_without_header_is_looked_at_too(tmp_path):
    file = tmp_path / "no.csv"
    file.write_text("1.001\n7\n8\n")
    with pytest.raises(DataError, match="such as the 1st of the list"):
        matched(file, [1001, 7])


def test_ids_without_contacts_are_only_counted():
    found = matched(["x1", "x2", "a"], ["a", "b"])
    assert (found.unknown, found.ids) == (2, {"a"})
    assert matched([], ["a"]).counts == {"customers": 0, "rows": 0}
    here = found.of(pd.Series(["b"]))
    assert (here.unknown, here.counts) == (3, {"customers": 0, "rows": 0})
    assert found.counts_with({"customers": 4, "rows": 9}) == {"customers": 5, "rows": 10}


def test_which_column_is_meant_is_asked():
    table = pd.DataFrame({"a": [1], "b": [2]})
    with pytest.raises(SchemaError, match=r"\['a', 'b'\], and none is called so\. Keep the column"):
        matched(table, [1])
    both = pd.DataFrame({"who": [1], "Who": [2]})
    with pytest.raises(SchemaError, match=r"\['who', 'Who'\] are both called so"):
        matched(both, [1])
    assert SuppressionList.of(table, column="b").matched(pd.Series([2])).rows.all()
    with pytest.raises(SchemaError, match=r"has no column 'c'; got \['a', 'b'\]"):
        SuppressionList.of(table, column="c")


def test_what_cannot_be_a_list(tmp_path):
    with pytest.raises(MissingDataError, match="There is no file"):
        SuppressionList.of(tmp_path / "nowhere.csv")
    with pytest.raises(ParameterError, match=r"`suppress` must list customers: .* got int\."):
        SuppressionList.of(7)
    with pytest.raises(DataError, match="floating point takes its neighbours for it"):
        matched([2.0**60], [7])
    file = tmp_path / "no.csv"
    file.write_text("id\n1\n2\n3\nTotal\n")
    with pytest.raises(
        DataError, match=r"Every row of 'no\.csv' must be a customer\. The last row"
    ):
        SuppressionList.of(file)


def test_somebody_must_be_left():
    with pytest.raises(DataError, match=r"`suppress` leaves nobody: all 2 rows are of customers"):
        check_some_left(matched(["a"], ["a", "a"]))
    check_some_left(matched(["a"], ["a", "b"]))
    assert (
        note_of({"customers": 2, "rows": 3}) == "Suppressed and left out: 2 customers with 3 rows."
    )
