"""Has a distribution moved, and does a stream come in bursts: tables only, never a drawing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.frame.level_spelling import alike_levels
from workbench.messages import count_of
from workbench.metrics._inputs import check_count
from workbench.numbers import Array, real_numbers

MOVED = 0.25
"""A PSI above it is commonly read as: the distribution is another one."""

_MISSING = "(missing)"
_OTHERS = "(not in the reference)"


class Drift(NamedTuple):
    """A population stability index, what it would be by chance, and its number of bins.

    Examples
    --------
    >>> Drift(psi=0.25, noise=0.01, bins=10).psi
    0.25
    """

    psi: float
    noise: float
    bins: int


def psi(
    reference: Any,
    current: Any,
    *,
    bins: int = 10,
    reference_weight: Any = None,
    weight: Any = None,
) -> Drift:
    """Measure how far a distribution has moved, beside what chance alone would give.

    PSI = Σ (a − e) ln(a/e) over bins, e the shares of the reference and a those of the
    current rows. Where nothing has moved it is about (B − 1)(1/n_a + 1/n_e), its noise,
    B the number of bins. See `psi_table` for the bins.

    Parameters
    ----------
    reference, current, bins, reference_weight, weight
        As for `psi_table`.

    Returns
    -------
    Drift
        ``psi, noise, bins``.

    Raises
    ------
    DataError, ParameterError
        As for `psi_table`.

    References
    ----------
    Yurdakul & Naranjo (2020), Statistical properties of the population stability index,
    Journal of Risk Model Validation 14.

    Examples
    --------
    >>> moved = psi([0, 0, 0, 1] * 100, [0, 1, 1, 1] * 100)
    >>> round(moved.psi, 3), round(moved.noise, 3), moved.bins
    (1.099, 0.005, 2)
    """
    table = psi_table(
        reference, current, bins=bins, reference_weight=reference_weight, weight=weight
    )
    sizes = table["reference"].sum(), table["current"].sum()
    noise = (len(table) - 1) * sum(1.0 / size for size in sizes)
    return Drift(float(table["contribution"].sum()), float(noise), len(table))


def drift_of_later_half(
    columns: Iterable[Array],
    campaign: npt.NDArray[np.int64],
    weight: Array,
    whole: npt.NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Measure each column's drift, the later half of the campaigns against the earlier.

    Parameters
    ----------
    columns : iterable of ndarray, each of shape (n,)
    campaign : ndarray of int, shape (n,)
        Numbered from 0 in time order.
    weight : ndarray, shape (n,)
    whole : ndarray of int, shape (n,), optional
        The cell of each row: chance then deals cells, (Σ W_c)² / Σ W_c² of equal size.

    Returns
    -------
    DataFrame
        ``psi, psi_noise``, one row a column.

    Examples
    --------
    >>> x, campaign = np.array([0.0, 1.0] * 50 + [1.0] * 100), np.repeat([0, 1], 100)
    >>> drift_of_later_half([x], campaign, np.ones(200)).round(2)
        psi  psi_noise
    0  2.62       0.02
    """
    sizes = np.bincount(campaign, weights=weight)
    earlier = np.cumsum(sizes) - sizes / 2 < sizes.sum() / 2
    earlier[0], earlier[-1] = True, False
    early = earlier[campaign]
    sides = {"reference_weight": weight[early], "weight": weight[~early]}
    drifts = [psi(x[early], x[~early], **sides) for x in columns]
    told = sum(1 / _draws(weight[side], whole, side) for side in (early, ~early))
    noise = [max(d.bins - 1, 0) * told for d in drifts]
    return pd.DataFrame({"psi": [d.psi for d in drifts], "psi_noise": noise})


def _draws(weight: Array, whole: npt.NDArray[np.int64] | None, side: Any) -> float:
    if whole is None:
        return float(weight.sum())
    size = np.bincount(whole[side], weights=weight)
    return float(size.sum() ** 2 / (size @ size))


