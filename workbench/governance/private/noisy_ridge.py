"""Ridge from sums with noise: everything here knows the sums alone, and so costs no privacy.

The loss is squared: response rates are linear in the columns (a linear probability model), and

    b = argmin  Σ (y − x'b)² + Σ_j Λ_j b_j² = (A + Λ)⁻¹ c .

As the noise may leave A with too little in some direction, every column is held by at least

    λ = max(0, s − max(0, λ_min(A) − s)) ,   s = σ (2 √d + √(4 ln 20)),

s a bound of the noise's largest eigenvalue that holds with 95% (σ of an entry, d columns).
Penalties are Λ_j = λ + α_j n v_j, v_j the variance of column j: the α that lose least on campaigns
left out, whose sums are the others' and their own, and only where noise of the losses could
not have made the difference. With e_c and E the noise of c and of A, coefficients move by

    (A + Λ)⁻¹ (e_c − E b) ,

and by chance, contacts being independent, with the covariance s² (A + Λ)⁻¹ A (A + Λ)⁻¹.

References
----------
Wang (2018), Revisiting differentially private linear regression, UAI, algorithm AdaSSP. Tao
(2012), Topics in random matrix theory, section 2.3 (the noise's eigenvalues).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.governance.private.noisy_sums import NoisySums
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]

STRENGTHS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""α that are tried: on standardised columns, of the mean loss."""
_SURE = 3.0  # standard deviations of the noise, by which a tuned penalty must be better


@dataclass(frozen=True)
class NoisyRidge:
    """Coefficients, how far they may be off, and what they lose.

    Parameters
    ----------
    b : ndarray, shape (1 + q,)
        On the scale of z.
    chance, noise : ndarray, shape (1 + q,)
        Standard errors: by which contacts there happened to be, and by the noise.
    strengths : ndarray, shape (q,)
        α_j.
    penalties : ndarray, shape (q,)
        Λ_j.
    """

    b: Array
    chance: Array
    noise: Array
    strengths: Array
    penalties: Array


def fitted(sums: NoisySums, owner: Numbers) -> NoisyRidge:
    """Tune, solve, and say how far it may be off.

    Parameters
    ----------
    sums : NoisySums
    owner : ndarray of int, shape (q,)
        Columns with the same number have the same α.
    """
    strengths = tuned(sums, owner)
    penalties = _penalties(sums, strengths)
    b = solved(sums.products, sums.responses, penalties)
    inverse = np.linalg.inv(sums.products + np.diag(np.append(0.0, penalties)))
    spread = inverse @ sums.products @ inverse * max(residual(sums, b), 0.0)
    moved = inverse @ _noise_covariance(sums.noise, b) @ inverse
    chance, noise = (np.sqrt(np.maximum(np.diag(one), 0.0)) for one in (spread, moved))
    return NoisyRidge(b, chance, noise, strengths, penalties)


def solved(products: Array, responses: Array, penalties: Array) -> Array:
    """Return b; the constant is not penalised."""
    found = np.linalg.solve(products + np.diag(np.append(0.0, penalties)), responses)
    return np.asarray(found, dtype=np.float64)


def residual(sums: NoisySums, b: Array) -> float:
    """Return the mean squared residual s²; y² is y."""
    lost = sums.responses[0] - 2 * b @ sums.responses + b @ sums.products @ b
    return float(lost / sums.contacts)


def noise_bound(sums: NoisySums) -> float:
    """Return s, below which an eigenvalue of A may be noise alone."""
    return float(sums.noise[0] * (2 * np.sqrt(len(sums.responses)) + np.sqrt(4 * np.log(20))))


def least_penalty(sums: NoisySums) -> float:
    """Return λ, as AdaSSP takes it off the noisy least eigenvalue."""
    bound = noise_bound(sums)
    sure = max(0.0, float(np.linalg.eigvalsh(sums.products)[0]) - bound)
    return max(0.0, bound - sure)


def tuned(sums: NoisySums, owner: Numbers) -> Array:
    """Return α of each column: one for all, then one a feature, by campaigns left out.

    0 where there are fewer than two campaigns, or noise does not let losses tell.
    """
    best = np.zeros(len(owner))
    if len(sums.of_campaign[1]) < 2:
        return best
    tried = [np.full(len(owner), one) for one in STRENGTHS]
    best = _better(sums, best, tried)
    for number in np.unique(owner):
        tried = [np.where(owner == number, one, best) for one in STRENGTHS]
        best = _better(sums, best, tried)
    return best


