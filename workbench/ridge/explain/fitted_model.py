"""What explaining and exporting ask of a fitted model, whatever its outcome is."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.ridge.design.design import Design
from workbench.ridge.fitted.fit import Fit


class Refittable(Protocol):
    """A model with its table of columns, and the fit that it came from."""

    columns_: pd.DataFrame
    campaigns_out_: bool
    workspace_: Fit


class Described(Protocol):
    """A fitted model's parameters, its table of columns, and how it came about.

    Attributes are those of `RidgePropensity`, under their names there; ``foretells`` is
    "propensity", "amount", "count" or "uplift".
    """

    alpha: float | str
    deviations: bool
    extrapolate: bool
    columns_: pd.DataFrame
    design_: Design
    training_: dict[str, float]
    alpha_: float
    tuning_: pd.DataFrame | None
    grid_: pd.DataFrame | None
    folds_: str | None
    campaigns_out_: bool
    co_data_: dict[str, float]
    kkt_residual_: float
    n_iter_: int
    n_features_in_: int
    feature_names_in_: Any
    recipe_: Any
    headline_: Any
    governance_: Any
    labels_: dict[str, str]

    foretells: ClassVar[str]

    @property
    def edf_(self) -> float:
        """Effective degrees of freedom."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 - scikit-learn's
        """Return the parameters by name."""

    def coefficients(self) -> pd.DataFrame:
        """Return the table of coefficients."""


class FittedModel(Described, Protocol):
    """A fitted model of one score, and how it is scored on what comes."""

    intercept_: Any
    classes_: npt.NDArray[Any]  # of responses alone
    outlook_: Any
    half_life_: float | None
    slope_: float
    base_rate_: pd.DataFrame | None
    proven_: bool | None
    forward_: pd.DataFrame | None

    @property
    def per_unit(self) -> npt.NDArray[np.float64]:
        """Coefficient per unit of each design column."""

    @property
    def at_zero(self) -> float:
        """The linear predictor where every design column is 0."""
