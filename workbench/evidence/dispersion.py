"""Whether cells of contacts differ by more than chance: how much less their contacts tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import chi2

from workbench import metrics
from workbench.checks import check_propensity
from workbench.evidence.stress import scores_of
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.ridge.design.trained_range import as_scored

WELL_ABOVE = 1.5
_BY_CHANCE = 0.999


@dataclass(frozen=True)
class CellDispersion:
    """How much more cells differ than contacts that respond independently.

    Parameters
    ----------
    value : float
        Pearson's χ² of the cells over its degrees of freedom, about 1 by chance; NaN where
        the frame has no cells, or no more of them than coefficients.
    cells : int
    freedom : float
        Degrees of freedom: cells less what was fitted to them.
    of_sums : float
        By how much the variance of the number of responses of all cells together exceeds that
        of independent contacts: above `value` where large cells differ more than small ones.
    """

    value: float
    cells: int
    freedom: float
    of_sums: float = float("nan")

    @property
    def above(self) -> bool:
        """Whether it is well above 1: from 1.5, and beyond chance."""
        if not self.value >= WELL_ABOVE:  # NaN is not
            return False
        return bool(self.value * self.freedom > chi2.ppf(_BY_CHANCE, self.freedom))

    def sentence(self) -> str:
        """Say so where cells differ by more than chance; nothing where they do not."""
        if not self.above:
            return ""
        return say(
            "The {cells:,} cells differ by more than chance: Pearson's χ² over its degrees of "
            "freedom is {value:.1f}, where contacts that respond independently of one another give "
            "about 1. So their contacts carry less information than their number, and intervals "
            "draw them as wholes.",
            cells=self.cells,
            value=self.value,
        )

    def widened(self, coefficients: pd.DataFrame) -> pd.DataFrame:
        """Return a table of coefficients with standard errors for such cells, √value times as wide.

        Unchanged where the value is not above 1.

        Examples
        --------
        >>> table = pd.DataFrame({"std_error": [0.1]})
        >>> CellDispersion(4.0, 50, 48.0).widened(table)["std_error"].tolist()
        [0.2]
        """
        factor = np.sqrt(self.value) if self.value > 1 else 1.0
        return coefficients.assign(std_error=coefficients["std_error"] * factor)

    def __repr__(self) -> str:
        return self.sentence() or f"{self.cells:,} cells: χ² over its degrees {self.value:.2f}."


def cell_dispersion(model: Any, frame: FeatureFrame) -> CellDispersion:
    """Compare the cells that a model learned from with what it says of them.

    Of single cells, Pearson's χ² over its degrees of freedom (`metrics.overdispersion`). The
    coefficients count as the model's effective degrees of freedom, and the intercept as 1. Of
    all responses together, Σ_c e_c² / Σ_i w_i p_i (1 − p_i) times C / (C − k), with e_c the
    responses of cell c less those expected of it. The propensities are those of the fit, before
    any other base rate or slope.

    Parameters
    ----------
    model : RidgePropensity, or what scores frames alike
        Fitted to the frame.
    frame : FeatureFrame
        With cells (`trials`); of one without, nothing is told.

    Returns
    -------
    CellDispersion

    Raises
    ------
    ParameterError
        `model` scores no frames, or is not fitted.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, section 4.5.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> table = pd.DataFrame({"x": [0.0, 1.0] * 10, "n": 1000, "k": [10, 90, 90, 10] * 5})
    >>> frame = FeatureFrame.from_table(table, target="k", trials="n")
    >>> cell_dispersion(RidgePropensity(alpha=0.1).fit(frame), frame).cells
    20
    """
    check_propensity(model, "Cells are compared with")
    known = frame.known()
    if frame.cell is None:
        return CellDispersion(float("nan"), 0, float("nan"))
    cell = wholes(known)
    fitted = float(getattr(getattr(model, "ridge_", model), "edf_", -1.0)) + 1
    count = len(np.unique(cell[known.weights > 0]))
    p, weight = _as_fitted(model, known), known.weights
    value = metrics.overdispersion(known.y, p, cell, weight=weight, fitted=fitted)
    apart = np.bincount(cell, weight * (known.y.to_numpy() - p))
    chance, freedom = float(weight @ (p * (1 - p))), count - fitted
    told = freedom > 0 and chance > 0
    of_sums = float(apart @ apart) / chance * count / freedom if told else float("nan")
    return CellDispersion(value, count, freedom, of_sums)


def _as_fitted(model: Any, frame: FeatureFrame) -> npt.NDArray[np.float64]:
    workspace = getattr(model, "workspace_", None)
    if workspace is None:
        return scores_of(model, frame)
    # the blocks of rows may be moved or reduced: the table of columns is as the features are
    columns, intercept = model.columns_, float(workspace.coefficients[0])
    scale = columns["scale"].to_numpy(dtype="float64")
    used = ~columns["dropped"].to_numpy() & (scale > 0)
    standardised = columns["coef_standardised"].to_numpy(dtype="float64")
    raw = np.where(used, standardised / np.where(used, scale, 1.0), 0.0)
    plus = intercept - float(columns["mean"].to_numpy(dtype="float64") @ raw)
    return np.asarray(expit(as_scored(model, frame.X) @ raw + plus), dtype=np.float64)
