"""Noise on the statistics of a mailed file, and what is made of them after it.

In the coordinates of H = LL' (see `contributions`) every part gets Gaussian noise of one
size in all directions,

    sigma_k = rms_k / (μ √share_k) ,

so that a customer of size 1 moves all parts together by μ standard deviations, and one of
size s by s μ. Who knows every other customer, and asks whether this one is among them, is
right with probability Φ(s μ / √2). What follows the noise knows nothing but noisy numbers
and the penalties: curvatures are made positive again, what differs between folds is shrunk
by as much as noise has added to it, and losses are set so that folds left out have, under
the tuned penalties, the noisy loss that they had.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh

from workbench.governance.private.secret import Draws
from workbench.numbers import Array
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.widgets.private.contributions import SHARES, Measured

STRENGTHS = (0.42, 0.3, 0.21, 0.15, 0.1, 0.07, 0.05)
"""μ: standard deviations of the noise by which a typical customer moves the statistics.

Of many customers each moves so little that more noise costs nothing: see `strength`.
"""
MOST_ERROR = {"coefficients": 0.15, "curvature": 0.25, "loss": 0.003}
"""Of the noise that is more than the least: in standard errors, as a share of H, of the loss."""
MOST_OF_A_DIRECTION = 0.1
"""Of the released curvature, that one customer may hold in any direction."""
MOST_OF_A_FOLD = 0.1
"""Of a fold's loss, that its noise may be."""
_LEAST = 1e-3  # of the curvature in any direction, beside the penalties


@dataclass(frozen=True)
class Noisy:
    """The parts that are told, with their noise, in the coordinates of H.

    Parameters
    ----------
    move : ndarray, shape (1 + q,)
        L'b.
    curvature : ndarray, shape (1 + q, 1 + q)
    between : ndarray, shape (G, 1 + q, 1 + q)
        By what each fold's curvature differs from its part of all; sums up to 0.
    score : ndarray, shape (G, 1 + q)
        The same of the scores.
    loss : float
        Of all contacts, per contact.
    losses : ndarray, shape (G,)
        By what each fold's differs from it.
    contacts : ndarray, shape (G,)
    """

    move: Array
    curvature: Array
    between: Array
    score: Array
    loss: float
    losses: Array
    contacts: Array

    @classmethod
    def exactly(cls, found: Measured) -> Noisy:
        """Return the same parts without noise."""
        part = found.weight / found.weight.sum()
        total, score = found.curvature.sum(axis=0), found.score.sum(axis=0)
        mean = found.loss.sum() / found.weight.sum()
        return cls(
            found.factor.T @ found.b,
            total,
            found.curvature - part[:, None, None] * total,
            found.score - part[:, None] * score,
            float(mean),
            found.loss / found.weight - mean,
            found.weight,
        )


def sigmas(
    found: Measured, typical: dict[str, float], strength: float = STRENGTHS[0]
) -> dict[str, float]:
    """Return the standard deviation of each part's noise under μ, on the scale of sums.

    That of the curvature is at least such that no customer holds more than a tenth of what is
    released of any direction, the noise included: tr A_c (A + |noise| I)⁻¹ ≤ 0.1, which bounds
    x'A_c x / x'(A + |noise| I) x of every x.
    """
    sigma = {part: typical[part] / (strength * np.sqrt(SHARES[part])) for part in found.norms}
    size = spectral_size(sigma["curvature"], len(found.b))
    while found.largest_share(size) > MOST_OF_A_DIRECTION:
        size *= 1.05
    return sigma | {"curvature": size / spectral_size(1.0, len(found.b))}


def strength(found: Measured, typical: dict[str, float], people: Array) -> float:
    """Return the least μ whose noise costs little: nothing that a reader would see.

    Coefficients within 0.15 of their standard errors, curvatures within a quarter of H, the
    loss within 0.3%, and that of every fold within a tenth. The first of `STRENGTHS` where that
    cannot be.

    Parameters
    ----------
    found : Measured
    typical : mapping of part to float
    people : ndarray, shape (G,)
        Customers of each fold.
    """
    chosen = STRENGTHS[0]
    for one in STRENGTHS[1:]:
        sigma, lost = sigmas(found, typical, one), found.loss.sum()
        error = {
            "coefficients": sigma["coefficients"],
            "curvature": spectral_size(sigma["curvature"], len(found.b)),
            "loss": sigma["loss"] / lost,
        }
        mean = lost / people.sum()
        of_fold = fold_noise(typical, one) / (mean * people.min())
        if of_fold > MOST_OF_A_FOLD or any(error[part] > MOST_ERROR[part] for part in error):
            break
        chosen = one
    return chosen


def fold_noise(typical: dict[str, float], strength: float) -> float:
    """Return how large the noise on a fold's loss is, on the scale of sums."""
    return float(typical["loss"] / np.sqrt(SHARES["loss"]) / strength)


