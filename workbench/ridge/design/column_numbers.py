"""The numbers of a numeric feature, whatever type a table keeps them in; else a clear refusal."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_finite
from workbench.errors import SchemaError
from workbench.ridge.design.column import Column
from workbench.ridge.design.levels import FALSE_WORDS, TRUE_WORDS

Array = npt.NDArray[np.float64]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|NaN|nan")
"""What Python and every database read alike; `1_000` and `0x10` are not among them."""
_BLOCK = 4096
_SAID = dict.fromkeys(TRUE_WORDS, "1") | dict.fromkeys(FALSE_WORDS, "0")


def numbers_of(values: pd.Series[Any], column: Column) -> Array:
    """Return a numeric column, NaN where it is missing.

    Text is read where each value is a number with a decimal point, or blank; true and false
    in any of their spellings where training had nothing but 0 and 1.

    Raises
    ------
    SchemaError
        It holds text, or moments.
    DataError
        A number is too large.
    """
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype="float64", na_value=np.nan)
    missing = values.isna()
    if pd.api.types.is_datetime64_any_dtype(values) or values.dtype.kind == "m":
        if missing.all():
            return np.full(len(values), np.nan)
        raise _not_numeric(values, values.dropna())
    numbers = [
        np.nan if gap else _number(value, column)
        for value, gap in zip(values, missing, strict=True)
    ]
    strange = values[[number is None for number in numbers]]
    if len(strange):
        raise _not_numeric(values, strange)
    read = np.array(numbers, dtype="float64")
    check_finite(pd.DataFrame({values.name: read}))
    return read


def zero_one(matrix: Any) -> npt.NDArray[np.bool_]:
    """Return which columns hold nothing but 0 and 1, and gaps; shape (p,).

    Examples
    --------
    >>> zero_one(np.array([[0.0, 0.5], [1.0, 1.0], [np.nan, 0.0]]))
    array([ True, False])
    """
    left = np.arange(matrix.shape[1])
    for start in range(0, len(matrix), _BLOCK):
        block = matrix[start : start + _BLOCK, left]
        left = left[((block == 0) | (block == 1) | np.isnan(block)).all(axis=0)]
        if not len(left):
            break
    return np.isin(np.arange(matrix.shape[1]), left)


def _number(value: Any, column: Column) -> float | None:
    """Read one value; None where it is no number."""
    if isinstance(value, str):
        text = value.strip()
        text = _SAID.get(text.lower(), text) if column.binary else text
        if not text:
            return np.nan
        return float(text) if NUMBER.fullmatch(text) else None
    try:
        return None if hasattr(value, "isoformat") else float(value)
    except (ValueError, TypeError):
        return None


def _not_numeric(values: pd.Series[Any], strange: pd.Series[Any]) -> SchemaError:
    return SchemaError(
        f"{values.name!r} must be numeric, as in training; got {values.dtype} such as "
        f"{strange.iloc[0]!r}. Read the column as numbers first."
    )
