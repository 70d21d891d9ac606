"""Checks shared by every room: each raises one well-worded error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError, SchemaError


def listed(names: Iterable[object], most: int = 8) -> str:
    """Write names for a message, the first few of a long list.

    Examples
    --------
    >>> listed(["a", "b"])
    "['a', 'b']"
    >>> listed(range(100), most=3)
    '[0, 1, 2, … 97 more]'
    """
    names = list(names)
    shown = ", ".join(repr(name) for name in names[:most])
    return f"[{shown}, … {len(names) - most} more]" if len(names) > most else f"[{shown}]"


def counted(counts: Mapping[str, int], most: int = 8) -> str:
    """Write names with the number of rows each concerns.

    Examples
    --------
    >>> counted({"age": 3, "visits": 1})
    "'age' (3 rows), 'visits' (1 row)"
    """
    parts = [f"{name!r} ({k:,} row{'s' * (k != 1)})" for name, k in list(counts.items())[:most]]
    more = len(counts) - most
    return ", ".join(parts) + (f", … {more} more" if more > 0 else "")


def did_you_mean(name: object, options: Iterable[object]) -> str:
    """Return `` Did you mean 'x'?`` where an option begins with the name or is close to it.

    Examples
    --------
    >>> did_you_mean("recency", ["recency_days", "frequency"])
    " Did you mean 'recency_days'?"
    >>> did_you_mean("zzz", ["recency_days"])
    ''
    """
    wanted = str(name).casefold()
    texts = {str(option).casefold(): str(option) for option in options}
    begun = sorted((text for text in texts if wanted and text.startswith(wanted)), key=len)
    close = begun or difflib.get_close_matches(wanted, texts, 1)
    return f" Did you mean {texts[close[0]]!r}?" if close else ""


def check_columns(table: pd.DataFrame, needed: Sequence[str], *, name: str) -> None:
    """Raise SchemaError unless the table has every needed column, and none twice.

    Parameters
    ----------
    table : DataFrame
    needed : sequence of str
    name : str
        What to call the table in the message.

    Raises
    ------
    SchemaError
        A column is missing (the closest name is offered), or stands twice.
    """
    columns = list(table.columns)
    twice = list(dict.fromkeys(table.columns[table.columns.duplicated()]))
    if twice:
        raise SchemaError(
            f"{name} must have every column once; {listed(twice)} stand more than once. "
            "Rename or drop the others."
        )
    for column in needed:
        if column not in columns:
            raise SchemaError(
                f"{name} has no column {column!r}; got {listed(columns)}."
                f"{did_you_mean(column, columns)}"
            )


def check_not_empty(table: pd.DataFrame, *, name: str) -> None:
    """Raise DataError where a table has no rows."""
    if len(table) == 0:
        raise DataError(f"{name} must have at least one row; it is empty.")


def check_finite(X: pd.DataFrame) -> None:
    """Raise DataError where a numeric column holds infinity; gaps are allowed."""
    sparse = [name for name, kind in X.dtypes.items() if isinstance(kind, pd.SparseDtype)]
    numeric = (X.drop(columns=sparse) if sparse else X).select_dtypes("number")
    infinite = np.isinf(numeric.to_numpy(dtype="float64", na_value=np.nan)).sum(axis=0)
    bad = {str(c): int(k) for c, k in zip(numeric.columns, infinite, strict=True) if k}
    for name in sparse:  # what is stored says all: the rest is not written out
        stored: Any = X[name].array
        if count := int(np.isinf(stored.sp_values.astype("float64")).sum()):
            bad[str(name)] = count
    if bad:
        raise DataError(
            f"Features must be finite; got infinity in {counted(bad)}. "
            "Replace it, or make it missing: missing values are imputed with a flag."
        )


def check_choice(value: object, options: Iterable[object], *, name: str) -> None:
    """Raise ParameterError unless the value is one of the options."""
    options = list(options)
    if value not in options:
        raise ParameterError(
            f"`{name}` must be one of {listed(options)}; got {value!r}."
            f"{did_you_mean(value, options)}"
        )
