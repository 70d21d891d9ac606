"""How far a figure might move if other campaigns had been run: a cluster bootstrap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_columns, check_not_empty
from workbench.errors import DataError, ParameterError
from workbench.messages import count_of, listed
from workbench.metrics._inputs import check_confidence, check_count
from workbench.progress import Progress

FEW_CLUSTERS = 10
"""Below this the percentile interval is known to be too narrow, and the table says so."""

_QUIET_ROWS = 20_000_000
"""Rows × repeats that pass in about a second."""


class Statistic(Protocol):
    """Any metric of `workbench.metrics` that returns a number."""

    def __call__(self, y: Any, propensity: Any, /, *, weight: Any) -> float:
        """Measure rows, each standing for `weight` contacts."""


def bootstrap_interval(
    predictions: pd.DataFrame,
    statistic: Statistic,
    *,
    cluster: str = "campaign",
    repeats: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Bound a statistic by drawing whole campaigns again, with replacement.

    Contacts of one campaign share its offer, season and luck, so that an interval which
    takes them as independent is too narrow. A draw is a weight: every row's weight is
    multiplied by how often its campaign was drawn, and no row is copied.

    Parameters
    ----------
    predictions : DataFrame, shape (n, …)
        ``y`` (0 or 1), ``propensity``, the `cluster` column, and ``weight`` if rows
        stand for more than one contact.
    statistic : callable
        ``statistic(y, propensity, weight=…) -> float``, such as `metrics.auc`.
    cluster : str
        Column whose values are drawn: the campaign, or the customer.
    repeats : int
    confidence : float
        Of the percentile interval.
    seed : int
        The same seed gives the same draws, whatever the order of rows.

    Returns
    -------
    DataFrame
        One row: ``estimate``, ``low``, ``high``, ``clusters``, ``repeats`` (draws in
        which the statistic was defined) and ``note``.

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        There are no rows, fewer than two clusters, or rows without one.
    ParameterError
        `repeats` or `confidence` is out of range.

    References
    ----------
    Field & Welsh (2007), Bootstrapping clustered data, JRSS B 69.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import metrics
    >>> predictions = pd.DataFrame({
    ...     "campaign": ["A", "A", "A", "B", "B", "B"],
    ...     "y": [1, 0, 0, 1, 0, 0],
    ...     "propensity": [0.8, 0.3, 0.2, 0.4, 0.6, 0.1],
    ... })
    >>> table = bootstrap_interval(predictions, metrics.auc, repeats=200)
    >>> table[["estimate", "low", "high", "clusters"]]
       estimate  low  high  clusters
    0     0.875  0.5   1.0         2
    """
    if not callable(statistic):
        raise ParameterError(
            f"`statistic` must be a function such as metrics.auc; got a {type(statistic).__name__}."
        )
    rows, codes = _rows(predictions, cluster)
    check_count(repeats, name="repeats")
    check_confidence(confidence)
    clusters = int(codes.max()) + 1
    draws = _draws(clusters, repeats, seed)
    quiet = len(rows) * repeats < _QUIET_ROWS
    progress = Progress(draws, total=repeats, desc="Drawing campaigns", disable=quiet)
    y, propensity, weight = (rows[name].to_numpy() for name in ("y", "propensity", "weight"))
    drawn = np.array([statistic(y, propensity, weight=weight * d[codes]) for d in progress])
    drawn = drawn[~np.isnan(drawn)]
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if len(drawn) else (np.nan, np.nan)
    return pd.DataFrame(
        {
            "estimate": [statistic(y, propensity, weight=weight)],
            "low": [low],
            "high": [high],
            "clusters": [clusters],
            "repeats": [len(drawn)],
            "note": [_note(clusters, repeats - len(drawn))],
        }
    )


def _rows(predictions: pd.DataFrame, cluster: str) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    check_columns(predictions, ["y", "propensity", cluster], name="The table of predictions")
    check_not_empty(predictions, name="The table of predictions")
    missing = int(predictions[cluster].isna().sum())
    if missing:
        raise DataError(
            f"Every row must have a {cluster}; it is missing in {missing:,} of "
            f"{len(predictions):,}. Leave these rows out, or name another `cluster`."
        )
    rows = predictions if "weight" in predictions else predictions.assign(weight=1.0)
    rows = rows[rows["weight"] != 0]  # a draw of nothing but these would hold no contact
    codes, names = pd.factorize(rows[cluster], sort=True)
    if len(names) < 2:
        raise DataError(
            f"Drawing whole clusters needs at least two; column {cluster!r} holds "
            f"{listed(names)}. Name another column as `cluster`, such as the customer."
        )
    # one order of rows, so that no bit of a sum depends on theirs
    at = np.lexsort((codes, rows["weight"], rows["y"], rows["propensity"]))
    return rows.iloc[at], codes[at]


def _draws(clusters: int, repeats: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield how often each cluster was drawn, shape (clusters,), once a repeat."""
    rng = np.random.default_rng(seed)
    for _ in range(repeats):
        yield np.bincount(rng.integers(clusters, size=clusters), minlength=clusters)


def _note(clusters: int, undefined: int) -> str:
    notes = []
    if clusters < FEW_CLUSTERS:
        notes.append(f"only {clusters} clusters: the interval is too narrow")
    if undefined:
        notes.append(f"{count_of(undefined, 'draw')} with one class only left out")
    return "; ".join(notes)
