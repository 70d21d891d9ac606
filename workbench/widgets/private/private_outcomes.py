"""Outcomes by score with noise: enough for lift, calibration and profit, and for no customer.

Contacts are scored by the released model, whose numbers the reader has, and counted at scores
that follow from it too: so what one customer puts in is what their own contacts are. A contact
counts at the two nearest scores, in parts: were it counted between fixed ones, the means and
deviations of columns, which move a little with everybody, would move others over the ends.
In each bin are a number of contacts, the sum of their propensities, and responses; the three
get noise of their own, as in `workbench.widgets.private.noise`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import norm

from workbench.governance.private.secret import Draws
from workbench.numbers import Array
from workbench.ridge.rows.arrays import ArrayRows
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.private.contributions import LARGEST
from workbench.widgets.private.private_release import Columns

Numbers = npt.NDArray[np.int64]

STRENGTH = 0.2
"""μ of the outcomes at most, beside that of the statistics of the fit."""
LEAST_STRENGTH = 0.05
MOST_ERROR = 0.5
"""Of the noise that is more than the least, beside what chance leaves of a bin's responses."""
SHARES = {"contacts": 0.2, "expected": 0.2, "responses": 0.6}
BINS = 20


@dataclass(frozen=True)
class Counted:
    """Sums by bin before their noise, and how much noise that is.

    Parameters
    ----------
    sums : ndarray, shape (S, 3, 20)
        Contacts, sum of propensities and responses of each bin, best first, of S settings.
    sigma : ndarray, shape (3,)
    moves : ndarray, shape (people,)
        By how many standard deviations of the noise each customer moves them.
    """

    sums: Array
    sigma: Array
    moves: Array


def score(rows: ArrayRows, columns: Columns, b: Array, merged: Numbers) -> Array:
    """Score rows under S models (S, G or 1, 1 + q), each by that without its fold; (n, S)."""
    x, resting = columns.of(rows.X)
    if b.shape[1] == 1:
        return np.asarray(x @ b[:, 0].T + resting[:, None])
    fold = rows.fold_of_row
    own = np.where(fold < 0, b.shape[1] - 1, merged[fold])
    each = np.einsum("nq,snq->ns", x, b[:, own])
    return np.asarray(each + resting[:, None])


def models(facts: Facts, settings: list[Array], *, unseen: bool) -> Array:
    """Return the released coefficients under S settings: without each fold, then with all."""
    whole = np.array([answer(facts, one).b for one in settings])[:, None]
    if not unseen:
        return whole
    without = [facts.stats.without_folds(one, facts.names).b for one in settings]
    return np.concatenate([np.array(without), whole], axis=1)


def knots(facts: Facts, b: Array) -> Array:
    """Return the scores of bins, (S, 20) from high to low: normal quantiles of b's scores."""
    spread = np.sqrt(np.einsum("sj,jk,sk->s", b[:, 1:], facts.moment[1:, 1:], b[:, 1:]))
    at = norm.isf((np.arange(BINS) + 0.5) / BINS)
    return np.asarray(b[:, :1] + spread[:, None] * at)


def counted(eta: Array, at: Array, y: Array, weight: Array, person: Numbers) -> Counted:
    """Count scored contacts, the rows of large customers weighed less.

    Parameters
    ----------
    eta : ndarray, shape (n, S)
    at : ndarray, shape (S, 20)
        Scores of the bins, from high to low.
    y, weight : ndarray, shape (n,)
    person : ndarray of int, shape (n,)
    """
    chance = expit(eta)
    parts = [np.bincount(person, weight), np.bincount(person, weight * chance[:, 0])]
    parts.append(np.bincount(person, weight * y))
    norms = np.array(parts) * np.sqrt(eta.shape[1])  # of all settings: scores hardly differ
    typical = np.maximum(np.sqrt((norms**2).mean(axis=1)), 1e-12)
    shares = np.array(list(SHARES.values()))
    sizes = np.sqrt(shares @ (norms / typical[:, None]) ** 2)
    kept = np.minimum(1.0, LARGEST / np.maximum(sizes, 1e-12))
    weight = weight * kept[person]
    sums = np.zeros((eta.shape[1], 3, BINS))
    for k in range(eta.shape[1]):
        place = BINS - 1 - np.interp(eta[:, k], at[k][::-1], np.arange(BINS))
        first = np.minimum(place.astype(np.int64), BINS - 2)
        second = place - first
        for m, values in enumerate((weight, weight * chance[:, k], weight * y)):
            sums[k, m] = np.bincount(first, values * (1 - second), minlength=BINS)
            sums[k, m] += np.bincount(first + 1, values * second, minlength=BINS)
    strength = _strength(typical[2] / np.sqrt(shares[2]), float(sums[0, 2].sum()))
    return Counted(sums, typical / (strength * np.sqrt(shares)), strength * sizes * kept)


def _strength(least: float, responses: float) -> float:
    """Return the least μ whose noise is half of what chance leaves of a bin's responses.

    A bin's responses R vary by about R^½. μ has one digit, so that hardly a customer moves it.
    """
    by_chance = np.sqrt(max(responses, 1.0) / BINS)
    wanted = least / (MOST_ERROR * by_chance)
    return float(f"{np.clip(wanted, LEAST_STRENGTH, STRENGTH):.1g}")


def noisy_bins(found: Counted, draws: Draws) -> list[Bins]:
    """Add the noise, and join bins until each holds more contacts than noise."""
    noise = draws("outcomes", *found.sums.shape) * found.sigma[:, None]
    return [_joined(one, float(3 * found.sigma[0])) for one in found.sums + noise]


def _joined(sums: Array, fewest: float) -> Bins:
    starts, held = [0], 0.0
    for k, contacts in enumerate(sums[0]):
        held += contacts
        if held >= fewest and sums[0, k + 1 :].sum() >= fewest:
            starts.append(k + 1)
            held = 0.0
    contacts, expected, responses = np.add.reduceat(sums, starts, axis=1)
    contacts = np.maximum(contacts, 1.0).round()
    return Bins(
        contacts,
        np.clip(expected, 0.001 * contacts, contacts),
        np.clip(responses, 0.0, contacts).round(),
    )
