"""What is drawn as a whole, when contacts are not independent: cells, customers, campaigns.

Contacts of one cell share what sets the cell apart beyond its features. Taken as independent,
a million clicks of sixty ads leave no doubt about anything; sixty ads do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from workbench.errors import DataError, ParameterError
from workbench.metrics._inputs import scored
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]


def overdispersion(
    y: Any, propensity: Any, cell: Any, *, weight: Any = None, fitted: float = 0.0
) -> float:
    """Measure how much more cells differ than independent contacts would.

    Pearson's χ² over its degrees of freedom: with s_c responses in cell c,

        1/(C − k) Σ_c (s_c − Σ w p)² / Σ w p (1 − p) ,  sums over the rows of the cell,

    about 1 where contacts respond independently of one another, given their propensity. The
    variance of a number of responses is larger by about that factor.

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    cell : array, shape (n,)
        Label of each row's cell.
    fitted : float
        k, the coefficients that were fitted to these cells: 0 where they are new to the
        model, else its effective degrees of freedom and 1 for the intercept.

    Returns
    -------
    float
        NaN where k leaves no cell to tell.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`, or lengths differ.
    ParameterError
        `fitted` is negative or not finite.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, section 4.5.

    Examples
    --------
    >>> y, cell = [1, 0, 1, 0], ["a", "a", "b", "b"]
    >>> overdispersion(y, [0.2] * 4, cell, weight=[30, 70, 10, 90])
    6.25
    """
    if not (np.isfinite(fitted) and fitted >= 0):
        raise ParameterError(
            f"`fitted` must be a number of coefficients from 0; got {fitted!r}. Give 0 for cells "
            "that the model has not seen."
        )
    rows = scored(y, propensity, weight)
    label = labels_of(cell, weight, len(np.asarray(y)), name="cell")
    residual = np.bincount(label, rows.weight * (rows.y - rows.propensity))
    chance = np.bincount(label, rows.weight * rows.propensity * (1 - rows.propensity))
    told = chance > 0
    freedom = float(told.sum()) - fitted
    return float((residual[told] ** 2 / chance[told]).sum() / freedom) if freedom > 0 else np.nan


def labels_of(labels: Any, weight: Any, n: int, *, name: str = "cluster") -> Numbers:
    """Return numbers, from 0, of the labels of the rows of positive weight.

    Raises
    ------
    DataError
        There is not one for every row.
    """
    if isinstance(labels, pd.DataFrame):
        raise DataError(f"`{name}` must be one column of labels; got a table.")
    given = pd.Series(labels).reset_index(drop=True)
    missing = int(given.isna().sum())
    if len(given) != n or missing:
        raise DataError(
            f"`{name}` must have a label for each of {n:,} rows; got {len(given):,}, of which "
            f"{missing:,} are missing. Take both from the same rows."
        )
    kept = given if weight is None else given[np.asarray(weight, dtype="float64") > 0]
    return np.asarray(pd.factorize(kept)[0], dtype=np.int64)


def reach_of(parts: Array, label: Numbers, confidence: float = 0.95) -> float:
    """Return half the interval of Σ parts, whose clusters are drawn again.

    t √( G/(G−1) Σ_g (Σ parts in g)² ), t being Student's quantile with G − 1 degrees of
    freedom, for parts that sum to 0; NaN of one cluster.

    Examples
    --------
    >>> round(reach_of(np.array([1.0, 1.0, -2.0]), np.array([0, 0, 1])), 2)
    50.82
    """
    sums = np.bincount(label, parts)
    count = len(sums)
    if count < 2:
        return float("nan")
    quantile = stdtrit(count - 1, 0.5 + confidence / 2)
    return float(quantile * np.sqrt(count / (count - 1) * sums @ sums))


def effective_contacts(contacts: Array, rate: Array, parts: Array, pairs: Numbers) -> Array:
    """Return how many independent contacts would tell as much of each bin's rate.

    The contacts over the design effect of all bins together,

        D = C/(C − B) Σ_bc e_bc² / Σ_b n_b r_b (1 − r_b) ,

    e_bc being the responses of cluster c in bin b less the bin's rate for each of its
    contacts, C the number of such pairs and B that of bins. D is 1 at least. Where no bin
    holds two clusters each of them counts as one contact.

    Parameters
    ----------
    contacts, rate : ndarray, shape (B,)
    parts : ndarray, shape (C,)
        e_bc.
    pairs : ndarray of int, shape (C,)
        The bin of each.

    References
    ----------
    Kish (1965), Survey Sampling, section 5.4.

    Examples
    --------
    >>> n, r = np.array([200.0]), np.array([0.5])
    >>> effective_contacts(n, r, np.array([10.0, -10.0]), np.array([0, 0])).tolist()
    [25.0]
    """
    spare = len(pairs) - len(contacts)
    if spare <= 0:
        return np.bincount(pairs, minlength=len(contacts)).astype(float)
    chance = float(contacts @ (rate * (1 - rate)))
    effect = len(pairs) / spare * float(parts @ parts) / chance if chance > 0 else 1.0
    return contacts / max(1.0, effect)
