"""What a model file says of the outlook: half-life, slope, base rate, forward folds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.ridge.ahead.outlook import Outlook
from workbench.ridge.explain.fitted_model import FittedModel


def saved_outlook(model: FittedModel) -> dict[str, Any]:
    """Return what is written."""
    folds, rate = model.forward_, model.base_rate_
    return {
        "half_life": model.half_life_,
        "slope": model.slope_,
        "recent": model.outlook_.recent,
        "proven": model.proven_,
        "folds": None if folds is None else folds.reset_index().to_dict("records"),
        "base_rate": None if rate is None else rate.reset_index(names="").to_dict("records"),
    }


def restore_outlook(model: FittedModel, saved: Mapping[str, Any] | None) -> None:
    """Set what was written; a file of before says nothing, and nothing was done then."""
    saved = saved or {}
    folds, rate = saved.get("folds"), saved.get("base_rate")
    model.slope_ = saved.get("slope", 1.0)
    model.base_rate_ = None if rate is None else _base_rate(rate)
    model.outlook_ = Outlook(
        saved.get("half_life"),
        model.slope_,
        saved.get("recent", False),
        saved.get("proven"),
        None if folds is None else pd.DataFrame(folds).set_index("campaign"),
        in_time=rate is not None,
    )
    model.half_life_ = model.outlook_.half_life
    model.proven_, model.forward_ = model.outlook_.proven, model.outlook_.folds


def _base_rate(records: list[dict[str, Any]]) -> pd.DataFrame:
    # JSON has no NaN: null stands for it
    table = pd.DataFrame(records).set_index("").astype("float64")
    return table.rename_axis(None)
