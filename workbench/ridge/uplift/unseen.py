"""Uplift of contacts by the model without their own campaign, which did not learn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array
from workbench.ridge.design.trained_range import as_scored
from workbench.ridge.uplift.penalty_names import MAIN, TREATED, UPLIFT

if TYPE_CHECKING:
    from workbench.ridge.uplift.ridge_uplift import RidgeUplift


class Unseen(NamedTuple):
    """Propensities with and without a contact, shape (n,) each.

    ``unseen`` is False where the model itself scored all rows: it was loaded from a file, did not
    leave out single campaigns, or knows none of these.
    """

    treated: Array
    untreated: Array
    unseen: bool


def unseen_chances(model: RidgeUplift, frame: FeatureFrame) -> Unseen:
    """Score contacts, those of a campaign of the fit by the model without that campaign.

    Such a model is one Newton step from the whole one, its penalties being the same. Columns are
    centred at the same means, and chances are those at the same overall share.

    Parameters
    ----------
    model : RidgeUplift
    frame : FeatureFrame, n rows
    """
    log_odds = np.array(model.log_odds(frame), dtype=np.float64)
    fold = _fold_of(model, frame)
    if fold is None:
        return Unseen(expit(log_odds[:, 1]), expit(log_odds[:, 0]), unseen=False)
    matrix = np.asarray(_dense(as_scored(model, frame.X, weight=frame.weights)))
    without = _coefficients_without(model)
    mean = model.columns_["mean"].to_numpy("float64")
    for g in np.unique(fold[fold >= 0]):
        start, effect, main, uplift = without[g]
        rows = np.flatnonzero(fold == g)
        adds = effect + (matrix[rows] - mean) @ uplift
        log_odds[rows, 0] = start + matrix[rows] @ main - model.share_ * adds
        log_odds[rows, 1] = log_odds[rows, 0] + adds
    return Unseen(expit(log_odds[:, 1]), expit(log_odds[:, 0]), unseen=True)


def _fold_of(model: RidgeUplift, frame: FeatureFrame) -> Any:
    """Return which fold each row's campaign was; None where no model without it is known."""
    workspace = getattr(getattr(model, "joint_", None), "workspace_", None)
    if workspace is None or frame.campaign is None:
        return None
    fold = pd.Index(workspace.folds).get_indexer(frame.campaign.astype(str))
    alone = model.campaigns_out_ and model.training_["campaigns"] == len(workspace.folds)
    return fold if alone and (fold >= 0).any() else None


def _coefficients_without(model: RidgeUplift) -> list[tuple[float, float, Array, Array]]:
    """Return intercept, τ, b and c of the model without each fold, per unit of design columns."""
    workspace, names = model.joint_.workspace_, model.columns_.index
    start, raw = workspace.given.scaling.to_raw(workspace.one_step_without(workspace.penalties))
    out = []
    for first, rest in zip(start, raw, strict=True):
        of = pd.Series(rest, index=model.joint_.columns_.index)
        main, uplift = (
            of.reindex([f"{part}: {name}" for name in names], fill_value=0.0).to_numpy()
            for part in (MAIN, UPLIFT)
        )
        out.append((float(first), float(of[TREATED]), main, uplift))
    return out


def _dense(matrix: Any) -> Any:
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix
