"""What is known of columns before their penalties are: how much each lives on spikes.

Two scores are read from the training campaigns. *Concentration* says in how few of them
a column lives,

    log( G / (1/Σ S_g²) ) ,

S_g the campaign's share of its mean square about its usual value: 0 for a column that is
alike in all G campaigns, log G for one that exists in a single one. A slope γ on it makes
the penalty grow with the power γ of that ratio. *Heterogeneity* says whether a column's
effect differs from campaign to campaign: the campaigns' own slopes, the intercept swept
out,

    b_g = b_j + s_{j·0}/A_{jj·0} ,   v_g = 1/A_{jj·0} ,

vary by τ² beyond their sampling errors (DerSimonian & Laird 1986),

    τ² = max(0, (Q − (G−1)) / (Σ w − Σ w²/Σ w)) ,   Q = Σ w (b_g − b̄)² ,  w = 1/v_g ,

which is I² = (Q − (G−1))/Q of what they differ by. It is read from outcomes: the left-out
loss would reward columns whose effects agree by chance also in the campaign left out. So
every fold gets scores that were learned without it. Both may only strengthen a penalty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from workbench.checks import check_choice
from workbench.errors import DataError, LeakageError, ParameterError
from workbench.messages import listed
from workbench.ridge.penalties.plan import CoData
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.statistics.protocol import FoldStatistics

Array = npt.NDArray[np.float64]

_VARIES = 1e-8  # share of a column's curvature that a campaign must hold to tell its slope


class Heterogeneity(NamedTuple):
    """How a column's effect differs over campaigns; each (p,).

    ``tau`` is the standard deviation of the campaigns' slopes beyond sampling error, in
    log-odds per standard deviation of the column; ``share`` is I², the part of what they
    differ by that is no sampling error; ``campaigns`` counts those in which the column
    varies; ``q`` is Cochran's Q, the weighted squares that both are made from.
    """

    tau: Array
    share: Array
    campaigns: npt.NDArray[np.int64]
    q: Array


CoDataReader = Callable[[FoldStatistics, Array, float], CoData]
"""Reads co-data from the statistics of a fit, its penalties (p,), and its dispersion."""

CONCENTRATION, HETEROGENEITY = "concentration", "heterogeneity"
# Of `evidence.spikiness`: every campaign's outcomes had a part in them.
LEARNED = ("effect", "q", "tau_squared", "i_squared", "false_discovery_rate")
_SPREAD = 2.0  # of a slope, as a priori held: the penalty may well grow with the square
_DEVIATION = 0.1  # of a column's own log-penalty: more lets the left-out loss overfit


def co_data_reader(
    co_data: Sequence[str] | Array,
    concentrated: Array,
    *,
    deviations: bool = False,
) -> CoDataReader:
    """Return what reads co-data from fold statistics.

    Parameters
    ----------
    co_data : sequence of {"concentration", "heterogeneity"}, or ndarray, shape (p, M)
        Scores to read, or scores that are given: these are standardised, and their slopes
        may have either sign.
    concentrated : ndarray, shape (p,)
        `concentration` of each column.
    deviations : bool
        Let every column deviate, tightly held, from what its set and co-data say.

    Returns
    -------
    CoDataReader
    """
    given = isinstance(co_data, np.ndarray)
    kinds = () if given else co_data

    def read(stats: FoldStatistics, penalties: Array, dispersion: float = 1.0) -> CoData:
        parts = [_given(np.asarray(co_data))] if given else []
        if CONCENTRATION in kinds:
            parts.append(_strengthening(CONCENTRATION, concentrated[:, None]))
        if HETEROGENEITY in kinds:
            scores = _heterogeneity_scores(stats, penalties, dispersion)
            parts.append(_strengthening(HETEROGENEITY, scores[..., None]))
        if deviations:
            parts.append(_deviations(len(concentrated)))
        return _together(parts)

    return read


def check_co_data(co_data: object) -> None:
    """Raise unless `co_data` is what `RidgePropensity` takes.

    Raises
    ------
    LeakageError
        Scores are among those that `evidence.spikiness` learns from outcomes.
    ParameterError
        It is neither a DataFrame nor names that are known.
    """
    names = (CONCENTRATION, HETEROGENEITY)
    if isinstance(co_data, pd.DataFrame):
        _check_not_learned(co_data)
    elif co_data is None:
        return
    elif isinstance(co_data, str):
        check_choice(co_data, ("auto", *names), name="co_data")
    elif isinstance(co_data, Sequence):
        for name in co_data:
            check_choice(name, names, name="co_data")
    else:
        raise ParameterError(
            f"`co_data` must be 'auto', None, names such as {names}, or a DataFrame with a row a "
            f"feature; got {type(co_data).__name__}. Make it a DataFrame."
        )


def _check_not_learned(co_data: pd.DataFrame) -> None:
    learned = [name for name in LEARNED if name in co_data.columns]
    if learned:
        raise LeakageError(
            "`co_data` must not be learned from the outcomes that tuning leaves out; "
            f"{listed(learned)} of evidence.spikiness are. Take co_data='heterogeneity', which "
            "every fold learns without its own outcomes, or scores such as [['concentration']]; "
            "rename what was learned from other data."
        )


def of_columns(co_data: pd.DataFrame, columns: pd.DataFrame) -> Array:
    """Look up each design column's scores, by its own name or its feature's.

    Parameters
    ----------
    co_data : DataFrame
        One row a feature or column, one numeric column a score.
    columns : DataFrame, length p
        Index column; ``feature``.

    Returns
    -------
    ndarray, shape (p, M)

    Raises
    ------
    DataError
        A column has no row of scores or two, or a score is no number, missing or infinite.
    """
    rows = np.where(columns.index.isin(co_data.index), columns.index, columns["feature"])
    absent = [name for name in dict.fromkeys(rows) if name not in co_data.index]
    if absent:
        raise DataError(
            f"`co_data` must have a row for every feature; {listed(absent)} have none. Add them, "
            "or leave the scores out."
        )
    twice = co_data.index[co_data.index.duplicated()].unique()
    if len(twice):
        raise DataError(
            f"`co_data` must have one row a feature; {listed(twice)} have more. Keep one of each."
        )
    text = [name for name, kind in co_data.dtypes.items() if not is_numeric_dtype(kind)]
    if text:
        raise DataError(
            f"`co_data` must hold numbers; {listed(text)} do not. Write each as one or more "
            "numeric columns."
        )
    scores = co_data.loc[rows].to_numpy(dtype="float64")
    if not np.isfinite(scores).all():
        wrong = co_data.columns[~np.isfinite(scores).all(axis=0)]
        raise DataError(
            f"`co_data` must be finite; {listed(wrong)} are not in every row. Fill the gaps first."
        )
    return scores


def concentration(measured: Moments) -> Array:
    """Return log(G / effective campaigns) of each column, from 0 to log G; shape (width,)."""
    folds = len(measured.weight)
    return np.log(folds / np.clip(measured.effective_folds, 1.0, folds))


def slopes_by_fold(stats: FoldStatistics, b: Array | None = None) -> tuple[Array, Array]:
    """Return each fold's own slope of each column, and its variance; (G, p).

    Not a number, and infinity, where the column does not vary in the fold. `b` is where
    the slopes are taken from, `stats.b` by default.
    """
    b = stats.b if b is None else b
    score, edge, diagonal = stats.about(b)
    return own_slopes(b, score, edge, diagonal)


def own_slopes(b: Array, score: Array, edge: Array, diagonal: Array) -> tuple[Array, Array]:
    """Step from b (1 + p,) by each fold's score and diagonal (G, 1 + p), and edge (G, p)."""
    share = edge / diagonal[:, :1]
    information = diagonal[:, 1:] - share * edge
    own = score[:, 1:] - share * score[:, :1]
    # against all of it, before the intercepts: what they leave of a column that is constant in
    # every fold is rounding, and any part of that would look like much
    whole = np.maximum(diagonal[:, 1:].sum(axis=0), np.finfo(float).tiny)
    varies = information > _VARIES * whole
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(varies, b[1:] + own / information, np.nan)
        variance = np.where(varies, 1.0 / information, np.inf)
    return slope, variance


