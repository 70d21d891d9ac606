"""What may be shown inside the house: aggregates of enough contacts, and nothing rarer.

It is not what may be mailed: that is `workbench.widgets.private.private_release`.

A fold's Gram matrix of a column that one contact of the fold differs in holds that
contact's whole row. So folds of few rows or few positives are merged with their neighbours
in time, and columns that mark one to nine contacts of a fold are pooled: the columns R of
one group keep their proportions, and only their common size u'b_R, u = b_R / |b_R|, moves.
With T the matrix that maps the pooled coefficients to the columns, every statistic keeps its
form: A becomes T'AT, s becomes T's, Λ becomes T'ΛT, and the fit stays where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.language import say
from workbench.numbers import Array
from workbench.ridge.rows.source import Block, Kernel, RowSource
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.enough import FEWEST_ROWS, merge
from workbench.widgets.fitted.facts import Facts

FEWEST_POSITIVES = FEWEST_MARKED = FEWEST_PEOPLE


@dataclass(frozen=True)
class Released:
    """Facts that may be mailed, and in ``notes`` what was merged or pooled for it.

    ``merged`` (G,) is the new number of each fold of the rows; ``mapping``
    (1 + p, 1 + q) maps coefficients of the released columns to those of the fit.
    """

    facts: Facts
    merged: npt.NDArray[np.int64]
    mapping: Array
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """Rows, positive rows, and rows that differ from a column's typical value, by fold.

    Of cells, their contacts: other weights may say how much a row matters, and no number of
    people.
    """

    rows: Array
    positives: Array
    marked: Array


def count(rows: RowSource, columns: npt.NDArray[np.int64] | None = None) -> Counts:
    """Count in one pass; a column whose typical value is rare has nothing marked.

    `columns` are those that the fit uses; default all.
    """
    sample = rows.sample(8192)
    cells = getattr(rows, "whole", None) is not None
    found = Counts(*rows.by_fold(_counting(_typical(sample), cells=cells)))
    if columns is not None:
        found = replace(found, marked=found.marked[:, columns])
    common = found.marked.sum(axis=0) <= 0.5 * found.rows.sum()
    return replace(found, marked=np.where(common, found.marked, 0.0))


def release(facts: Facts, counts: Counts) -> Released | None:
    """Merge folds and pool columns until every aggregate stands for enough contacts.

    Parameters
    ----------
    facts : Facts
    counts : Counts
        Of the same folds and columns.

    Returns
    -------
    Released or None
        None where all rows together are too few, or every column is rare.
    """
    found, columns = None, len(facts.names)
    while True:
        closer = _with_folds_of(max(FEWEST_ROWS, 2 * columns), facts, counts)
        # fewer columns, once rare ones are pooled, let smaller folds leave, where more are rare
        if closer is None or len(closer.facts.names) == columns:
            return closer or found
        found, columns = closer, len(closer.facts.names)


def _with_folds_of(fewest: int, facts: Facts, counts: Counts) -> Released | None:
    merged = merge(counts.rows, counts.positives, fewest)
    if merged is None:
        return None
    marked = _sums(counts.marked, merged)
    rows = _sums(counts.rows, merged)[:, None]
    few = ((marked > 0) & (marked < FEWEST_MARKED)) | (
        (rows - marked > 0) & (rows - marked < FEWEST_MARKED)
    )
    rare = np.asarray(few.any(axis=0))
    mapping, names, features = pool(facts, rare)
    if not names:
        return None
    pooled = _pooled(facts, counts, merged, mapping)
    kept = np.abs(mapping[1:, 1:]).argmax(axis=0)
    out = replace(
        pooled,
        names=names,
        features=features,
        groups=tuple(facts.groups[j] for j in kept),
        campaigns=facts.campaigns[kept],
    )
    return Released(out, merged, mapping, _notes(facts, out, rare, fewest))


def rare_of(count: int, group: str) -> str:
    """Name the pooled rare columns of a group."""
    return say("{count} rare columns of {group}", count=count, group=group)


def part_text(number: int) -> str:
    """Name a part of the rows that is left out."""
    return say("part {number}", number=number)


def pool(
    facts: Facts, rare: npt.NDArray[np.bool_], *, name: Callable[[int, str], str] = rare_of
) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Pool the rare columns of each group; a lone one stays at its weight, out of sight.

    Returns
    -------
    mapping : ndarray, shape (1 + p, 1 + q)
    names, features : tuple of str, length q
    """
    b, groups = facts.stats.b[1:], np.array(facts.groups, dtype=object)
    identity = np.eye(len(groups) + 1)
    kept = [(identity[1 + j], facts.names[j], facts.features[j]) for j in np.flatnonzero(~rare)]
    for group in dict.fromkeys(facts.groups):
        members = np.flatnonzero(rare & (groups == group))
        if len(members) < 2:
            continue
        size = np.linalg.norm(b[members])
        column = np.zeros(len(groups) + 1)
        column[1 + members] = b[members] / size if size > 0 else 1 / np.sqrt(len(members))
        words = name(len(members), group)
        kept.append((column, words, words))
    mapping = np.column_stack([identity[0], *(column for column, _, _ in kept)])
    return mapping, tuple(name for _, name, _ in kept), tuple(feature for _, _, feature in kept)


