"""How many contacts and responses a sum of rows must stand for, and which folds have too few."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import Array

FEWEST_ROWS = 100
FEWEST_RESPONSES = 10


def merge(rows: Array, positives: Array, fewest: float) -> npt.NDArray[np.int64] | None:
    """Join neighbouring folds to as many as have enough rows and positives; shape (G,).

    From the first on, each takes what follows until it has enough; the last takes what is
    left. None where even all of them together are too few.

    Examples
    --------
    >>> merge(np.array([500.0, 40.0, 300.0, 900.0]), np.array([50.0, 9.0, 9.0, 90.0]), 100)
    array([0, 1, 1, 2])
    """
    merged = np.zeros(len(rows), dtype=np.int64)
    number, held_rows, held_positives = 0, 0.0, 0.0
    for g in range(len(rows)):
        merged[g] = number
        held_rows, held_positives = held_rows + rows[g], held_positives + positives[g]
        if held_rows >= fewest and held_positives >= FEWEST_RESPONSES:
            number, held_rows, held_positives = number + 1, 0.0, 0.0
    return np.minimum(merged, number - 1) if number else None
