"""Checks shared by every room: each raises one well-worded error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.messages import counted, did_you_mean, listed
from workbench.numbers import Array, real_numbers


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
    texts = table.columns.map(str)  # names become text: 1 and "1" would be one
    twice = list(dict.fromkeys(texts[texts.duplicated()]))
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


def plain_floats(X: pd.DataFrame) -> pd.DataFrame:
    """Make long doubles, and numbers that came as objects, what everything here computes with.

    Databases send decimals, and numbers and flags with gaps, as objects.

    Raises
    ------
    DataError
        A column holds complex numbers.
    """
    kinds = {name: kind for name, kind in X.dtypes.items() if isinstance(kind, np.dtype)}
    odd = [name for name, kind in kinds.items() if kind.kind == "c"]
    if odd:
        raise DataError(
            f"Features must be real numbers; got complex ones in {listed(odd)}. Give their real "
            "and imaginary parts as columns."
        )
    long = [name for name, kind in kinds.items() if kind.kind == "f" and kind.itemsize > 8]
    objects = [name for name, kind in X.dtypes.items() if pd.api.types.is_object_dtype(kind)]
    inferred = {name: pd.api.types.infer_dtype(X[name], skipna=True) for name in objects}
    numbers = {n: TYPE_OF_OBJECTS[kind] for n, kind in inferred.items() if kind in TYPE_OF_OBJECTS}
    plain = dict.fromkeys(long, "float64") | numbers
    return X.astype(plain) if plain else X


TYPE_OF_OBJECTS: dict[str, Any] = {
    "boolean": "boolean",
    "decimal": "float64",
    "floating": "float64",
    "integer": "float64",
    "mixed-integer-float": "float64",
}
"""What objects are, by what pandas finds in them."""


LARGEST = {"float32": 1e18, "float64": 1e150}
"""Beyond it the square of a number, or a sum of squares, is none of its type."""


def check_finite(X: pd.DataFrame) -> None:
    """Raise DataError where a numeric column holds infinity, or what has no square.

    Gaps are allowed.
    """
    infinite: dict[str, int] = {}
    large: dict[str, int] = {}
    for name, kind in X.dtypes.items():
        if isinstance(kind, pd.SparseDtype):  # what is stored says all: the rest is not written
            stored: Any = X[name].array
            _count_beyond(str(name), stored.sp_values, infinite, large)
        elif pd.api.types.is_numeric_dtype(kind):
            _count_beyond(str(name), X[name].to_numpy(na_value=np.nan), infinite, large)
    refuse_beyond(infinite, large)


def refuse_beyond(infinite: dict[str, int], large: dict[str, int]) -> None:
    """Raise DataError for columns with so many infinite, or too large, numbers."""
    if infinite:
        raise DataError(
            f"Features must be finite; got infinity in {counted(infinite)}. "
            "Replace it, or make it missing: missing values are imputed with a flag."
        )
    if large:
        raise DataError(
            f"Features must be at most 1e150 in size (1e18 in float32), so that they have squares; "
            f"got larger values in {counted(large)}. Use a larger unit, or take their logarithm."
        )


def _count_beyond(name: str, values: Any, infinite: dict[str, int], large: dict[str, int]) -> None:
    kind = "float32" if values.dtype == np.float32 else "float64"
    values = np.asarray(values, dtype=kind)
    if len(values) and -LARGEST[kind] <= values.min() and values.max() <= LARGEST[kind]:
        return  # without a copy; a gap makes both none
    size = np.abs(values)
    if beyond := int((size > LARGEST[kind]).sum()):
        endless = int(np.isinf(size).sum())
        into, count = (infinite, endless) if endless else (large, beyond)
        into[name] = count


def check_choice(value: object, options: Iterable[object], *, name: str) -> None:
    """Raise ParameterError unless the value is one of the options."""
    options = list(options)
    if value not in options:
        raise ParameterError(
            f"`{name}` must be one of {listed(options)}; got {value!r}."
            f"{did_you_mean(value, options)}"
        )


def is_whole(value: object, *, least: int) -> TypeGuard[int | np.integer[Any]]:
    """Say whether a value is a whole number, large enough; True and 1.0 are none."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        return False
    return bool(value >= least)


def check_whole(value: object, *, least: int, name: str, hint: str = "") -> None:
    """Raise ParameterError unless the value is a whole number, large enough.

    Examples
    --------
    >>> check_whole(0, least=1, name="most")
    Traceback (most recent call last):
    ...
    workbench.errors.ParameterError: `most` must be a whole number from 1; got 0.
    """
    if not is_whole(value, least=least):
        raise ParameterError(f"`{name}` must be a whole number from {least}; got {value!r}.{hint}")


def list_from_zero(values: Any, *, name: str = "multipliers") -> Array:
    """Return values as an array (k,); raise ParameterError unless all are finite and from 0.

    Examples
    --------
    >>> list_from_zero([1, 10])
    array([ 1., 10.])
    """
    try:
        found = real_numbers(values)
    except (TypeError, ValueError, OverflowError):
        found = np.empty(0)
    if found.ndim != 1 or len(found) == 0 or not (np.isfinite(found) & (found >= 0)).all():
        raise ParameterError(
            f"`{name}` must be a list of finite numbers from 0; got {values!r}. Give for example "
            "[0.1, 1, 10]."
        )
    return found


def check_propensity(model: object, what: str, *, uplift: bool = False) -> None:
    """Raise for a model that foretells something else than propensities.

    Parameters
    ----------
    model : object
    what : str
        What needs them, as the start of a sentence.
    uplift : bool
        Whether a model of uplifts will do, which has two propensities of each contact.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> check_propensity("a", "A report shows")
    Traceback (most recent call last):
    ...
    workbench.errors.ParameterError: `model` must have a method `propensity`, as RidgePropensity...
    """
    if not hasattr(model, "propensity"):
        raise ParameterError(
            f"`model` must have a method `propensity`, as RidgePropensity has; got a "
            f"{type(model).__name__}. {what} propensities: give a model of who responds."
        )
    if hasattr(model, "uplift") and not uplift:
        raise ParameterError(
            f"`model` must have one propensity of each contact, as RidgePropensity has; got a "
            f"{type(model).__name__}, which has two, with a contact and without. {what} "
            "propensities: give a model of who responds."
        )
