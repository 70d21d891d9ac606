"""One ridge fit of main and uplift columns: how they are laid out, and what comes back."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse

from workbench.errors import DataWarning, ParameterError
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, listed
from workbench.numbers import Array
from workbench.ridge.design.design import Design
from workbench.ridge.design.trained_range import trained_range
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.settings import BY_ROWS, Settings
from workbench.ridge.tune.co_data import CONCENTRATION, of_columns
from workbench.ridge.tune.folds import AUTO, CAMPAIGNS, FORWARD
from workbench.ridge.uplift.arms import ArmRows
from workbench.ridge.uplift.penalty_names import MAIN, PARTS, TREATED, UPLIFT, joint_penalties
from workbench.ridge.uplift.randomised import arm_told, check_randomised

MOST_BYTES = 8e9
"""Of the joint columns, which are dense: more are refused, not begun."""


class JointFit(NamedTuple):
    """What one fit of both parts gives.

    ``columns`` has a row a design column: what `RidgePropensity` keeps of it, of its uplift;
    and ``main_penalty, main_coef_standardised, main_std_error, main_edf``. Coefficients are per
    standard deviation of the column. ``effect`` is τ, the effect on the log-odds at the columns'
    means, and ``intercept`` the log-odds where all columns are 0, at the overall share.
    """

    design: Design
    columns: pd.DataFrame
    intercept: float
    effect: float
    effect_error: float
    tuning: pd.DataFrame | None
    inner: RidgePropensity


@one_blas_thread()
def fit_jointly(rows: ArmRows, settings: Settings) -> JointFit:
    """Fit η = b₀ + z'b + (t − s)(τ + (z − m)'c), z the design columns, s the campaign's share.

    Parameters
    ----------
    rows : ArmRows
    settings : Settings
        As the user gave them.
    """
    design, matrix = Design.of(
        rows.frame.X, rows.weight, most_levels=settings.most_levels, contacts=rows.frame.weights
    )
    z = _dense(matrix, len(rows.treated))
    if rows.frame.arm_probability is None:
        _check_drawn(rows, z, design.names)
    columns = _described(design, rows, z)
    used = np.flatnonzero(~columns["flat"].to_numpy())
    inner = _inner(rows, z, columns, used, settings)
    return _read(design, columns, inner, z, rows)


def _check_drawn(rows: ArmRows, z: Array, names: Sequence[str]) -> None:
    frame = rows.frame
    each_row = frame.customer is None and frame.cell is None and frame.weight is None
    told = arm_told(
        z,
        rows.treated,
        names=names,
        campaign=frame.campaign,
        unit=None if each_row else together(frame),
        weight=frame.weights,
    )
    check_randomised(told, arm=rows.arm, control=str(frame.control))


def _dense(matrix: Any, n: int) -> Array:
    p = matrix.shape[1]
    if issparse(matrix):
        if 16.0 * n * p > MOST_BYTES:
            raise ParameterError(
                f"The columns of an uplift are not sparse: {count_of(n, 'row')} of "
                f"{count_of(p, 'design column')} would take {16e-9 * n * p:,.0f} GB. Give a lower "
                "`most_levels`, or leave features out."
            )
        return np.asarray(matrix.toarray(), dtype=np.float64)
    return np.asarray(matrix, dtype=np.float64)


def _described(design: Design, rows: ArmRows, z: Array) -> pd.DataFrame:
    low, high = trained_range(z)
    flat = low == high
    names = [name for name, one in zip(design.names, flat, strict=True) if one]
    if names:
        warnings.warn(
            f"Constant columns: {listed(names)}. They are kept, with coefficient 0.",
            DataWarning,
            stacklevel=4,
        )
    mean = np.where(flat, low, rows.weight @ z / rows.weight.sum())
    return pd.DataFrame(
        {
            "feature": design.features,
            "group": [rows.frame.groups[name] for name in design.features],
            "mean": mean,
            "low": low,
            "high": high,
            "flat": flat,
        },
        index=pd.Index(design.names, name="column"),
    )


def _inner(
    rows: ArmRows,
    z: Array,
    columns: pd.DataFrame,
    used: npt.NDArray[np.intp],
    settings: Settings,
) -> RidgePropensity:
    names = columns.index[used].tolist()
    known, contrast = columns.iloc[used], rows.treated - rows.share
    joint = np.empty((len(z), 1 + 2 * len(used)))
    joint[:, 0] = contrast
    joint[:, 1 : 1 + len(used)] = z[:, used]
    np.subtract(z[:, used], known["mean"].to_numpy(), out=joint[:, 1 + len(used) :])
    joint[:, 1 + len(used) :] *= contrast[:, None]
    campaigns = len(rows.frame.campaigns)
    groups = rows.frame.groups
    penalties = joint_penalties(
        settings.penalty_factors,
        columns,
        alpha=settings.alpha,
        by_group=campaigns > 1 and 1 < len(set(groups.values())) < len(groups),
    )
    frame = _frame_of(rows, joint, names, {TREATED: TREATED, **penalties.group})
    there = {f"group:{group}" for group in frame.groups.values()}  # constant columns are left out
    return RidgePropensity(
        settings.alpha,
        {name: factor for name, factor in penalties.factors.items() if name in there},
        co_data=_co_data(settings, known, campaigns),
        deviations=settings.deviations,
        criterion=settings.criterion,
        folds=settings.folds,
        rule=settings.rule,
        max_iterations=settings.max_iterations,
        tolerance=settings.tolerance,
        base_rate="training",
        half_life=None,
        slope=1.0,
    ).fit(frame)


def _frame_of(
    rows: ArmRows, joint: Array, names: Sequence[str], groups: dict[str, str]
) -> FeatureFrame:
    labels = [TREATED, *(f"{part}: {name}" for part in PARTS for name in names)]
    of = rows.frame
    return FeatureFrame(
        X=pd.DataFrame(joint, columns=labels, copy=False),
        y=of.y,
        campaign=of.campaign,
        as_of=of.as_of,
        customer=of.customer,
        weight=pd.Series(rows.weight),
        catalogue=pd.DataFrame({"group": [groups[label] for label in labels]}, index=labels),
        cell=of.cell,
        order=of.order,
    )


def _co_data(settings: Settings, known: pd.DataFrame, campaigns: int) -> Any:
    """Return the co-data of the joint columns: those of a column are those of both its parts."""
    given = settings.co_data
    if isinstance(given, str) and given == AUTO:
        left_out = settings.folds in (AUTO, CAMPAIGNS, FORWARD) and campaigns > 1
        offered = left_out and settings.criterion not in BY_ROWS
        return CONCENTRATION if offered and settings.penalty_factors is None else None
    if not isinstance(given, pd.DataFrame):
        return given
    scores = of_columns(given, known)
    both = np.vstack([scores.mean(axis=0), scores, scores])
    labels = [TREATED, *(f"{part}: {name}" for part in PARTS for name in known.index)]
    return pd.DataFrame(both, index=labels, columns=given.columns)


def _read(
    design: Design, columns: pd.DataFrame, inner: RidgePropensity, z: Array, rows: ArmRows
) -> JointFit:
    """Bring what the joint fit says of its columns to one row a design column."""
    of, table = inner.columns_, columns.drop(columns="flat")
    main = of.reindex([f"{MAIN}: {name}" for name in table.index]).set_axis(table.index)
    uplift = of.reindex([f"{UPLIFT}: {name}" for name in table.index]).set_axis(table.index)
    scale = main["scale"].fillna(1.0)
    # an uplift column's own scale is that of (t − s)(z − m): told per deviation of z, as the main
    per_scale = (scale / uplift["scale"]).fillna(1.0)
    table["scale"] = scale
    table["campaigns"] = uplift["campaigns"].fillna(0.0)
    table["dropped"] = uplift["dropped"].isna() | (uplift["dropped"] == True)  # noqa: E712
    table["penalty"] = uplift["penalty"].fillna(np.inf)
    table["coef_standardised"] = (uplift["coef_standardised"] * per_scale).fillna(0.0)
    table["std_error"] = (uplift["std_error"] * per_scale).fillna(0.0)
    table["edf"] = uplift["edf"].fillna(0.0)
    table["main_penalty"] = main["penalty"].fillna(np.inf)
    for name in ("coef_standardised", "std_error", "edf"):
        table[f"main_{name}"] = main[name].fillna(0.0)
    table["score_share"] = _shares_of_score(table, z, rows.weight)
    effect = of.loc[[TREATED]]
    per_unit = 1 / float(effect["scale"].iloc[0])
    return JointFit(
        design,
        table,
        inner.at_zero,
        float(effect["coef_standardised"].iloc[0]) * per_unit,
        float(effect["std_error"].iloc[0]) * per_unit,
        None if inner.tuning_ is None else inner.tuning_.rename(index=_without_kind),
        inner,
    )


def _without_kind(name: str) -> str:
    return name.removeprefix("group:")


def _shares_of_score(table: pd.DataFrame, z: Array, weight: Array) -> Array:
    """Return each column's share of the variance of the log-odds effect over the rows."""
    coef = (table["coef_standardised"] / table["scale"]).to_numpy()
    mean = table["mean"].to_numpy()
    effect = z @ coef - mean @ coef
    with_effect = (weight * effect) @ z - (weight @ effect) * mean
    variance = float(weight @ effect**2)
    return np.asarray(coef * with_effect / variance) if variance > 0 else np.zeros(len(coef))
