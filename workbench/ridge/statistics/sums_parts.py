"""The parts of campaigns' sums: of each fold, of contacts of like score, of what was judged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import Array

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PerFold:
    """Sums of each fold, as its newest campaign weighs; the fold is the first axis of all.

    Parameters
    ----------
    newest : ndarray of int, shape (G,)
        Place of the fold's last campaign among all, from 0.
    contacts, responses, rows : ndarray, shape (G,)
        As they came: contacts that rows stand for, those of them that responded, and rows.
    weight, positive : ndarray, shape (G,)
        Σ w and Σ w y.
    first, second : ndarray, shape (G, width)
        Mean of x − pivot, and of its square.
    zero : ndarray, shape (G, width)
        Share of the weight at which each column is zero, as it was given.
    low, high : ndarray, shape (G, width)
        The range of each column; NaN where it is not known.
    at : ndarray, shape (G, 1 + p)
        b̃_g.
    curvature, score, loss : ndarray, shapes (G, 1 + p, 1 + p), (G, 1 + p) and (G,)
        A_g, s_g and l_g there.
    product : ndarray, shape (G, 1 + p, 1 + p)
        Σ w z z'.
    """

    newest: Numbers
    contacts: Array
    responses: Array
    rows: Array
    weight: Array
    positive: Array
    first: Array
    second: Array
    zero: Array
    low: Array
    high: Array
    at: Array
    curvature: Array
    score: Array
    loss: Array
    product: Array

    def weighing(self, factor: Array) -> Self:
        """Multiply what weights count in by a factor (G,)."""
        scaled = {
            name: factor.reshape(-1, *[1] * (np.ndim(getattr(self, name)) - 1))
            * getattr(self, name)
            for name in _WEIGHED
        }
        return replace(self, **scaled)

    def only(self, kept: npt.NDArray[np.bool_]) -> Self:
        """Keep some folds."""
        return type(self)(**{one.name: getattr(self, one.name)[kept] for one in fields(self)})

    def beside(self, other: PerFold) -> Self:
        """Put other folds after these."""
        both = {
            one.name: np.concatenate([getattr(self, one.name), getattr(other, one.name)])
            for one in fields(self)
        }
        return type(self)(**both)


_WEIGHED = ("weight", "positive", "curvature", "score", "loss", "product")


@dataclass(frozen=True)
class Bins:
    """Contacts of like score, at the point b̃ of their fold.

    ``fold, weight`` (N,); ``y, rate`` (N,) are means of outcomes and of probabilities μ,
    ``spread`` (N,) the standard deviation of μ within the bin; ``mean`` (N, 1 + p) is their mean z.
    """

    fold: Numbers
    weight: Array
    y: Array
    rate: Array
    spread: Array
    mean: Array

    def only(self, kept: npt.NDArray[np.bool_]) -> Bins:
        """Keep those of some folds (G,), which are numbered anew."""
        inside = kept[self.fold]
        found = self.chosen(np.flatnonzero(inside))
        return replace(found, fold=(np.cumsum(kept) - 1)[found.fold])

    def beside(self, other: Bins, folds: int) -> Bins:
        """Put those of other folds after these, of which there are so many."""
        return joined([self, replace(other, fold=other.fold + folds)])

    def chosen(self, places: Numbers) -> Bins:
        """Take some bins, in this order."""
        return Bins(**{one.name: getattr(self, one.name)[places] for one in fields(self)})


def joined(parts: Sequence[Bins]) -> Bins:
    """Put bins after one another."""
    return Bins(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts])
            for one in fields(Bins)
        }
    )


@dataclass(frozen=True)
class JudgedAhead:
    """Losses of campaigns by those before them, from which slope and base rate are chosen.

    ``names`` (T,), ``contacts, positives`` (T,), ``loss`` (T, slopes, 2); ``penalties`` (T, p) are
    those of the columns of the sums that each was judged under; ``beyond`` is φ.
    """

    names: tuple[str, ...]
    contacts: Array
    positives: Array
    loss: Array
    penalties: Array
    beyond: float = 1.0

    def without(self, gone: Collection[str]) -> JudgedAhead:
        """Leave campaigns out."""
        kept = np.array([name not in gone for name in self.names], dtype=bool)
        names = tuple(name for name in self.names if name not in gone)
        parts = {name: getattr(self, name)[kept] for name in JUDGED}
        return JudgedAhead(names, beyond=self.beyond, **parts)

    def beside(self, other: JudgedAhead) -> JudgedAhead:
        """Put later campaigns after these."""
        parts = {
            name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in JUDGED
        }
        return JudgedAhead((*self.names, *other.names), beyond=self.beyond, **parts)


JUDGED = ("contacts", "positives", "loss", "penalties")
