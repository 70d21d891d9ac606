"""Why a contact has its score: what each feature adds, and the strongest of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice, check_whole
from workbench.errors import DataError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.wording import Wording
from workbench.language import speaking
from workbench.numbers import Array
from workbench.ridge.design.column import Column
from workbench.ridge.design.column_numbers import numbers_of
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import SparseTable, as_table
from workbench.ridge.explain.contributions import (
    contributions,
    edges_of,
    held,
    share_by_group,
)
from workbench.ridge.explain.explanation import steps_of
from workbench.ridge.explain.units import is_missing, units_of, written

_BLOCK = 50_000  # rows at a time: the matrix of contributions is as large as the design
_BLOCK_ENTRIES = 10_000_000  # and so many numbers at most
_FOR_EXAMPLE = " Give for example 3."


class Explaining:
    """What a fitted model can say of single rows; a part of every ridge model."""

    columns_: pd.DataFrame
    design_: Design
    extrapolate: bool
    slope_: float
    labels_: dict[str, str]

    @property
    def wording(self) -> Wording:
        """The reader's words for features, of the frame that the model was fitted to."""
        return Wording(getattr(self, "labels_", {}))

    @property
    def at_average(self) -> float:
        """The score of the average contact."""
        raise NotImplementedError

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's score, against the average row.

        Of a propensity that is log-odds, of an amount its units, of a count its logarithm.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, number of features)
            Σ over the feature's design columns of b_j (x_ij − mean_j), x_ij held in its
            trained range as the score has it.
        """
        check_is_fitted(self, "columns_")
        return self._contributions(as_table(self, X, reset=False))

    def _contributions(self, table: pd.DataFrame | SparseTable) -> pd.DataFrame:
        return contributions(self, table)

    def _contribution_text(self, size: float) -> str:
        """Write what a feature adds, in English."""
        return f"{size:+.2f}"

    def reasons(self, X: Any, *, most: int = 3) -> pd.DataFrame:
        """Say which features move each row's score most, strongest first.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        most : int
            Reasons a row, from 1.

        Returns
        -------
        DataFrame, shape (n, most)
            ``reason_1, reason_2, …``, such as ``"visits = 7 (+0.83)"``: the value, and
            what it adds to the score, as `contributions` has it, against the average contact in
            training. A value
            outside of the trained range says what it counts as: ``"visits = 900, counted as
            45 (+1.20)"``. Features and levels are called as the frame of the fit labelled them.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1.
        """
        check_is_fitted(self, "columns_")
        check_whole(most, least=1, name="most", hint=_FOR_EXAMPLE)
        return strongest(self, as_table(self, X, reset=False), most=int(most))

    def explanation(self, X: Any, *, by: str = "feature", most: int | None = None) -> pd.DataFrame:
        """Follow the score of one row from that of the average contact, step by step.

        The average contact has the mean of each design column in training. Its score is
        η₀ = b₀ + Σ_j b_j mean_j, on the scale of `contributions`. Each feature then moves the
        score by what it adds, and the last step ends at the score η of the row.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (1, p)
            A FeatureFrame brings the units that values are written in.
        by : {"feature", "group"}
            The levels of a text column are one feature.
        most : int, optional
            Steps to take one by one, the strongest first; the others are one last step.

        Returns
        -------
        DataFrame
            One row a step, indexed by feature or group, the strongest first: ``group``,
            ``value`` (text of a feature, in the language of now), ``contribution``, ``start``
            and ``end``. The first ``start`` is η₀; each ``end`` is the next ``start``; the last
            ``end`` is η.

        Raises
        ------
        DataError
            There is not one row.
        ParameterError
            `by` is neither, or `most` is not a whole number from 1.

        Examples
        --------
        >>> import pandas as pd
        >>> from workbench import RidgePropensity
        >>> X = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0], "age": [40.0, 30.0, 50.0, 60.0]})
        >>> model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
        >>> steps = model.explanation(X[3:])
        >>> steps["value"].to_dict()
        {'visits': '3', 'age': '60'}
        >>> bool(abs(steps["end"].iloc[-1] - model.decision_function(X[3:])[0]) < 1e-12)
        True
        """
        check_is_fitted(self, "columns_")
        check_choice(by, ("feature", "group"), name="by")
        if most is not None:
            check_whole(most, least=1, name="most", hint=_FOR_EXAMPLE)
        table = as_table(self, X, reset=False)
        if len(table) != 1:
            raise DataError(
                f"`explanation` follows one row; got {len(table):,}. Give one, for example "
                "`frame.rows([17])`."
            )
        row = table.frame() if isinstance(table, SparseTable) else table
        units = units_of(X.catalogue) if isinstance(X, FeatureFrame) else {}
        return steps_of(self, row, by=by, most=most, units=units)

    def score_share_by_group(self, X: Any) -> pd.Series[float]:
        """Return the share of the score's variance over these rows that each group carries.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        check_is_fitted(self, "columns_")
        weight = X.weights if isinstance(X, FeatureFrame) else None
        return share_by_group(self, as_table(self, X, reset=False), weight)


