"""Columns standardised in p-space: no block is ever rewritten.

With b on the standardised scale z = (x − m)/s, η = c + x'(b/s) where c = b0 − m'(b/s), and sums
over x become sums over z.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import Array


@dataclass(frozen=True)
class Scaling:
    """How the columns in use are standardised: z = (x − m)/s.

    Parameters
    ----------
    mean, scale : ndarray, shape (p,)
        m and s of the columns in use.
    columns : ndarray of int, shape (p,)
        Where they stand in the blocks.
    width : int
        Number of columns of the blocks; those not in use have coefficient 0.
    """

    mean: Array
    scale: Array
    columns: npt.NDArray[np.int64]
    width: int

    def to_raw(self, b: Array) -> tuple[Array, Array]:
        """Return c (…,) and b/s (…, width) of coefficients (…, 1 + p): η = c + X (b/s)."""
        raw = b[..., 1:] / self.scale
        everywhere = np.zeros((*b.shape[:-1], self.width))
        everywhere[..., self.columns] = raw
        return b[..., 0] - raw @ self.mean, everywhere

    def score(self, first: Array, rest: Array) -> Array:
        """Turn Σ r (…,) and Σ r x (…, width) into Σ r (1, z); shape (…, 1 + p)."""
        standardised = (rest[..., self.columns] - first[..., None] * self.mean) / self.scale
        return np.concatenate([first[..., None], standardised], axis=-1)

    def gram(self, first: Array, cross: Array, rest: Array) -> Array:
        """Turn Σ v (…,), Σ v x (…, width) and Σ v x x' into Σ v (1, z)(1, z)'."""
        m, s, p = self.mean, self.scale, len(self.mean)
        cross = cross[..., self.columns]
        if p < self.width:
            rest = rest[..., self.columns[:, None], self.columns]
        out = np.empty((*first.shape, p + 1, p + 1))
        out[..., 0, 0] = first
        edge = (cross - first[..., None] * m) / s
        out[..., 0, 1:], out[..., 1:, 0] = edge, edge
        inverse, half = np.outer(1 / s, 1 / s), cross - 0.5 * first[..., None] * m
        for place in np.ndindex(first.shape):  # one matrix at a time stays in the cache
            own, shift = out[place][1:, 1:], np.outer(half[place], m)
            np.subtract(rest[place], shift, out=own)
            own -= shift.T
            own *= inverse
        return out
