"""Whether coefficients without a penalty are unique: decided on the columns, before any fit.

A factorisation of the curvature fails, or does not, by the luck of rounding. The correlations
of the columns tell it far from rounding: columns that determine one another, or add up to the
intercept, leave an eigenvalue of zero. All levels of a text column add up to one by how they
are made, and need no row to be looked at.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.messages import listed
from workbench.ridge.algebra.well_posed import DISTINCT, NOT_UNIQUE, collinear_message
from workbench.ridge.design.design import Design
from workbench.ridge.rows.source import Block, count_rows
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.choose import MOST_SQUARED

Array = npt.NDArray[np.float64]

_ROWS = 2048  # at a time: a block of very many sparse rows is never written out whole
_INVOLVED = 0.1  # of the largest share in what determines one another


def check_determined(objective: Objective, design: Design | None = None) -> None:
    """Raise where the columns without a penalty have no unique coefficients.

    Parameters
    ----------
    objective : Objective
        On the columns as they were given, in the names of the design.
    design : Design, optional
        Says which columns are the levels of a text column.

    Raises
    ------
    FitError
        All levels of a text column, or other columns that determine one another, have a
        penalty of zero.

    Examples
    --------
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.moments import moments
    >>> rows = ArrayRows(np.array([[0.0, 3.0], [1.0, 1.0], [2.0, -1.0]]), np.array([0.0, 1, 0]))
    >>> scaling = moments(rows, np.zeros(2)).scaling(np.array([True, True]))
    >>> check_determined(Objective(rows, scaling, np.zeros(2), 3.0, ("up", "down")))
    Traceback (most recent call last):
    ...
    workbench.errors.FitError: Unpenalised columns must not determine one another; ...
    >>> check_determined(Objective(rows, scaling, np.array([0.0, 0.1]), 3.0, ("up", "down")))
    """
    free = np.flatnonzero(objective.penalties == 0)
    if len(free) > 1 and len(free) >= count_rows(objective.rows):
        raise FitError(NOT_UNIQUE)
    if design is not None:
        _check_levels(design, {objective.names[j] for j in free.tolist()})
    if not 1 < len(free) <= MOST_SQUARED:  # of more, no matrix of columns by columns is held
        return
    value, direction = np.linalg.eigh(_correlations(objective, free))
    open_ = value < DISTINCT[objective.rows.dtype.itemsize]
    if open_.any():
        share = np.sqrt((direction[:, open_] ** 2).sum(axis=1))
        involved = free[share > _INVOLVED * share.max()]
        raise FitError(collinear_message(objective.named(involved)))


def _check_levels(design: Design, free: set[str]) -> None:
    whole = [
        column.name
        for column in design.columns
        if column.levels is not None and not column.cut and free.issuperset(column.design_names)
    ]
    if whole:
        raise FitError(
            "Unpenalised columns must not determine one another; the levels of text columns "
            f"{listed(whole)} add up to one in every row, as the intercept does, so their "
            "coefficients are not unique. Give them a penalty (`alpha` or a factor above 0: 1e-8 "
            "is next to none), or leave one level out by writing the others as 0/1 columns."
        )


def _correlations(objective: Objective, free: npt.NDArray[np.int64]) -> Array:
    """Return the correlations of some columns, summed in float64; shape (F, F)."""
    scaling = objective.scaling
    columns, mean, scale = scaling.columns[free], scaling.mean[free], scaling.scale[free]

    def kernel(block: Block) -> tuple[object, ...]:
        gram = np.zeros((len(free), len(free)))
        for low in range(0, len(block.y), _ROWS):
            part = slice(low, low + _ROWS)
            z = (block.X[part][:, columns].astype(float) - mean) / scale
            gram += z.T @ (z * block.weight[part, None].astype(float))
        return (gram,)

    (gram,) = objective.rows.total(kernel)
    deviation = np.sqrt(np.diag(gram))
    return np.asarray(gram / np.outer(deviation, deviation))
