"""Planted spikes: a simulator whose coefficients, and whose campaign-specific lies, are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array

BASE_LOG_ODDS, BASE_SPREAD = -2.5, 0.3
STABLE_SPREAD = 0.25
ACTIVE, FILLED = 0.3, 0.15
"""A spiky column is active in 30% of the campaigns, and then filled in 15% of the rows."""


@dataclass(frozen=True)
class Planted:
    """Simulated contacts and the truth behind them.

    Parameters
    ----------
    frame : FeatureFrame
        Groups ``stable`` and ``spiky``; campaigns ``c01, c02, …``, a month apart.
    stable_effects : ndarray, shape (stable,)
    spiky_effects : ndarray, shape (campaigns, spiky)
        Drawn anew for every campaign; 0 where the column is not active.
    intercepts : ndarray, shape (campaigns,)
    probability : ndarray, shape (n,)
        The true propensity of each row.
    """

    frame: FeatureFrame
    stable_effects: Array
    spiky_effects: Array
    intercepts: Array
    probability: Array


class _Sizes(NamedTuple):
    campaigns: int
    rows: int
    stable: int
    spiky: int


def planted(
    *,
    dose: float = 1.0,
    seed: int = 0,
    train_campaigns: int = 12,
    new_campaigns: int = 10,
    rows: int = 2000,
    stable: int = 40,
    spiky: int = 60,
) -> Planted:
    """Simulate campaigns in which some columns tell the truth only once.

    Stable columns are N(0, 1), with effects N(0, 0.25²) that hold in every campaign. A
    spiky column is active in a campaign with probability 0.3. It is then non-zero in 15%
    of the rows, with lognormal(0, 1) values. Its effect is drawn anew for that campaign,
    from N(0, dose²). The log-odds are −2.5 + N(0, 0.3²) a campaign, plus the effects.

    Parameters
    ----------
    dose : float
        Standard deviation of the spikes' effects; 0 plants none.
    seed : int
    train_campaigns, new_campaigns : int
        The first ones to learn from, and those that come after: alike in kind, with their
        own activity and effects.
    rows : int
        Contacts of each campaign.
    stable, spiky : int
        Numbers of columns.

    Returns
    -------
    Planted

    Raises
    ------
    ParameterError
        A size is below one, or the dose is negative or infinite.

    Examples
    --------
    >>> planted(rows=50, stable=3, spiky=2).frame
    FeatureFrame: 1,100 contacts × 5 features in 2 groups; 22 campaigns; ...
    """
    sizes = _Sizes(train_campaigns + new_campaigns, rows, stable, spiky)
    at_least_one = min(train_campaigns, rows, stable, spiky)
    if not 0 <= dose < np.inf or at_least_one < 1 or new_campaigns < 0:
        raise ParameterError(
            "`planted` needs a dose from 0 and at least one training campaign, row, stable and "
            f"spiky column; got dose={dose!r}, train_campaigns={train_campaigns!r}, "
            f"new_campaigns={new_campaigns!r}, rows={rows!r}, stable={stable!r}, spiky={spiky!r}."
        )
    rng = np.random.default_rng(seed)
    stable_effects = rng.normal(0, STABLE_SPREAD, stable)
    drawn = [_campaign(rng, sizes, stable_effects, dose) for _ in range(sizes.campaigns)]
    X, spiky_effects, intercepts, log_odds = (list(part) for part in zip(*drawn, strict=True))
    probability = expit(np.concatenate(log_odds))
    outcome = (rng.random(len(probability)) < probability).astype("float64")
    frame = _frame(np.concatenate(X), outcome, sizes)
    return Planted(
        frame, stable_effects, np.array(spiky_effects), np.array(intercepts), probability
    )


def _campaign(
    rng: np.random.Generator, sizes: _Sizes, stable_effects: Array, dose: float
) -> tuple[Array, Array, float, Array]:
    stable = rng.normal(size=(sizes.rows, sizes.stable))
    active = rng.random(sizes.spiky) < ACTIVE
    filled = rng.random((sizes.rows, sizes.spiky)) < FILLED
    spiky = np.where(active & filled, rng.lognormal(size=(sizes.rows, sizes.spiky)), 0.0)
    effects = np.where(active, rng.normal(0, dose, sizes.spiky), 0.0)
    intercept = BASE_LOG_ODDS + rng.normal(0, BASE_SPREAD)
    log_odds = intercept + stable @ stable_effects + spiky @ effects
    return np.column_stack([stable, spiky]), effects, float(intercept), log_odds


def _frame(X: Array, outcome: Array, sizes: _Sizes) -> FeatureFrame:
    groups = ["stable"] * sizes.stable + ["spiky"] * sizes.spiky
    numbers = [*range(1, sizes.stable + 1), *range(1, sizes.spiky + 1)]
    names = [f"{group}_{number:02d}" for group, number in zip(groups, numbers, strict=True)]
    labels = [f"c{k:02d}" for k in range(1, sizes.campaigns + 1)]
    starts = pd.date_range("2020-01-01", periods=sizes.campaigns, freq="MS", unit="us")
    as_of = pd.Series(starts.repeat(sizes.rows))
    catalogue = pd.DataFrame(
        {"group": groups, "builder": "planted", "source": "simulation"}, index=pd.Index(names)
    )
    return FeatureFrame(
        X=pd.DataFrame(X, columns=names),
        y=pd.Series(outcome),
        campaign=pd.Series(np.repeat(labels, sizes.rows)),
        as_of=as_of,
        matured_at=pd.Series((starts + pd.Timedelta(days=28)).repeat(sizes.rows)),
        catalogue=catalogue,
        notes=("Simulated: no customer is real.",),
    )