def strongest(model: Explaining, X: pd.DataFrame | SparseTable, *, most: int) -> pd.DataFrame:
    """Write the `most` largest contributions of each row, by size, in English for programs."""
    step = max(1, min(_BLOCK, _BLOCK_ENTRIES // X.shape[1]))
    blocks = [
        X.frame(start, start + step) if isinstance(X, SparseTable) else X.iloc[start : start + step]
        for start in range(0, len(X), step)
    ]
    with speaking("en"):
        return pd.concat([_strongest_of_block(model, block, most) for block in blocks])


def _strongest_of_block(model: Explaining, X: pd.DataFrame, most: int) -> pd.DataFrame:
    parts = model._contributions(X)  # noqa: SLF001 - this room's own
    sizes = parts.to_numpy()
    names = parts.columns.tolist()
    said = model.wording.all(names)
    edges = edges_of(model)
    columns_of = {column.name: column for column in model.design_.columns}
    order = _largest(np.abs(sizes), most)
    moves = np.take_along_axis(sizes, order, axis=1) != 0
    reasons = np.full((len(X), most), "", dtype=object)  # empty where nothing moves the score
    for j in np.unique(order[moves]).tolist():
        rows, ranks = np.nonzero((order == j) & moves)
        there, name = X[names[j]].iloc[rows], names[j]
        values = _values(model.wording, there, columns_of[name], edges.get(name))
        added = [model._contribution_text(one) for one in sizes[rows, j]]  # noqa: SLF001 - the same
        reasons[rows, ranks] = [
            f"{said[j]} = {value} ({more})" for value, more in zip(values, added, strict=True)
        ]
    columns = [f"reason_{k + 1}" for k in range(most)]
    return pd.DataFrame(reasons, columns=columns, index=X.index, dtype="str")


def _largest(sizes: Array, most: int) -> npt.NDArray[np.int64]:
    """Return the places of the largest sizes of each row; of equal ones, the first ones."""
    left = sizes.copy()
    every = np.arange(len(left))
    order = np.empty((len(left), min(most, left.shape[1])), dtype="int64")
    for k in range(order.shape[1]):
        order[:, k] = left.argmax(axis=1)
        left[every, order[:, k]] = -1.0  # below all that is left
    return order


def _values(
    wording: Wording, values: pd.Series[Any], column: Column, edges: tuple[float, float] | None
) -> list[str]:
    """Write values of a feature, with what they count as where they are out of its range."""
    texts = []
    for one in values.tolist():  # a list gives one value much faster than pandas
        value = written(one)
        # a gap is no level, though one be called "missing"
        texts.append(value if is_missing(one) else wording.value_of(column.name, value))
    if edges is None:
        return texts
    numbers = numbers_of(values, column)
    return [text + held(one, edges) for text, one in zip(texts, numbers, strict=True)]
