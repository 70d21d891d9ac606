"""Sums over contacts, by campaign and over all, with the noise that hides one customer.

Of the rows x of `declared`, |x| ≤ R, and outcomes y of 0 or 1 four parts are told: over all
contacts the upper triangle of A = Σ x x' and c = Σ y x, and the same for each campaign. One
customer with at most m contacts, one of a campaign, moves them by at most

    over all:      m ((R⁴ + R²) / 2)^½  and  m R ,
    by campaign:   √m ((R⁴ + R²) / 2)^½  and  √m R ,

as no entry of x is above 1. Gaussian noise of σ_k on part k, which moves by at most Δ_k, is one
Gaussian mechanism with

    μ² = Σ_k Δ_k² / σ_k² ,

and σ_k = Δ_k / (μ √share_k) spends it all. What over all and the sum over campaigns say of the
same is then put together by their variances, which looks at no row.

References
----------
Wang (2018), Revisiting differentially private linear regression: optimal and adaptive prediction
and estimation in unbounded domain, UAI. Dwork, Talwar, Thakurta & Zhang (2014), Analyze Gauss,
STOC. Balle & Wang (2018), Improving the Gaussian mechanism, ICML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.private.declared import STEPS, Declared
from workbench.governance.private.exact_noise import rounded_normals
from workbench.governance.private.secret import draws_of
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]

SHARES = {"products": 0.35, "responses": 0.35, "products by campaign": 0.15}
SHARES["responses by campaign"] = 0.15
SHARES_OF_ONE = {"products": 0.5, "responses": 0.5}
"""Parts of μ²: as much for X'X as for X'y, and most for what coefficients follow from."""


@dataclass(frozen=True)
class Parts:
    """Whole numbers: what is told, before or after its noise.

    Parameters
    ----------
    products : ndarray of int, shape (1 + G, d)
        Upper triangles, d = (1 + q)(2 + q) / 2, in steps²: over all, then of each campaign.
    responses : ndarray of int, shape (1 + G, 1 + q)
        In steps.
    """

    products: Numbers
    responses: Numbers


def exact_sums(frame: FeatureFrame, declared: Declared) -> Parts:
    """Add up the contacts that are used; this stays inside.

    Entries are whole numbers below 2^53, so that floating-point products are exact.
    """
    design = declared.design(frame)
    rows, campaign = declared.kept(frame, design)
    X, y = design[rows], frame.y.to_numpy()[rows]
    upper = np.triu_indices(X.shape[1])
    chosen = [slice(None), *(campaign == g for g in range(len(declared.campaigns)))]
    products = [(X[which].T @ X[which])[upper] for which in chosen]
    responses = [X[which].T @ y[which] for which in chosen]
    return Parts(np.array(products, dtype=np.int64), np.array(responses, dtype=np.int64))


def most_moved(declared: Declared) -> dict[str, float]:
    """Return by how much one customer moves each part at most: its sensitivity, in steps.

    Examples
    --------
    >>> one = Declared.of({"age": (18, 90)}, campaigns=(), contacts=1)
    >>> {part: round(float(most) / STEPS, 3) for part, most in most_moved(one).items()}
    {'products': 7094.48, 'responses': 1.414}
    """
    size, m = 1 + len(declared.features), declared.contacts
    products, responses = np.sqrt((size**2 + size) / 2) * STEPS**2, np.sqrt(size) * STEPS
    total = {"products": m * products, "responses": m * responses}
    if not declared.campaigns:
        return total
    of_campaigns = {"products": np.sqrt(m) * products, "responses": np.sqrt(m) * responses}
    return total | {f"{part} by campaign": most for part, most in of_campaigns.items()}


def sigmas(declared: Declared, mu: float) -> dict[str, int]:
    """Return the noise's standard deviation of each part, in steps, a whole number.

    Parameters
    ----------
    declared : Declared
    mu : float
        By how many of them one customer may move all parts together.
    """
    shares = SHARES if declared.campaigns else SHARES_OF_ONE
    most = most_moved(declared)
    return {part: ceil(most[part] / (mu * np.sqrt(share))) for part, share in shares.items()}


@dataclass(frozen=True)
class NoisySums:
    """What was told, on the scale of z, with the sizes of its noise.

    Parameters
    ----------
    products : ndarray, shape (1 + q, 1 + q)
        X'X of all contacts.
    responses : ndarray, shape (1 + q,)
        X'y.
    of_campaign : tuple of ndarray
        The same of each campaign, (G, 1 + q, 1 + q) and (G, 1 + q); they add up to all. Empty
        where there are no campaigns.
    noise : tuple of float
        Standard deviations of an entry of products, and of responses.
    noise_of_campaign : tuple of float
    mark : str
        By which the ledger knows the content.
    """

    products: Array
    responses: Array
    of_campaign: tuple[Array, Array]
    noise: tuple[float, float]
    noise_of_campaign: tuple[float, float]
    mark: str = ""

    @property
    def contacts(self) -> float:
        """How many there are, with noise."""
        return float(self.products[0, 0])


def released(sums: Parts, declared: Declared, mu: float, *, key: bytes | None = None) -> NoisySums:
    """Add the noise, drawn once for each content, and put the parts together.

    The content is the sums and what was declared: data that differ in them get other noise, and
    the same sums under another μ as well.

    Parameters
    ----------
    sums : Parts
    declared : Declared
    mu : float
    key : bytes, optional
        Default: this machine's.
    """
    sizes = sigmas(declared, mu)
    content = [sums.products, sums.responses, declared.content, repr(sizes)]
    draws = draws_of(content, key)
    noisy = with_noise(sums, sizes, draws.key("private ridge"))
    return put_together(noisy, sizes, mark=draws.mark)


def with_noise(sums: Parts, sizes: dict[str, int], seed: bytes) -> Parts:
    """Add rounded Gaussian noise to every whole number."""
    repeats = [
        *_sizes_of(sizes, "products", sums.products.shape),
        *_sizes_of(sizes, "responses", sums.responses.shape),
    ]
    drawn = rounded_normals(seed, repeats)
    first = sums.products.size
    return Parts(
        sums.products + drawn[:first].reshape(sums.products.shape),
        sums.responses + drawn[first:].reshape(sums.responses.shape),
    )


def _sizes_of(sizes: dict[str, int], part: str, shape: Sequence[int]) -> list[int]:
    return [
        *[sizes[part]] * shape[1],
        *[sizes.get(f"{part} by campaign", 0)] * ((shape[0] - 1) * shape[1]),
    ]


def put_together(noisy: Parts, sizes: dict[str, int], *, mark: str = "") -> NoisySums:
    """Combine what is told over all with what campaigns add up to; nothing else is looked at."""
    A, of_A, noise_A, campaign_A = _combined(
        noisy.products / STEPS**2, [size / STEPS**2 for size in _of(sizes, "products")]
    )
    c, of_c, noise_c, campaign_c = _combined(
        noisy.responses / STEPS, [size / STEPS for size in _of(sizes, "responses")]
    )
    of_campaign = (np.array([_square(one) for one in of_A]), of_c)
    return NoisySums(_square(A), c, of_campaign, (noise_A, noise_c), (campaign_A, campaign_c), mark)


def _of(sizes: dict[str, int], part: str) -> list[int]:
    return [size for name, size in sizes.items() if name.startswith(part)]


def _combined(told: Array, sizes: Sequence[float]) -> tuple[Array, Array, float, float]:
    """Weigh two tellings of the same by their precision, and let campaigns add up to it."""
    total, campaigns = told[0], told[1:]
    if not len(campaigns):
        return total, campaigns, sizes[0], 0.0
    precision = np.array([1 / sizes[0] ** 2, 1 / (len(campaigns) * sizes[1] ** 2)])
    added = campaigns.sum(axis=0)
    best = (precision[0] * total + precision[1] * added) / precision.sum()
    count, size = len(campaigns), float(precision.sum() ** -0.5)
    settled = campaigns + (best - added) / count
    of_campaign = np.sqrt(sizes[1] ** 2 * (1 - 1 / count) + size**2 / count**2)
    return best, settled, size, float(of_campaign)


def _square(upper: Array) -> Array:
    size = int((np.sqrt(8 * len(upper) + 1) - 1) / 2)
    out = np.zeros((size, size))
    out[np.triu_indices(size)] = upper
    return out + np.triu(out, 1).T
