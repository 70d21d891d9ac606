"""What can be a feature: numbers, flags and categories; all else is refused by name.

A date written as text has a level for each day, and a list has one for each spelling of it:
models of such columns learn nothing that another table could have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import DataError
from workbench.messages import listed

DATES = "dates"
IN_FILES = "(features are in the files)"
"""The one column of contacts that have left their features in the files: see `ParquetRows`."""
_OF_TYPES: Mapping[str, tuple[type, ...]] = {
    DATES: (dt.date, np.datetime64, pd.Period),  # a datetime is a date, too
    "lengths of time": (dt.timedelta, np.timedelta64),
    "times of day": (dt.time,),
    "bytes": (bytes, bytearray, memoryview),
    "complex numbers": (complex, np.complexfloating),
    "lists or records": (list, tuple, dict, set, frozenset, range, np.ndarray, pd.Series),
}
_ADVICE = {
    DATES: "Write dates as numbers, such as days before the decision, or leave them out.",
    "lengths of time": "Write lengths of time as numbers, such as days.",
    "times of day": "Write times of day as numbers, such as hours.",
    "bytes": "Decode bytes to text.",
    "complex numbers": "Give their real and imaginary parts as columns.",
    "lists or records": "Give each part of a list or record a column, or leave them out.",
}


def kind_of(column: pd.Series[Any]) -> str:
    """Return 'flag', 'numeric' or 'category'.

    Examples
    --------
    >>> import pandas as pd
    >>> kind_of(pd.Series([0, 1, 1])), kind_of(pd.Series(["a", "b"]))
    ('flag', 'category')
    """
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_numeric_dtype(column):
        present = column.dropna()  # compared, not looked up: pandas hashes no long doubles
        return "flag" if ((present == 0) | (present == 1)).all() else "numeric"
    return "category"


def check_feature_kinds(X: pd.DataFrame, *, but: Collection[str] = ()) -> None:
    """Raise DataError where columns hold what can be no feature.

    Parameters
    ----------
    X : DataFrame
    but : collection of str
        Kinds that the caller sees to, such as "dates".

    Examples
    --------
    >>> check_feature_kinds(pd.DataFrame({"tags": [["a", "b"], ["a"]]}))
    Traceback (most recent call last):
    ...
    workbench.errors.DataError: Features must be numbers, flags or categories; got lists or \
records in ['tags']. Give each part of a list or record a column, or leave them out.
    """
    if IN_FILES in X:
        raise DataError(
            "Features are needed, and these contacts have left theirs in the files. Give the "
            "`ParquetRows` that they are of, or keep those that are needed: `columns`."
        )
    found: dict[str, list[str]] = {}
    for place, name in enumerate(X.columns):
        kind = odd_kind(X.iloc[:, place])
        if kind and kind not in but:
            found.setdefault(kind, []).append(str(name))
    if found:
        what = " and ".join(f"{kind} in {listed(names)}" for kind, names in found.items())
        advice = " ".join(_ADVICE[kind] for kind in found)
        raise DataError(f"Features must be numbers, flags or categories; got {what}. {advice}")


def odd_kind(column: pd.Series[Any]) -> str:
    """Return what a column holds that is no number, flag or category; "" where it is one.

    Examples
    --------
    >>> odd_kind(pd.Series(pd.to_datetime(["2024-05-01"]))), odd_kind(pd.Series(["a", "b"]))
    ('dates', '')
    """
    kind = column.dtype
    if isinstance(kind, pd.ArrowDtype):
        return _of_arrow(kind.pyarrow_dtype)
    if isinstance(kind, (pd.PeriodDtype, pd.DatetimeTZDtype)) or kind.kind == "M":
        return DATES
    if kind.kind == "m":
        return "lengths of time"
    if kind.kind == "c":
        return "complex numbers"
    if not pd.api.types.is_object_dtype(kind):
        return ""
    types = set(map(type, column.dropna()))
    kinds = (name for name, odd in _OF_TYPES.items() if any(issubclass(t, odd) for t in types))
    return next(kinds, "")


def _of_arrow(kind: pa.DataType) -> str:
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return DATES
    if pa.types.is_duration(kind):
        return "lengths of time"
    if pa.types.is_time(kind):
        return "times of day"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return "bytes"
    return "lists or records" if pa.types.is_nested(kind) else ""
