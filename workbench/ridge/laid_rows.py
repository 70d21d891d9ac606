"""Rows as a fit needs them: in blocks by fold, measured, with a design that names the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.errors import DataError, FitError, ParameterError
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.messages import listed
from workbench.ridge.design.column import Column
from workbench.ridge.design.design import Design
from workbench.ridge.design.trained_range import trained_range
from workbench.ridge.design.training_rows import UNGROUPED, TrainingRows, check_groups
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.penalties.plan import PenaltyPlan, plan_penalties
from workbench.ridge.rows.source import Array, Block, RowSource
from workbench.ridge.settings import BY_ROWS, Settings
from workbench.ridge.statistics.moments import Moments, of_source, too_far_from_zero
from workbench.ridge.tune.folds import AHEAD, AUTO, CAMPAIGNS, FORWARD, Folds, folds_of, in_blocks


@dataclass(frozen=True)
class LaidRows:
    """Rows in blocks by fold, and what is known of them before any fit.

    Parameters
    ----------
    design : Design
    groups : mapping of feature to group
    plan : PenaltyPlan
        Of all design columns.
    source : RowSource
    measured : Moments
    folds : Folds
    ranges : tuple of ndarray, shape (p,), or None
        Lowest and highest value of each design column, where they are known.
    rows : int
        Cells, where rows are of cells; else rows.
    campaigns : int
    outcome : Outcome
    """

    design: Design
    groups: Mapping[str, str]
    plan: PenaltyPlan
    source: RowSource
    measured: Moments
    folds: Folds
    ranges: tuple[Array, Array] | None
    rows: int
    campaigns: int
    outcome: Outcome = LOGISTIC


def lay_out(rows: TrainingRows, settings: Settings) -> LaidRows:
    """Lay out checked rows.

    Parameters
    ----------
    rows : TrainingRows
    settings : Settings
    """
    design, matrix = Design.of(
        rows.X, rows.weight, most_levels=settings.most_levels, contacts=rows.contacts
    )
    groups = {name: rows.groups.get(name, UNGROUPED) for name in design.features}
    plan = planned(settings, design, groups, len(rows.order))
    needed = bool(plan.sets) and settings.criterion not in BY_ROWS
    folds = folds_of(rows, matrix, kind=settings.folds, needed=needed)
    blocks, measured = in_blocks(matrix, rows, folds)
    parts = (design, groups, plan, blocks, measured, folds, trained_range(matrix))
    return LaidRows(*parts, rows=rows.wholes, campaigns=len(rows.order), outcome=rows.outcome)


def lay_out_source(
    source: RowSource, groups: Mapping[str, str] | None, settings: Settings
) -> LaidRows:
    """Measure rows that are laid out by fold already, wherever they are.

    A source may name its columns and what its folds hold: ``names`` (p,), by default x0,
    x1, …, and ``campaigns`` (n_held,), by default "fold 1", "fold 2", ….

    Raises
    ------
    ParameterError
        `folds` asks for others than the source's, or `extrapolate` for ranges that sums do not
        tell.
    DataError
        One outcome only, values that are not finite, or columns too far from zero.
    """
    if settings.folds not in (AUTO, CAMPAIGNS, FORWARD):
        raise ParameterError(
            f"A row source brings its folds; got `folds={settings.folds!r}`. Leave `folds` out, or "
            "lay the rows out by other folds."
        )
    if not settings.extrapolate:
        raise ParameterError(
            "A row source tells sums alone, and no range of a column to hold new numbers in. Give "
            "`extrapolate=True`, and clip the columns where you score them."
        )
    if settings.folds == CAMPAIGNS:
        source = source.judged_from(None)
    names = [str(name) for name in getattr(source, "names", _numbered(source))]
    count = count_checked(source)
    measured = of_source(source)
    _check_names(names, source)
    check_measured(measured, names)
    check_groups(groups, names)
    grouped = {name: (groups or {}).get(name, UNGROUPED) for name in names}
    mean = measured.mean.tolist()
    design = Design(tuple(Column(name, mean=m) for name, m in zip(names, mean, strict=True)))
    folds = _folds_of(source, settings)
    campaigns = source.n_held if folds.campaigns else 0
    plan = planned(settings, design, grouped, campaigns)
    parts = (design, grouped, plan, source, measured, folds, None)
    return LaidRows(*parts, rows=count, campaigns=campaigns)


def _folds_of(source: RowSource, settings: Settings) -> Folds:
    if settings.folds == FORWARD and source.forward_from is None:
        raise ParameterError(
            "`folds='forward'` needs a row source whose folds stand in the order of time; this one "
            "has no `forward_from`. Give `source.judged_from(3)`, or leave `folds` out."
        )
    count, ahead = source.n_held, source.forward_from
    if ahead is not None and not 1 <= ahead <= count - 2:
        raise ParameterError(
            "`forward_from` of a row source must leave one fold before those that are judged, and "
            f"two to judge; got {ahead} of {count} folds. Give another, or "
            "`source.judged_from(None)`."
        )
    numbered = [f"fold {k + 1}" for k in range(count)]
    labels = tuple(str(label) for label in getattr(source, "campaigns", numbered))
    if len(labels) != count:
        raise DataError(
            "`campaigns` of a row source must have one label for each fold that can be left out; "
            f"got {len(labels)} for {count} folds. Give {count}."
        )
    nobody = np.zeros(0, dtype=np.int64)  # where a row is, the source alone knows
    kind = f"{count} campaigns" if ahead is None else f"{count - ahead} campaigns, {AHEAD}"
    return Folds(nobody, labels, kind, campaigns=count > 1, forward_from=ahead)


OF_A_SOURCE = (
    "A row source brings outcomes, campaigns and weights of its own",
    "Leave them out, or give a table.",
)


def of_streamed(rows: StreamedTable) -> tuple[str, str]:
    """Return what `ParquetRows` or `SparkRows` bring, for `check_given_alone`."""
    return (
        f"`{type(rows).__name__}` brings its own outcomes, campaigns, groups and weights",
        "Name their columns where it is made.",
    )


def check_given_alone(of: tuple[str, str], **given: object) -> None:
    """Raise where something came beside rows that they bring themselves.

    Parameters
    ----------
    of : (str, str)
        What the rows bring, and what to do: `OF_A_SOURCE`, or `of_streamed`.
    **given
        What came, by name; None where nothing did.

    Raises
    ------
    ParameterError
    """
    beside = [name for name, value in given.items() if value is not None]
    if beside:
        brings, instead = of
        raise ParameterError(f"{brings}; got {listed(beside)} beside it. {instead}")


def planned(
    settings: Settings, design: Design, groups: Mapping[str, str], campaigns: int
) -> PenaltyPlan:
    """Return which penalty each design column has, or is tuned with."""
    return plan_penalties(
        settings.alpha,
        settings.penalty_factors,
        design.features,
        groups,
        # a group for every feature says nothing: one free penalty each overfits what is left out
        by_group=campaigns > 1 and 1 < len(set(groups.values())) < len(groups),
        columns=design.names,
    )


def _numbered(source: RowSource) -> list[str]:
    return [f"x{j}" for j in range(source.n_columns)]


def count_checked(source: RowSource) -> int:
    """Return how many rows there are, of outcomes 0 and 1 and no negative weight."""
    count, odd, negative = (int(one) for one in source.total(_checks_kernel))
    if odd:
        raise DataError(
            f"Outcomes of a row source must be 0 or 1; got {odd:,} others. Write them as 0 and 1, "
            "or leave these rows out."
        )
    if negative:
        raise DataError(
            f"Weights of a row source must be numbers from 0; got {negative:,} others. Leave these "
            "rows out, or mend their weights."
        )
    return count


def _checks_kernel(block: Block) -> tuple[object, ...]:
    odd = (block.y != 0) & (block.y != 1)
    return len(block.y), odd.sum(), (~(block.weight >= 0)).sum()  # NaN is no number from 0


def _check_names(names: list[str], source: RowSource) -> None:
    if len(names) != source.n_columns:
        raise DataError(
            f"A row source must name each of its columns; got {len(names)} names and "
            f"{source.n_columns} columns. Give one name a column."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"Columns of a row source must have names of their own; {listed(twice)} stand more "
            "than once. Rename them."
        )


def check_measured(measured: Moments, names: list[str]) -> None:
    """Raise where a source has one outcome only, gaps, or columns too far from zero."""
    lost = [name for name, ok in zip(names, np.isfinite(measured.scale), strict=True) if not ok]
    if lost:
        raise DataError(
            f"A row source must hold finite numbers; {listed(lost)} do not. Fill their gaps first, "
            "or leave them out."
        )
    if not 0 < measured.positive.sum() < measured.total:
        raise FitError(
            "Rows must be of both outcomes, 0 and 1; this row source has one of them only. Add "
            "rows of the other."
        )
    far = too_far_from_zero(measured)
    if far.any():
        named = [name for name, one in zip(names, far, strict=True) if one]
        raise DataError(
            "Columns of a row source must lie within some thousand standard deviations of zero "
            f"(ten in float32), or floating point cancels their digits; {listed(named)} do not. "
            "Subtract a constant from each."
        )
