"""Levels of two tables compared by what they are, not by how each table stores them.

The same codes are integers in one table, floats in the next (a gap made them so), a
categorical of either in a third; flags are True, 1 or "True".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError

_FLAGS = {"true": 1.0, "false": 0.0}
OF_DECIMALS = "0123456789.+-:T "


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
    text_of: dict[object, str] = {}
    for side in levels:
        for level in sorted(side, key=str):
            text_of.setdefault(_meaning(level) if reads else level, _text(level))
    return [
        side.map(lambda level: text_of[_meaning(level) if reads else level], na_action="ignore")
        for side in sides
    ]


def spelled(values: pd.Series[Any]) -> pd.Series[str]:
    """Write each value as text, by itself: neither its type nor other rows have a say.

    Examples
    --------
    >>> spelled(pd.Series([1.0, 2.5, None])).tolist()  # a gap makes floats of whole numbers
    ['1', '2.5', nan]
    >>> spelled(pd.Series(pd.to_datetime(["2024-03-01", "2024-03-02"]))).tolist()
    ['2024-03-01', '2024-03-02']
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    if isinstance(values.dtype, pd.CategoricalDtype):
        texts = spelled(pd.Series(values.cat.categories)).to_numpy(dtype=object)
        known = np.append(texts, np.nan)  # code -1, a gap, is the last
        return pd.Series(known[values.cat.codes], index=values.index, name=values.name, dtype="str")
    missing = values.isna().to_numpy()
    written = [np.nan if gap else _text(v) for v, gap in zip(values, missing, strict=True)]
    return pd.Series(written, index=values.index, name=values.name, dtype="str")


def _text(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return fold(f"{value!s}", decimals=True) if abs(number) < 1e16 else repr(number)
    if isinstance(value, Decimal):
        return fold(f"{value:f}", decimals=True)
    if hasattr(value, "isoformat"):  # days and moments
        return _moment(value.isoformat(" ") if hasattr(value, "hour") else value.isoformat())
    return str(value)


def _moment(text: str) -> str:
    return fold(text, decimals=True).removesuffix(" 00:00:00")


def fold(text: str, *, decimals: bool) -> str:
    """Take the spaces around a text away, and zeros at the end of a decimal or a moment.

    Those have one point and no other signs than `OF_DECIMALS`: "No. 10" is not "No. 1".

    Examples
    --------
    >>> [fold(text, decimals=True) for text in (" 12.50 ", "3.000", "1.0E10", "10.0.1.0")]
    ['12.5', '3', '1.0E10', '10.0.1.0']
    """
    text = text.strip(" ")
    if not decimals or text.count(".") != 1 or not set(text) <= set(OF_DECIMALS):
        return text
    return text.rstrip("0").rstrip(".")


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


def check_told_apart(names: Mapping[Any, str], column: object, *, kind: str) -> None:
    """Raise DataError for two spellings that may be one level, or two.

    Parameters
    ----------
    names : mapping of level to str
        What each is written as.
    column : object
        Whose levels they are.
    kind : str
        What a level is, such as "arm".

    Examples
    --------
    >>> check_told_apart({"tea": "tea", "wine": "wine"}, "took", kind="offer")
    """
    first: dict[str, object] = {}
    for level, name in names.items():
        other = first.setdefault(name.casefold(), level)
        if other is not level:
            raise DataError(
                f"The {kind}s of {column!r} must be told apart by more than spaces, capitals and "
                f"type; got {other!r} and {level!r}. Write both alike if they are one {kind}, or "
                "give one of them another name."
            )


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
