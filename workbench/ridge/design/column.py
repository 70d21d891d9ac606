"""One feature, and the design columns that it becomes: what was learned of it, and its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.frame.column_names import GAP_FLAG
from workbench.frame.level_spelling import spelled
from workbench.ridge.design.levels import GAP, UNSEEN, Spellings, spellings_of
from workbench.ridge.design.remarks import note_unseen

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """How one feature becomes design columns.

    Parameters
    ----------
    name : str
    mean : float
        Takes the place of a missing value; unused for a category.
    levels : tuple of str or None
        One 0/1 column a level; None for a numeric feature.
    flag : bool
        Whether training rows had gaps, so that there is a column that marks them.
    sparse : bool
        Whether it is mostly zeros, which are then not written.
    cut : bool
        Whether rarer levels were left without a column.
    exact : bool
        Whether training had several spellings of one value as levels, so that each is
        matched as it is written; see `workbench.ridge.design.levels`.
    binary : bool
        Whether a number was nothing but 0 and 1 in training, which tables also keep as
        false and true.
    """

    name: str
    mean: float = 0.0
    levels: tuple[str, ...] | None = None
    flag: bool = False
    sparse: bool = False
    cut: bool = False
    exact: bool = False
    binary: bool = False

    @property
    def spellings(self) -> Spellings:
        """How the levels may be written."""
        return spellings_of(self.levels or (), exact=self.exact)

    @property
    def design_names(self) -> list[str]:
        """Names of the design columns, in order."""
        own = [self.name] if self.levels is None else [f"{self.name}={lv}" for lv in self.levels]
        return own + [f"{self.name}{GAP_FLAG}"] * self.flag


class Entries(NamedTuple):
    """Where a column of a table is not zero (k,), and what stands there (k,)."""

    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


def is_sparse(values: pd.Series[Any]) -> bool:
    """Whether a column of a DataFrame has a sparse type."""
    return isinstance(values.dtype, pd.SparseDtype)


def stored(values: pd.Series[Any]) -> Entries:
    """Return the entries of a sparse column of a DataFrame; missing ones are NaN.

    Raises
    ------
    DataError
        What is not stored is not zero.
    """
    array: Any = values.array
    if array.fill_value != 0:
        raise DataError(
            f"A sparse column must be 0 where nothing is stored; {values.name!r} is "
            f"{array.fill_value!r} there. Give it fill_value=0."
        )
    return Entries(array.sp_index.indices, array.sp_values.astype("float64"))


def codes_of(values: pd.Series[Any], column: Column, number: Array) -> npt.NDArray[np.int64]:
    """Return the number of each row's level, `GAP` or `UNSEEN`; warn of new ones."""
    missing, text = values.isna().to_numpy(), spelled(values)
    codes = np.full(len(values), GAP)
    codes[~missing] = column.spellings.codes(text[~missing])
    if not column.cut:  # else the rarest were dropped on purpose; in training they are no surprise
        unseen = codes == UNSEEN
        contacts = float(number[unseen].sum()), float(number.sum())
        note_unseen(column.name, text[unseen], contacts=contacts)
    return codes