def moved(scores: Any) -> Any:
    """Tell whether ``psi`` is above 0.25, and far above its ``psi_noise``."""
    return (scores["psi"] > MOVED) & (scores["psi"] > 3 * scores["psi_noise"])


def psi_table(
    reference: Any,
    current: Any,
    *,
    bins: int = 10,
    reference_weight: Any = None,
    weight: Any = None,
) -> pd.DataFrame:
    """Compare two distributions bin by bin.

    Bins follow from the reference alone: of numbers, as many of equal weight as its ties
    leave; of text, its levels. Levels are compared by what they are, not by how they are
    stored: 1, 1.0, True and a categorical of them are one. Missing values have a bin of
    their own, as has what lies outside a reference that ends in a heap (zeros, say). No
    share is less than half a row of the smaller side, so that none is 0; they are then made
    to sum to 1 again.

    Parameters
    ----------
    reference, current : array of numbers or text
    bins : int
        Most bins that numbers are put in.
    reference_weight, weight : array, optional
        How many contacts each row stands for.

    Returns
    -------
    DataFrame
        ``bin, reference, current`` (weighted rows), ``reference_share, current_share,
        contribution``. Contributions are never negative, and sum to the PSI.

    Raises
    ------
    DataError
        A side has no rows, or its weights do not match them.
    ParameterError
        `bins` is less than 2.

    Examples
    --------
    >>> psi_table(["a", "a", "b", "b"], ["a", "b", "b", "b"])[["bin", "current_share"]]
      bin  current_share
    0   a           0.25
    1   b           0.75
    """
    check_count(bins, name="bins", least=2)
    before, w_before = _weighed(reference, reference_weight, name="reference")
    after, w_after = _weighed(current, weight, name="current")
    numeric = all(pd.api.types.is_numeric_dtype(side) for side in (before, after))
    put = _in_intervals if numeric else _in_levels
    codes, labels = put(before, after, w_before, bins)
    counts = [
        np.bincount(code, weights=w, minlength=len(labels)).astype(np.float64)
        for code, w in zip(codes, (w_before, w_after), strict=True)
    ]
    there = (counts[0] > 0) | (counts[1] > 0)
    return _compared(
        [label for label, here in zip(labels, there, strict=True) if here],
        counts[0][there],
        counts[1][there],
    )


def burstiness(counts: Any) -> float:
    """Measure whether events come in bursts, from their number in each week.

    (σ² − μ)/(σ² + μ), with σ² the sample variance (divisor one less than the weeks). It is
    about 0 for a Poisson stream at any volume, near 1 for bursts, near −1 for a steady
    beat.

    Parameters
    ----------
    counts : array, shape (weeks,)
        Weeks without an event among them.

    Returns
    -------
    float
        NaN of fewer than two weeks, or without any event.

    Raises
    ------
    DataError
        A count is negative, infinite or missing.

    References
    ----------
    Goh & Barabási (2008), Burstiness and memory in complex systems, EPL 81, have the same
    form for the times between events.

    Examples
    --------
    >>> burstiness([4, 4, 4, 4]), round(burstiness([0, 16, 0, 0]), 3)
    (-1.0, 0.882)
    """
    try:
        weekly = np.atleast_1d(real_numbers(counts))
    except (TypeError, ValueError):  # said below
        weekly = np.array([np.nan])
    if not ((weekly >= 0) & (weekly < np.inf)).all():  # NaN is not
        raise DataError(
            "`counts` must be numbers of events from 0; some are negative, infinite or missing. "
            "Count the events of each week, 0 where there are none."
        )
    if len(weekly) < 2 or not weekly.any():
        return float("nan")
    most = weekly.max()
    shares = weekly / most  # of the busiest week: squares of large counts would overflow
    mean, variance = shares.mean(), shares.var(ddof=1) * most
    return float((variance - mean) / (variance + mean))


