"""What a fit keeps of each campaign when its rows are gone: sums, from which it can be solved.

With z the standardised columns of the fit, the intercept's 1 first, and v = w dμ/dη at a
campaign's own point b̃_g, its loss is kept as the quadratic

    q_g(b) = l_g − s_g'(b − b̃_g) + ½ (b − b̃_g)'A_g(b − b̃_g) ,
    A_g = Σ v z z' ,   s_g = Σ w (y − μ) z .

Beside it stand what standardises the columns anew when campaigns come and go, what bounds how
far q_g is from the loss itself (`drift`), and contacts of like score, from which base rates
are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import JUDGED, Bins, JudgedAhead, Numbers, PerFold


@dataclass(frozen=True)
class CampaignSums:
    """Sums of a model's campaigns; what `update`, `forget` and `combine` work on.

    Parameters
    ----------
    campaigns : tuple of tuple of str
        The campaigns of each fold: several where small ones were pooled.
    length : int
        How many places campaigns take in time: a half-life counts them.
    half_life : float or None
    folds : PerFold
    bins : Bins
    scaling : Scaling
        Of z.
    bend : Bend
        How quickly the quadratics go wrong.
    pivot : ndarray, shape (width,)
    tiny : float
    origin : ndarray, shape (width,), or 0
        As in `Moments`.
    fitted : tuple of tuple of str
        The campaigns of the fit that all began with.
    ahead : JudgedAhead or None
        None where slope and base rate are not chosen by campaigns.
    """

    campaigns: tuple[tuple[str, ...], ...]
    length: int
    half_life: float | None
    folds: PerFold
    bins: Bins
    scaling: Scaling
    bend: Bend
    pivot: Array
    tiny: float
    origin: Array | float
    fitted: tuple[tuple[str, ...], ...]
    ahead: JudgedAhead | None = None

    def __repr__(self) -> str:
        return (
            f"CampaignSums({len(self.campaigns)} folds of {self.names_count} campaigns, "
            f"{self.folds.contacts.sum():,.0f} contacts, {len(self.scaling.mean)} columns)"
        )

    @property
    def names_count(self) -> int:
        """How many campaigns there are."""
        return sum(len(fold) for fold in self.campaigns)

    @property
    def names(self) -> list[str]:
        """All campaigns."""
        return [name for fold in self.campaigns for name in fold]

    @property
    def labels(self) -> tuple[str, ...]:
        """What each fold holds, in words."""
        return tuple(one[0] if len(one) == 1 else f"{one[0]} … {one[-1]}" for one in self.campaigns)

    @property
    def pooled(self) -> list[str]:
        """The campaigns that have no sums of their own: each is too small."""
        return [name for fold in self.campaigns if len(fold) > 1 for name in fold]

    @property
    def decay(self) -> Array:
        """What each fold's sums are multiplied by, as it is now older than it was; (G,)."""
        age = self.length - 1 - self.folds.newest
        return np.ones(len(age)) if self.half_life is None else np.exp2(-age / self.half_life)

    def moments(self) -> Moments:
        """Return means and deviations by fold, as they weigh now."""
        folds, share = self.folds, self.decay
        parts = (share * folds.weight, share * folds.positive, self.pivot)
        found = Moments(*parts, folds.first, folds.second, self.tiny, self.origin)
        return found.about_usual(found.weight @ folds.zero / found.total)

    def statistics(self, scaling: Scaling | None = None, b: Array | None = None) -> DenseStatistics:
        """Return the quadratics about one point, in the columns of a scaling.

        Parameters
        ----------
        scaling : Scaling, optional
            Of the same columns; default: that of the sums.
        b : ndarray, shape (1 + p,), optional
            Of that scaling; default: the mean of the folds' points.
        """
        T = self.carried(scaling or self.scaling)
        b = np.linalg.solve(T, self.folds.at.mean(axis=0)) if b is None else b
        away, folds, share = T @ b - self.folds.at, self.folds, self.decay
        bent = np.einsum("gij,gj->gi", folds.curvature, away)
        score = folds.score - bent
        loss = folds.loss + np.einsum("gi,gi->g", away, 0.5 * bent - folds.score)
        return DenseStatistics(
            b,
            share[:, None, None] * (T.T @ folds.curvature @ T),
            share[:, None] * (score @ T),
            share * loss,
            share * folds.weight,
            len(share),
        )

    def carried(self, scaling: Scaling) -> Array:
        """Return T (1 + p, 1 + p): b under a scaling is T b under that of the sums."""
        T = np.diag(np.concatenate([[1.0], self.scaling.scale / scaling.scale]))
        T[0, 1:] = (self.scaling.mean - scaling.mean) / scaling.scale
        return T

    def products(self, scaling: Scaling) -> Array:
        """Return Σ w z z' of all, in the columns of a scaling; (1 + p, 1 + p)."""
        T = self.carried(scaling)
        return np.asarray(T.T @ np.tensordot(self.decay, self.folds.product, 1) @ T)

    def fold_of(self, campaign: str) -> int | None:
        """Return in which fold a campaign is."""
        return next((g for g, held in enumerate(self.campaigns) if campaign in held), None)

    def without(self, fold: int) -> CampaignSums:
        """Return the sums without a fold; what came before it is younger by so many."""
        kept = np.arange(len(self.campaigns)) != fold
        places = int(self.folds.newest[fold] - (self.folds.newest[fold - 1] if fold else -1))
        folds = self.folds.only(kept)
        later = folds.newest > self.folds.newest[fold]
        return replace(
            self,
            campaigns=tuple(one for one, keep in zip(self.campaigns, kept, strict=True) if keep),
            length=self.length - places,
            folds=replace(folds, newest=folds.newest - places * later),
            bins=self.bins.only(kept),
            ahead=None if self.ahead is None else self.ahead.without(self.campaigns[fold]),
        )

    def beside(self, names: Sequence[tuple[str, ...]], folds: PerFold, bins: Bins) -> CampaignSums:
        """Return the sums with those of later campaigns."""
        later = replace(folds, newest=folds.newest + self.length)
        return replace(
            self,
            campaigns=(*self.campaigns, *names),
            length=self.length + int(folds.newest[-1]) + 1,
            folds=self.folds.beside(later),
            bins=self.bins.beside(bins, len(self.campaigns)),
        )

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which columns of the blocks are one value in all campaigns; (width,)."""
        low, high = self.folds.low.min(axis=0), self.folds.high.max(axis=0)
        measured = self.moments()
        # of rows that cannot be looked at, sums say it to half their digits
        close = np.sqrt(measured.tiny) * np.maximum(np.abs(measured.mean), 1.0)
        return np.asarray(np.where(np.isnan(low), measured.scale <= close, low == high), dtype=bool)

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which columns of the blocks have coefficients; (width,)."""
        found = np.zeros(self.scaling.width, dtype=bool)
        found[self.scaling.columns] = True
        return found

    def with_columns(self, columns: Numbers, value: Array) -> CampaignSums:
        """Let columns take part that were constant at a value in all campaigns so far.

        Sums know all of them: with z = x − value, what no row has moves none.
        """
        scaling = self.scaling
        order = np.argsort(np.concatenate([scaling.columns, columns]), kind="stable")

        def mixed(own: Any, others: Any) -> Any:
            return np.concatenate([own, others])[order]

        wider = Scaling(
            mixed(scaling.mean, value),
            mixed(scaling.scale, np.ones(len(columns))),
            mixed(scaling.columns, columns),
            scaling.width,
        )
        places = np.concatenate([[0], 1 + np.flatnonzero(order < len(scaling.columns))])
        return self._laid(wider, places, 1 + len(order))

    def only_columns(self, kept: npt.NDArray[np.bool_]) -> CampaignSums:
        """Keep some of the columns in use (p,); the others are constant in all campaigns.

        What these added to every row's log-odds at b̃_g goes over to the intercept there.
        """
        places = np.concatenate([[0], 1 + np.flatnonzero(kept)])
        scaling, measured = self.scaling, self.moments()
        parts = (scaling.mean[kept], scaling.scale[kept], scaling.columns[kept])
        value = (measured.mean - self.origin)[scaling.columns]
        constant = np.where(kept, 0.0, (value - scaling.mean) / scaling.scale)
        at = self.folds.at.copy()
        at[:, 0] += at[:, 1:] @ constant
        folds, cut = (
            replace(self.folds, at=at),
            np.ix_(np.arange(len(self.campaigns)), places, places),
        )
        fewer = {name: getattr(folds, name)[cut] for name in _MATRICES}
        fewer |= {name: getattr(folds, name)[:, places] for name in _VECTORS}
        ahead = self.ahead
        if ahead is not None:
            ahead = replace(ahead, penalties=ahead.penalties[:, kept])
        return replace(
            self,
            ahead=ahead,
            folds=replace(folds, **fewer),
            bins=replace(self.bins, mean=self.bins.mean[:, places]),
            scaling=Scaling(*parts, self.scaling.width),
        )

    def _laid(self, scaling: Scaling, places: Numbers, size: int) -> CampaignSums:
        """Put what there is at its places among more columns, and zeros elsewhere."""
        folds, G = self.folds, len(self.campaigns)
        more: dict[str, Any] = {}
        for name in _MATRICES:
            more[name] = np.zeros((G, size, size))
            more[name][np.ix_(np.arange(G), places, places)] = getattr(folds, name)
        for name in _VECTORS:
            more[name] = np.zeros((G, size))
            more[name][:, places] = getattr(folds, name)
        mean = np.zeros((len(self.bins.weight), size))
        mean[:, places] = self.bins.mean
        bins, ahead = replace(self.bins, mean=mean), self.ahead
        if ahead is not None:  # a column that no row has moves no loss, whatever its penalty
            penalties = np.ones((len(ahead.names), size - 1))
            penalties[:, places[1:] - 1] = ahead.penalties
            ahead = replace(ahead, penalties=penalties)
        folds = replace(folds, **more)
        return replace(self, folds=folds, bins=bins, scaling=scaling, ahead=ahead)

    def arrays(self) -> dict[str, Any]:
        """Return all numbers by name, for a file."""
        found = {f"fold_{one.name}": getattr(self.folds, one.name) for one in fields(PerFold)}
        found |= {f"bin_{one.name}": getattr(self.bins, one.name) for one in fields(Bins)}
        found |= {f"scaling_{name}": getattr(self.scaling, name) for name in _SCALING}
        if self.ahead is not None:
            names = (*JUDGED, "beyond")
            found |= {f"ahead_{name}": np.asarray(getattr(self.ahead, name)) for name in names}
        return found | {
            "bend": np.array(self.bend),
            "pivot": self.pivot,
            "tiny": np.array(self.tiny),
            "origin": np.broadcast_to(np.asarray(self.origin, dtype=float), self.pivot.shape),
        }


_MATRICES, _VECTORS = ("curvature", "product"), ("score", "at")
_SCALING = ("mean", "scale", "columns", "width")
