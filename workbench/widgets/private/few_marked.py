"""Columns of a fit that hardly anybody differs in: none of them is drawn, named or told of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.people import People
from workbench.ridge.rows.arrays import ArrayRows

Numbers = npt.NDArray[np.int64]

_LOOKED_AT = 1000
"""Rows that mostly show already that many people differ."""


def numbered(rows: ArrayRows) -> Numbers:
    """Return whose each row is, from 0; where no customers are known, everyone has one."""
    if rows.person is None:
        return np.arange(len(rows), dtype=np.int64)
    return np.asarray(np.unique(rows.person, return_inverse=True)[1], dtype=np.int64)


def people_of(rows: ArrayRows) -> People:
    """Return whose rows of a fit are, and how many people: of cells without a customer, all."""
    code = numbered(rows)
    if rows.person is not None or rows.whole is None:
        return People.each(code)
    return People(code, np.asarray(rows.weight, dtype=float))


def few_marked(
    rows: ArrayRows, columns: Sequence[int], names: Sequence[str]
) -> npt.NDArray[np.bool_]:
    """Say which columns fewer than ten people differ in from the value that most have.

    Where a column has another that marks its gaps, those who have a value count alone, too.

    Parameters
    ----------
    rows : ArrayRows
    columns : sequence of int
        Places of the columns in the rows.
    names : sequence of str
        Of the same columns.
    """
    people = people_of(rows)
    gaps = {name: rows.X[:, j] for j, name in zip(columns, names, strict=True)}
    out = []
    for j, name in zip(columns, names, strict=True):
        values, gap = pd.Series(rows.X[:, j]), gaps.get(f"{name} (missing)")
        few = _few_away(people, values)
        if gap is not None and not few:
            known = np.flatnonzero(gap == np.min(gap))
            few = _few_away(people.rows(known), values.iloc[known])
        out.append(few)
    return np.array(out, dtype=bool)


def _few_away(people: People, values: pd.Series[float]) -> bool:
    """Say whether fewer than ten people have another value than that of most rows.

    Whatever that is, of some rows all people are away from it but those who have it there.
    """
    some = np.arange(0, len(values), max(1, len(values) // _LOOKED_AT))
    there, shown = people.rows(some), values.iloc[some]
    if there.count() - there.by(shown).max() >= FEWEST_PEOPLE:
        return False
    return people.away(values) < FEWEST_PEOPLE
