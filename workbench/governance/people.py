"""Whose rows are: what is shown of how few people is asked of customers, not of contacts.

Where customers are not known, contacts are people: a cell of several is as many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """Whose each row is, and how many people that is.

    Parameters
    ----------
    code : ndarray of int, shape (n,)
        The customer of each row, from 0.
    number : ndarray, shape (customers,)
        1 each; of a cell that names no customer, its contacts.

    Examples
    --------
    >>> cells = People(np.array([0, 1]), np.array([300.0, 4.0]))
    >>> cells.by(pd.Series(["May", "June"])).to_dict()
    {'June': 4.0, 'May': 300.0}
    """

    code: Numbers
    number: Array

    @classmethod
    def of(cls, frame: FeatureFrame) -> People:
        """Read them off a frame."""
        code = people(frame)
        number = np.zeros(int(code.max(initial=-1)) + 1)
        np.maximum.at(number, code, heads(frame))
        return cls(code, number)

    @classmethod
    def each(cls, code: Numbers) -> People:
        """Take every code for one customer."""
        return cls(code, np.ones(int(code.max(initial=-1)) + 1))

    def count(self, rows: npt.NDArray[np.bool_] | None = None) -> float:
        """Count the people of some rows, by default of all."""
        there = np.zeros(len(self.number), dtype=bool)
        there[self.code if rows is None else self.code[rows]] = True
        return float(self.number[there].sum())

    def rows(self, at: Numbers) -> People:
        """Return the people of some rows."""
        return People(self.code[at], self.number)

    def by(self, labels: pd.Series[Any]) -> pd.Series[float]:
        """Count the people of each label; a gap is no label."""
        label = np.asarray(labels)
        pairs = pd.DataFrame({"label": label, "code": self.code}).drop_duplicates()
        number = pd.Series(self.number[pairs["code"].to_numpy()])
        return number.groupby(pairs["label"].to_numpy(), sort=True).sum()

    def away(self, values: pd.Series[Any]) -> float:
        """Count the people with another value than that of most rows; a gap is a value."""
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        if len(distinct) < 2:
            return 0.0
        return self.count(codes != np.bincount(codes).argmax())

    def differing(self, values: pd.Series[Any]) -> tuple[float, float]:
        """Count those who are away from the usual value, and from that of those who have one.

        Of a share that most have not, and that is nought for all others but three, the second
        is three.
        """
        known = np.flatnonzero(values.notna())
        return self.away(values), self.rows(known).away(values.iloc[known])


def people(frame: FeatureFrame) -> Numbers:
    """Return a number of each row's customer; where none is named, each row is somebody's."""
    if frame.customer is None:
        return np.arange(len(frame), dtype=np.int64)
    return numbered(frame.customer)


def heads(frame: FeatureFrame) -> Array:
    """Return how many people each row stands for: of a cell all of its contacts, else one."""
    if frame.cell is None:
        return np.ones(len(frame))
    named = False if frame.customer is None else frame.customer.notna().to_numpy()
    return np.where(named, 1.0, frame.weights)
