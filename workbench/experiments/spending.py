"""Bounds for a test that is looked at several times, at looks that were planned.

The two-sided level 1 − α is spent as O'Brien and Fleming's bounds would spend it: at the share t of
the planned information, each side has spent

    α_t = 2 [1 − Φ(z_{1 − α/4} / √t)] ,

and the bound of a look is what spends just as much as is new there (Lan & DeMets, 1983). So no look
has to come when it was planned. The sum S_t = √t Z_t moves as a Brownian motion with the drift θ,
and its density among tests that have not ended yet is carried from look to look by numerical
integration (Armitage, McPherson & Rowe, 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import norm

from workbench.checks import is_whole
from workbench.errors import ParameterError
from workbench.numbers import Array

MOST_LOOKS = 100
CLOSEST = 1e-3
"""Looks nearer to each other than this share of the plan are one look."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 1.5  # standard deviations of a step, which 16 nodes integrate to 12 digits
_FAR = 9.0  # standard deviations beyond which nothing is left: 1e-19


class _Going(NamedTuple):
    """Tests that go on: nodes of S, and the density at them times their weights."""

    s: Array
    mass: Array


def boundaries(fractions: Sequence[float] | npt.ArrayLike, level: float = 0.95) -> Array:
    """Return the two-sided bounds of z at each look, shape (k,).

    The effect is proven at the first look with |z| at or beyond its bound. Over all looks that
    happens to a test without an effect with a probability of at most 1 − level.

    Parameters
    ----------
    fractions : sequence of float, shape (k,)
        The share of the planned contacts that each look has seen: increasing, above 0, at most 1.
    level : float

    Returns
    -------
    ndarray, shape (k,)
        Infinite where a look comes so early that nothing is spent.

    Raises
    ------
    ParameterError
        `fractions` or `level` is not what it must be.

    References
    ----------
    Lan & DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
    Armitage, McPherson & Rowe (1969), Repeated significance tests on accumulating data, JRSS A 132.

    Examples
    --------
    >>> boundaries([0.2, 0.4, 0.6, 0.8, 1.0]).round(3)
    array([4.877, 3.357, 2.68 , 2.29 , 2.031])
    """
    at = looks_of(fractions)
    check_level(level)
    new = np.diff(spent(at, level), prepend=0.0)
    out, going = np.full(len(at), np.inf), None
    for k, step in enumerate(np.diff(at, prepend=0.0).tolist()):
        if new[k] > 0:
            out[k] = _bound(going, new[k], float(at[k]), step)
        going = _carried(going, out[k], at[k], step, drift=0.0)
    return out


def spent(fractions: npt.ArrayLike, level: float = 0.95) -> Array:
    """Return how much of 1 − level may be spent on both sides up to each look, shape (k,).

    Parameters
    ----------
    fractions : array, shape (k,)
    level : float

    Returns
    -------
    ndarray, shape (k,)

    Examples
    --------
    >>> spent([0.5, 1.0]).round(5)
    array([0.00305, 0.05   ])
    """
    z = norm.isf((1 - level) / 4)
    return np.asarray(4 * norm.sf(z / np.sqrt(np.asarray(fractions, dtype=np.float64))))


def crossed(fractions: npt.ArrayLike, bounds: npt.ArrayLike, drift: float) -> Array:
    """Return the chance that |z| has been beyond its bound by each look, shape (k,).

    Parameters
    ----------
    fractions, bounds : array, shape (k,)
    drift : float
        The expected z at the end of the plan: the effect in its standard errors there.

    Returns
    -------
    ndarray, shape (k,)

    Examples
    --------
    >>> crossed([1.0], [1.959964], drift=2.801585).round(4)
    array([0.8])
    """
    at, bound = np.asarray(fractions, dtype=np.float64), np.asarray(bounds, dtype=np.float64)
    out, going, total = np.zeros(len(at)), None, 0.0
    for k, step in enumerate(np.diff(at, prepend=0.0).tolist()):
        edge = bound[k] * np.sqrt(at[k])
        total += _beyond(going, edge, step, drift)
        out[k] = total
        going = _carried(going, bound[k], at[k], step, drift=drift)
    return out


