"""Attacks on a mailed Tuner, for whoever wants to know what it holds.

Reconstruction from one file takes a Gram's row of a column that one customer dominates for
that customer's values. Differencing fits one customer to what two files differ by. The
likelihood-ratio attacker knows all other customers and the mechanism, but not its key, and
asks which of two neighbouring data sets a file is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from workbench.errors import DataError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.people import people
from workbench.governance.private.gaussian import chance
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.private import noise
from workbench.widgets.private.private_release import Private, private_release
from workbench.widgets.tuner.mailed import OVERALL, outcomes
from workbench.widgets.tuner.settings import Judged
from workbench.widgets.tuner.state import facts_of

_STARTS = 20


def by_column(state: Mapping[str, Any], column: str) -> dict[str, float]:
    """Take the row of a Gram for the values of the one customer who dominates its column.

    Parameters
    ----------
    state : mapping
        Of a mailed Tuner.
    column : str

    Returns
    -------
    dict
        Guessed standardised values by column.
    """
    facts = facts_of(state)
    j = facts.names.index(column) + 1
    grams = facts.stats.curvature
    g = int(np.argmax(grams[:, j, j] / grams[:, 0, 0]))
    size = np.sqrt(facts.moment[j, j] * state["contacts"])
    return dict(zip(facts.names, grams[g, j, 1:] / grams[g, j, j] * size, strict=True))


def by_difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, float]:
    """Fit one customer's standardised values to the difference of two files' moments.

    With N contacts and R the moments, N R − R'∘(N − e²)^½(N − e²)^½' = ee' where the second
    file lacks the customer of values e. The sign of all of them together is not told.

    Parameters
    ----------
    first, second : mapping
        States with and without the customer.
    """
    one, two = facts_of(first), facts_of(second)
    shared = [name for name in one.names if name in two.names]
    R1, R2 = (_moments(facts, shared) for facts in (one, two))
    N, (i, j) = float(first["contacts"]), np.tril_indices(len(shared), -1)

    def wrong(e: Array) -> Array:
        root = np.sqrt(np.maximum(N - e**2, 0.0))
        return np.asarray((N * R1 - R2 * np.outer(root, root) - np.outer(e, e))[i, j])

    starts = (np.random.default_rng(k).normal(size=len(shared)) for k in range(_STARTS))
    best = min((least_squares(wrong, start) for start in starts), key=lambda found: found.cost)
    return dict(zip(shared, best.x, strict=True))


def beyond_guessing(
    guessed: npt.ArrayLike, true: npt.ArrayLike, usual: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return +1 for yes/no values that an attack finds and guessing the usual misses, else −1 or 0.

    Their mean over values and victims is the share recovered beyond guessing.

    Examples
    --------
    >>> beyond_guessing([1, 1, 0], [1, 0, 0], [0, 0, 0]).tolist()
    [1.0, -1.0, 0.0]
    """
    right = np.asarray(guessed, dtype=bool) == np.asarray(true, dtype=bool)
    by_guess = np.asarray(usual, dtype=bool) == np.asarray(true, dtype=bool)
    return np.asarray(right.astype(float) - by_guess)


def membership(frame: FeatureFrame, victims: Iterable[int], *, alpha: float) -> Array:
    """Return the chance of the likelihood-ratio attacker, of each of some neighbouring pairs.

    Parameters
    ----------
    frame : FeatureFrame
    victims : iterable of int
        Numbers of the customers, each of whom one data set of a pair lacks.
    alpha : float
        Of the model, which is known.

    Returns
    -------
    ndarray, shape (victims,)
        Φ(d/√2), d the distance of the two files in standard deviations of the noise: 0.5 is
        guessing. 1 where the files differ in what they hold, so that nothing needs telling.
    """
    person = people(frame)
    whole = told(frame, alpha)
    chances = []
    for victim in victims:
        moved = _distance(whole, told(frame.rows(person != victim), alpha))
        chances.append(1.0 if moved is None else float(chance(moved)))
    return np.array(chances)


def told(frame: FeatureFrame, alpha: float) -> tuple[Private, Judged]:
    """Return what is told of a model's fit, before and with its noise, and the rows judged on.

    Raises
    ------
    DataError
        Nothing may be told of so few rows.
    """
    model = RidgePropensity(alpha=alpha).fit(frame)
    facts = Facts.of(model)
    found = private_release(model.workspace_, facts)
    if not isinstance(found, Private):
        raise DataError(found)
    return found, Judged.of(model, frame, facts)


def _distance(first: tuple[Private, Judged], second: tuple[Private, Judged]) -> float | None:
    (one, judged), (two, judged_without) = first, second
    same = one.released.facts.names == two.released.facts.names
    if not same or one.released.merged.tolist() != two.released.merged.tolist():
        return None
    # outcomes are counted under the released model, which is one and the same in both
    given = replace(two, released=one.released, columns=one.columns)
    penalties = [by * one.released.facts.tuned for by in (1.0, 1.0, *OVERALL)]
    counted, without = outcomes(one, judged, penalties), outcomes(given, judged_without, penalties)
    of_outcomes = (counted.sums - without.sums) / counted.sigma[:, None]
    return float(np.sqrt(_of_fit(one, two) + (of_outcomes**2).sum()))


def _of_fit(one: Private, two: Private) -> float:
    """Add up the squared distances of all parts, in the coordinates of the first."""
    back = np.linalg.solve(one.found.factor, two.found.factor)
    moved = replace(
        two.found,
        factor=one.found.factor,
        curvature=back @ two.found.curvature @ back.T,
        score=two.found.score @ back.T,
    )
    x, y = noise.Noisy.exactly(one.found), noise.Noisy.exactly(moved)
    weight = one.found.weight
    apart: dict[str, Any] = {
        "coefficients": x.move - y.move,
        "curvature": x.curvature - y.curvature,
        "loss": (x.loss - y.loss) * weight.sum(),
        "contacts": x.contacts - y.contacts,
        "between": x.between - y.between,
        "score": x.score - y.score,
        "losses": (x.losses - y.losses) * weight,
    }
    return float(sum(np.sum((apart[part] / size) ** 2) for part, size in one.sigma.items()))


def _moments(facts: Facts, names: list[str]) -> Array:
    at = [facts.names.index(name) + 1 for name in names]
    return np.asarray(facts.moment[np.ix_(at, at)])
