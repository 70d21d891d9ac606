"""What a mailed ShiftView holds of columns in campaigns: shares, means and effects with noise.

One contact moves the share of a campaign of n contacts by 1/n, its mean by about a standard
deviation over n, and its effect by about n^-½ standard errors, in every column at once. So with
k columns the noise is k^½ / μ times that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.private.secret import Draws
from workbench.numbers import Array

STRENGTH = 0.3
"""μ of a customer with one contact: see `workbench.widgets.private.noise`."""
MOST_COLUMNS = 30
"""Columns, the worst, in a mailed file: every one more makes all of them noisier."""
TOGETHER = float(np.sqrt(3 * STRENGTH**2 + 0.1**2))
"""μ of a customer with one contact over shares, means, effects, and the counts of contacts."""
_NORMAL = 1.96
_SETS = (
    ("active_share", "active_low", "active_high"),
    ("mean", "mean_low", "mean_high"),
    ("effect", "effect_low", "effect_high"),
)


def noisy_cells(table: pd.DataFrame, columns: int, draws: Draws) -> pd.DataFrame:
    """Add noise to every cell, and widen its interval by it.

    Parameters
    ----------
    table : DataFrame
        As `workbench.evidence.over_campaigns`.
    columns : int
        How many it holds.
    draws : Draws
    """
    out = table.copy()
    n = table["contacts"].to_numpy(dtype=float)
    times = np.sqrt(columns) / STRENGTH
    for middle, low, high in _SETS:
        reach = (table[high] - table[low]).to_numpy(dtype=float) / 2
        size = times * _one_contact(middle, reach, n)
        wider = np.sqrt(reach**2 + (_NORMAL * size) ** 2)
        moved = table[middle].to_numpy(dtype=float) + size * draws(middle, len(table))
        out[middle], out[low], out[high] = moved, moved - wider, moved + wider
    shares = list(_SETS[0])
    out[shares] = out[shares].clip(0.0, 1.0)
    return out


def noisy_contacts(contacts: npt.NDArray[Any], draws: Draws) -> npt.NDArray[np.int64]:
    """Add noise of ten contacts to counts, and write them in tens."""
    moved = contacts + 10.0 * draws("contacts", len(contacts))
    return np.asarray(np.maximum(10, 10 * np.round(moved / 10)), dtype=np.int64)


def _one_contact(part: str, reach: Array, n: Array) -> Array:
    """Return by about what one contact moves a cell; `reach` is half of its interval."""
    if part == "active_share":
        return 1 / n
    # a standard error is a standard deviation over n^½, and so is what is moved of an effect
    return np.asarray(reach / _NORMAL / np.sqrt(n))
