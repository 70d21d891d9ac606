"""Whether a system of equations determines its unknowns, and what to say where it does not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.linalg import LinAlgError

from workbench.errors import FitError
from workbench.messages import listed

Array = npt.NDArray[np.float64]
Factor = tuple[Array, bool]

NOTHING_LEFT = 1e-6  # of a column's curvature, as a root: what is left is rounding

DISTINCT = {4: 2e-5, 8: 1e-10}
"""Least eigenvalue of the correlations of columns that can be told apart, by bytes of a float.

Rounding leaves 1e-14 in float64; 1e-10 is a column that differs from a sum of others by a
hundred-thousandth of its deviation.
"""

NOT_UNIQUE = (
    "Columns without a penalty must not determine one another; under these penalties some do, so "
    "their coefficients are not unique. Leave them a penalty."
)


def factor_without(
    rest: Array, own: Array, ridge: Array, names: tuple[str, ...], *, forward: bool = False
) -> Factor:
    """Factor A − A_g + Λ, or what the folds before one know.

    Parameters
    ----------
    rest, own : ndarray, shape (1 + p, 1 + p)
        Curvature of the folds that the fold may learn from, and its own.
    ridge : ndarray, shape (1 + p,)
        Λ on the sum scale, the intercept's 0 first.
    names : tuple of str
    forward : bool
        Whether those are the folds before it, for messages.

    Raises
    ------
    FitError
        A column with penalty zero lives in one fold only.
    """
    system = rest.copy()
    system[np.diag_indices(len(ridge))] += ridge
    of_all = np.diag(system) + np.diag(own)
    factor = _factor(system, of_all=of_all, free=ridge == 0)
    if factor is None:
        raise FitError(_lonely_message(system, ridge, names, forward=forward))
    return factor


def _factor(system: Array, *, of_all: Array, free: npt.NDArray[np.bool_]) -> Factor | None:
    """Factor what the other folds know, or return None where that leaves a column open."""
    try:  # numpy's runs on several threads at once; scipy's holds the interpreter's lock
        upper = np.asarray(np.linalg.cholesky(system).T, dtype=np.float64)
    except LinAlgError:
        return None
    # rounding can leave a tiny positive pivot where there is nothing
    left = np.diag(upper) / np.sqrt(of_all)
    return None if (left[free] < NOTHING_LEFT).any() else (upper, False)


def _lonely_message(rest: Array, ridge: Array, names: tuple[str, ...], *, forward: bool) -> str:
    direction = np.abs(np.linalg.eigh(rest)[1][:, 0])
    involved = np.flatnonzero((direction > 0.1 * direction.max()) & (ridge == 0))
    if forward and not involved.any():  # separated classes leave the intercept open, too
        involved = np.flatnonzero(ridge == 0)
    return lonely_message(involved, names, forward=forward)


def lonely_message(
    involved: npt.NDArray[np.int64], names: tuple[str, ...], *, forward: bool = False
) -> str:
    """Say that unpenalised columns, numbered from the intercept, are not told by some folds."""
    named = [names[j - 1] if names else f"column {j - 1}" for j in involved.tolist() if j]
    if not named:
        return (
            "Fits without a fold must not tell the two outcomes apart perfectly; under penalties "
            "as weak as these they do, so that nothing determines their intercept. Use stronger "
            "penalties, and look for columns that give the outcome away."
        )
    if forward:
        return (
            "With `folds='forward'`, unpenalised columns must vary in the campaigns before the "
            "first that is judged, each in its own way, and not tell the outcomes apart there. "
            f"{listed(named)} do not fit that: nothing determines their coefficients. Give them a "
            "penalty (a factor above 0)."
        )
    return (
        f"Unpenalised columns must vary in at least two campaigns; {listed(named)} do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )


def separated_message(names: list[str], told_apart: str) -> str:
    """Say that unpenalised columns separate what they must not, such as the classes."""
    return (
        f"Unpenalised columns must not separate {told_apart} perfectly; {listed(names)} do, so "
        "their coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )


def collinear_message(names: list[str]) -> str:
    """Say that these unpenalised columns determine one another."""
    return (
        f"Unpenalised columns must not determine one another; {listed(names)} do, so their "
        "coefficients are not unique. Give them a penalty (a factor above 0), or drop one."
    )
