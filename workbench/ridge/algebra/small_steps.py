"""Steps of all folds where matrices are small: what calling costs is more than what is computed.

The same algebra as `one_step` and `well_posed`, straight by LAPACK and one product for all folds.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from workbench.ridge.algebra.well_posed import NOTHING_LEFT, Array


def small_steps(
    known: Array, own: tuple[Array, Array], ridge: Array, target: Array, about: Array
) -> tuple[Array, Array, Array] | None:
    """Return changes (G,), coefficients (G, 1 + p) and slopes (G, 1 + p), or None.

    Parameters
    ----------
    known : ndarray, shape (G, 1 + p, 1 + p)
        Curvature of what each fold may learn from.
    own : tuple of ndarray
        Each fold's own curvature, (G, 1 + p, 1 + p), and score, (G, 1 + p).
    ridge, target, about : ndarray, shape (G, 1 + p)
        Λ, the right-hand side, and the coefficients that each expansion is about.

    Returns
    -------
    tuple, or None
        None where a fold's system determines no solution: `well_posed` says which.
    """
    factors = []
    for rest, penalty, of_own in zip(known, ridge, own[0], strict=True):
        system = rest.copy()
        diagonal = system.reshape(-1)[:: len(penalty) + 1]
        diagonal += penalty
        whole, free = diagonal + of_own.diagonal(), penalty == 0
        # symmetric: what is a row to NumPy is a column to LAPACK, and nothing is copied
        factor, failed = dpotrf(system.T, overwrite_a=True, clean=False)
        if failed or (factor.diagonal()[free] < NOTHING_LEFT * np.sqrt(whole[free])).any():
            return None
        factors.append(factor)

    def solved(right: Array) -> Array:
        return np.array([dpotrs(one, of)[0] for one, of in zip(factors, right, strict=True)])

    b = solved(target)
    delta = b - about
    bent = (own[0] @ delta[:, :, None])[:, :, 0]
    pull = solved(bent - own[1])
    change = np.einsum("gi,gi->g", delta, 0.5 * bent - own[1])
    return change, b, -ridge * b * pull
