"""Planted drift: a simulator in which everything moves slowly, and how it moves is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array

FIRST_LOG_ODDS = -2.0
EFFECT_SPREAD = 0.25
TREND_EFFECT = 0.3
TREND_A_CAMPAIGN = 0.2
"""A trending column's mean rises by so much a campaign; within one it is N(mean, 1)."""


@dataclass(frozen=True)
class PlantedDrift:
    """Simulated contacts and the truth behind them.

    Parameters
    ----------
    frame : FeatureFrame
        Groups ``steady``, ``trend`` and ``constant``; campaigns ``c01, c02, …``, a month apart.
    effects : ndarray, shape (campaigns, p)
        Of the columns, in each campaign.
    intercepts : ndarray, shape (campaigns,)
        A random walk.
    probability : ndarray, shape (n,)
        The true propensity of each row.
    """

    frame: FeatureFrame
    effects: Array
    intercepts: Array
    probability: Array


class _Sizes(NamedTuple):
    campaigns: int
    rows: int
    columns: int


def planted_drift(
    *,
    seed: int = 0,
    campaigns: int = 16,
    rows: int = 500,
    columns: int = 20,
    walk: float = 0.2,
    turn: float = 0.05,
) -> PlantedDrift:
    """Simulate campaigns whose base rate, columns and effects move.

    Steady columns are N(0, 1). Their effects start as N(0, 0.25²) and turn. From a campaign
    to the next, β becomes (1 − turn) β + √(1 − (1 − turn)²) N(0, 0.25²): they keep their
    size, and a correlation of 1 − turn. Two columns have a trend: their mean rises by 0.2 a
    campaign; one has an effect of 0.3, which holds, the other has none. The last column is
    one N(0, 1) number in all rows of a campaign, and means nothing. The base log-odds start
    at −2 and take steps of N(0, walk²). The rise from the trend's effect is taken out of
    them, so that the base rate follows the walk alone.

    Parameters
    ----------
    seed : int
    campaigns : int
    rows : int
        Contacts of each campaign.
    columns : int
        Steady ones.
    walk : float
        Standard deviation of the base log-odds' steps; 0: it stands still.
    turn : float
        From 0, effects that hold, to 1, effects drawn anew for every campaign.

    Returns
    -------
    PlantedDrift

    Raises
    ------
    ParameterError
        A size is below one, `walk` is negative or infinite, or `turn` is not in [0, 1].

    Examples
    --------
    >>> planted_drift(campaigns=6, rows=50, columns=3).frame
    FeatureFrame: 300 contacts × 6 features in 3 groups; 6 campaigns; ...
    """
    if min(campaigns, rows, columns) < 1 or not (0 <= walk < np.inf and 0 <= turn <= 1):
        raise ParameterError(
            "`planted_drift` needs at least one campaign, row and column, a walk from 0 and a turn "
            f"between 0 and 1; got campaigns={campaigns!r}, rows={rows!r}, columns={columns!r}, "
            f"walk={walk!r}, turn={turn!r}."
        )
    rng = np.random.default_rng(seed)
    sizes = _Sizes(campaigns, rows, columns)
    steady = _turning(rng, sizes, turn)
    others = np.tile([TREND_EFFECT, 0.0, 0.0], (campaigns, 1))
    effects = np.column_stack([steady, others])
    rise = np.linspace(0.0, TREND_A_CAMPAIGN * (campaigns - 1), campaigns)
    intercepts = FIRST_LOG_ODDS + np.append(0.0, rng.normal(0, walk, campaigns - 1)).cumsum()
    intercepts -= TREND_EFFECT * rise
    X = _columns(rng, sizes, rise)
    of_row = np.repeat(np.arange(campaigns), rows)
    probability = expit(intercepts[of_row] + (X * effects[of_row]).sum(axis=1))
    outcome = (rng.random(len(probability)) < probability).astype("float64")
    return PlantedDrift(_frame(X, outcome, sizes), effects, intercepts, probability)


def _turning(rng: np.random.Generator, sizes: _Sizes, turn: float) -> Array:
    effects = rng.normal(0, EFFECT_SPREAD, (sizes.campaigns, sizes.columns))
    for k in range(1, sizes.campaigns):  # each draw becomes what is new in its campaign
        effects[k] = (1 - turn) * effects[k - 1] + np.sqrt(1 - (1 - turn) ** 2) * effects[k]
    return effects


def _columns(rng: np.random.Generator, sizes: _Sizes, rise: Array) -> Array:
    n = sizes.campaigns * sizes.rows
    steady = rng.normal(size=(n, sizes.columns))
    trend = rng.normal(size=(n, 2)) + np.repeat(rise, sizes.rows)[:, None]
    constant = np.repeat(rng.normal(size=sizes.campaigns), sizes.rows)
    return np.column_stack([steady, trend, constant])


def _frame(X: Array, outcome: Array, sizes: _Sizes) -> FeatureFrame:
    names = [f"steady_{k:02d}" for k in range(1, sizes.columns + 1)]
    names += ["trend_with_effect", "trend_without", "constant_noise"]
    groups = ["steady"] * sizes.columns + ["trend", "trend", "constant"]
    labels = [f"c{k:02d}" for k in range(1, sizes.campaigns + 1)]
    starts = pd.date_range("2020-01-01", periods=sizes.campaigns, freq="MS", unit="us")
    catalogue = pd.DataFrame(
        {"group": groups, "builder": "planted", "source": "simulation"}, index=pd.Index(names)
    )
    return FeatureFrame(
        X=pd.DataFrame(X, columns=names),
        y=pd.Series(outcome),
        campaign=pd.Series(np.repeat(labels, sizes.rows)),
        as_of=pd.Series(starts.repeat(sizes.rows)),
        matured_at=pd.Series((starts + pd.Timedelta(days=28)).repeat(sizes.rows)),
        catalogue=catalogue,
        notes=("Simulated: no customer is real.",),
    )
