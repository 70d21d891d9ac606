"""What charts of effects share: one comparison a table, and effects on rates in points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from workbench.checks import check_columns, check_not_empty
from workbench.errors import DataError
from workbench.language import say, written
from workbench.language.numerals import marked_as
from workbench.messages import listed
from workbench.numbers import Array

KINDS = ("binary", "amount", "count")
"""Of an outcome."""

INTERVAL = ("effect", "low", "high")

WIDER = 4.0
"""Intervals so many times as wide as the usual one need not fit on the page."""


def check_comparison(table: pd.DataFrame, needed: list[str], *, name: str) -> None:
    """Raise unless a table has columns and rows, and is of one arm against one other.

    Raises
    ------
    SchemaError, DataError
    """
    check_columns(table, needed, name=name)
    check_not_empty(table, name=name)
    for column in ("arm", "against"):
        arms = sorted(map(str, table[column].unique())) if column in table else []
        if len(arms) > 1:
            raise DataError(
                f"{name} must be of one arm against one other; {column!r} has {listed(arms)}. "
                "Choose one: "
                f"`table[table[{column!r}] == …]`."
            )


def effect_in(kind: str) -> str:
    """Return what stands along the axis of effects."""
    if kind == "binary":
        return say("Effect on the response rate, in points")
    return say("Effect per contact, in units of the outcome")


def write_effects(axis: Axis, kind: str) -> None:
    """Write shares as points; numbers of the outcome stay as the canvas writes them."""
    if kind == "binary":
        how = written()
        axis.set_major_formatter(FuncFormatter(lambda x, _: marked_as(how, f"{100 * x:.4g}")))


def finite(values: pd.Series[Any]) -> Array:
    """Return numbers, NaN where they have no end: what has none is not drawn."""
    numbers = values.to_numpy(dtype="float64")
    return np.where(np.isfinite(numbers), numbers, np.nan)
