"""The loss on each campaign left out, exactly: every fold fitted again without its rows.

Statistics foretell it to one Newton step, by `FoldStatistics.without_folds`, without a pass
over the rows. Here a few passes carry all folds' coefficients at once.
"""

from __future__ import annotations

import warnings

import numpy as np

from workbench.errors import ConvergenceWarning
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array, RowSource
from workbench.ridge.solve.fold_refits import (
    MOST_PASSES,
    SAME_LOSS,
    LeftOutFold,
    Point,
    Refits,
    refit_without,
    take_steps,
)
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.statistics.scaling import Scaling

_ROUNDING = {4: 1e-7, 8: 1e-14}  # a mean gradient this small is rounding, by bytes of a float


def exact(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStatistics,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
) -> tuple[Array, Array]:
    """Fit without each fold, all folds in the same passes, and take the left-out losses.

    Chord steps: each fold keeps the curvature A − A_g + Λ of `stats` while that contracts,
    and takes its gradient from the rows (`fold_refits`), until the step that is left would
    change no fold's loss by a ten-millionth.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    stats : FoldStatistics
        Taken near the optimum under these penalties.
    penalties : ndarray, shape (p,) or (J, p)
        A row a fold where they differ.
    names : tuple of str

    Returns
    -------
    loss : ndarray, shape (G,)
        Summed over each fold's rows.
    b : ndarray, shape (G, 1 + p)

    Raises
    ------
    FitError
        A column with penalty zero lives in one fold only, so that without that fold its
        coefficient is not determined.

    Warns
    -----
    ConvergenceWarning
        A fold's fit did not arrive.
    """
    refits = refitted(rows, scaling, stats, penalties, names=names)
    warn_of_open(refits, forward=stats.forward_from is not None)
    return refits.loss, refits.b


def refitted(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStatistics,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
    close: float = SAME_LOSS,
    correction: Array | None = None,
    near: Array | None = None,
    worth: float = np.inf,
) -> Refits:
    """Fit without each fold, as `exact` does, and say how that went instead of warning.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    stats : FoldStatistics
        Taken anywhere; the nearer to the optimum, the fewer passes.
    penalties : ndarray, shape (p,) or (J, p)
        A row a fold where they differ.
    names : tuple of str
    close : float
        Share of a fold's loss that the step which is left may still change.
    correction : ndarray, shape (J, 1 + p), optional
        How far first steps from these statistics have been short of the fits.
    near : ndarray, shape (J, 1 + p), optional
        Where to look first, in place of a step from the statistics.
    worth : float
        A sum of losses that is certain to be above it need not be known any better.

    Returns
    -------
    Refits

    Raises
    ------
    FitError
        As in `exact`.
    """
    ridges = stats.ridges(penalties)
    gradient = ridges * stats.b - stats.known(stats.score)
    floor = stats.total_weight * _ROUNDING[rows.dtype.itemsize]
    folds = [
        LeftOutFold(
            g,
            stats.b,
            Point(gradient[k], float(stats.loss[g]), stats.score[g]),
            floor=floor,
            close=close,
        )
        for k, g in enumerate(stats.judged_folds)
    ]
    # a step may lead beyond floating point: its gradient is then no number, and not accepted
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        systems = stats.systems(rows, scaling, ridges, names)
        take_steps(folds, systems, range(len(folds)))
        one_step = np.array([fold.trial for fold in folds])
        for k, fold in enumerate(folds):
            if near is not None:
                fold.look_at(near[k])
            elif correction is not None:
                fold.look_at(one_step[k] + correction[k])
        found = refit_without(rows, scaling, stats.outcome, ridges, folds, systems, worth=worth)
    return found._replace(one_step=one_step)


def warn_of_open(refits: Refits, *, forward: bool = False) -> None:
    """Warn where fits without a fold did not arrive."""
    if not refits.open:
        return
    which = "to the campaigns before one" if forward else "without a campaign"
    warnings.warn(
        f"Fits {which} should arrive within {MOST_PASSES} passes; "
        f"{refits.open} of {len(refits.loss)} did not, so their losses are rough. Give the "
        "columns stronger penalties.",
        ConvergenceWarning,
        stacklevel=4,
    )
