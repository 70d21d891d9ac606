"""Compare what is read with what a file means: right, refused, said, or wrong in silence."""

import re
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.reading import find_readings, read_file

RIGHT, REFUSED, SAID, SILENT = "right", "refused in words", "wrong, and said", "wrong in silence"


def judge(specimen, folder=None):
    """Read a specimen; return the outcome and, where it is not right, what is wrong.

    Returns
    -------
    outcome : str
    why : list of (column's kind and quirk, what came)
    """
    with tempfile.TemporaryDirectory() as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder or made) / f"specimen{specimen.suffix}"
        path.write_bytes(specimen.raw)
        try:
            raw = read_file(path)
            reading = find_readings(raw)
            read = reading.apply(raw.data)
        except WorkbenchError as error:
            return REFUSED, [("", str(error))]
    notes = " ".join((*raw.notes, *reading.notes))
    rows = len(specimen.columns[0].values)
    if len(read) != rows:
        return SILENT, [("rows", f"{len(read)} of {rows}")]
    wrong = []
    for column in specimen.columns:
        if column.name not in read.columns:
            wrong.append((column.name, "the column is not there", False, False))
            continue
        found = reading[column.name]
        fault = _fault(column, found, read[column.name])
        if fault:
            by_letters = "Read as" in notes and column.kind in ("category", "text")
            said = bool(found.note) or by_letters
            left_open = column.open_to_two and "left open" in fault
            wrong.append((f"{column.name} {column.kind} {column.quirk}", fault, said, left_open))
    if not wrong:
        return RIGHT, []
    if all(said and left_open for *_, said, left_open in wrong):
        return REFUSED, [fault[:2] for fault in wrong]
    silent = [fault[:2] for fault in wrong if not fault[2]]
    return (SILENT, silent) if silent else (SAID, [fault[:2] for fault in wrong])


def _fault(column, found, read):
    """Return what is wrong with a column, or an empty text."""
    check = {
        "number": _number,
        "flag": _flag,
        "date": _date,
        "zoned": _zoned,
    }.get(column.kind, _text)
    return check(column, found, read)


def _first(column, read, same):
    """Name the first value that is not what it means."""
    for value, written, got in zip(column.values, column.written, read, strict=True):
        absent = value is None
        if absent != bool(pd.isna(got)) or (not absent and not same(value, got)):
            return f"{written!r} came as {got!r}"
    return ""


def _number(column, found, read):
    whole = found.kind == "identifier" and found.level_type == "whole"
    if found.kind != "number" and not whole:
        return f"{column.written[0]!r} taken for {found.kind}"
    if not pd.api.types.is_numeric_dtype(read):
        return f"{column.written[0]!r} left open"
    return _first(column, read, lambda a, b: np.isclose(a, b, rtol=1e-12, atol=0))


def _flag(column, found, read):
    if found.kind != "flag":
        return f"{column.written[0]!r} taken for {found.kind}"
    return _first(column, read, lambda a, b: bool(a) == bool(b))


def _date(column, found, read):
    if found.kind != "date":
        return f"{column.written[0]!r} taken for {found.kind}"
    if not pd.api.types.is_datetime64_any_dtype(read):
        return f"{column.written[0]!r} left open"
    return _first(column, read, lambda a, b: pd.Timestamp(a) == b)


def _zoned(column, found, read):
    if found.kind != "date" or not pd.api.types.is_datetime64_any_dtype(read):
        return f"{column.written[0]!r} taken for {found.kind}"
    if read.dt.tz is None:
        return "the zone is lost"
    instants = read.dt.tz_convert("UTC").dt.tz_localize(None)
    return _first(column, instants, lambda a, b: pd.Timestamp(a) == b)


def _text(column, found, read):
    if column.kind == "category" and found.kind not in ("category", "identifier"):
        return f"{column.written[0]!r} taken for {found.kind}"
    return _first(
        column, read.astype("str").where(read.notna()), lambda a, b: _plain(a) == _plain(b)
    )


def _plain(value):
    return re.sub(r"\r\n?", "\n", str(value)).strip()
