"""What numbers are, and the quantile of an interval: what every room shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
"""Numbers to compute with, of any shape: docstrings say which."""

Z95 = 1.959963984540054
"""The 97.5% quantile of the standard normal: half a 95% interval, in standard errors."""


def steady(number: float) -> float:
    """Keep twelve digits: the others differ with the order in which rows are added up.

    Examples
    --------
    >>> steady(0.1 + 0.2), steady(1e9 + 0.1234)
    (0.3, 1000000000.12)
    """
    return float(f"{number:.12g}")


def real_numbers(values: Any) -> Array:
    """Return values as floats; TypeError for complex ones, whose other half NumPy would leave out.

    Examples
    --------
    >>> real_numbers([1, 2.5])
    array([1. , 2.5])
    """
    if is_complex(values):
        raise TypeError("complex numbers came")
    return np.asarray(values, dtype=np.float64)


def is_complex(values: Any) -> bool:
    """Say whether values are complex numbers, whatever holds them."""
    kind = values.dtype if hasattr(values, "dtype") else np.asarray(values).dtype
    return getattr(kind, "kind", "") == "c"
