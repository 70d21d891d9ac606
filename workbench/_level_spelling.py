"""Levels of two tables compared by what they are, not by how each table stores them.

The same codes are integers in one table, floats in the next (a gap made them so), a
categorical of either in a third; flags are True, 1 or "True".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_FLAGS = {"true": 1.0, "false": 0.0}


def alike_levels(first: pd.Series[Any], second: pd.Series[Any]) -> list[pd.Series[Any]]:
    """Write the levels of two columns as text, one spelling a level; gaps stay gaps.

    Numbers that are equal are one level, whatever their type, and flags are 1 and 0. Where
    one side has numbers or flags, text that reads as such is what it reads as. Where both
    are text, each level is its own: "1.0" is then not "1".

    Returns
    -------
    list of two Series of text
        In the spelling of the first where it has the level.

    Examples
    --------
    >>> codes = pd.Series([1.0, 2.0, None])
    >>> [side.tolist() for side in alike_levels(codes, pd.Series(["2", "x"]))]
    [['1', '2', nan], ['2', 'x']]
    """
    sides = [side.astype("object").where(side.notna()) for side in (first, second)]
    levels = [side.dropna().unique().tolist() for side in sides]
    reads = any(not isinstance(level, str) for side in levels for level in side)
    spelled: dict[object, str] = {}
    for side in levels:
        for level in sorted(side, key=str):
            spelled.setdefault(_meaning(level) if reads else level, _spelling(level))
    return [
        side.map(lambda level: spelled[_meaning(level) if reads else level], na_action="ignore")
        for side in sides
    ]


def level_texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write the levels of a column as text, whole numbers without decimals; gaps as "nan".

    Examples
    --------
    >>> level_texts(pd.Series([2.0, 1.5], dtype="category")).tolist()
    ['2', '1.5']
    >>> level_texts(pd.Series([2.0, None])).tolist()  # a gap made floats of whole numbers
    ['2', 'nan']
    """
    varied = isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object
    if not varied and not pd.api.types.is_float_dtype(column):
        return column.astype("str")
    return column.astype("object").map(_spelling).astype("str")


def _meaning(level: object) -> object:
    """Return the number that a level is or reads as, else its text."""
    if isinstance(level, (bool, int, np.bool_, np.integer)):
        return int(level)
    if isinstance(level, (float, np.floating)):
        return float(level)
    text = str(level).strip()
    if text.casefold() in _FLAGS:
        return _FLAGS[text.casefold()]
    try:
        return float(text) if any(sign.isdigit() for sign in text) else str(level)
    except ValueError:
        return str(level)


def plain_level(level: object) -> object:
    """Return a level as a person writes it: 2 for 2.0, and no NumPy type.

    Examples
    --------
    >>> plain_level(2.0), plain_level(np.float64(1.5)), plain_level("2.0")
    (2, 1.5, '2.0')
    """
    plain = level.item() if isinstance(level, np.generic) else level
    if isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53:
        return int(plain)
    return plain


def _spelling(level: object) -> str:
    return str(plain_level(level))