def _pooled(facts: Facts, counts: Counts, merged: npt.NDArray[np.int64], T: Array) -> Facts:
    stats, held = facts.stats, int(merged.max()) + 1
    # merging rows that are never left out into a fold leaves them out with it
    summed = DenseStatistics(
        T.T @ stats.b,
        T.T @ _sums(stats.curvature, merged) @ T,
        _sums(stats.score, merged) @ T,
        _sums(stats.loss, merged),
        _sums(stats.weight, merged),
        held,
    )
    return replace(
        facts,
        stats=summed,
        moment=T.T @ facts.moment @ T,
        folds=labels(facts.folds, merged, counts.rows) if held > 1 else (),
        tuned=(T**2).T[1:, 1:] @ facts.tuned,
    )


def labels(folds: tuple[str, ...], merged: npt.NDArray[np.int64], people: Array) -> tuple[str, ...]:
    """Name merged folds by the first and the last that each holds, of ten people or more."""
    held = merged[: len(folds)]  # what is never left out has no name
    out = []
    for g in range(int(held.max()) + 1):
        inside = np.flatnonzero(held == g)
        named = [folds[k] for k in inside if people[k] >= FEWEST_PEOPLE] or [part_text(g + 1)]
        out.append(named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}")
    return tuple(out)


def _notes(facts: Facts, out: Facts, rare: npt.NDArray[np.bool_], fewest: int) -> tuple[str, ...]:
    notes = []
    before, after = len(facts.folds), max(1, len(out.folds))
    if after < before:
        notes.append(
            say(
                "{before} left-out folds are shown as {after}: none of fewer than {fewest} "
                "contacts or {positives} responses leaves the notebook.",
                before=before,
                after=after,
                fewest=fewest,
                positives=FEWEST_POSITIVES,
            )
        )
    if rare.any():
        notes.append(
            say(
                "{count} columns mark one to {most} contacts of a campaign; in this file those "
                "of a group move together, or stay as they were fitted.",
                count=int(rare.sum()),
                most=FEWEST_MARKED - 1,
            )
        )
    return tuple(notes)


def _sums(values: Array, merged: npt.NDArray[np.int64]) -> Array:
    out = np.zeros((int(merged.max()) + 1, *values.shape[1:]))
    np.add.at(out, merged, values)
    return out


def _typical(sample: RowSource) -> Array:
    """Return the value that more than half of the sample has; NaN where there is none."""
    low, high = (np.asarray(q) for q in _middle(sample))
    return np.where(low == high, low, np.nan)


def _middle(sample: RowSource) -> tuple[Array, Array]:
    """Return the first and third quartile of each column, by contacts."""
    kept: list[tuple[Array, Array]] = []

    def keep(block: Block) -> tuple[object, ...]:
        every = np.arange(block.X.shape[1])
        kept.append((block.X[:, every], block.weight.astype(float)))
        return (0.0,)

    sample.total(keep)
    X = np.concatenate([part for part, _ in kept])
    weight = np.concatenate([part for _, part in kept])
    order = np.argsort(X, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) / weight.sum()
    ranked = np.take_along_axis(X, order, axis=0)
    at = [np.take_along_axis(ranked, (reached < q).sum(axis=0)[None], axis=0) for q in (0.25, 0.75)]
    return at[0][0], at[1][0]


def _counting(typical: Array, *, cells: bool) -> Kernel:
    def kernel(block: Block) -> tuple[object, ...]:
        w = block.weight if cells else np.ones_like(block.weight)
        return w.sum(dtype=float), float(w @ (block.y > 0)), w @ _differs(typical, block.X)

    return kernel


def _differs(typical: Array, X: Any) -> Array:
    """Say where rows differ from these values; sparse rows are written out."""
    return np.asarray(typical != X[:, np.arange(len(typical))], dtype=float)
