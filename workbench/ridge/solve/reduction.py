"""More columns than rows: the same fit in as many columns as there are rows, exactly.

Take a part of the columns whose penalties keep their proportions, λ_j = κ f_j, and put
X̃ = Z diag(f)^{-½}, so that the part's penalty is ½ κ ‖β‖² with b = β/√f. At the optimum
β is X̃'a for some a: what is orthogonal to the rows costs and does nothing. With the thin
singular value decomposition X̃ = U S Q',

    β = Q c ,   X̃ β = (U S) c ,   ‖β‖ = ‖c‖ ,

so that the part has the r ≤ n columns U S with the one penalty κ, whatever κ is, and
whichever rows are left out. All that is known of c is carried back: b, and from the
posterior covariance C of c that of β, Q C Q' + (I − QQ')/(W κ), where the second term is
the prior's in the directions that no row has seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import qr as qr_factor
from scipy.linalg import svd
from scipy.sparse import issparse

from workbench.ridge.penalties.plan import GIVEN, PenaltyPlan
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.choose import kind_for_mixtures
from workbench.ridge.statistics.inference import Spread
from workbench.ridge.statistics.scaling import Scaling

AS_IT_IS = -1


class Part(NamedTuple):
    """Columns (p_k,) that became others: ``values`` (n, r) = U S, ``back`` (n, r) = U S⁻¹."""

    columns: npt.NDArray[np.int64]
    values: Array
    back: Array


@dataclass(frozen=True)
class Reduction:
    """A fit's columns, those of its large parts replaced by as many as there are rows.

    Parameters
    ----------
    rows : ArrayRows
        Dense or sparse.
    scaling : Scaling
    factor : ndarray, shape (p,)
        f_j; only proportions within a part matter to what the columns become.
    part : ndarray of int, shape (p,)
        Which part a column belongs to; -1 for one that stays as it is.
    """

    rows: ArrayRows
    scaling: Scaling
    factor: Array
    part: npt.NDArray[np.int64]

    @cached_property
    def kept(self) -> npt.NDArray[np.int64]:
        """Columns that stay as they are: the first of the new ones."""
        return np.flatnonzero(self.part == AS_IT_IS)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts that became others, in order."""
        return tuple(
            self._reduced(np.flatnonzero(self.part == k)) for k in range(int(self.part.max()) + 1)
        )

    @cached_property
    def places(self) -> list[slice]:
        """Where the new columns of each part stand."""
        ends = np.cumsum([len(self.kept), *(part.values.shape[1] for part in self.parts)])
        return [slice(int(a), int(b)) for a, b in pairwise(ends)]

    def objective(self, given: Objective) -> Objective:
        """Return the objective on the new columns.

        Parameters
        ----------
        given : Objective
            On the columns that were given, its penalties proportional to the factors within
            each part.
        """
        values = [self._standardised(self.kept), *(part.values for part in self.parts)]
        X, rows = np.hstack(values), self.rows
        y, weight = rows.y.astype(float), rows.weight.astype(float)
        new = ArrayRows(X, y, weight, rows.fold_of_row, person=rows.person, whole=rows.whole)
        new = new.judged_from(rows.forward_from)
        width = new.n_columns
        scaling = Scaling(np.zeros(width), np.ones(width), np.arange(width), width)
        names = [given.names[j] for j in self.kept] + [""] * (width - len(self.kept))
        return replace(
            given,
            rows=new,
            scaling=scaling,
            penalties=self.strengths(given.penalties),
            names=tuple(names),
            kind=kind_for_mixtures(width, len(rows)),
        )

    def strengths(self, penalties: Array) -> Array:
        """Return the new columns' penalties: κ of their part."""
        out = [penalties[self.kept]]
        for part in self.parts:
            first = part.columns[0]
            out.append(np.full(part.values.shape[1], penalties[first] / self.factor[first]))
        return np.concatenate(out)

    def column_penalties(self, strengths: Array) -> Array:
        """Return λ_j = κ f_j (p,) of the columns as they were: `strengths` undone."""
        out = np.empty(len(self.part))
        out[self.kept] = strengths[: len(self.kept)]
        for part, place in zip(self.parts, self.places, strict=True):
            out[part.columns] = strengths[place.start] * self.factor[part.columns]
        return out

    def of_columns(self, what: Array) -> Array:
        """Return the median over a part's columns for each of its new ones."""
        of_part = [np.full(p.values.shape[1], np.median(what[p.columns])) for p in self.parts]
        return np.concatenate([what[self.kept], *of_part])

    def plan(self, plan: PenaltyPlan) -> PenaltyPlan:
        """Return which of the new columns are tuned together."""
        member = [plan.member[self.kept]]
        factor = [plan.factor[self.kept]]
        for part in self.parts:
            width, first = part.values.shape[1], part.columns[0]
            member.append(np.full(width, plan.member[first]))
            factor.append(np.full(width, plan.factor[first] / self.factor[first]))
        return PenaltyPlan(np.concatenate(factor), np.concatenate(member), plan.sets)

    def proportional(self, penalties: Array) -> bool:
        """Whether these penalties keep the proportions within each part."""
        ratios = [penalties[part.columns] / self.factor[part.columns] for part in self.parts]
        return all(np.allclose(ratio, ratio[0], rtol=1e-12, atol=0) for ratio in ratios)

    def coefficients(self, c: Array) -> Array:
        """Carry coefficients of the new columns (…, 1 + r) back to the old ones (…, 1 + p)."""
        b = np.zeros((*c.shape[:-1], 1 + len(self.part)))
        b[..., 0] = c[..., 0]
        b[..., 1 + self.kept] = c[..., 1 : 1 + len(self.kept)]
        for part, place in zip(self.parts, self.places, strict=True):
            own = c[..., 1:][..., place]
            for columns, Q in self._directions(part):
                b[..., 1 + columns] = own @ Q.T / np.sqrt(self.factor[columns])
        return b

    def spread(self, inverse: Array, penalties: Array, total: float) -> Spread:
        """Carry degrees of freedom and errors back.

        Parameters
        ----------
        inverse : ndarray, shape (1 + r, 1 + r)
            H⁻¹ of the new columns on the mean scale, W C.
        penalties : ndarray, shape (p,)
        total : float
            W.
        """
        variance = np.zeros(len(self.part))  # of b, times W
        variance[self.kept] = np.diag(inverse)[1 : 1 + len(self.kept)]
        strengths = self.strengths(penalties)
        for part, place in zip(self.parts, self.places, strict=True):
            own, kappa = inverse[1:, 1:][place, place], strengths[place.start]
            for columns, Q in self._directions(part):
                seen = np.einsum("jr,rs,js->j", Q, own, Q, optimize=True)
                unseen = np.maximum(1.0 - (Q**2).sum(axis=1), 0.0) / kappa
                variance[columns] = (seen + unseen) / self.factor[columns]
        return Spread(1.0 - penalties * variance, np.sqrt(variance / total))

    def _directions(self, part: Part) -> Iterator[tuple[npt.NDArray[np.int64], Array]]:
        """Yield some columns at a time, and their rows of Q = X̃' U S⁻¹."""
        for columns in self._some_columns(part.columns):
            yield columns, self._scaled(columns).T @ part.back

    def _reduced(self, columns: npt.NDArray[np.int64]) -> Part:
        """Decompose X̃ by way of the R of its transpose, some columns at a time."""
        n = len(self.rows)
        triangle = np.zeros((0, n))
        for some in self._some_columns(columns):
            triangle = qr_factor(np.vstack([triangle, self._scaled(some).T]), mode="r")[0][:n]
        U, S, _ = svd(triangle.T, full_matrices=False)
        rank = int((n * np.finfo(float).eps * S.max(initial=0.0) < S).sum())
        U, S = U[:, :rank], S[:rank]
        return Part(columns, U * S, U / S)

    def _some_columns(self, columns: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
        step = max(256, 2 * len(self.rows))  # a few times the n × n matrix is held at most
        yield from (columns[low : low + step] for low in range(0, len(columns), step))

    def _scaled(self, columns: npt.NDArray[np.int64]) -> Array:
        return self._standardised(columns) / np.sqrt(self.factor[columns])

    def _standardised(self, columns: npt.NDArray[np.int64]) -> Array:
        """Return z of some columns, shape (n, k)."""
        values: Any = self._by_column[:, self.scaling.columns[columns]]
        values = values.toarray() if issparse(values) else values.astype("float64")
        return np.asarray((values - self.scaling.mean[columns]) / self.scaling.scale[columns])

    @cached_property
    def _by_column(self) -> Any:
        return self.rows.X.tocsc() if issparse(self.rows.X) else self.rows.X

    def under(self, penalties: Array) -> Reduction:
        """Return the reduction under other proportions; a column without a penalty stays."""
        part = np.where(penalties == 0, AS_IT_IS, self.part)
        left = np.unique(part[part != AS_IT_IS])
        part = np.where(part == AS_IT_IS, AS_IT_IS, np.searchsorted(left, part))
        return replace(self, factor=np.where(penalties > 0, penalties, 1.0), part=part)


def parts_of(plan: PenaltyPlan, rows: int) -> tuple[npt.NDArray[np.int64], int]:
    """Say which part each column belongs to, and how many columns there are afterwards.

    A tuned set is a part, and so are all columns of a given penalty; one with no more
    columns than rows stays as it is, and so do columns without a penalty.

    Examples
    --------
    >>> plan = PenaltyPlan(np.array([1.0, 1.0, 2.0, 0.0]), np.array([0, 0, 0, -1]), ("all",))
    >>> parts_of(plan, 2)
    (array([ 0,  0,  0, -1]), 3)
    """
    part, width, count = np.full(len(plan.member), AS_IT_IS), 0, 0
    for k in (GIVEN, *range(len(plan.sets))):
        columns = (plan.member == k) & (plan.factor > 0)
        if columns.sum() > rows:
            part[columns] = count
            count, width = count + 1, width + rows
    return part, width + int((part == AS_IT_IS).sum())
