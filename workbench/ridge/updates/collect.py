"""The sums of a model that was fitted here, of its campaigns, small ones pooled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.messages import listed
from workbench.ridge.ahead.recency import decay
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.source import Array, Block, RowSource
from workbench.ridge.solve.leave_out import refitted
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.drift import Bend, measured
from workbench.ridge.statistics.enough import FEWEST_RESPONSES, FEWEST_ROWS, merge
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX
from workbench.ridge.updates.outlook import known_ahead
from workbench.ridge.updates.solved import solution
from workbench.ridge.updates.taken import Centre, fold_sums, pooled, score_bins

_TRIED = (0.1, 10.0)  # times the penalties: as far as a campaign more may move them


def sums_of(model: Any) -> CampaignSums:
    """Take the sums of a model at its fit, in a few passes over its rows.

    Raises
    ------
    FitError
        It has no campaigns, too many columns for matrices of them, or too few contacts.
    """
    fit = model.workspace_
    check_summable(model)
    at: Objective = fit.solved
    rows, b, half_life = at.rows, fit.solution.b, model.half_life_
    share = decay(rows.n_folds, half_life)
    merged = enough(rows)
    centre = _centre(rows, at, model.columns_["mean"].to_numpy(dtype="float64"))
    folds = fold_sums(rows, at.scaling, b, centre, at.outcome)
    folds = replace(folds, contacts=folds.weight / share, responses=folds.positive / share)
    folds = pooled(folds, merged)
    folds = folds.weighing(1.0 / share[folds.newest])
    names = tuple(
        tuple(fit.folds[g] for g in np.flatnonzero(merged == k)) for k in range(merged.max() + 1)
    )
    return CampaignSums(
        names,
        rows.n_folds,
        half_life,
        folds,
        score_bins(rows, at.scaling, b, merged, share.tolist()),
        at.scaling,
        bend_of(fit),
        centre.pivot,
        float(np.finfo(rows.dtype).eps),
        centre.origin,
        names,
        known_ahead(model.outlook_, fit.folds, at.penalties),
    )


def check_summable(model: Any) -> None:
    """Raise FitError unless sums by campaign, with matrices of columns, can be had of a model."""
    fit = model.workspace_
    if not model.campaigns_out_ or fit.stats.forward_from is not None:
        raise FitError(
            "Sums by campaign need a model whose folds are campaigns, each judged by all others; "
            f"this one was tuned on {model.folds_ or 'no folds'}. Fit with `campaign`, and leave "
            "`folds` out."
        )
    if {MATRIX, COLUMNS} - fit.abilities:
        raise FitError(
            "Sums by campaign need matrices of all columns by all columns, and fewer columns than "
            f"rows; these are too many ({len(fit.penalties):,}). Fit fewer columns, or `fit` "
            "anew with each campaign."
        )


def enough(rows: RowSource) -> npt.NDArray[np.int64]:
    """Return which folds are pooled, so that each has enough contacts and responses; (G,).

    Raises
    ------
    FitError
        All together are too few.
    """
    cells = getattr(rows, "whole", None) is not None

    def kernel(block: Block) -> tuple[object, ...]:
        w = block.weight if cells else np.ones_like(block.weight)
        return w.sum(dtype=float), float(w @ block.y)

    contacts, responses = rows.by_fold(kernel)
    merged = merge(contacts, responses, FEWEST_ROWS)
    if merged is None:
        raise FitError(
            f"Sums must stand for {FEWEST_ROWS} contacts and {FEWEST_RESPONSES} responses or more; "
            f"got {contacts.sum():,.0f} and {responses.sum():,.0f}. Wait for more of them, or "
            "`fit` with all rows."
        )
    return merged


def bend_of(fit: Fit) -> Bend:
    """Measure how quickly quadratics go wrong, on fits without each fold and other penalties."""
    at, fresh = fit.solved, fit.retaken()
    stats = cast("DenseStatistics", fresh.stats)
    pairs = []
    if stats.held > 1:
        found = refitted(at.rows, at.scaling, stats, at.penalties, names=at.names)
        pairs = list(zip(cast("Array", found.one_step), found.b, strict=True))
    for factor in _TRIED if at.penalties.any() else ():
        moved = factor * at.penalties
        pairs.append((solution(stats, moved), fresh.refit(moved).solution.b))
    return measured(stats.total_curvature(), stats.b, pairs)


def _centre(rows: RowSource, at: Objective, mean: Array) -> Centre:
    """Find what was subtracted from columns before they were fitted."""

    def kernel(block: Block) -> tuple[object, ...]:
        w = block.weight.astype(float)  # float32 adds up to what is not the mean
        return w.sum(), w @ block.X

    weight, sums = rows.total(kernel)
    in_blocks = np.asarray(sums / weight, dtype=float)
    in_blocks[at.scaling.columns] = at.scaling.mean
    apart = mean - in_blocks
    near = np.abs(apart) <= 1e-6 * np.maximum(np.abs(mean), np.finfo(float).tiny)
    return Centre(in_blocks, np.where(near, 0.0, apart))


def told(sums: CampaignSums) -> str:
    """Say which campaigns have no sums of their own; nothing where all have."""
    if not (small := sums.pooled):
        return ""
    return (
        f"{listed(small)} have fewer than {FEWEST_ROWS} contacts or {FEWEST_RESPONSES} responses, "
        "or stand beside such: they are pooled with their neighbours in time."
    )
