"""Columns and their effects followed from campaign to campaign: what a chart of spikes shows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import did_you_mean, listed
from workbench.ridge import RidgePropensity
from workbench.ridge.over_campaigns.examined import RowsByCampaign
from workbench.ridge.over_campaigns.spikes import by_campaign, default_model


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
        One row a column and campaign, in time order:

        - ``column, campaign, contacts``;
        - ``usual``: the column's usual value;
        - ``active_share, active_low, active_high``: the share of contacts that have
          another, with its 95% interval (Wilson's);
        - ``mean, mean_low, mean_high``: the mean of all its contacts, with its 95%
          interval;
        - ``effect, effect_low, effect_high``: the campaign's own slope with its 95%
          interval, NaN where the column hardly varies.

    Raises
    ------
    ParameterError
        A name is not a column of the model; the closest is offered.
    DataError, FitError
        As for `spikiness`.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference,
    JASA 22.

    Examples
    --------
    >>> from workbench import evidence
    >>> from workbench.datasets import planted
    >>> world = planted(train_campaigns=6, new_campaigns=1, rows=300)
    >>> evidence.over_campaigns(world.frame, columns=["spiky_01"])["campaign"].head(3).tolist()
    ['c01', 'c02', 'c03']
    """
    if isinstance(columns, str) or len(columns) == 0:
        raise ParameterError(
            f"`columns` must be a list of design columns, one or more; got {columns!r}."
        )
    model = default_model(frame, model)
    examined = RowsByCampaign.of(model, frame)
    known = list(model.columns_.index)
    for name in columns:
        if name not in known:
            raise ParameterError(
                f"`columns` names unknown column {name!r}; got {listed(known)}."
                f"{did_you_mean(name, known)}"
            )
    return by_campaign(examined, examined.moments(), columns)
