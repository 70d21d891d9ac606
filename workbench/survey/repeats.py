"""What stands twice: rows, contacts of one customer in one campaign, and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from workbench.survey.column_facts import ColumnFacts

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def repeated_rows(columns: Sequence[ColumnFacts]) -> int:
    """Count the rows that are the same in all these columns as an earlier one; gaps are alike.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.reading import ColumnReading
    >>> from workbench.survey.column_facts import facts_of
    >>> whole = ColumnReading("number")
    >>> a = facts_of(pd.Series([1, 1, 1]), whole)
    >>> repeated_rows([a, facts_of(pd.Series([5, 5, 6]), whole)])
    1
    """
    if not columns or any(one.each_its_own for one in columns):
        return 0
    told = np.zeros(columns[0].rows, dtype=np.uint64)
    for one in columns:
        told = _mixed(told + (one.codes + 2).astype(np.uint64) * _STEP)
    return len(told) - len(np.unique(told))


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread numbers over all of 64 bits, one to one (the finaliser of SplitMix64).

    Two rows that differ meet with a chance of 2⁻⁶⁴: of a million rows, any two with 3·10⁻⁸.
    """
    mixed = numbers
    for shift, factor in zip((30, 27), _MIX, strict=True):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
    return mixed ^ (mixed >> np.uint64(31))


def same_columns(columns: Sequence[ColumnFacts]) -> dict[int, str]:
    """Name the columns that tell no more than an earlier one: each level of it is one of theirs.

    Returns
    -------
    dict of place to the earlier column's name
        Columns of one value, and of another in each row, are not told of.
    """
    first: dict[bytes, str] = {}
    found = {}
    for place, codes in _telling(columns):
        key = blake2b(codes.tobytes(), digest_size=16).digest()
        if key in first:
            found[place] = first[key]
        else:
            first[key] = columns[place].column
    return found


def _telling(columns: Sequence[ColumnFacts]) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    for place, one in enumerate(columns):
        several = one.distinct > 1 or (one.distinct and one.missing)
        if several and not one.each_its_own:
            yield place, one.codes


def repeated_contacts(customer: ColumnFacts, campaign: ColumnFacts) -> int:
    """Count the rows whose customer stands in an earlier row of the same campaign.

    Rows without a customer, or without a campaign, are none.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.reading import ColumnReading
    >>> from workbench.survey.column_facts import facts_of
    >>> text = ColumnReading("category")
    >>> who = facts_of(pd.Series(["a", "b", "a", None, None]), text)
    >>> repeated_contacts(who, facts_of(pd.Series(["may"] * 5), text))
    1
    """
    both = (customer.codes >= 0) & (campaign.codes >= 0)
    pairs = customer.codes[both] * max(campaign.distinct, 1) + campaign.codes[both]
    return len(pairs) - len(np.unique(pairs))
