"""The parameters of `RidgePropensity`, as its parts hand them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.ridge.design.design import MOST_LEVELS
from workbench.ridge.penalties.plan import TUNED
from workbench.ridge.tune.folds import AUTO


@dataclass(frozen=True)
class Settings:
    """The parameters of `RidgePropensity`, under their names there."""

    alpha: float | str
    penalty_factors: Mapping[str, float | str] | None
    co_data: str | Sequence[str] | pd.DataFrame | None = AUTO
    deviations: bool = False
    criterion: str = "loss"
    folds: str = AUTO
    rule: str = "safe"
    max_iterations: int = 200
    tolerance: float | None = None
    most_levels: int = MOST_LEVELS
    extrapolate: bool = False
    base_rate: str = AUTO
    half_life: float | str | None = TUNED
    slope: float | str = TUNED
