"""Text that a spreadsheet reads as text: what it would run as a formula has an apostrophe."""

from __future__ import annotations

from typing import Any

import pandas as pd

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
"""What a formula, or a way to one, begins with."""


def as_text_only(column: pd.Series[Any]) -> pd.Series[Any]:
    """Let spreadsheets read the text of a column as text: it may come from anybody.

    Examples
    --------
    >>> as_text_only(pd.Series(["=1+1", "ann"])).tolist()
    ["'=1+1", 'ann']
    """
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.map(
        lambda cell: f"'{cell}" if str(cell).startswith(RUN_BY_SPREADSHEETS) else cell,
        na_action="ignore",
    )
