"""Columns and their effects followed from campaign to campaign: what a chart of spikes shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench._checks import did_you_mean, listed
from workbench.errors import ParameterError
from workbench.evidence.spikes import fitted_to
from workbench.feature_frame import FeatureFrame
from workbench.ridge import RidgePropensity
from workbench.ridge.examined import Examined

Array = npt.NDArray[np.float64]

_Z = 1.959963984540054


def over_campaigns(
    frame: FeatureFrame, model: RidgePropensity | None = None, *, columns: Sequence[str]
) -> pd.DataFrame:
    """Follow some columns, and their effects, from campaign to campaign.

    Parameters
    ----------
    frame, model
        As for `spikiness`.
    columns : sequence of str
        Design columns.

    Returns
    -------
    DataFrame
        One row a column and campaign, in time order: ``column, campaign, contacts``;
        ``usual``, the column's usual value; ``active_share`` of contacts that have another;
        ``mean``; ``effect, effect_low, effect_high``, the campaign's own slope with its 95%
        interval, NaN where the column hardly varies.

    Raises
    ------
    ParameterError
        A name is not a column of the model; the closest is offered.
    DataError, FitError
        As for `spikiness`.

    Examples
    --------
    >>> from workbench import evidence
    >>> from workbench.datasets import planted
    >>> world = planted(train_campaigns=6, new_campaigns=1, rows=300)
    >>> evidence.over_campaigns(world.frame, columns=["spiky_01"])["campaign"].head(3).tolist()
    ['c01', 'c02', 'c03']
    """
    model = fitted_to(frame, model)
    examined = Examined.of(model, frame)
    known = list(model.columns_.index)
    for name in columns:
        if name not in known:
            raise ParameterError(
                f"`columns` names unknown column {name!r}; got {listed(known)}."
                f"{did_you_mean(name, known)}"
            )
    measured = examined.moments()
    slope, variance = examined.slopes()
    half = _Z * np.sqrt(variance)
    tables = []
    for place in (known.index(name) for name in columns):
        away = examined.column(place) != measured.pivot[place]
        effect = slope[:, place]
        tables.append(
            pd.DataFrame(
                {
                    "column": known[place],
                    "campaign": examined.campaigns,
                    "contacts": measured.weight,
                    "usual": measured.pivot[place],
                    "active_share": _by_campaign(examined, away) / measured.weight,
                    "mean": measured.pivot[place] + measured.first[:, place],
                    "effect": effect,
                    "effect_low": effect - half[:, place],
                    "effect_high": effect + half[:, place],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _by_campaign(examined: Examined, values: npt.NDArray[Any]) -> Array:
    weighted = np.bincount(examined.campaign, weights=examined.rows.weight * values)
    return weighted.astype(np.float64)
