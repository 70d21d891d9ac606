"""The loss on each campaign left out, under any penalties: from statistics, and exactly.

With A = Σ A_g and c_g = A_g b̃ + s_g of FoldStats at b̃, the coefficients without fold g
under a diagonal Λ (sum scale, Λ_jj = W λ_j, the intercept's 0) are, to one Newton step,

    b_{−g}(Λ) = (A − A_g + Λ)⁻¹ (c − c_g) ,   δ_g = b_{−g} − b̃ ,

and the left-out loss is the quadratic Σ_g [ l_g − s_g'δ_g + ½ δ_g'A_gδ_g ]: one p × p
Cholesky a fold, and no row. The exact loss takes a few passes that carry all folds'
coefficients at once.

Where folds are judged by those before them alone (`FoldStats.forward_from`), the coefficients
of fold t know A_g and c_g of the folds g < t, of weight W_t:

    b_{<t}(Λ) = (Σ_{g<t} A_g + Λ W_t/W)⁻¹ Σ_{g<t} c_g ;

all else is the same. "Left out" then means "not known yet", and G the folds that are judged.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.linalg import LinAlgError
from scipy.linalg import cho_solve

from workbench.errors import ConvergenceWarning, FitError
from workbench.messages import listed
from workbench.ridge.blocks import RowSource, cores, one_blas_thread
from workbench.ridge.fold_refits import (
    MOST_PASSES,
    SAME_LOSS,
    Here,
    LeftOutFold,
    Refits,
    refit_without,
)
from workbench.ridge.fold_stats import FoldStats, Scaling

Array = npt.NDArray[np.float64]
Factor = tuple[Array, bool]
OneStep = tuple[float, Array, Array]
T = TypeVar("T")

_ROUNDING = {4: 1e-7, 8: 1e-14}  # a mean gradient this small is rounding, by bytes of a float
_NOTHING_LEFT = 1e-6  # of a column's curvature, as a root: what is left is rounding

_WORTH_THREADS = 200  # columns: from there a factor takes longer than handing it to a thread


class LeftOut(NamedTuple):
    """Left-out losses and their slope.

    ``loss`` (G,) is each fold's, summed over its rows; ``slope`` (G, p) its derivative in
    each column's log λ_j; ``b`` (G, 1 + p) the coefficients.
    """

    loss: Array
    slope: Array
    b: Array

    @property
    def total(self) -> float:
        """Sum over folds."""
        return float(self.loss.sum())


def quadratic(
    stats: FoldStats,
    penalties: Array,
    names: tuple[str, ...] = (),
    *,
    judged: FoldStats | None = None,
) -> LeftOut:
    """Expand the left-out loss about ``stats.b``: no pass over the rows.

    Parameters
    ----------
    stats : FoldStats
    penalties : ndarray, shape (p,) or (G, p)
        λ_j on the mean-loss scale; a row a fold where they differ.
    names : tuple of str
        Column names, for messages.
    judged : FoldStats, optional
        What each left-out fold is judged by, where that is not `stats` itself.

    Raises
    ------
    FitError
        A column with penalty zero lives in one fold only, so that without that fold its
        coefficient is not determined.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.ridge.blocks import ArrayRows
    >>> from workbench.ridge.fold_stats import fold_stats
    >>> from workbench.ridge.moments import moments
    >>> X, y = np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0])
    >>> rows = ArrayRows(X, y, fold=np.array([0, 0, 1, 1]))
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> quadratic(fold_stats(rows, scaling, np.zeros(2)), np.array([0.1])).loss.round(3)
    array([...])
    """
    from workbench.ridge.row_space import RowSpaceStats  # both build on this module
    from workbench.ridge.wide import WideStats

    as_it_is = judged is None or judged is stats
    if as_it_is and isinstance(stats, WideStats | RowSpaceStats):
        return stats.quadratic(np.squeeze(penalties), names)
    ridge, rest_target = stats.ridges(penalties), stats.known(stats.target)
    judged = stats if judged is None else judged
    of_judged = (judged.loss, judged.curvature, judged.score)
    loss, curvature, score = (each[stats.judged] for each in of_judged)

    def of(k: int) -> OneStep:
        factor = _factor_of(stats, ridge, k, names)
        return one_step(factor, ridge[k], rest_target[k], stats.b, (curvature[k], score[k]))

    steps = for_each(len(loss), of, columns=len(stats.b))
    change, b, slope = (np.array(same) for same in zip(*steps, strict=True))
    loss = loss + change
    return LeftOut(loss, slope[:, 1:], b)


def exact(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStats,
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
    stats : FoldStats
        Taken near the optimum under these penalties.
    penalties : ndarray, shape (p,)
    names : tuple of str

    Returns
    -------
    loss : ndarray, shape (G,)
        Summed over each fold's rows.
    b : ndarray, shape (G, 1 + p)

    Raises
    ------
    FitError
        As in `quadratic`.

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
    stats: FoldStats,
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
    stats : FoldStats
        Taken anywhere; the nearer to the optimum, the fewer passes.
    penalties : ndarray, shape (p,) or (G, p)
        A row a fold where they differ.
    names : tuple of str
    close : float
        Share of a fold's loss that the step which is left may still change.
    correction : ndarray, shape (G, 1 + p), optional
        How far first steps from these statistics have been short of the fits.
    near : ndarray, shape (G, 1 + p), optional
        Where to look first, in place of a step from the statistics.
    worth : float
        A sum of losses that is certain to be above it need not be known any better.

    Returns
    -------
    Refits

    Raises
    ------
    FitError
        As in `quadratic`.
    """
    from workbench.ridge.sparse_rows import SparseRows
    from workbench.ridge.wide import WideStats  # which builds on this module
    from workbench.ridge.wide_refits import refit_wide

    if isinstance(stats, WideStats) and isinstance(rows, SparseRows):
        return refit_wide(rows, scaling, stats, np.squeeze(penalties), names=names, close=close)
    ridge = stats.ridges(penalties)
    fits = _first_steps(rows, stats, ridge, names, close)
    one_step = np.array([fit.trial for fit in fits])
    for g, fit in enumerate(fits):
        if near is not None:
            fit.look_at(near[g])
        elif correction is not None:
            fit.look_at(one_step[g] + correction[g])
    found = refit_without(rows, scaling, ridge, fits, worth=worth)
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


