"""Planted curvature: effects of stable columns that no straight line can follow, and are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.numbers import Array

PRODUCTS, ABSOLUTE, THRESHOLDS = "products", "absolute values", "thresholds"
EVERY = "every kind"
KINDS = (PRODUCTS, ABSOLUTE, THRESHOLDS)

STEP, SATURATION = "step", "saturation"
FURTHEST = 1.5
"""Steps and saturation lie within so many standard deviations of the middle."""


class PlantedCurves(NamedTuple):
    """The curved terms, and what each adds to the log-odds of each row."""

    terms: pd.DataFrame | None
    added: Array


def check_curves(curved: float, curvature: str) -> None:
    """Raise ParameterError where no curvature can be planted so."""
    if not 0 <= curved < np.inf:
        raise ParameterError(
            f"`curved` must be a finite number from 0; got {curved!r}. Say `curved=1.0`, or leave "
            "it out."
        )
    check_choice(curvature, (EVERY, *KINDS), name="curvature")


def plant_curves(
    stable: Array, *, curved: float, curvature: str, spread: float, seed: int
) -> PlantedCurves:
    """Draw curved terms of the stable columns, and what they add to the log-odds.

    A term g is one of

        x_a x_b ,   |x| ,   1{x > t} ,   min(x, t) ,

    with t uniform within 1.5 of 0. From it are taken its mean and its slope, what a straight line
    would have of it, E[g] + E[g x] x under N(0, 1), and the rest is divided by its standard
    deviation. So each term has mean 0, variance 1 and no correlation with any column.

    Of each kind that is planted, every column is in one term: pairs of columns in products, single
    ones in the others, steps and saturation in turns. Effects are N(0, s²). The s of a kind is such
    that all terms together have the variance curved² · columns · spread², which the columns'
    own effects have at curved = 1.

    Parameters
    ----------
    stable : ndarray, shape (n, columns)
        Independent, N(0, 1).
    curved : float
        0 plants none.
    curvature : {"every kind", "products", "absolute values", "thresholds"}
    spread : float
        Standard deviation of the columns' own effects.
    seed : int
        Its draws are others than those of the contacts, which do not change by them.

    Returns
    -------
    PlantedCurves
        ``terms`` has one row a term: ``kind, column, with, at, effect``; columns are numbered from
        0, ``with`` is the other one of a product, ``at`` is t.
    """
    n, columns = stable.shape
    if curved == 0:
        return PlantedCurves(None, np.zeros(n))
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[1])
    kinds = KINDS if curvature == EVERY else (curvature,)
    of_kind = {kind: DRAWN[kind](rng, columns) for kind in kinds}
    planted = max(1, sum(1 for drawn in of_kind.values() if drawn))  # one column has no product
    variance = (curved * spread) ** 2 * columns / planted
    rows = []
    for drawn in of_kind.values():
        effects = rng.normal(0, np.sqrt(variance / max(len(drawn), 1)), len(drawn))
        rows += [(*term, float(effect)) for term, effect in zip(drawn, effects, strict=True)]
    terms = pd.DataFrame(rows, columns=["kind", "column", "with", "at", "effect"])
    added = np.zeros(n)
    for kind, first, second, at, effect in rows:
        added += effect * CURVES[kind](stable[:, first], stable[:, max(second, 0)], at)
    return PlantedCurves(terms, added)


Term = tuple[str, int, int, float]


def _pairs(rng: np.random.Generator, columns: int) -> list[Term]:
    order = rng.permutation(columns).tolist()
    pairs = zip(order[::2], order[1::2], strict=False)
    return [(PRODUCTS, first, second, np.nan) for first, second in pairs]


def _each_absolute(rng: np.random.Generator, columns: int) -> list[Term]:
    del rng  # every column has one, and nothing is drawn but its effect
    return [(ABSOLUTE, column, -1, np.nan) for column in range(columns)]


def _each_threshold(rng: np.random.Generator, columns: int) -> list[Term]:
    at = rng.uniform(-FURTHEST, FURTHEST, columns).tolist()
    return [((STEP, SATURATION)[k % 2], k, -1, at[k]) for k in range(columns)]


def _product(x: Array, other: Array, at: float) -> Array:
    del at
    return x * other


def _absolute(x: Array, other: Array, at: float) -> Array:
    del other, at
    return np.asarray((np.abs(x) - np.sqrt(2 / np.pi)) / np.sqrt(1 - 2 / np.pi))


def _step(x: Array, other: Array, at: float) -> Array:
    del other
    above, density = norm.sf(at), norm.pdf(at)
    rest = (x > at) - above - density * x
    return np.asarray(rest / np.sqrt(above * (1 - above) - density**2))


def _saturation(x: Array, other: Array, at: float) -> Array:
    del other
    below, density = norm.cdf(at), norm.pdf(at)
    mean = at * (1 - below) - density
    square = below - at * density + at**2 * (1 - below)
    rest = np.minimum(x, at) - mean - below * x
    return np.asarray(rest / np.sqrt(square - mean**2 - below**2))


DRAWN: dict[str, Callable[[np.random.Generator, int], list[Term]]] = {
    PRODUCTS: _pairs,
    ABSOLUTE: _each_absolute,
    THRESHOLDS: _each_threshold,
}
CURVES: dict[str, Callable[[Array, Array, float], Array]] = {
    PRODUCTS: _product,
    ABSOLUTE: _absolute,
    STEP: _step,
    SATURATION: _saturation,
}
