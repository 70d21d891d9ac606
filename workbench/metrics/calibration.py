"""Whether propensities mean what they say: of contacts at 10%, do 10% respond."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, ndtri

from workbench.errors import DataError
from workbench.metrics._inputs import (
    Scored,
    check_confidence,
    check_count,
    levels,
    one_class,
    scored,
)
from workbench.metrics.clusters import effective_contacts, labels_of
from workbench.numbers import Array, real_numbers

_EPS = float(np.finfo(np.float64).eps)
_LEAST_CONTACTS = 1e-100  # of less, the square is nothing


def calibration_table(
    y: Any,
    propensity: Any,
    *,
    weight: Any = None,
    bins: int = 10,
    confidence: float = 0.95,
    cluster: Any = None,
) -> pd.DataFrame:
    """Compare predicted with observed rates in bins of about as many contacts each.

    Equal propensities share a bin (that of the middle of their run), so that there are
    fewer bins than asked for where few propensities differ.

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    bins : int
    confidence : float
        Of the Wilson score interval of the observed rate, which takes contacts as
        independent: with d = z²/m, m contacts and rate r,
        (r + d/2 ± z √(r(1 − r)/m + z²/(4m²))) / (1 + d).
    cluster : array, shape (n,), optional
        What is drawn as a whole, such as the row's cell: m is then the number of
        independent contacts that would tell as much (`clusters.effective_contacts`).

    Returns
    -------
    DataFrame
        One row a bin, lowest propensities first: ``propensity_from``,
        ``propensity_to``, ``contacts``, ``positives``, ``expected`` (sum of
        propensities), ``mean_propensity``, ``rate``, ``rate_low``, ``rate_high``.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`.
    ParameterError
        `bins` or `confidence` is out of range.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.

    Examples
    --------
    >>> table = calibration_table([0, 0, 1, 1], [0.1, 0.3, 0.3, 0.9], bins=2)
    >>> table[["contacts", "mean_propensity", "rate", "rate_low", "rate_high"]].round(3)
       contacts  mean_propensity   rate  rate_low  rate_high
    0       1.0              0.1  0.000     0.000      0.793
    1       3.0              0.5  0.667     0.208      0.939
    """
    check_count(bins, name="bins")
    check_confidence(confidence)
    rows = scored(y, propensity, weight)
    by_level = levels(rows)
    lowest_first = pd.DataFrame(by_level._asdict()).iloc[::-1]
    contacts = lowest_first["contacts"]
    middle = (contacts.cumsum() - contacts / 2) / contacts.sum()
    lowest_first = lowest_first.assign(expected=contacts * lowest_first["propensity"])
    bin_of = np.unique(np.minimum((middle * bins).astype(int), bins - 1), return_inverse=True)[1]
    grouped = lowest_first.groupby(bin_of)
    table = grouped[["contacts", "positives", "expected"]].sum().reset_index(drop=True)
    table.insert(0, "propensity_from", grouped["propensity"].min().to_numpy())
    table.insert(1, "propensity_to", grouped["propensity"].max().to_numpy())
    table["mean_propensity"] = table["expected"] / table["contacts"]
    table["rate"] = table["positives"] / table["contacts"]
    told = table["contacts"].to_numpy()
    if cluster is not None:
        at = np.searchsorted(by_level.propensity[::-1], rows.propensity)
        label = labels_of(cluster, weight, len(np.asarray(y)))
        told = _told_by_clusters(table, rows, bin_of[at], label)
    table["rate_low"], table["rate_high"] = wilson_interval(
        table["rate"] * told, told, confidence=confidence
    )
    return table


def _told_by_clusters(
    table: pd.DataFrame, rows: Scored, bin_of: npt.NDArray[np.int64], label: npt.NDArray[np.int64]
) -> Array:
    """Return the effective contacts of each bin."""
    rate = table["rate"].to_numpy()
    pairs = pd.DataFrame({"bin": bin_of, "cluster": label})
    pairs["part"] = rows.weight * (rows.y - rate[bin_of])
    parts = pairs.groupby(["bin", "cluster"], as_index=False)["part"].sum()
    contacts = table["contacts"].to_numpy()
    return effective_contacts(contacts, rate, parts["part"].to_numpy(), parts["bin"].to_numpy())


def wilson_interval(
    positives: npt.ArrayLike, contacts: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Array, Array]:
    """Return the Wilson score interval of each rate; the formula is `calibration_table`'s.

    Parameters
    ----------
    positives, contacts : array-like, shape (k,)
        Responses, and contacts that had the chance.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray, shape (k,)
        Rates, in [0, 1].

    Raises
    ------
    DataError
        The two differ in shape, or positives are more than contacts, or there are no contacts.
    ParameterError
        `confidence` is not between 0 and 1.

    Examples
    --------
    >>> low, high = wilson_interval([0, 5], [10, 10])
    >>> low.round(3), high.round(3)
    (array([0.   , 0.237]), array([0.278, 0.763]))
    """
    check_confidence(confidence)
    try:
        k, m = (real_numbers(count) for count in (positives, contacts))
        k, m = np.broadcast_arrays(k, m)
        usable = not ((k < 0) | (k > m) | ~(m >= _LEAST_CONTACTS) | np.isinf(m)).any()
    except (TypeError, ValueError):
        usable = False
    if not usable:
        raise DataError(
            "`positives` must be numbers from 0 to `contacts`, and those above 0; got "
            f"{positives!r} of {contacts!r}."
        )
    rate = k / m
    z2 = ndtri(0.5 + confidence / 2) ** 2
    middle = rate + z2 / (2 * m)
    half = np.sqrt(z2 * (rate * (1 - rate) / m + z2 / m / (4 * m)))  # m² may overflow
    scale = 1 + z2 / m
    # at rate 0 and 1 the end is exact; the subtraction would leave a rounding error
    low = np.where(rate == 0, 0.0, (middle - half) / scale)
    return low, np.where(rate == 1, 1.0, (middle + half) / scale)


def calibration_in_the_large(y: Any, propensity: Any, *, weight: Any = None) -> pd.DataFrame:
    """Compare the number of responses with the number predicted.

    The shift is the δ that makes the two agree,

        Σ w_i σ(logit p_i + δ) = Σ w_i y_i ,

    so that e^δ multiplies every odds; 0 is perfect, above 0 the propensities are too low.

    Errors are those of `workbench.metrics.log_loss`.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcomes, 0 or 1.
    propensity : array-like, shape (n,)
        In [0, 1].
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    DataFrame
        One row: ``contacts``, ``positives``, ``expected`` (sum of propensities),
        ``observed_over_expected``, ``shift`` (log-odds), ``slope`` (see
        `calibration_slope`) and ``note``, which says why a number is missing.

    References
    ----------
    Cox (1958), Biometrika 45. Van Calster et al. (2019), BMC Medicine 17.

    Examples
    --------
    >>> table = calibration_in_the_large([1, 0, 1, 0, 0], [0.5, 0.5, 0.2, 0.2, 0.1])
    >>> table[["positives", "expected", "observed_over_expected", "shift"]].round(3)
       positives  expected  observed_over_expected  shift
    0        2.0       1.5                   1.333  0.516
    """
    rows = scored(y, propensity, weight)
    contacts, positives = float(rows.weight.sum()), float(rows.weight @ rows.y)
    expected = float(rows.weight @ rows.propensity)
    slope, note = _slope(rows)
    return pd.DataFrame(
        {
            "contacts": [contacts],
            "positives": [positives],
            "expected": [expected],
            "observed_over_expected": [positives / expected if expected > 0 else np.nan],
            "shift": [np.nan if one_class(positives, contacts) else _shift(rows)],
            "slope": [slope],
            "note": [note],
        }
    )


def calibration_slope(y: Any, propensity: Any, *, weight: Any = None) -> float:
    """Return the slope b of the logistic regression of y on logit p.

        logit P(y = 1) = a + b logit p

    1 is perfect; below 1 the propensities are too extreme (overfitted), above 1 too
    timid (shrunk too far).

    Errors are those of `workbench.metrics.log_loss`.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcomes, 0 or 1.
    propensity : array-like, shape (n,)
        In [0, 1].
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    float
        NaN where there are not two classes, where all propensities are equal, or where
        they separate the classes perfectly (no finite slope).

    Examples
    --------
    >>> y, p = [0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.7, 0.9]
    >>> round(calibration_slope(y, p), 3)
    1.123
    """
    return _slope(scored(y, propensity, weight))[0]


def _log_odds(propensity: Array) -> Array:
    return np.asarray(logit(np.clip(propensity, _EPS, 1 - _EPS)))


def _shift(rows: Scored) -> float:
    x = _log_odds(rows.propensity)
    target = float(np.average(rows.y, weights=rows.weight))
    # at the ends of the bracket every σ lies on one side of the observed rate
    low, high = logit(target) - x.max(), logit(target) - x.min()
    if low == high:
        return float(low)

    def surplus(shift: float) -> float:
        return float(np.average(expit(x + shift), weights=rows.weight)) - target

    # imported here: it would be a fifth of the time that charts take to import
    from scipy.optimize import brentq

    return float(brentq(surplus, low - 1e-9, high + 1e-9, xtol=1e-12))


def _slope(rows: Scored) -> tuple[float, str]:
    x = _log_odds(rows.propensity)
    note = _no_slope(rows, x)
    if note:
        return float("nan"), note
    middle, scale = float(np.median(x)), float(x.max() - x.min())
    design = np.column_stack([np.ones_like(x), (x - middle) / scale])
    ab = _newton(design, rows)
    return float(ab[1] / scale), ""


def _no_slope(rows: Scored, x: Array) -> str:
    note = one_class(float(rows.weight @ rows.y), float(rows.weight.sum()))
    if note:
        return note
    if x.min() == x.max():
        return "n/a (all propensities equal)"
    ones, zeros = x[rows.y == 1], x[rows.y == 0]
    if zeros.max() <= ones.min() or ones.max() <= zeros.min():
        return "n/a (classes perfectly separated)"
    return ""


def _newton(design: Array, rows: Scored, *, tolerance: float = 1e-12) -> Array:
    """Fit an unpenalised logistic regression of two coefficients by damped Newton steps."""
    weight = rows.weight / rows.weight.sum()

    def loss(b: Array) -> float:
        eta = design @ b
        return float(weight @ (np.logaddexp(0.0, eta) - rows.y * eta))

    coef = np.zeros(2)
    for _ in range(100):
        mean = expit(design @ coef)
        gradient = design.T @ (weight * (mean - rows.y))
        if np.abs(gradient).max() < tolerance:
            break
        curvature = (design.T * (weight * mean * (1 - mean))) @ design
        step = np.linalg.solve(curvature, gradient)
        now, length = loss(coef), 1.0
        while loss(coef - length * step) > now and length > 1e-9:
            length /= 2  # a full step can overshoot where the curve is nearly flat
        coef = coef - length * step
    return coef