def noised(found: Measured, sigma: dict[str, float], draws: Draws) -> Noisy:
    """Add the noise: the same for the same data, and another for any others."""
    exact, n = Noisy.exactly(found), len(found.b)
    folds, total = len(found.weight), found.weight.sum()
    between, score, losses = exact.between, exact.score, exact.losses
    if "between" in sigma:
        between = between + _centred(
            np.array([_symmetric(draws(f"between {g}", n, n)) for g in range(folds)])
            * sigma["between"]
        )
        score = score + _centred(draws("score", folds, n)) * sigma["score"]
        losses = losses + draws("losses", folds) * sigma["losses"] / found.weight
    return Noisy(
        exact.move + draws("coefficients", n) * sigma["coefficients"],
        exact.curvature + _symmetric(draws("curvature", n, n)) * sigma["curvature"],
        between,
        score,
        exact.loss + float(draws("loss", 1)[0]) * sigma["loss"] / total,
        losses,
        np.maximum(1.0, found.weight + draws("contacts", folds) * sigma["contacts"]),
    )


def spectral_size(sigma: float, n: int) -> float:
    """Return about the largest absolute eigenvalue of a symmetric noise matrix: σ (2n)^½."""
    return float(sigma * np.sqrt(2 * n))


@dataclass(frozen=True)
class Settings:
    """What is known beside the noisy parts when statistics are made of them.

    Parameters
    ----------
    factor : ndarray, shape (1 + q, 1 + q)
        L.
    penalties : ndarray, shape (q,)
    sigma : mapping of part to float
    held : int
        Folds that can be left out.
    weight : float
        W.
    """

    factor: Array
    penalties: Array
    sigma: dict[str, float]
    held: int
    weight: float


def settled(noisy: Noisy, at: Settings) -> DenseStatistics:
    """Make statistics that a view can work from of noisy parts, per unit of weight."""
    part = noisy.contacts / noisy.contacts.sum()
    ridge, factor = np.append(0.0, at.penalties), at.factor
    b = np.asarray(np.linalg.solve(factor.T, noisy.move), dtype=float)
    curvature = factor @ _curvatures(noisy, part, at.sigma) @ factor.T / at.weight
    # the scores add up to what makes b the optimum: no more of them is told
    score = part[:, None] * (ridge * b) + _scores(noisy, at.sigma) @ factor.T / at.weight
    stats = DenseStatistics(b, curvature, score, np.zeros(len(part)), part, at.held)
    loss = part * (noisy.loss + _shrunk_losses(noisy, part, at.sigma))
    if at.held > 1:
        loss[: at.held] -= stats.without_folds(at.penalties).loss
    return replace(stats, loss=loss)


def _curvatures(noisy: Noisy, part: Array, sigma: dict[str, float]) -> Array:
    """Make positive curvatures that add up to a positive one; shape (G, 1 + q, 1 + q)."""
    values, vectors = eigh(noisy.curvature)
    values = np.clip(values, _LEAST, 1.0)  # H holds the penalties too: A is below it
    root = (vectors * np.sqrt(values)) @ vectors.T
    if "between" not in sigma:
        return np.asarray(part[:, None, None] * (root @ root))
    n, folds = len(values), len(part)
    by_noise = sigma["between"] ** 2 * (folds - 1) * n * (n + 1) / 2
    kept = max(0.0, 1.0 - by_noise / max((noisy.between**2).sum(), 1e-300))
    inverse = (vectors / np.sqrt(values)) @ vectors.T
    shares = part[:, None, None] * np.eye(n) + kept * (inverse @ noisy.between @ inverse)
    positive = np.array([_positive(one) for one in shares])
    values, vectors = eigh(positive.sum(axis=0))
    back = root @ (vectors / np.sqrt(values)) @ vectors.T
    return np.asarray(back @ positive @ np.swapaxes(back, 0, 1))


def _scores(noisy: Noisy, sigma: dict[str, float]) -> Array:
    """Shrink what scores differ by until their squares add up to what noise did not add.

    Contacts that are independent of one another differ by as much as the curvature says:
    less than that is not believed.
    """
    if "score" not in sigma:
        return noisy.score
    folds, n = noisy.score.shape
    energy = (noisy.score**2).sum()
    told = energy - sigma["score"] ** 2 * (folds - 1) * n
    least = np.clip(np.trace(noisy.curvature), 1.0, n) * (folds - 1) / folds
    return np.asarray(noisy.score * np.sqrt(min(1.0, max(told, least) / max(energy, 1e-300))))


def _shrunk_losses(noisy: Noisy, part: Array, sigma: dict[str, float]) -> Array:
    if "losses" not in sigma:
        return np.zeros(len(part))
    by_noise = (sigma["losses"] / noisy.contacts) ** 2
    away = noisy.losses - part @ noisy.losses
    true = max(0.0, float(part @ (away**2 - by_noise)))
    shrunk = away * true / (true + by_noise)
    return np.asarray(shrunk - part @ shrunk)


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(axis=0))


def _symmetric(values: Array) -> Array:
    return np.asarray((values + values.T) / 2)


def _positive(matrix: Array) -> Array:
    values, vectors = eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-6)) @ vectors.T)
