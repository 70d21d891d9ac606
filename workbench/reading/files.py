"""Files by what they are, whatever they are called: text, Excel, Parquet, Feather, JSON lines."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather

from workbench.errors import DataError, ParameterError
from workbench.messages import listed
from workbench.reading.csv_files import read_csv
from workbench.reading.raw_table import RawTable, without_accidents

_ZIP, _OLD_EXCEL, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
_PARQUET, _FEATHER = b"PAR1", b"ARROW1"
TEXT = (".csv", ".tsv", ".txt")
ONE_SHEET = "Only the first sheet"
SUFFIXES = (".parquet", *TEXT, ".csv.gz", ".xlsx", ".jsonl", ".feather")


def read_file(path: Path, *, encoding: str = "", columns: Sequence[str] = ()) -> RawTable:
    r"""Read a file into columns as they stand there.

    `columns` are the names of the columns of a text file without a header line.

    Parameters
    ----------
    path : Path
    encoding : str
        Of a text file; found out where it is empty.
    columns : sequence of str
        Names of the columns of a text file without a header line.

    Returns
    -------
    RawTable
        Columns as they stand there, and notes.

    Raises
    ------
    ParameterError
        Its name ends in nothing that is read, or columns are named that it names itself.
    DataError
        It is damaged, or holds something else.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "orders.csv"
    >>> _ = file.write_text("Orders of May\nid;amount\n1;2,50\n")
    >>> raw = read_file(file)
    >>> raw.data.iloc[0].tolist(), raw.notes
    (['1', '2,50'], ("Lines around the table are left out: 'Orders of May'.",))
    """
    ending = _ending(path)
    readers: dict[str, Callable[[Path, str], RawTable]] = {
        ".parquet": _parquet,
        ".feather": _feather,
        ".xlsx": _book,
        ".jsonl": _json_lines,
    }
    if ending not in readers:
        return _text(path, encoding, columns)
    if columns:
        raise _names_itself(path.name)
    return readers[ending](path, encoding)


def _names_itself(name: str) -> ParameterError:
    return ParameterError(
        "`columns` names the columns of a text file without a header line; "
        f"{name!r} is no text file, and names its own. Leave `columns` out."
    )


def _ending(path: Path) -> str:
    name = path.name.lower()
    ending = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)
    zipped = next((suffix for suffix in TEXT if name.endswith(f"{suffix}.gz")), None)
    if ending is None and zipped is None:
        raise ParameterError(
            f"A file must end in one of {listed(SUFFIXES)}; got {path.name!r}. "
            "Save it as CSV or Parquet."
        )
    return ending or ".csv.gz"


def _text(path: Path, encoding: str, columns: Sequence[str]) -> RawTable:
    raw = path.read_bytes()
    if raw.startswith(_GZIP):
        raw = _unzipped(raw, path.name)
    if columns and raw.startswith((_ZIP, _OLD_EXCEL, _PARQUET)):
        raise _names_itself(path.name)
    if raw.startswith((_ZIP, _OLD_EXCEL)):
        return _sheet(io.BytesIO(raw), path.name).noting(
            f"{path.name!r} is a book of Excel under another name, and is read as one."
        )
    if raw.startswith(_PARQUET):
        return RawTable(
            _arrow(lambda: pd.read_parquet(io.BytesIO(raw)), path, "a Parquet"), typed=True
        )
    return read_csv(raw, path.name, encoding=encoding, columns=columns)


def _unzipped(raw: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise DataError(
            f"{name!r} must be a gzip file; it is cut off, or damaged. Copy it anew."
        ) from None


def _parquet(path: Path, _: str) -> RawTable:
    # `a=1` in the path of a file is no column of it
    read = _arrow(lambda: pd.read_parquet(path, partitioning=None), path, "a Parquet")
    return RawTable(read, typed=True)


def _feather(path: Path, _: str) -> RawTable:
    return RawTable(_arrow(lambda: pd.read_feather(path), path, "a Feather"), typed=True)


def _arrow(read: Callable[[], pd.DataFrame], path: Path, kind: str) -> pd.DataFrame:
    try:
        return read()
    except MemoryError:  # of Arrow's errors this one says nothing of the file
        raise
    except (pa.ArrowException, OSError):
        with path.open("rb"):  # a locked file is told so, and not taken for a damaged one
            raise no_such(path, kind) from None


def no_such(path: Path, kind: str) -> DataError:
    """Say that a file is not what its name says."""
    return DataError(
        f"{path.name!r} must be {kind} file; it is damaged, or something else under that name. "
        "Write it anew."
    )


def _book(path: Path, _: str) -> RawTable:
    raw = path.read_bytes()
    if not raw.startswith((_ZIP, _OLD_EXCEL)):
        raise no_such(path, "an Excel")
    return _sheet(io.BytesIO(raw), path.name)


def _sheet(raw: io.BytesIO, name: str) -> RawTable:
    """Read the first sheet; numbers, dates and flags have types, the rest is text."""
    from python_calamine import CalamineError

    try:
        with pd.ExcelFile(raw, engine="calamine") as book:
            cells = pd.read_excel(
                book,
                sheet_name=book.sheet_names[0],
                header=None,
                dtype=object,
                keep_default_na=False,
                na_values=[""],
            )
            others = book.sheet_names[1:]
    except (CalamineError, ValueError, OSError):
        raise DataError(
            f"{name!r} must be a book of Excel; it is damaged, locked, or something else. Save it "
            "as CSV."
        ) from None
    table = _below_title(cells, name)
    said = f"{ONE_SHEET} of {name!r} is read; {listed(others)} are not." if others else ""
    return without_accidents(table).noting(said)


def _below_title(cells: pd.DataFrame, name: str) -> RawTable:
    filled = cells.notna().sum(axis=1)
    wide = int(filled.max()) if len(filled) else 0
    rows = [row for row in range(len(cells)) if filled[row] > min(1, wide - 1)]
    if not rows or wide == 0:
        raise DataError(f"{name!r} must have a header and rows; it is empty.")
    first = rows[0]
    header = cells.iloc[first]
    body = cells.iloc[first + 1 :].reset_index(drop=True)
    names = [
        f"Unnamed: {k}" if pd.isna(cell) else str(cell).strip() for k, cell in enumerate(header)
    ]
    body.columns = names
    kept = [not pd.isna(cell) or body.iloc[:, k].notna().any() for k, cell in enumerate(header)]
    body = body.loc[:, kept]
    above = [str(cell) for row in range(first) for cell in cells.iloc[row].dropna()]
    note = (
        f"Lines around the table are left out: {', '.join(map(repr, above[:3]))}." if above else ""
    )
    typed = [_column(body.iloc[:, k]) for k in range(body.shape[1])]
    data = pd.concat(typed, axis=1) if typed else body
    data.columns = body.columns
    return RawTable(data).noting(note)


def _column(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Give a column of cells their type; of several, all become text, dates as ISO."""
    inferred = pd.api.types.infer_dtype(cells, skipna=True)
    if inferred in ("integer", "floating", "mixed-integer-float"):
        return pd.to_numeric(cells)
    if inferred == "boolean":
        return cells.astype("boolean" if cells.isna().any() else "bool")
    if inferred in ("datetime", "date", "datetime64"):
        return pd.to_datetime(cells)
    return cells.map(_as_written, na_action="ignore").astype("str").where(cells.notna())


def _as_written(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _json_lines(path: Path, encoding: str) -> RawTable:
    from workbench.reading.encodings import decoded

    text, note = decoded(path.read_bytes(), path.name, encoding=encoding)
    try:
        data = pd.read_json(io.StringIO(text), lines=True, dtype=False, precise_float=True)
    except ValueError as error:
        raise DataError(
            f"{path.name!r} must have one JSON object a line; {error}. Export it anew."
        ) from None
    if data.empty:
        raise DataError(f"{path.name!r} must have a header and rows; it is empty.")
    return RawTable(data, typed=True).noting(note)
