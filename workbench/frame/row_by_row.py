"""Whether rows can be read in blocks, so that none has a say in how another one is read.

A model's recipe says how each column is read, and leaves little to the file. What it leaves is
looked for here, column by column; a table with such a column is read at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.frame.contact_files import ContactFiles
from workbench.frame.flat_reading import reading_again
from workbench.reading import ColumnReading, Told
from workbench.reading.decide import given_type

_OF_NUMBERS = ("number", "identifier")
_OF_LEVELS = ("category", "text", "identifier", "date")


def hindrance(
    files: ContactFiles, recipe: Mapping[str, Any], told: Told, *, only_open: bool = False
) -> str:
    """Say why rows cannot be read in blocks; "" where they can.

    Parameters
    ----------
    files : ContactFiles
    recipe : mapping
        Of the model's own frame.
    told : Told
        How the files are read, where somebody says so.
    only_open : bool
        Whether rows whose outcome is known are left out.
    """
    if told.columns:
        return "`columns` names the columns of a text file, and these are Parquet."
    readings = reading_again(recipe, told)
    if not readings:
        return "the model does not tell how columns were read in training."
    names = files.files.schema.names
    for name in names:
        why = next(_why(files, name, readings.get(name), recipe), "")
        if why:
            return f"{name!r} {why}."
    target = recipe.get("target")
    if only_open and target in names and target not in readings and _is_text(files, str(target)):
        return f"the model does not tell how the outcome {target!r} was read in training."
    return ""


def _why(
    files: ContactFiles, name: str, reading: ColumnReading | None, recipe: Mapping[str, Any]
) -> Iterator[str]:
    """Give what is in the way of one column."""
    kind = files.files.schema.field(name).type
    if pa.types.is_dictionary(kind) and not _is_text(files, name):
        yield f"is a dictionary of {kind.value_type}"
    if name == recipe.get("time") and not _is_moment(kind) and not _is_dated(reading):
        yield f"is {kind}, from which moments are made all together; write it as a date"
    if name == recipe.get("campaign"):
        yield from _why_campaign(kind, reading)
    if reading is not None and _is_levelled(reading) and not _is_text(files, name):
        yield from _why_levels(files, name, reading)


def _why_campaign(kind: pa.DataType, reading: ColumnReading | None) -> Iterator[str]:
    """Say where labels depend on one another: 2024.1 is October, if all are months."""
    if _has_fractions(kind):
        yield f"is {kind}: whether campaigns are months such as 2024.10, all of them tell together"
    elif pa.types.is_integer(kind):
        return
    elif reading is not None and reading.kind == "number" and reading.decimal:
        yield "names campaigns by numbers with a decimal mark"


def _why_levels(files: ContactFiles, name: str, reading: ColumnReading) -> Iterator[str]:
    """Say where a value is spelled as a level by a form that suits all values."""
    kind = files.files.schema.field(name).type
    together = f"is {kind}, and had levels in training: all values tell how one is spelled"
    if pa.types.is_duration(kind):
        yield together
    floats = _has_fractions(kind) or (name in files.gapped and pa.types.is_integer(kind))
    if floats and not all(map(_are_whole, files.values(name))):
        yield together
    clocks = pa.types.is_timestamp(kind) and reading.kind != "date"
    if clocks and not all(map(_are_days, files.values(name))):
        yield together


def _is_levelled(reading: ColumnReading) -> bool:
    """Whether values that came with a type are spelled as levels."""
    if reading.kind == "identifier" and reading.level_type == "whole":
        return False
    return reading.kind in _OF_LEVELS or reading.is_open


def _is_dated(reading: ColumnReading | None) -> bool:
    return reading is not None and reading.kind == "date" and reading.dates.settled


def _is_text(files: ContactFiles, name: str) -> bool:
    kind = files.files.schema.field(name).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(is_one(kind) for is_one in texts)


def _is_moment(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _has_fractions(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _are_whole(values: pd.Series[Any]) -> bool:
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    present = numbers[~np.isnan(numbers)]
    return bool((present == np.round(present)).all() and (np.abs(present) < 2**53).all())


def _are_days(values: pd.Series[Any]) -> bool:
    present = values.dropna()
    return bool((present == present.dt.normalize()).all())


def floating(blocks: Iterator[pd.DataFrame], readings: Mapping[str, ColumnReading]) -> list[str]:
    """Return columns of text that are whole numbers in some blocks at most, not in all rows.

    In the whole table they are floating numbers, and are written as such in reasons.

    Parameters
    ----------
    blocks : iterator of DataFrame
        All rows.
    readings : mapping of column to ColumnReading
    """
    found: dict[str, bool] = {}
    with warnings.catch_warnings(action="ignore"):  # told where the rows are scored
        for block in blocks:
            for name in map(str, block.columns):
                reading = readings.get(name)
                if found.get(name) or reading is None or reading.kind not in _OF_NUMBERS:
                    continue
                found[name] = reading.apply(given_type(block[name])).dtype.kind == "f"
    return [name for name, is_floating in found.items() if is_floating]


def numbers_as_text(files: ContactFiles, readings: Mapping[str, ColumnReading]) -> list[str]:
    """Return the columns of files that hold numbers as text."""
    return [
        name
        for name in files.files.schema.names
        if name in readings and readings[name].kind in _OF_NUMBERS and _is_text(files, name)
    ]
