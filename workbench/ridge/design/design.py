"""From a table of features to the numeric columns that a ridge model weighs.

Everything here is learned from the training rows alone: levels, means, which columns
had gaps. New rows are then read by the same rules, and what does not fit is said.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_columns, check_finite
from workbench.errors import DataWarning
from workbench.frame.kinds import check_feature_kinds, kind_of
from workbench.frame.level_spelling import spelled
from workbench.messages import counted, listed
from workbench.numbers import steady
from workbench.ridge.design.column import Column, codes_of, is_sparse, stored
from workbench.ridge.design.column_numbers import numbers_of, zero_one
from workbench.ridge.design.levels import GAP, spelled_twice
from workbench.ridge.design.remarks import note_gaps
from workbench.ridge.design.sparse import read_sparse
from workbench.ridge.design.table import SparseTable

Array = npt.NDArray[np.float64]

MOST_LEVELS = 100


@dataclass(frozen=True)
class Design:
    """The columns of a fitted design, in order.

    Examples
    --------
    >>> import numpy as np, pandas as pd, warnings
    >>> X = pd.DataFrame({"age": [30.0, np.nan], "job": ["cook", "smith"]})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     design = Design.learn(X, np.ones(2))
    >>> design.names
    ['age', 'age (missing)', 'job=cook', 'job=smith']
    >>> design.matrix(X)
    array([[30.,  0.,  1.,  0.],
           [30.,  1.,  0.,  1.]])
    """

    columns: tuple[Column, ...]

    @classmethod
    def learn(
        cls,
        X: pd.DataFrame,
        weight: npt.NDArray[np.float64],
        *,
        most_levels: int = MOST_LEVELS,
        contacts: npt.NDArray[np.float64] | None = None,
    ) -> Design:
        """Learn levels, means and gaps from training rows.

        Parameters
        ----------
        X : DataFrame, shape (n, p)
        weight : ndarray, shape (n,)
        most_levels : int
            Levels of a feature that get a column: the commonest.
        contacts : ndarray, shape (n,), optional
            How many contacts a row stands for, where that is not its weight.

        Raises
        ------
        DataError
            A value is infinite, or a column holds dates, lists or the like.
        """
        check_feature_kinds(X)
        check_finite(X)
        number = weight if contacts is None else contacts
        columns = tuple(_learn_column(X[name], weight, number, most_levels) for name in X.columns)
        gaps = {c.name: round(number[X[c.name].isna()].sum()) for c in columns if c.flag}
        warn_of_gaps(gaps, unit="row" if (number == 1).all() else "contact")
        return cls(columns)

    @classmethod
    def of(
        cls,
        X: pd.DataFrame | SparseTable,
        weight: npt.NDArray[np.float64],
        *,
        most_levels: int = MOST_LEVELS,
        contacts: npt.NDArray[np.float64] | None = None,
    ) -> tuple[Design, Any]:
        """Learn from training rows and read them; plain finite numbers are not copied.

        Returns
        -------
        Design
        ndarray or csr_array, shape (n, number of design columns)
            float32 where all of X is, else float64.
        """
        if isinstance(X, SparseTable):
            if not _has_squares(X.matrix.data):
                check_finite(pd.DataFrame({"the sparse matrix": X.matrix.data}))
            return cls(tuple(Column(name, sparse=True) for name in X.names)), X.matrix
        plain = _plain_numbers(X)
        if plain is not None:
            with np.errstate(over="ignore", invalid="ignore"):  # said by name
                mean = weight.astype(plain.dtype) @ plain / weight.sum()
            if not _has_squares(plain):
                check_finite(X)
            if np.isfinite(mean).all():  # a single gap or infinity would show in the mean
                names = [str(name) for name in X.columns]
                columns = [
                    Column(name, mean=float(m), binary=bool(binary))
                    for name, m, binary in zip(names, mean, zero_one(plain), strict=True)
                ]
                return cls(tuple(columns)), plain
        design = cls.learn(X, weight, most_levels=most_levels, contacts=contacts)
        return design, design.matrix(X, order="F")

    @property
    def sparse(self) -> bool:
        """Whether the design is written without its zeros: a column is sparse."""
        return any(column.sparse for column in self.columns)

    @property
    def names(self) -> list[str]:
        """Names of all design columns."""
        return [name for column in self.columns for name in column.design_names]

    @property
    def features(self) -> list[str]:
        """The feature that each design column belongs to."""
        return [column.name for column in self.columns for _ in column.design_names]

    def matrix(
        self,
        X: pd.DataFrame | SparseTable,
        *,
        weight: Any = None,
        order: Literal["C", "F"] = "C",
    ) -> Any:
        """Read rows into the design.

        Parameters
        ----------
        X : DataFrame or SparseTable, shape (n, at least p)
            Columns are taken by name; others are ignored.
        weight : ndarray, shape (n,), optional
            How many contacts a row stands for, of which warnings tell.
        order : {"C", "F"}
            Kept by rows, so that a row's score is the same to the bit in any block of rows; or by
            columns, so that a pass over many rows is quick.

        Returns
        -------
        ndarray, shape (n, number of design columns)
            A csr_array where the design or the table is sparse.

        Raises
        ------
        SchemaError
            A column is missing, or holds text where training had numbers.
        DataError
            A value is infinite.

        Warns
        -----
        DataWarning
            A level was not seen in training (it contributes nothing), or a gap stands
            in a column that had none (the training mean takes its place).
        """
        if isinstance(X, SparseTable):
            return read_sparse(self.columns, X)
        check_columns(X, [column.name for column in self.columns], name="The table to score")
        check_finite(X[[column.name for column in self.columns]])
        number = np.ones(len(X)) if weight is None else weight
        if self.sparse:
            return read_sparse(self.columns, X, number)
        out = np.zeros((len(X), len(self.names)), order=order)
        start = 0
        for column in self.columns:
            stop = start + len(column.design_names)
            _fill(out[:, start:stop], X[column.name], column, number)
            start = stop
        return out


def _plain_numbers(X: pd.DataFrame) -> npt.NDArray[Any] | None:
    """Return the values where all columns are floats of one kind, else nothing."""
    kinds = set(X.dtypes)
    if len(kinds) == 1 and kinds <= {np.dtype("float32"), np.dtype("float64")}:
        return X.to_numpy()
    return None


def _has_squares(values: npt.NDArray[Any]) -> bool:
    """Whether the sum of all squares is a number: one quick pass says that none is too large."""
    return bool(np.isfinite(np.vdot(values.ravel("K"), values.ravel("K"))))


def _learn_column(
    values: pd.Series[Any],
    weight: npt.NDArray[np.float64],
    contacts: npt.NDArray[np.float64],
    most_levels: int,
) -> Column:
    name = str(values.name)
    if is_sparse(values):
        rows, numbers = stored(values)
        gaps = np.isnan(numbers)
        total = float(weight.sum() - weight[rows[gaps]].sum())
        mean = 0.0
        if total > 0:
            there = numbers[~gaps] if len(rows) == len(values) else np.append(numbers[~gaps], 0.0)
            sums = float(weight[rows[~gaps]] @ numbers[~gaps])
            mean = mean_within(sums / total, there.min(), there.max())
        return Column(name, mean=mean, flag=bool(gaps.any()), sparse=True)
    flag = bool(values.isna().any())
    if kind_of(values) == "category":
        text = spelled(values)
        counts = pd.Series(contacts, index=values.index).groupby(text, sort=False).sum()
        of_level = {str(level): float(count) for level, count in counts.items()}
        return column_of_levels(name, of_level, flag=flag, most_levels=most_levels)
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    present = ~np.isnan(numbers)
    total = float(weight[present].sum())
    mean = 0.0
    if total > 0:
        there = numbers[present]
        mean = mean_within(float(weight[present] @ there) / total, there.min(), there.max())
    binary = bool(zero_one(numbers[:, None])[0])
    return Column(name, mean=mean, flag=flag, binary=binary)


def column_of_levels(
    name: str, contacts: Mapping[str, float], *, flag: bool, most_levels: int
) -> Column:
    """Return the column of a category whose levels have so many contacts each."""
    # by count, then by name: the order of rows must not decide, nor the rounding of its sums
    ranked = sorted(contacts, key=lambda level: (-steady(contacts[level]), level))
    levels = tuple(sorted(ranked[:most_levels]))
    cut, sparse = len(ranked) > most_levels, len(levels) > MOST_LEVELS
    exact = spelled_twice(ranked)
    return Column(name, levels=levels, flag=flag, sparse=sparse, cut=cut, exact=exact)


def warn_of_gaps(gaps: Mapping[str, int], *, unit: str) -> None:
    """Say which columns have gaps in training."""
    if gaps:
        warnings.warn(
            f"Missing values in {counted(gaps, unit=unit)}: imputed with the training mean, "
            "and marked by a column of their own.",
            DataWarning,
            stacklevel=3,
        )


def warn_of_constant(names: Sequence[str], constant: npt.NDArray[np.bool_]) -> None:
    """Say which design columns have one value in training."""
    if constant.any():
        flat = [name for name, is_flat in zip(names, constant, strict=True) if is_flat]
        warnings.warn(
            f"Constant columns: {listed(flat)}. They are kept, with coefficient 0.",
            DataWarning,
            stacklevel=5,
        )


def mean_within(mean: float, low: float, high: float) -> float:
    """Keep of a mean what the order of rows does not change, as rows are hashed.

    Within the range of the values: beside those of a constant, their mean must not be another.
    """
    return float(min(max(steady(mean), low), high))


def _fill(out: Array, values: pd.Series[Any], column: Column, number: Array) -> None:
    if column.levels is None:
        numbers = numbers_of(values, column)
        missing = np.isnan(numbers)
        out[:, 0] = np.where(missing, column.mean, numbers)
    else:
        codes = codes_of(values, column, number)
        missing, seen = codes == GAP, codes >= 0
        out[np.flatnonzero(seen), codes[seen]] = 1.0
    if column.flag:
        out[:, -1] = missing
    else:
        note_gaps(column.name, float(number[missing].sum()), numeric=column.levels is None)