def heterogeneity(slope: Array, variance: Array) -> Heterogeneity:
    """Measure how each column's effect differs over campaigns, from `slopes_by_fold`.

    Examples
    --------
    >>> import numpy as np
    >>> found = heterogeneity(np.array([[0.4], [-0.4]]), np.array([[0.04], [0.04]]))
    >>> found.tau.round(3), found.share.round(3)
    (array([0.529]), array([0.875]))
    """
    weight = 1.0 / variance
    known = np.nan_to_num(slope)
    tiny = np.finfo(float).tiny
    total = np.maximum(weight.sum(axis=0), tiny)
    mean = (weight * known).sum(axis=0) / total
    spread = (weight * (known - mean) ** 2).sum(axis=0)
    campaigns = (weight > 0).sum(axis=0)
    surplus = np.maximum(spread - (campaigns - 1), 0.0)
    room = np.maximum(total - (weight**2).sum(axis=0) / total, tiny)
    share = surplus / np.maximum(spread, tiny)
    tau = np.where(campaigns > 1, np.sqrt(surplus / room), 0.0)
    return Heterogeneity(tau, np.where(campaigns > 1, share, 0.0), campaigns, spread)


def _heterogeneity_scores(stats: FoldStatistics, penalties: Array, dispersion: float) -> Array:
    """Return I² of all folds, then as each judged fold knows it; shape (1 + G, p)."""
    slope, variance = slopes_by_fold(stats)
    scores = [heterogeneity(slope, dispersion * variance).share]
    # where the fold's own outcomes had no part, in the coefficients either
    for g, b in zip(stats.judged_folds, stats.without_folds(penalties).b, strict=True):
        others = stats.known_to(g)
        slope, variance = slopes_by_fold(stats, b)
        scores.append(heterogeneity(slope[others], dispersion * variance[others]).share)
    return np.array(scores)


def _strengthening(name: str, scores: Array) -> CoData:
    return CoData((name,), scores, np.array([_SPREAD**-2]), np.zeros(1))


def _given(scores: Array) -> CoData:
    spread = scores.std(axis=0)
    standardised = (scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    count = scores.shape[1]
    names = tuple(f"co-data {m + 1}" for m in range(count))
    return CoData(names, standardised, np.full(count, _SPREAD**-2), np.full(count, -np.inf))


def _deviations(columns: int) -> CoData:
    names = tuple(f"deviation {j + 1}" for j in range(columns))
    hold = np.full(columns, _DEVIATION**-2)
    return CoData(names, np.eye(columns), hold, np.full(columns, -np.inf))


def _together(parts: list[CoData]) -> CoData:
    """Put scores side by side; those alike in all folds are repeated where others are not."""
    leads = {part.scores.shape[:-2] for part in parts} - {()}
    lead = leads.pop() if leads else ()
    scores = [np.broadcast_to(one.scores, (*lead, *one.scores.shape[-2:])) for one in parts]
    return CoData(
        tuple(name for part in parts for name in part.names),
        np.concatenate(scores, axis=-1),
        np.concatenate([part.precision for part in parts]),
        np.concatenate([part.lowest for part in parts]),
    )
