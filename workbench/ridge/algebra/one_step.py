"""The fits without each fold to one Newton step, and the slope of the fold's loss there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.linalg import cho_solve

from workbench.ridge.algebra.small_steps import small_steps
from workbench.ridge.algebra.well_posed import Array, Factor
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.workers import in_order

OneStep = tuple[float, Array, Array]
T = TypeVar("T")

WORTH_THREADS = 200  # columns: from there a factor takes longer than handing it to a thread


def one_step(
    factor: Factor, ridge: Array, target: Array, about: Array, own: tuple[Array, Array]
) -> OneStep:
    """Return the change of a fold's loss to second order, b without it, and the slope.

    Parameters
    ----------
    factor : Cholesky factor of what the fold may learn from, Λ included
    ridge, target, about : ndarray, shape (1 + p,)
        Λ, the right-hand side, and the coefficients that the expansion is about.
    own : tuple of ndarray
        The fold's curvature (1 + p, 1 + p) and score (1 + p,).
    """
    curvature, score = own
    b = cho_solve(factor, target, check_finite=False)
    delta = b - about
    bent = curvature @ delta
    pull = cho_solve(factor, bent - score, check_finite=False)
    return float(delta @ (0.5 * bent - score)), b, -ridge * b * pull


def of_each(folds: int, work: Callable[[int], T], *, columns: int) -> list[T]:
    """Do the work of each fold, on every core where there are enough columns for that."""
    with one_blas_thread():
        if columns < WORTH_THREADS:
            return [work(k) for k in range(folds)]
        return list(in_order(work, range(folds)))


def every_step(
    each: Callable[[int], OneStep],
    known: Callable[[], Array],
    own: tuple[Array, Array],
    ridge: Array,
    target: Array,
    about: Array,
) -> tuple[Array, Array, Array]:
    """Return changes (J,), coefficients (J, 1 + p) and slopes (J, 1 + p) of all folds.

    Parameters
    ----------
    each : callable
        Takes a fold's number to its step, and says what is wrong where there is none.
    known : callable
        Returns the curvature that each fold may learn from, (J, 1 + p, 1 + p), where that is small.
    own, ridge, target, about
        As in `small_steps`.
    """
    folds, columns = ridge.shape
    if columns < WORTH_THREADS:
        with one_blas_thread():
            quick = small_steps(known(), own, ridge, target, about)
        if quick is not None:
            return quick
    return together(of_each(folds, each, columns=columns))


def together(steps: list[OneStep]) -> tuple[Array, Array, Array]:
    """Return changes (J,), coefficients (J, 1 + p) and slopes (J, 1 + p) of all folds."""
    change, b, slope = (np.array(same) for same in zip(*steps, strict=True))
    return change, b, slope
