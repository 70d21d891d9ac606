"""Which columns of a table hold something of people."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.reading.personal.direct import Column, direct_finding
from workbench.reading.personal.finding import Finding
from workbench.reading.personal.header_words import (
    DIRECT_NAMES,
    DOUBTFUL_NAMES,
    HOUSES,
    IDENTIFIERS,
    PROXY_NAMES,
    SPECIAL_NAMES,
)
from workbench.reading.personal.headers import Header, header_of
from workbench.reading.personal.inside import are_long, share_with_people
from workbench.reading.personal.proxies import proxy_finding
from workbench.reading.personal.special import called_by_a_level, special_finding
from workbench.reading.personal.values import Values, values_of

_SHORTEST = 10**9  # a number below it is no phone, card or tax number, whatever it is called
_FEWEST_LETTERS = 9
_ANY_NAME = (
    *DIRECT_NAMES.values(),
    *SPECIAL_NAMES.values(),
    *DOUBTFUL_NAMES.values(),
    *PROXY_NAMES.values(),
    IDENTIFIERS,
    HOUSES,
)
_ANY_WORD = frozenset(word for names in _ANY_NAME for word in names.words)
_ANY_STEM = re.compile("|".join(re.escape(stem) for names in _ANY_NAME for stem in names.stems))


def find_personal(data: pd.DataFrame, *, but: Collection[Any] = ()) -> dict[str, Finding]:
    """Find the columns that name people, that are of a special category, or that are proxies.

    Names, forms, check digits, words and cardinality are looked at, in this order of weight:
    values before names. No value is kept.

    Parameters
    ----------
    data : DataFrame
        As it stands in the file, or typed.
    but : collection of column names
        Columns that are not looked at.

    Returns
    -------
    dict of column to Finding

    Examples
    --------
    >>> table = pd.DataFrame({"KD_Mail": ["ann@mail.example", "bo@mail.example"], "visits": [1, 2]})
    >>> find_personal(table)["KD_Mail"].why
    'its name; 100% of its values are written as one'
    """
    found = {}
    for place, name in enumerate(data.columns):
        if name in but:
            continue
        finding = finding_of(data.iloc[:, place], str(name))
        if finding is not None:
            found[str(name)] = finding
    return found


def finding_of(column: pd.Series[Any], name: str) -> Finding | None:
    """Find out what one column holds of people; None where it holds nothing.

    Examples
    --------
    >>> finding_of(pd.Series([1, 0, 1]), "email_opens") is None
    True
    """
    header = header_of(name)
    if _is_plainly_nothing(column, header):
        return None
    try:
        values = values_of(column)
    except (TypeError, ValueError):
        return None  # lists and records: the table is refused for them elsewhere
    if _are_short_numbers(values) and not _is_called(header):
        return None
    asked = Column(name, header, values)
    found = direct_finding(asked) or special_finding(asked)
    if found is not None and found.refused:
        return found
    return _inside(asked, column) or proxy_finding(asked)


def _is_plainly_nothing(column: pd.Series[Any], header: Header) -> bool:
    """Whether numbers are too small to name anybody, and nothing in their name says it either."""
    if not pd.api.types.is_numeric_dtype(column) or _is_called(header):
        return False
    if pd.api.types.is_bool_dtype(column):
        return True
    largest = column.max()
    return not (pd.notna(largest) and np.isfinite(float(largest)) and float(largest) >= _SHORTEST)


def _is_called(header: Header) -> bool:
    """Whether a name says anything of people; most do not, and tables may have thousands."""
    named = header.has(_ANY_WORD) or _ANY_STEM.search(header.glued) is not None
    return named or called_by_a_level(header) is not None


def _are_short_numbers(values: Values) -> bool:
    """Whether all values are numbers of fewer digits than those that name somebody."""
    return values.numbers is not None and max(map(len, values.counts)) < _FEWEST_LETTERS


def _inside(asked: Column, column: pd.Series[Any]) -> Finding | None:
    values: Values = asked.values  # noqa: PD011 - no column of pandas
    if values.is_typed_number or values.is_moment or not are_long(values.counts):
        return None
    texts = column.astype("str").where(column.notna())
    share = share_with_people(texts)
    return None if share == 0 else asked.found("free text", "inside", share, named=False)


def said_again(finding: Finding, column: str) -> Finding:
    """Return the finding of a column under another name, as a feature made of it has."""
    return replace(finding, column=column)
