"""Planted spikes: a simulator whose coefficients, and whose campaign-specific lies, are known.

It plants a test, too: who was treated at random, and what that changed for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.datasets.planted_curves import EVERY, check_curves, plant_curves
from workbench.datasets.planted_treatment import check_treatment, plant_treatment
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array

BASE_LOG_ODDS, BASE_SPREAD = -2.5, 0.3
STABLE_SPREAD = 0.25
ACTIVE, FILLED = 0.3, 0.15
"""A spiky column is active in 30% of the campaigns, and then filled in 15% of the rows."""

TREATED, CONTROL = "treated", "control"
"""What the arms of a planted test are called."""


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
        The true propensity of each row; of a test, in the arm that it was in.
    treated : ndarray of 0 and 1, shape (n,), optional
        Which rows were treated; None where there is no test.
    effect : ndarray, shape (n,), optional
        What the treatment changes in the row's propensity: p₁ − p₀.
    stable_uplift : ndarray, shape (stable,), optional
        What a unit of a stable column adds to the treatment's effect on the log-odds.
    spiky_uplift : ndarray, shape (campaigns, spiky), optional
        The same of spiky columns, drawn anew for every campaign.
    curves : DataFrame, optional
        One row a curved term: ``kind, column, with, at, effect``, as `plant_curves` describes
        them; None where nothing is curved.
    """

    frame: FeatureFrame
    stable_effects: Array
    spiky_effects: Array
    intercepts: Array
    probability: Array
    treated: Array | None = None
    effect: Array | None = None
    stable_uplift: Array | None = None
    spiky_uplift: Array | None = None
    curves: pd.DataFrame | None = None


class _Sizes(NamedTuple):
    campaigns: int
    rows: int
    stable: int
    spiky: int


def planted(  # noqa: PLR0913 - what is planted, each under its own name
    *,
    dose: float = 1.0,
    seed: int = 0,
    train_campaigns: int = 12,
    new_campaigns: int = 10,
    rows: int = 2000,
    stable: int = 40,
    spiky: int = 60,
    treated: float | None = None,
    uplift: float = 0.0,
    curved: float = 0.0,
    curvature: str = EVERY,
) -> Planted:
    """Simulate campaigns in which some columns tell the truth only once.

    Stable columns are N(0, 1), with effects N(0, 0.25²) that hold in every campaign. A
    spiky column is active in a campaign with probability 0.3. It is then non-zero in 15%
    of the rows, with lognormal(0, 1) values. Its effect is drawn anew for that campaign,
    from N(0, dose²). The log-odds are −2.5 + N(0, 0.3²) a campaign, plus the effects.

    With `treated`, that share of rows is treated at random. The treatment adds to the log-odds
    uplift · (1 + x'a + s'b), of stable columns x and spiky ones s. The effects a are N(0, 0.25²)
    and hold in every campaign; the effects b are N(0, (0.25 dose)²) of the campaign. The columns,
    the main effects and the outcomes of untreated rows are as without it.

    With `curved`, stable columns have effects beside the linear ones that no straight line
    follows. They hold in every campaign. They are products of two columns, absolute values, and
    thresholds, which are steps and saturation. `curved=1.0` gives them together the variance that
    the linear effects have. Columns, linear effects and spikes are as without it.

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
    treated : float, optional
        The chance of each row to be treated, between 0 and 1. None: there is no test.
    uplift : float
        What the treatment adds to the log-odds of a row whose columns are all 0, and the size of
        what columns change in that; 0 plants none.
    curved : float
        The size of the curved effects against the linear ones; 0 plants none.
    curvature : {"every kind", "products", "absolute values", "thresholds"}
        Which are planted. See `workbench.datasets.planted_curves`.

    Returns
    -------
    Planted

    Raises
    ------
    ParameterError
        A size is below one, or the dose is negative or infinite. The share of treated rows is not
        between 0 and 1. The uplift is infinite, or comes without that share. `curved` is negative
        or infinite, or `curvature` is unknown.

    Examples
    --------
    >>> planted(rows=50, stable=3, spiky=2).frame
    FeatureFrame: 1,100 contacts × 5 features in 2 groups; 22 campaigns; ...
    >>> test = planted(rows=50, stable=3, spiky=2, treated=0.5, uplift=0.6)
    >>> sorted(test.frame.treatment.unique()), test.frame.control
    (['control', 'treated'], 'control')
    >>> planted(rows=50, stable=4, curved=1.0, curvature="products").curves["kind"].tolist()
    ['products', 'products']
    """
    sizes = _Sizes(train_campaigns + new_campaigns, rows, stable, spiky)
    at_least_one = min(train_campaigns, rows, stable, spiky)
    if not 0 <= dose < np.inf or at_least_one < 1 or new_campaigns < 0:
        raise ParameterError(
            "`planted` needs a dose from 0 and at least one training campaign, row, stable and "
            f"spiky column; got dose={dose!r}, train_campaigns={train_campaigns!r}, "
            f"new_campaigns={new_campaigns!r}, rows={rows!r}, stable={stable!r}, spiky={spiky!r}."
        )
    check_treatment(treated, uplift)
    check_curves(curved, curvature)
    rng = np.random.default_rng(seed)
    stable_effects = rng.normal(0, STABLE_SPREAD, stable)
    drawn = [_campaign(rng, sizes, stable_effects, dose) for _ in range(sizes.campaigns)]
    X, spiky_effects, intercepts, log_odds = (list(part) for part in zip(*drawn, strict=True))
    effects = np.array(spiky_effects)
    curves = plant_curves(
        np.concatenate(X)[:, :stable],
        curved=curved,
        curvature=curvature,
        spread=STABLE_SPREAD,
        seed=seed,
    )
    test = plant_treatment(
        np.array(X),
        effects,
        np.concatenate(log_odds) + curves.added,
        treated=treated,
        uplift=uplift,
        spread=STABLE_SPREAD,
        dose=dose,
        seed=seed,
    )
    outcome = (rng.random(len(test.probability)) < test.probability).astype("float64")
    frame = _frame(np.concatenate(X), outcome, sizes, test.treated)
    drawn_once = (stable_effects, effects, np.array(intercepts))
    return Planted(frame, *drawn_once, **test._asdict(), curves=curves.terms)


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


def _frame(X: Array, outcome: Array, sizes: _Sizes, treated: Array | None) -> FeatureFrame:
    groups = ["stable"] * sizes.stable + ["spiky"] * sizes.spiky
    numbers = [*range(1, sizes.stable + 1), *range(1, sizes.spiky + 1)]
    names = [f"{group}_{number:02d}" for group, number in zip(groups, numbers, strict=True)]
    labels = [f"c{k:02d}" for k in range(1, sizes.campaigns + 1)]
    starts = pd.date_range("2020-01-01", periods=sizes.campaigns, freq="MS", unit="us")
    as_of = pd.Series(starts.repeat(sizes.rows))
    catalogue = pd.DataFrame(
        {"group": groups, "builder": "planted", "source": "simulation"}, index=pd.Index(names)
    )
    arms = None if treated is None else pd.Series(treated).map({1.0: TREATED, 0.0: CONTROL})
    return FeatureFrame(
        X=pd.DataFrame(X, columns=names),
        y=pd.Series(outcome),
        campaign=pd.Series(np.repeat(labels, sizes.rows)),
        as_of=as_of,
        matured_at=pd.Series((starts + pd.Timedelta(days=28)).repeat(sizes.rows)),
        catalogue=catalogue,
        notes=("Simulated: no customer is real.",),
        treatment=None if arms is None else arms.astype("str"),
        control=None if arms is None else CONTROL,
    )
