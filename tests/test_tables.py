import re

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import DataError, MissingDataError, ParameterError
from workbench.tables import Query, read_table


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"id": [1, 2], "name": ["Ann", "Bo"], "at": pd.to_datetime(["2024-01-31", "2024-02-01"])}
    )


def write(folder, text, encoding="utf-8", name="table.csv"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


# --- every kind of table


def test_a_data_frame_is_itself(frame):
    assert read_table(frame) is frame


@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas])
def test_polars_and_arrow(frame, convert):
    read = read_table(convert(frame))
    assert read["id"].tolist() == [1, 2]
    assert read["name"].tolist() == ["Ann", "Bo"]
    assert read["at"].tolist() == frame["at"].tolist()


def test_a_lazy_polars_frame_is_collected(frame):
    assert read_table(pl.from_pandas(frame).lazy())["id"].tolist() == [1, 2]


def test_parquet(frame, tmp_path):
    frame.to_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), frame)
    pd.testing.assert_frame_equal(read_table(str(tmp_path / "t.parquet")), frame)


def test_a_query_on_a_connection_and_one_that_reads_files(frame, tmp_path):
    connection = duckdb.connect()
    connection.register("people", frame)
    assert read_table(Query("SELECT name FROM people WHERE id = 2", connection))[
        "name"
    ].tolist() == ["Bo"]
    frame.to_parquet(tmp_path / "t.parquet")
    counted = read_table(Query(f"SELECT count(*) AS n FROM '{tmp_path}/t.parquet'"))
    assert counted["n"].tolist() == [2]


# --- CSV as it comes out of real systems


def test_semicolons_decimal_commas_dotted_dates_and_cp1252(tmp_path):
    text = (
        "Kunde;Umsatz;Anteil;seit;Stadt\r\n"
        '0017;1.234,50;0,5;31.12.2023;"Köln; Süd"\r\n'
        "0018;-7,25;1;1.2.2024 08:30;München\r\n"
    )
    read = read_table(write(tmp_path, text, "cp1252"))
    assert read["Kunde"].tolist() == ["0017", "0018"]  # a leading zero is part of the name
    assert read["Umsatz"].tolist() == [1234.5, -7.25]
    assert read["Anteil"].tolist() == [0.5, 1.0]
    assert read["seit"].tolist() == [pd.Timestamp("2023-12-31"), pd.Timestamp("2024-02-01 08:30")]
    assert read["Stadt"].tolist() == ["Köln; Süd", "München"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path, encoding, separator):
    rows = [("name", "n", "day"), ("Zoë", "3", "2024-02-29"), ("Ann", "", "2024-03-01")]
    text = "\n".join(separator.join(row) for row in rows) + "\n"
    read = read_table(write(tmp_path, text, encoding, "t.txt"))
    assert list(read) == ["name", "n", "day"]
    assert read["name"].tolist() == ["Zoë", "Ann"]
    assert read["n"].tolist()[0] == 3
    assert read["n"].isna().tolist() == [False, True]
    assert read["day"].tolist() == [pd.Timestamp("2024-02-29"), pd.Timestamp("2024-03-01")]


def test_commas_inside_quotes_do_not_cut(tmp_path):
    read = read_table(write(tmp_path, 'a,b\n"x, y",1\n"say ""hi""",2\n'))
    assert read["a"].tolist() == ["x, y", 'say "hi"']
    assert read["b"].tolist() == [1, 2]


def test_a_day_that_does_not_exist_stays_text_for_the_checks_to_name(tmp_path):
    read = read_table(write(tmp_path, "day\n2023-02-28\n2023-02-30\n"))
    assert read["day"].tolist() == ["2023-02-28", "2023-02-30"]


@pytest.mark.parametrize("gap", ["", "NA", "null", "NaN", "None"])
def test_gaps(tmp_path, gap):
    read = read_table(write(tmp_path, f"a,b\n1.5,x\n{gap},{gap}\n"))
    assert read["a"].isna().tolist() == [False, True]
    assert read["b"].isna().tolist() == [False, True]


def test_a_ragged_row_is_refused(tmp_path):
    message = (
        "'table.csv' must have as many fields in every row as in the header; Expected 2 fields in "
        "line 3, saw 3. Quote fields that hold ','."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, "a,b\n1,2\n1,2,3\n"))


def test_an_empty_file(tmp_path):
    message = "'table.csv' must have a header and rows; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, ""))


# --- what is no table


def test_a_file_that_is_not_there(tmp_path):
    message = (
        f"There is no file {str(tmp_path / 'no.csv')!r}. Check the path; it is taken from the "
        "folder that the command runs in."
    )
    with pytest.raises(MissingDataError, match=exactly(message)):
        read_table(tmp_path / "no.csv")


def test_a_kind_of_file_that_is_not_read(tmp_path):
    message = (
        "A file must end in one of ['.parquet', '.csv', '.tsv', '.txt']; got 'book.xlsx'. Save it "
        "as CSV or Parquet."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table(write(tmp_path, "x", name="book.xlsx"))


def test_something_that_is_no_table():
    message = (
        "A table must be a DataFrame (pandas, polars, Arrow), a Query, or the path of a CSV or "
        "Parquet file; got dict. Convert it to one of these first."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table({"a": [1]})
