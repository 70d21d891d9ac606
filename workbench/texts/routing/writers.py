"""How many customers wrote each n-gram."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array


def customers_of(matrix: Any, people: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count the customers whose texts have each column; shape (p,).

    Parameters
    ----------
    matrix : csr_array, shape (n, p)
    people : ndarray of int, shape (n,)
        Whose each text is.

    Examples
    --------
    >>> customers_of(csr_array([[1.0, 0.0], [2.0, 0.0], [1.0, 3.0]]), np.array([7, 7, 9])).tolist()
    [2, 1]
    """
    return np.asarray(written_by(np.unique(people, return_inverse=True)[1], matrix).sum(axis=0))


def written_by(customer: npt.NDArray[np.int64], matrix: Any, *, customers: int = 0) -> csr_array:
    """Say which customer wrote which column: 1 or 0, shape (customers, p).

    Parameters
    ----------
    customer : ndarray of int, shape (n,)
        Whose each text is, from 0.
    matrix : csr_array, shape (n, p)
    customers : int
        How many there are at least, as others may have written other texts.
    """
    n, size = len(customer), max(customers, int(customer.max(initial=-1)) + 1)
    whose = csr_array((np.ones(n), (customer, np.arange(n))), shape=(size, n))
    return csr_array((whose @ (matrix != 0).astype(float)) > 0).astype(np.int64)