def _first_steps(
    rows: RowSource,
    stats: FoldStats,
    ridge: Array,
    names: tuple[str, ...],
    close: float,
) -> list[LeftOutFold]:
    """Set out from the statistics, with the curvature there."""
    gradient = ridge * stats.b - stats.known(stats.score)
    floor = stats.total_weight * _ROUNDING[rows.dtype.itemsize]
    count, columns = len(stats.judged_folds), len(stats.b)
    factors = for_each(count, lambda k: _factor_of(stats, ridge, k, names), columns=columns)
    return [
        LeftOutFold(
            g,
            stats.b,
            Here(gradient[k], float(stats.loss[g]), stats.score[g]),
            factors[k],
            floor=floor,
            close=close,
        )
        for k, g in enumerate(stats.judged_folds)
    ]


def _factor_of(stats: FoldStats, ridge: Array, k: int, names: tuple[str, ...]) -> Factor:
    """Factor what the k-th judged fold may learn from."""
    g, forward = stats.judged_folds[k], stats.forward_from is not None
    rest = stats.known_curvature(g)
    return factor_without(rest, stats.curvature[g], ridge[k], names, forward=forward)


def for_each(folds: int, work: Callable[[int], T], *, columns: int) -> list[T]:
    """Do the work of each fold, on every core where there are enough columns for that."""
    with one_blas_thread():
        if columns < _WORTH_THREADS:
            return [work(k) for k in range(folds)]
        with ThreadPoolExecutor(cores()) as pool:
            return list(pool.map(work, range(folds)))


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
        As in `quadratic`.
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
    return None if (left[free] < _NOTHING_LEFT).any() else (upper, False)


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
            "first that is judged, each in its own way, and not separate the classes there; "
            f"{listed(named)} do not fit that, so their coefficients are undetermined. Give them a "
            "penalty (a factor above 0)."
        )
    return (
        f"Unpenalised columns must vary in at least two campaigns; {listed(named)} do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )
