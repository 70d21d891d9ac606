"""Any table that an analyst holds, as pandas: frames, Parquet, SQL, and CSV as it comes."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from workbench._checks import listed
from workbench._csv_files import read_csv
from workbench.errors import DataError, MissingDataError, ParameterError, WorkbenchError


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


def read_table(source: Any) -> pd.DataFrame:
    r"""Read a table into pandas.

    Parameters
    ----------
    source : DataFrame, polars or Arrow table, Query, or path
        Paths end in .parquet, .csv, .tsv or .txt. A CSV may have semicolons or tabs, a
        decimal comma, dates as DD.MM.YYYY, a byte-order mark, and cp1252 letters; what it
        has is found out from the file. Numbers with a leading zero, or of more than 15
        digits, are names and stay text. Where a file has nothing but 1.234 to go by, it
        is 1234 between semicolons and 1.234 elsewhere.

    Returns
    -------
    DataFrame

    Raises
    ------
    MissingDataError
        There is no such file.
    ParameterError
        It is nothing that can be read as a table.
    DataError
        A CSV has rows of different lengths, a file is damaged, or a query fails.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "kunden.csv"
    >>> _ = file.write_bytes("Name;Umsatz;seit\nJörg;1.234,50;31.12.2023\n".encode("cp1252"))
    >>> read_table(file).iloc[0].tolist()
    ['Jörg', np.float64(1234.5), Timestamp('2023-12-31 00:00:00')]
    """
    if isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, (str, Path)):
        return _read_file(Path(source))
    if isinstance(source, Query):
        return _run(source)
    try:
        return pd.DataFrame(nw.from_native(source).lazy().collect().to_pandas())
    except TypeError:
        raise ParameterError(
            "A table must be a DataFrame (pandas, polars, Arrow), a Query, or the path of a CSV or "
            f"Parquet file; got {type(source).__name__}. Convert it to one of these first."
        ) from None


def _run(query: Query) -> pd.DataFrame:
    connection = query.connection if query.connection is not None else duckdb.connect()
    with speaking_plainly(), warnings.catch_warnings():
        # zoned columns: DuckDB calls pandas in a way that pandas is about to drop
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        found = connection.execute(query.sql)
        if found is None:
            raise DataError("A query must give a table; there is no statement in it. Mend the SQL.")
        return pd.DataFrame(found.df())


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


def _read_file(path: Path) -> pd.DataFrame:
    if not os.path.isfile(path):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(
            f"There is no file {str(path)!r}. Check the path; it is taken from "
            "the folder that the command runs in."
        )
    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".parquet": _read_parquet,
        ".csv": read_csv,
        ".tsv": read_csv,
        ".txt": read_csv,
    }
    if path.suffix.lower() not in readers:
        raise ParameterError(
            f"A file must end in one of {listed(readers)}; got {path.name!r}. "
            "Save it as CSV or Parquet."
        )
    try:
        return readers[path.suffix.lower()](path)
    except WorkbenchError:  # some of them are errors of the system, too
        raise
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> MissingDataError:
    return MissingDataError(
        f"{str(path)!r} must be a table; it cannot be read: {error.strerror or error}."
    )


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        # `a=1` in the path of a file is no column of it
        return pd.read_parquet(path, partitioning=None)
    except (pa.ArrowException, OSError):
        raise _no_parquet(path) from None


def _no_parquet(path: Path) -> WorkbenchError:
    """Say what is wrong with a Parquet file: its readers do not tell locked from damaged."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        return _unreadable(path, error)
    return DataError(
        f"{path.name!r} must be a Parquet file; it is damaged, or something else under that name. "
        "Write it anew."
    )
