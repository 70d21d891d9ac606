"""Rows of a test from the highest score down, and which of them are the best share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np

from workbench.metrics._trial import Roles, Trial, column_of, trial_of
from workbench.numbers import Array

_ROUNDING = 1e-9  # 0.3 of ten contacts is a little more than three


@dataclass(frozen=True)
class Ranked:
    """Rows of a test, highest score first.

    Parameters
    ----------
    rows : Trial
    at : ndarray of int, shape (n,)
        The place that each of them had.
    score : ndarray, shape (n,)
    above, upto : ndarray, shape (n,)
        Contacts of higher scores than the row's, and those and its equals.
    ends : ndarray of int, shape (L,)
        The place of the last row of each distinct score.
    """

    rows: Trial
    at: Any
    score: Array
    above: Array
    upto: Array
    ends: Any

    def best(self, depth: float) -> Array:
        """Return the share of each row's contacts among the best; ties are split alike."""
        reached = depth * self.rows.contacts if depth < 1 else np.inf
        part = ((reached - self.above) / (self.upto - self.above)).clip(0, 1)
        return np.asarray(np.where(part < _ROUNDING, 0, np.where(part > 1 - _ROUNDING, 1, part)))


def ranked(y: Any, treated: Any, score: Any, **roles: Unpack[Roles]) -> Ranked:
    """Check the rows of a test, and put them in order of their scores.

    Raises
    ------
    DataError
        As for `_trial.trial_of`; or a score is missing or infinite.
    """
    rows, there = trial_of(y, treated, **roles)
    return in_order(rows, column_of(score, there, name="score"))


def in_order(rows: Trial, value: Array) -> Ranked:
    """Put rows in order of a score, the highest first."""
    # all keys: sums then run in one order, so that no bit depends on the row order
    at = np.lexsort((rows.weight, rows.chance, rows.y, rows.treated, -value))
    rows, value = rows.rows(at), value[at]
    ends = np.flatnonzero(np.append(np.diff(value) != 0, True))
    level = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    upto = np.cumsum(rows.weight)[ends]
    above = np.concatenate([[0.0], upto[:-1]])
    return Ranked(rows, at, value, above[level], upto[level], ends)
