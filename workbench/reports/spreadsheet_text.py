"""Text that a spreadsheet reads as text: what it would run, or turn into something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
"""What a formula, or a way to one, begins with."""

_MONTHS = "jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[cz]"
_CHANGED = re.compile(
    r"[\d\s.,:/\-+e%€$£]*\d[\d\s.,:/\-+e%€$£]*(?:am|pm|a|p)?"  # 007, 1E5, 2024-01, 3/4, 7:30 pm
    rf"|\d{{1,4}}[\s./-]*(?:{_MONTHS})[a-zä]*[\s./-]*\d{{0,4}}"
    rf"|(?:{_MONTHS})[a-zä]*[\s./-]*\d{{1,4}}(?:[\s,./-]+\d{{1,4}})?"
    r"|true|false|wahr|falsch",
    re.IGNORECASE,
)
"""Text that Excel, opening a CSV, takes for a number, a day or a flag."""


@dataclass(frozen=True)
class ExcelText:
    """How a CSV is written for Excel in one language.

    Parameters
    ----------
    separator, decimal : str
    """

    separator: str
    decimal: str


EXCEL_TEXT = {"de": ExcelText(";", ","), "en": ExcelText(",", ".")}
"""By language: what Excel with the usual settings of its countries opens by a double click."""


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


def as_excel_keeps_it(column: pd.Series[Any]) -> pd.Series[Any]:
    """Let Excel keep the text of a column when it opens a CSV: ``="007"`` is 007, and not 7.

    What it would run has an apostrophe before it, as in `as_text_only`.

    Examples
    --------
    >>> as_excel_keeps_it(pd.Series(["007", "2024-01", "K17", "=1+1"])).tolist()
    ['="007"', '="2024-01"', 'K17', "'=1+1"]
    """
    inert = as_text_only(column)
    if inert is column:
        return column
    return inert.map(
        lambda cell: f'="{cell}"' if _CHANGED.fullmatch(str(cell)) else cell, na_action="ignore"
    )