def drift_for(power: float, fractions: npt.ArrayLike, bounds: npt.ArrayLike) -> float:
    """Return the expected z at the end that is proven with this chance, at one look or another.

    Parameters
    ----------
    power : float
    fractions, bounds : array, shape (k,)

    Returns
    -------
    float

    Examples
    --------
    >>> print(round(drift_for(0.8, [1.0], [1.959964]), 4))
    2.8016
    """
    most = float(np.min(bounds)) + _FAR
    return float(brentq(lambda drift: crossed(fractions, bounds, drift)[-1] - power, 0.0, most))


def looks_of(looks: int | Sequence[float] | npt.ArrayLike) -> Array:
    """Return the shares of the plan at which it is looked at: so many alike, or those given.

    Parameters
    ----------
    looks : int or sequence of float

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ParameterError
        They are not increasing shares above 0, up to 1, or more than 100 looks.

    Examples
    --------
    >>> looks_of(4)
    array([0.25, 0.5 , 0.75, 1.  ])
    """
    if is_whole(looks, least=1) and looks <= MOST_LOOKS:
        return np.asarray(np.arange(1, looks + 1) / looks)
    try:
        at = np.asarray(looks, dtype=np.float64)
    except (TypeError, ValueError):
        at = np.empty(0)
    good = at.ndim == 1 and 0 < len(at) <= MOST_LOOKS
    # as steps, so that NaN is none of them
    if not (good and bool((np.diff(at, prepend=0.0) >= CLOSEST).all()) and at[-1] <= 1):
        raise ParameterError(
            f"`looks` must be a whole number from 1 to {MOST_LOOKS}, or increasing shares of the "
            f"planned contacts above 0 and up to 1, {CLOSEST} apart at least; got {looks!r}. Give "
            "4, or [0.25, 0.5, 0.75, 1]; to look more often, read the test at any time."
        )
    return at


def check_level(level: float) -> None:
    """Raise ParameterError unless the level lies between 0.5 and 1."""
    if not 0.5 < level < 1:
        raise ParameterError(
            f"`level` must be above 0.5 and below 1; got {level!r}. 0.95 is usual."
        )


def _bound(going: _Going | None, new: float, at: float, step: float) -> float:
    """Return the bound of z at which a test without an effect newly ends with this chance."""
    if going is None:
        return float(norm.isf(new / 2))
    root = np.sqrt(at)

    # on a log scale: early looks spend next to nothing
    def excess(z: float) -> float:
        return float(np.log(max(_beyond(going, z * root, step, 0.0), 1e-300)) - np.log(new))

    # less is beyond a bound among those that go on than among all: those give the upper end
    return float(brentq(excess, 0.0, float(norm.isf(new / 2)) + 1e-9, xtol=1e-10))


def _beyond(going: _Going | None, edge: float, step: float, drift: float) -> float:
    """Return the chance of going on so far and being beyond ± edge after the step."""
    size = np.sqrt(step)
    start = np.zeros(1) if going is None else going.s
    mass = np.ones(1) if going is None else going.mass
    moved = start + drift * step
    return float(mass @ (ndtr((moved - edge) / size) + ndtr((-edge - moved) / size)))


def _carried(going: _Going | None, bound: float, at: float, step: float, drift: float) -> _Going:
    """Carry the density of those that go on over a step, and cut it at the bound."""
    root, middle = np.sqrt(at), drift * at
    edge = bound * root
    low, high = max(-edge, middle - _FAR * root), min(edge, middle + _FAR * root)
    if going is None:
        s, weight = _grid(low, high, root)
        return _Going(s, weight * norm.pdf(s, middle, root))
    size = np.sqrt(step)
    s, weight = _grid(low, high, size)
    apart = (s[:, None] - going.s - drift * step) / size
    density = np.exp(-0.5 * apart**2) @ going.mass / (size * np.sqrt(2 * np.pi))
    return _Going(s, weight * density)


def _grid(low: float, high: float, size: float) -> tuple[Array, Array]:
    """Return nodes and weights of Gauss and Legendre on panels of about the size of a step."""
    if high <= low:  # a bound that the drift has left far behind: nobody goes on
        return np.zeros(1), np.zeros(1)
    panels = max(2, int(np.ceil((high - low) / (_PANEL * size))))
    edges = np.linspace(low, high, panels + 1)
    half = (edges[1:] - edges[:-1])[:, None] / 2
    nodes = edges[:-1, None] + half * (1 + _NODES)
    return nodes.ravel(), np.broadcast_to(half * _WEIGHTS, nodes.shape).ravel()
