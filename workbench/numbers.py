"""Types of numbers that every room shares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
"""Numbers to compute with, of any shape: docstrings say which."""
