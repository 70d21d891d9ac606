"""The default of a mailed Tuner: statistics of clipped rows, of few columns, with noise.

Columns are few enough that the noise bends no direction by half of what the fit and its
penalties know of it; the others of a group keep their proportions, and move together. Folds
are merged until the noise is a tenth of a fold's loss.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.people import People
from workbench.governance.private.secret import Draws, draws_of
from workbench.language import say
from workbench.numbers import Array
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.arrays import BLOCK_ROWS, ArrayRows
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.statistics.choose import dense_in_memory
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.enough import FEWEST_ROWS, merge
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX
from workbench.ridge.statistics.scaling import Scaling
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.private import noise
from workbench.widgets.private.contributions import MOST_LOSS, Clipped, Measured, bounds, measure
from workbench.widgets.private.few_marked import few_marked, numbered
from workbench.widgets.private.release import Released, labels, pool

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

MOST_COLUMNS = (48, 32, 24, 16, 12, 8, 5, 3, 1, 0)
MOST_NOISE = 0.5
"""Spectral size of the noise on curvatures, as a share of H."""
MOST_BYTES = 4e8


@dataclass(frozen=True)
class Private:
    """What may be mailed, and how it came about.

    Parameters
    ----------
    released : Released
    found : Measured
        Before the noise: it stays here.
    sigma : mapping of part to float
        The noise's standard deviations.
    moves : ndarray, shape (people,)
        By how many standard deviations of the noise each customer moves all of it.
    draws : Draws
    columns : Columns
    """

    released: Released
    found: Measured
    sigma: dict[str, float]
    moves: Array
    draws: Draws
    columns: Columns


@dataclass(frozen=True)
class Columns:
    """How rows are taken to the released columns.

    Parameters
    ----------
    scaling : Scaling
    low, high : ndarray, shape (p,)
        Bounds that values are drawn in to.
    mapping : ndarray, shape (1 + p, 1 + q)
    resting : ndarray, shape (p,)
        Coefficients of columns left out of sight, which stay as they were fitted.
    """

    scaling: Scaling
    low: Array
    high: Array
    mapping: Array
    resting: Array

    def under(self, scaling: Scaling) -> Columns:
        """Return the same for rows that are kept about another origin."""
        moved = scaling.mean - self.scaling.mean
        return replace(self, scaling=scaling, low=self.low + moved, high=self.high + moved)

    def of(self, X: Array) -> tuple[Array, Array]:
        """Return (1, T'z) of some rows, (n, 1 + q), and the log-odds that rest, (n,)."""
        x, resting = np.ones((len(X), self.mapping.shape[1])), np.empty(len(X))
        for start in range(0, len(X), BLOCK_ROWS):  # all in float64 would be twice what they are
            rows = slice(start, start + BLOCK_ROWS)
            z = np.asarray(X[rows, self.scaling.columns], dtype=float)
            z = (np.clip(z, self.low, self.high) - self.scaling.mean) / self.scaling.scale
            x[rows, 1:], resting[rows] = z @ self.mapping[1:, 1:], z @ self.resting
        return x, resting


@one_blas_thread()
def private_release(workspace: Fit, facts: Facts) -> Private | str:
    """Release the statistics of a fit, or say in a sentence why they cannot be.

    Parameters
    ----------
    workspace : Fit
    facts : Facts
        Of the same fit.
    """
    rows = dense_in_memory(workspace.given.rows)
    if rows is None or not workspace.abilities >= {MATRIX, COLUMNS}:
        return (
            "Statistics of sparse tables, of more columns than rows, and of rows that are not in "
            "memory are not mailed."
        )
    person = numbered(rows)
    if person.max() + 1 < FEWEST_ROWS:
        return f"There are fewer than {FEWEST_ROWS} customers."
    prepared = _Prepared.of(rows, workspace, _rounded(facts))
    for most in MOST_COLUMNS:
        if len(rows) * (most + 1) * 8 > MOST_BYTES:
            continue
        found = prepared.released(most)
        if found is not None:
            return found
    return "The noise that would hide each customer would hide what the model knows."


@dataclass(frozen=True)
class _Prepared:
    rows: ArrayRows
    person: Numbers
    facts: Facts
    scaling: Scaling
    box: tuple[Array, Array]
    told: Flags
    loss: Array
    draws: Draws

    @classmethod
    def of(cls, rows: ArrayRows, workspace: Fit, facts: Facts) -> _Prepared:
        scaling, person = workspace.given.scaling, numbered(rows)
        told = ~few_marked(rows, scaling.columns.tolist(), facts.names)
        # other penalties get other noise: with the same, their difference would have none
        content = [rows.X, rows.y, rows.weight, rows.fold_of_row, person, facts.tuned]
        return cls(
            rows,
            person,
            facts,
            scaling,
            bounds(rows, scaling, person),
            told,
            _losses(rows, workspace, facts),
            draws_of([*content, *facts.names]),
        )

    def released(self, most: int) -> Private | None:
        """Release so many columns by themselves; None where the noise would be too much."""
        facts, rows = self.facts, self.rows
        mapping, names, features = self._pooled(most)
        columns = self._columns(mapping)
        x, offset = columns.of(rows.X)
        weight = rows.weight.astype(float)
        fold = np.where(rows.fold_of_row < 0, rows.n_held, rows.fold_of_row)
        clipped = Clipped(x, offset, rows.y.astype(float), weight, fold, self.person, self.loss)
        T = mapping
        penalties = (T**2).T[1:, 1:] @ facts.tuned
        people = _people(clipped)
        merged = self._merged(clipped, people)
        if merged is None:
            return None
        clipped = replace(clipped, fold=merged[clipped.fold])
        found, _, typical = measure(clipped, penalties, T.T @ facts.stats.b)
        sigma = noise.sigmas(found, typical, noise.STRENGTHS[0])
        if noise.spectral_size(sigma["curvature"], len(found.b)) > MOST_NOISE and most > 0:
            return None
        strength = noise.strength(found, typical, _sums(people, merged))
        sigma = noise.sigmas(found, typical, strength)
        held = int(merged[: len(facts.folds)].max()) + 1 if facts.folds else 1
        noisy = noise.noised(found, sigma, self.draws)
        settings = noise.Settings(found.factor, penalties, sigma, held, float(weight.sum()))
        stats = noise.settled(noisy, settings)
        told = _told(facts, stats, T, (names, features), (merged, people))
        told = replace(told, weight=float(noisy.contacts.sum().round()))
        released = Released(told, merged, np.eye(len(names) + 1), self._notes(len(names)))
        moves = strength * found.sizes(typical)
        return Private(released, found, sigma, moves, self.draws, columns)

    def _columns(self, mapping: Array) -> Columns:
        resting = np.where(np.abs(mapping[1:, 1:]).sum(axis=1) > 0, 0.0, self.facts.stats.b[1:])
        return Columns(self.scaling, *self.box, mapping, resting)

    def _pooled(self, most: int) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
        """Keep the columns that carry most of the score; pool the others of each group."""
        facts = self.facts
        part = np.abs(facts.stats.b[1:] * (facts.moment[1:, 1:] @ facts.stats.b[1:]))
        order = np.argsort(-np.where(self.told, part, -1.0), kind="stable")
        hidden = np.ones(len(part), dtype=bool)
        hidden[order[:most]] = False
        hidden |= ~self.told
        mapping, names, features = pool(facts, hidden, name=_further)
        columns = self._columns(mapping)
        enough = [True] * mapping.shape[1]
        if (
            len(names) > (~hidden).sum()
        ):  # of pooled columns too, many customers must have something
            x, _ = columns.of(self.rows.X)
            enough = [True, *(_many(x[:, k], self.person) for k in range(1, x.shape[1]))]
        kept = [k for k in range(len(names)) if enough[k + 1]]
        return (
            mapping[:, [0, *(k + 1 for k in kept)]],
            tuple(names[k] for k in kept),
            tuple(features[k] for k in kept),
        )

    def _merged(self, rows: Clipped, people: Array) -> npt.NDArray[np.int64] | None:
        """Join folds until each has customers enough, and far more loss than noise."""
        lost = np.bincount(rows.person, rows.weight * rows.loss)
        typical = {"loss": float(np.sqrt(np.mean(lost**2)))}
        sigma = noise.fold_noise(typical, noise.STRENGTHS[0])
        enough = sigma / noise.MOST_OF_A_FOLD / np.average(rows.loss, weights=rows.weight)
        pairs = np.unique((rows.person * rows.folds + rows.fold)[rows.y > 0])
        positives = np.bincount(pairs % rows.folds, minlength=rows.folds).astype(float)
        fewest = max(FEWEST_ROWS, int(min(enough, people.sum() / 2)))
        return merge(people, positives, fewest)

    def _notes(self, count: int) -> tuple[str, ...]:
        facts = self.facts
        if count == len(facts.names):
            return ()
        said = say(
            "{count} columns for the {all} of the fit: the others of a group move together, or "
            "stay as they were fitted.",
            count=count,
            all=len(facts.names),
        )
        return (said,)


def _further(count: int, group: str) -> str:
    return say("{count} further columns of {group}", count=count, group=group)


def _rounded(facts: Facts) -> Facts:
    """Keep two digits of tuned penalties: the others would tell one data set from the next."""
    tuned = np.array([float(f"{one:.2g}") for one in facts.tuned])
    campaigns = np.round(facts.campaigns * 2) / 2
    return replace(facts, tuned=tuned, uniform=float(f"{facts.uniform:.2g}"), campaigns=campaigns)


def _sums(values: Array, merged: Numbers) -> Array:
    out = np.zeros(int(merged.max()) + 1)
    np.add.at(out, merged[: len(values)], values)
    return out


def _people(rows: Clipped) -> Array:
    """Count the distinct customers of each fold."""
    pairs = np.unique(rows.person * rows.folds + rows.fold)
    return np.bincount(pairs % rows.folds, minlength=rows.folds).astype(float)


def _told(
    facts: Facts,
    stats: DenseStatistics,
    mapping: Array,
    named: tuple[tuple[str, ...], tuple[str, ...]],
    folds: tuple[Numbers, Array],
) -> Facts:
    size = np.abs(mapping[1:, 1:])
    kept = size.argmax(axis=0)
    return replace(
        facts,
        stats=stats,
        moment=_moment(stats.total_curvature(), np.count_nonzero(size, axis=0) == 1),
        campaigns=facts.campaigns[kept],
        names=named[0],
        features=named[1],
        groups=tuple(facts.groups[j] for j in kept),
        folds=labels(facts.folds, *folds) if stats.held > 1 else (),
        tuned=(size**2).T @ facts.tuned,
    )


def _moment(curvature: Array, single: Flags) -> Array:
    """Tell the mean of (1, z)(1, z)' by the curvature alone, which weighs contacts otherwise.

    A standardised column has the variance 1: that is nobody's secret.
    """
    about = curvature[1:, 1:] - np.outer(curvature[0, 1:], curvature[0, 1:]) / curvature[0, 0]
    spread = np.sqrt(np.maximum(np.diag(about), 1e-12))
    scale = np.where(single, 1.0, spread / np.sqrt(curvature[0, 0])) / spread
    out = np.zeros_like(curvature)
    out[0, 0] = 1.0
    out[1:, 1:] = about * np.outer(scale, scale)
    return out


def _losses(rows: ArrayRows, workspace: Fit, facts: Facts) -> Array:
    """Return the loss of each contact, without its fold where there are folds; at most 5 nats."""
    b, own = workspace.coefficients[None], np.zeros(len(rows), dtype=np.int64)
    if facts.leaves_out:
        # rows that are never left out, of fold -1, are scored by the fit, which comes last
        without = workspace.leaving_out().left_out_coefficients()
        b, own = np.vstack([without, b]), rows.fold_of_row
    first, raw = workspace.given.scaling.to_raw(b)
    eta = np.empty(len(rows))
    for g in np.unique(own):
        chosen = np.flatnonzero(own == g)
        eta[chosen] = first[g] + rows.X[chosen] @ raw[g]
    return np.asarray(np.minimum(np.logaddexp(0, eta) - rows.y * eta, MOST_LOSS), dtype=float)


def _many(values: Array, person: Numbers) -> bool:
    """Say whether ten customers or more have another value than the usual one."""
    return People.each(person).count(values != np.median(values)) >= FEWEST_PEOPLE