def _weighed(values: Any, weight: Any, *, name: str) -> tuple[pd.Series[Any], Array]:
    try:
        rows = pd.Series(values).reset_index(drop=True)
    except (TypeError, ValueError):
        raise DataError(
            f"`{name}` must be one column of values; got a {type(values).__name__}."
        ) from None
    numeric = pd.api.types.is_numeric_dtype(rows.dtype)  # no number need be asked by itself
    if rows.dtype.kind == "c" or not (numeric or rows.map(pd.api.types.is_hashable).all()):
        raise DataError(f"`{name}` must hold real numbers or text; it holds {rows.iloc[0]!r}.")
    try:
        w = np.ones(len(rows)) if weight is None else np.atleast_1d(np.asarray(weight, "float64"))
    except (TypeError, ValueError):
        w = np.zeros(0)
    if w.shape != (len(rows),) or not (np.isfinite(w).all() and (w >= 0).all() and w.any()):
        raise DataError(
            f"`{name}` must have rows, and a weight from 0 for each; got "
            f"{count_of(len(rows), 'row')} and "
            f"{count_of(len(w), 'weight')}. Leave rows without one out."
        )
    return rows[w > 0], w[w > 0]


def _in_intervals(
    before: pd.Series[Any], after: pd.Series[Any], w: Array, bins: int
) -> tuple[list[npt.NDArray[np.intp]], list[str]]:
    sides = [side.to_numpy(dtype="float64", na_value=np.nan) for side in (before, after)]
    edges = _edges(sides[0], w, bins)
    codes = [np.searchsorted(edges, side, side="left") for side in sides]
    codes = [np.where(np.isnan(s), len(edges) + 1, c) for s, c in zip(sides, codes, strict=True)]
    return codes, [*_named(edges), _MISSING]


def _named(edges: Array) -> list[str]:
    if len(edges) == 0:
        return ["any number"]
    ends = [f"{edge:.4g}" for edge in edges]
    names = [f"up to {ends[0]}", *(f"{low} to {high}" for low, high in pairwise(ends))]
    if len(edges) > 1 and edges[0] == np.nextafter(edges[1], -np.inf):
        names[:2] = [f"below {ends[1]}", ends[1]]
    return [*names, f"above {ends[-1]}"]


def _edges(values: Array, weight: Array, bins: int) -> Array:
    """Return the upper ends of all bins but the last; a value on an end lies below it."""
    known = ~np.isnan(values)
    if not weight[known].any():
        return np.zeros(0)
    cuts = np.arange(1, bins) / bins
    edges = np.unique(
        np.quantile(values[known], cuts, weights=weight[known], method="inverted_cdf")
    )
    # the lowest bin holds a heap, not a stretch: what lies below it is something new
    if edges[0] == values[known].min():
        edges = np.append(np.nextafter(edges[0], -np.inf), edges)
    return np.asarray(edges)


def _in_levels(
    before: pd.Series[Any], after: pd.Series[Any], _: Array, __: int
) -> tuple[list[npt.NDArray[np.intp]], list[str]]:
    texts = alike_levels(before, after)
    levels: list[str] = sorted(texts[0].dropna().unique())
    codes = []
    for text in texts:
        code = pd.Index(levels, dtype="object").get_indexer(pd.Index(text, dtype="object"))
        code = np.where(code < 0, len(levels), code)
        codes.append(np.where(text.isna(), len(levels) + 1, code))
    return codes, [*levels, _OTHERS, _MISSING]


def _compared(labels: list[str], before: Array, after: Array) -> pd.DataFrame:
    floor = 0.5 / min(before.sum(), after.sum())
    shares = []
    for counts in (before, after):
        floored = np.maximum(counts / counts.sum(), floor)
        shares.append(floored / floored.sum())
    e, a = shares
    return pd.DataFrame(
        {
            "bin": labels,
            "reference": before,
            "current": after,
            "reference_share": e,
            "current_share": a,
            "contribution": (a - e) * np.log(a / e),
        }
    )