def _better(sums: NoisySums, present: Array, tried: list[Array]) -> Array:
    """Return what loses least, if the noise could not have made it better."""
    losses = [left_out(sums, _penalties(sums, one)) for one in tried]
    best = int(np.argmin([lost.sum() for lost, _ in losses]))
    lost, b = left_out(sums, _penalties(sums, present))
    gain = lost.sum() - losses[best][0].sum()
    doubt = np.linalg.norm(difference_noise(sums, b, losses[best][1]))
    return tried[best] if gain > _SURE * doubt else present


def _penalties(sums: NoisySums, strengths: Array) -> Array:
    n = sums.contacts
    variance = np.diag(sums.products)[1:] / n - (sums.products[0, 1:] / n) ** 2
    return least_penalty(sums) + strengths * n * np.maximum(variance, noise_bound(sums) / n)


def left_out(sums: NoisySums, penalties: Array) -> tuple[Array, Array]:
    """Return the squared loss of each campaign under the others' coefficients, and these.

    The others' sums are all less the campaign's, and so hold its noise with the other sign: of
    r = e_c − E b, with the covariance K of what both share, losses would be larger by
    2 tr (A + Λ)⁻¹ K, which is taken off.

    Returns
    -------
    loss : ndarray, shape (G,)
        Added up over contacts.
    b : ndarray, shape (G, 1 + q)
    """
    products, responses = sums.of_campaign
    held = np.diag(np.append(0.0, penalties))
    inverse = np.linalg.inv(sums.products - products + held)
    b = np.einsum("gij,gj->gi", inverse, sums.responses - responses)
    shared = [_noise_covariance(_shared_noise(sums), one) for one in b]
    return campaign_losses(sums, b) - 2 * np.einsum("gij,gij->g", inverse, shared), b


def _shared_noise(sums: NoisySums) -> tuple[float, float]:
    """Return the size of the noise that a campaign's sums and the others' share.

    With τ of all and σ of a campaign, which is made to add up to all, their covariance is
    τ²/G − σ².
    """
    both = zip(sums.noise, sums.noise_of_campaign, strict=True)
    shared = [sigma**2 - tau**2 / len(sums.of_campaign[1]) for tau, sigma in both]
    return float(np.sqrt(max(shared[0], 0.0))), float(np.sqrt(max(shared[1], 0.0)))


def campaign_losses(sums: NoisySums, b: Array) -> Array:
    """Return Σ (y − x'b_g)² over each campaign's contacts; shape (G,)."""
    products, responses = sums.of_campaign
    lost = responses[:, 0] - 2 * np.einsum("gi,gi->g", responses, b)
    return np.asarray(lost + np.einsum("gi,gij,gj->g", b, products, b))


def difference_noise(sums: NoisySums, first: Array, second: Array) -> Array:
    """Return the noise's standard deviation of each campaign's difference of two losses.

    Parameters
    ----------
    sums : NoisySums
    first, second : ndarray, shape (G, 1 + q)
    """
    pairs = zip(first, second, strict=True)
    return np.sqrt([_variance(sums, *pair) for pair in pairs])


def _variance(sums: NoisySums, first: Array, second: Array) -> float:
    """Return the noise's variance of the difference of two losses of one campaign."""
    apart = np.outer(first, first) - np.outer(second, second)
    of_products, of_responses = sums.noise_of_campaign
    products = 2 * (apart**2).sum() - (np.diag(apart) ** 2).sum()
    return float(of_products**2 * products + 4 * of_responses**2 * ((first - second) ** 2).sum())


def _noise_covariance(noise: tuple[float, float], b: Array) -> Array:
    """Return that of e_c − E b, E symmetric with independent entries of the upper triangle."""
    of_products, of_responses = noise
    E = (b @ b) * np.eye(len(b)) + np.outer(b, b) - np.diag(b**2)
    return np.asarray(of_products**2 * E + of_responses**2 * np.eye(len(b)))
