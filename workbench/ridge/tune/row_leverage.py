"""How much each row tells the fit about itself: h = x'H⁻¹x, block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular

from workbench.ridge.rows.source import AnyArray
from workbench.ridge.statistics.scaling import Scaling

Array = npt.NDArray[np.float64]


class Whitening:
    """Rows in the coordinates where the curvature of the penalised fit is the identity.

        e_i = R (1, z_i) ,  R'R = H⁻¹ ,  so that  h_i = x_i'H⁻¹x_i = |e_i|²

    Parameters
    ----------
    hessian : ndarray, shape (1 + p, 1 + p)
        H on the sum scale, the intercept first.
    scaling : Scaling
    dtype : dtype
        Of the blocks.

    Examples
    --------
    >>> import numpy as np
    >>> scaling = Scaling(np.zeros(1), np.ones(1), np.array([0]), 1)
    >>> whitening = Whitening(np.diag([4.0, 2.0]), scaling, np.dtype("float64"))
    >>> (whitening(np.array([[0.0], [2.0]])) ** 2).sum(axis=1)  # 1/4 + z²/2
    array([0.25, 2.25])
    """

    def __init__(self, hessian: Array, scaling: Scaling, dtype: np.dtype[np.floating]) -> None:
        lower = cholesky(hessian, lower=True)
        self.root = np.asarray(solve_triangular(lower, np.eye(len(lower)), lower=True))
        first, rest = scaling.to_raw(self.root)
        self._first, self._rest = first.astype(dtype), rest.T.astype(dtype)

    def __call__(self, X: AnyArray) -> AnyArray:
        """Return e (rows, 1 + p) of a block's rows."""
        e: AnyArray = X @ self._rest
        e += self._first
        return e
