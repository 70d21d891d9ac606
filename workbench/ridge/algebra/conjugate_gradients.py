"""Several systems of equations at once, from products with their matrices alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Product = Callable[[Array], Array]

_MOST_STEPS = 2_000


def conjugate_gradients(
    product: Product, target: Array, diagonal: Array, *, start: Array | None = None, close: float
) -> Array:
    """Solve H x = t for several H and t at once, by preconditioned conjugate gradients.

    Parameters
    ----------
    product : callable
        Takes x (m, k) to H_i x_i, one matrix a row.
    target : ndarray, shape (m, k)
    diagonal : ndarray, shape (m, k)
        Of each H_i.
    start : ndarray, shape (m, k), optional
    close : float
        Stop where the residual, in the norm of the inverse diagonal, has fallen to this
        share of the target's.

    Returns
    -------
    ndarray, shape (m, k)

    References
    ----------
    Hestenes & Stiefel (1952), Methods of Conjugate Gradients for Solving Linear Systems.

    Examples
    --------
    >>> import numpy as np
    >>> H = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> conjugate_gradients(lambda x: x @ H, np.array([[3.0, 4.0]]), np.diag(H)[None], close=1e-9)
    array([[1., 1.]])
    """
    x = np.zeros_like(target) if start is None else start.copy()
    residual = target.copy() if start is None else target - product(x)
    size = np.einsum("ij,ij->i", target, target / diagonal)
    ready = residual / diagonal
    direction = ready.copy()
    now = np.einsum("ij,ij->i", residual, ready)
    for _ in range(_MOST_STEPS):
        open_ = now > close**2 * size
        if not open_.any():
            break
        bent = product(direction)
        curved = np.einsum("ij,ij->i", direction, bent)
        length = np.where(open_, now / np.where(curved > 0, curved, 1.0), 0.0)[:, None]
        x += length * direction
        residual -= length * bent
        ready = residual / diagonal
        before, now = now, np.einsum("ij,ij->i", residual, ready)
        direction *= (now / np.where(before > 0, before, 1.0))[:, None]
        direction += ready
    return x
