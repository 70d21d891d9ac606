"""The effect of an arm against another: weighted means, and what each unit adds to their error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.experiments.assignment import Assigned
from workbench.experiments.tested import Numbers, Tested
from workbench.experiments.validity import Validity
from workbench.numbers import Array


@dataclass(frozen=True)
class Difference:
    """Two means and their errors.

    Parameters
    ----------
    mean, against : float
        Of the arm, and of the one that it is compared with.
    variance : ndarray, shape (2, 2)
        Of (mean, against).
    freedom : float
        Degrees of freedom of the variance of their difference.
    contacts, contacts_against : float
    influence : ndarray, shape (units,)
        What each unit of the test adds to the error of the effect.
    """

    mean: float
    against: float
    variance: Array
    freedom: float
    contacts: float
    contacts_against: float
    influence: Array

    @property
    def effect(self) -> float:
        """The difference of the means."""
        return self.mean - self.against

    @property
    def std_error(self) -> float:
        """Of the effect."""
        signs = np.array([1.0, -1.0])
        return float(np.sqrt(max(0.0, signs @ self.variance @ signs)))


def difference(
    found: Tested, given: Assigned, pair: tuple[int, int], adjustment: Array | None = None
) -> Difference:
    """Compare two arms on y − h, h being what was expected anyway.

    With r = y − h, ω the inverse share and r̄_a = Σ_a w ω r / Σ_a w ω, the means are
    h̄ + r̄_a, and the effect is r̄_a − r̄_b: the augmented inverse-propensity estimate whose
    h = share_b m_a + share_a m_b weighs the models of both arms. A unit adds

        d = Σ w [ (h − h̄)/W + 1(arm a) ω (r − r̄_as)/W_a ]

    to the error of the first mean, r̄_as being the mean in its stratum. Variances are sums of
    d² over units, whose second part is divided by √(1 − its share of the mean): n/(n − 1) where
    n units are alike (HC2). Degrees of freedom are Welch's, an arm having (Σ s)²/Σ s² − 1 of them,
    with the shares s of its units.

    Parameters
    ----------
    found : Tested
    given : Assigned
    pair : (int, int)
        The arm, and the one that it is compared with.
    adjustment : ndarray, shape (n,), optional
        h, which must not know the row's own outcome.

    Returns
    -------
    Difference

    References
    ----------
    MacKinnon & White (1985), Some heteroskedasticity-consistent covariance matrix estimators,
    Journal of Econometrics 29. Kish (1965), Survey Sampling.
    """
    h = np.zeros(len(found.y)) if adjustment is None else adjustment
    both = _with_both(found, given.stratum, pair)
    w = np.where(both, found.weight, 0.0)
    h = h - float(w @ h) / float(w.sum())
    rest = found.y - h
    sides = [_side(found, given, arm, w, rest) for arm in pair]
    whole = (w * h) / w.sum()
    parts = np.column_stack([_by_unit(found, whole + side.parts, both) for side in sides])
    influence = _by_unit(found, sides[0].parts - sides[1].parts, np.ones(len(w), dtype=bool))
    level = float(w @ h) / float(w.sum())
    return Difference(
        sides[0].mean + level,
        sides[1].mean + level,
        parts.T @ parts,
        _freedom(sides),
        sides[0].contacts,
        sides[1].contacts,
        influence,
    )


SURE = 4.0
"""The square of how many standard errors the slope of an adjustment must have."""


def calibrated(found: Tested, given: Assigned, pair: tuple[int, int], h: Array) -> Array:
    """Scale what was expected, so that it explains as much of the outcome as it can; shape (n,).

    With d and g what each unit adds to the error of the effect on y, and on h, the variance
    Σ (d − c g)² is least at c = Σ d g / Σ g². That c is shrunk by its own error,
    c max(0, 1 − 4 s²/c²), s² = Σ g² (d − c g)² / (Σ g²)², and is 0 where it is negative: an
    adjustment that does not explain more than two standard errors is left out.

    References
    ----------
    Cohen & Fogarty (2024), No-harm calibration for generalized Oaxaca-Blinder estimators,
    Biometrika 111.
    """
    both = _with_both(found, given.stratum, pair)
    w = np.where(both, found.weight, 0.0)
    d, g = (_errors(found, given, pair, w, values) for values in (found.y, h))
    square = float(g @ g)
    if square <= 0:
        return np.zeros_like(h)
    slope = float(d @ g) / square
    if slope <= 0:
        return np.zeros_like(h)
    number = found.weight[both] if found.unit is None else 1.0
    noise = float(((g * (d - slope * g)) ** 2 / number).sum()) / square**2
    return h * slope * max(0.0, 1 - SURE * noise / slope**2)


def _errors(
    found: Tested, given: Assigned, pair: tuple[int, int], w: Array, values: Array
) -> Array:
    """Return what each unit adds to the error of the effect on some values."""
    first, second = (_side(found, given, arm, w, values).parts for arm in pair)
    return _by_unit(found, first - second, w > 0)


@dataclass(frozen=True)
class _Side:
    mean: float
    parts: Array
    variances: Array
    free: Array
    contacts: float


def _side(found: Tested, given: Assigned, arm: int, w: Array, rest: Array) -> _Side:
    here = np.flatnonzero((found.arm == arm) & (w > 0))
    weight = w[here] * given.omega[here]
    total = float(weight.sum())
    mean = float(weight @ rest[here]) / total
    stratum = given.stratum[here]
    size = int(given.stratum.max()) + 1
    of_stratum = np.bincount(stratum, weights=weight, minlength=size)
    sums = np.bincount(stratum, weights=weight * rest[here], minlength=size)
    own = np.divide(sums, of_stratum, out=np.zeros(size), where=of_stratum > 0)
    parts = weight * (rest[here] - own[stratum]) / total
    units = _units(found, here, stratum, weight)
    # a unit pulls the mean towards itself: what is left of it is too small by its share of the mean
    grown = (
        parts
        / np.sqrt(1 - np.minimum(units.weight / of_stratum[units.stratum], HEAVIEST))[units.of_row]
    )
    squares = np.bincount(units.of_row, weights=grown) ** 2 / units.number
    variances = np.asarray(np.bincount(units.stratum, squares, minlength=size), dtype=np.float64)
    alike = np.bincount(units.stratum, weights=units.number * units.weight**2, minlength=size)
    kept = of_stratum > 0
    free = np.maximum(of_stratum[kept] ** 2 / alike[kept] - 1, 1e-9)
    out = np.zeros(len(rest))
    out[here] = grown
    return _Side(mean, out, variances[kept], free, float(w[here].sum()))


HEAVIEST = 0.9
"""The largest share of a mean that one unit is taken to have."""


@dataclass(frozen=True)
class _Units:
    """The unit of each row; of each unit its stratum, weight, and how many alike it stands for."""

    of_row: Numbers
    stratum: Numbers
    weight: Array
    number: Array


def _units(found: Tested, here: Numbers, stratum: Numbers, weight: Array) -> _Units:
    if found.unit is None:
        number = found.weight[here]
        return _Units(np.arange(len(here)), stratum, weight / number, number)
    size = int(stratum.max()) + 1
    codes, of_row = np.unique(found.unit[here] * size + stratum, return_inverse=True)
    of_unit = np.asarray(np.bincount(of_row, weights=weight), dtype=np.float64)
    return _Units(of_row, codes % size, of_unit, np.ones(len(codes)))


def _freedom(sides: list[_Side]) -> float:
    """Welch's degrees of freedom (Satterthwaite), from the variances of arms in strata."""
    variances = np.concatenate([side.variances for side in sides])
    free = np.concatenate([side.free for side in sides])
    bottom = float((variances**2 / free).sum())
    return float(variances.sum() ** 2 / bottom) if bottom > 0 else float(free.sum())


