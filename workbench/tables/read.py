"""Any table that an analyst holds, as pandas: frames, Parquet, SQL, and CSV as it comes."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd

from workbench.errors import (
    DataError,
    DataWarning,
    MissingDataError,
    ParameterError,
    WorkbenchError,
)
from workbench.files.read_log import noted
from workbench.reading import RawTable, Told, find_readings, read_file
from workbench.reading.decimal_marks import USUAL
from workbench.reading.files import ONE_SHEET, no_such
from workbench.reading.table import doubt_of
from workbench.tables.fetched import fetched
from workbench.tables.query_files import note_query


@dataclass(frozen=True)
class Query:
    """A SELECT that gives a table.

    Parameters
    ----------
    sql : str
        DuckDB's dialect.
    connection : DuckDBPyConnection, optional
        Where its tables are; without one it can read files.
    """

    sql: str
    connection: Any = None


def read_table(
    source: Any,
    *,
    dates: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    kinds: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    r"""Read a table into pandas.

    Parameters
    ----------
    source : DataFrame, polars or Arrow table, Query, or path
        Paths end in .parquet, .feather, .csv, .tsv, .txt, .csv.gz, .xlsx or .jsonl. How a
        file of text is written is found out from the file: its encoding, its separator, and
        lines that are no data. How a column is written is found out from all of its values:

        - numbers, with signs of money or per cent (12% is 0.12), decimal mark and thousands;
        - dates, with the order of day and month;
        - flags, and words for missing.

        Numbers with a leading zero, or of more than 15 digits, are names and stay text.
    dates : {"day-first", "month-first"}, optional
        How to read 05/03/2023 where no day of the column is above the 12th; such a column
        stays text if this is not said.
    decimal : {".", ","}, optional
        How to read 1.234 where nothing in the file shows it.
    encoding : str, optional
        Such as "cp1251".
    kinds : mapping of column to kind, optional
        "number", "date", "flag", "category", "text" or "identifier", for columns that are
        taken for something else.
    columns : sequence of str, optional
        The names of all columns, for a file of text without a header line. Its fields may
        also stand apart by blanks.

    Returns
    -------
    DataFrame

    Raises
    ------
    MissingDataError
        There is no such file.
    ParameterError
        It is nothing that can be read as a table, or an option is none.
    DataError
        A CSV has rows of different lengths, a file is damaged, or a query fails.

    Warns
    -----
    DataWarning
        A column of a file can be read in two ways.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "kunden.csv"
    >>> _ = file.write_bytes("Name;Umsatz;seit\nJörg;1.234,50;31.12.2023\n".encode("cp1252"))
    >>> read_table(file).iloc[0].tolist()
    ['Jörg', np.float64(1234.5), Timestamp('2023-12-31 00:00:00')]
    """
    told = Told.of(dates, decimal, encoding, kinds, columns)
    raw = raw_table(source, encoding=told.encoding, columns=told.columns)
    for said in raw.notes:
        if said.startswith(ONE_SHEET):  # whose rows are missing in what follows
            warnings.warn(said, DataWarning, stacklevel=2)
    if raw.typed and not _has_text_to_read(source) and not told.kinds:
        return raw.data
    reading = find_readings(raw, told)
    for name, column in zip(reading.names, reading.columns, strict=True):
        for message in doubt_of(name, column):
            if column.kind == "number" and not column.is_open and USUAL not in message:
                continue  # other columns, or somebody, settled it
            warnings.warn(message, DataWarning, stacklevel=2)
    return reading.apply(raw.data)


def _has_text_to_read(source: Any) -> bool:
    return isinstance(source, (str, Path)) and str(source).lower().endswith((".xlsx", ".jsonl"))


def raw_table(source: Any, *, encoding: str = "", columns: Sequence[str] = ()) -> RawTable:
    """Read a table into columns as they stand there: text, where the source has no types."""
    if isinstance(source, RawTable):  # read before, by who looks at it more than once
        return source
    if columns and not isinstance(source, (str, Path)):
        raise ParameterError(
            "`columns` names the columns of a text file without a header line; the table is "
            f"{type(source).__name__}, and names its own. Leave `columns` out."
        )
    if isinstance(source, pd.DataFrame):
        return RawTable(source, typed=True)
    if isinstance(source, (str, Path)):
        return _read_file(Path(source), encoding, columns)
    if isinstance(source, Query):
        return RawTable(_run(source), typed=True)
    try:
        return RawTable(
            pd.DataFrame(nw.from_native(source).lazy().collect().to_pandas()), typed=True
        )
    except TypeError:
        raise ParameterError(
            "A table must be a DataFrame (pandas, polars, Arrow), a Query, or the path of a CSV or "
            f"Parquet file; got {type(source).__name__}. Convert it to one of these first."
        ) from None


def _run(query: Query) -> pd.DataFrame:
    connection = query.connection if query.connection is not None else duckdb.connect()
    with speaking_plainly():
        note_query(connection, query.sql)
        found = connection.execute(query.sql)
        if found is None:
            raise DataError("A query must give a table; there is no statement in it. Mend the SQL.")
        return fetched(found)


@contextmanager
def speaking_plainly(file: Path | None = None) -> Iterator[None]:
    """Turn what DuckDB says of a query, or of a Parquet file, into a DataError."""
    try:
        yield
    except duckdb.Error as error:
        if file is not None:
            raise _no_parquet(file) from None
        reason = str(error).splitlines()[0]
        raise DataError(
            f"A query must give a table; DuckDB says {reason!r}. Mend the SQL, or give the "
            "connection that has its tables: Query(sql, connection)."
        ) from None


def _read_file(path: Path, encoding: str, columns: Sequence[str]) -> RawTable:
    if not os.path.isfile(path):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(
            f"There is no file {str(path)!r}. Check the path; it is taken from "
            "the folder that the command runs in."
        )
    noted(path)
    try:
        return read_file(path, encoding=encoding, columns=columns)
    except WorkbenchError:  # some of them are errors of the system, too
        raise
    except OSError as error:
        raise _unreadable(path, error) from None


def _no_parquet(path: Path) -> WorkbenchError:
    """Say what is wrong with a Parquet file: its readers do not tell locked from damaged."""
    try:
        with path.open("rb"):
            return no_such(path, "a Parquet")
    except OSError as error:
        return _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> MissingDataError:
    return MissingDataError(
        f"{str(path)!r} must be a table; it cannot be read: {error.strerror or error}."
    )
