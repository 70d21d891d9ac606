"""The parameters of the models, as their parts hand them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import pandas as pd

from workbench.ridge.design.design import MOST_LEVELS
from workbench.ridge.penalties.plan import TUNED
from workbench.ridge.tune.folds import AUTO

MARGINAL, ROWS = "marginal_likelihood", "left_out_rows"
BY_ROWS = (MARGINAL, ROWS)
"""Criteria that know nothing of campaigns, and trust what recurs within one."""


@dataclass(frozen=True)
class Settings:
    """The parameters of `RidgePropensity`, under their names there; its sisters have fewer."""

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

    @classmethod
    def of(cls, model: Any) -> Self:
        """Return those of a model."""
        return cls(**{one.name: getattr(model, one.name) for one in fields(cls)})