def _with_both(found: Tested, stratum: Numbers, pair: tuple[int, int]) -> Any:
    """Mark the rows (of any arm) of strata where both arms of the pair are."""
    size = int(stratum.max()) + 1
    there = [np.bincount(stratum[found.arm == arm], minlength=size) > 0 for arm in pair]
    return (there[0] & there[1])[stratum]


def _by_unit(found: Tested, parts: Array, kept: Any) -> Array:
    """Add up within units; the square of what w independent contacts add is w times one's."""
    if found.unit is None:
        return np.asarray(parts[kept] / np.sqrt(found.weight[kept]))
    return np.asarray(np.bincount(found.unit[kept], weights=parts[kept]), dtype=np.float64)


def relative(found: Difference, reach: float) -> tuple[float, float, float]:
    """Return the effect as a share of the mean that it is compared with, and its interval.

    The interval holds the R for which mean − R·against may be 0: |mean − R·against| is at most
    `reach` standard errors. It is NaN where the other mean may be 0, and R anything.

    References
    ----------
    Fieller (1954), Some problems in interval estimation, JRSS B 16.
    """
    a, b, V = found.mean, found.against, found.variance * reach**2
    middle = a / b - 1 if b != 0 else float("nan")
    top, mixed, bottom = a * a - V[0, 0], a * b - V[0, 1], b * b - V[1, 1]
    root = mixed * mixed - top * bottom
    if bottom <= 0 or root < 0:
        return middle, float("nan"), float("nan")
    limits = sorted(((mixed - np.sqrt(root)) / bottom - 1, (mixed + np.sqrt(root)) / bottom - 1))
    return middle, float(limits[0]), float(limits[1])


def row_of(found: Difference, rule: Validity) -> dict[str, float]:
    """Return effect, interval and p-value of a difference; the p-value is of it alone."""
    t = found.contacts + found.contacts_against
    error, effect = found.std_error, found.effect
    reach = rule.reach(t, found.freedom)
    share, low, high = relative(found, reach)
    ratio = effect / error if error > 0 else np.inf * np.sign(effect) if effect else 0.0
    return {
        "contacts": found.contacts,
        "contacts_against": found.contacts_against,
        "mean": found.mean,
        "mean_against": found.against,
        "effect": effect,
        "low": effect - reach * error,
        "high": effect + reach * error,
        "std_error": error,
        "p_value": rule.chance(ratio, t, found.freedom),
        "relative": share,
        "relative_low": low,
        "relative_high": high,
    }
