import re

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import DataError, MissingDataError, ParameterError
from workbench.tables.read import Query, read_table


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


# --- what is no table


def test_a_file_that_is_parquet_in_name_only(tmp_path):
    message = (
        "'t.parquet' must be a Parquet file; it is damaged, or something else under that name. "
        "Write it anew."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(write(tmp_path, "a,b\n1,2\n", name="t.parquet"))


def test_a_query_with_a_time_zone():
    read = read_table(Query("SELECT make_timestamptz(1709251200000000) AS at"))
    assert read["at"].dt.tz_convert("UTC").tolist() == [pd.Timestamp("2024-03-01", tz="UTC")]


def test_a_query_that_fails():
    message = (
        "A query must give a table; DuckDB says 'Catalog Error: Table with name nowhere does not "
        "exist!'. Mend the SQL, or give the connection that has its tables: Query(sql, connection)."
    )
    with pytest.raises(DataError, match=exactly(message)):
        read_table(Query("SELECT * FROM nowhere"))


def test_a_file_that_is_not_there(tmp_path):
    message = (
        f"There is no file {str(tmp_path / 'no.csv')!r}. Check the path; it is taken from the "
        "folder that the command runs in."
    )
    with pytest.raises(MissingDataError, match=exactly(message)):
        read_table(tmp_path / "no.csv")


def test_a_kind_of_file_that_is_not_read(tmp_path):
    message = (
        "A file must end in one of ['.parquet', '.csv', '.tsv', '.txt', '.csv.gz', '.xlsx', "
        "'.jsonl', '.feather']; got 'book.ods'. Save it as CSV or Parquet."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table(write(tmp_path, "x", name="book.ods"))


def test_something_that_is_no_table():
    message = (
        "A table must be a DataFrame (pandas, polars, Arrow), a Query, or the path of a CSV or "
        "Parquet file; got dict. Convert it to one of these first."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        read_table({"a": [1]})
