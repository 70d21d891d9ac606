"""The latest campaign beside those before it, where their order in time is known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material
from workbench.language import say

Rows = npt.NDArray[np.intp]
FEWEST_BEFORE = 3
"""Campaigns that say what is usual."""


class Latest(NamedTuple):
    """The rows of the latest campaign, and of each before it, in order."""

    name: Any
    now: Rows
    before: list[Rows]

    @property
    def all_before(self) -> Rows:
        """The rows of all campaigns before."""
        return np.concatenate(self.before)


def latest_of(m: Material) -> Latest | None:
    """Return the latest campaign and those before; None where there are fewer than four."""
    groups = [(label, at) for label, at in m.rows_of.items() if len(at) >= ENOUGH_ROWS]
    if not m.in_order or len(groups) <= FEWEST_BEFORE:
        return None
    if m.columns.shape[1] == 0 or len(m.columns) != len(m.contacts):
        return None
    return Latest(*groups[-1], [at for _, at in groups[:-1]])


def not_asked(name: str, question: str) -> Check:
    """Say that there is nothing to compare the latest campaign with."""
    said = say("There are no columns, or fewer than four campaigns in the order of time.")
    return Check(name, question, "not applicable", said)
