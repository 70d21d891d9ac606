"""What each feature adds to the score of a network: its own part, and its share of units."""

from __future__ import annotations

import pandas as pd

from workbench.networks.hidden_layer import HiddenLayer


def shared_out(parts: pd.DataFrame, layer: HiddenLayer) -> pd.DataFrame:
    """Give what units add to the features that they are made of, in equal shares.

    A unit of one feature belongs to it alone, and the sum is exact. What a unit of two features
    adds cannot be told apart; each gets half, so that the sum over features is the score's.

    Parameters
    ----------
    parts : DataFrame, shape (n, features + units)
        Contributions of both, as a ridge model gives them.
    layer : HiddenLayer

    Returns
    -------
    DataFrame, shape (n, features)
    """
    features = list(dict.fromkeys(layer.design.features))
    sums = parts[features].copy()
    for unit in layer.units.units_:
        owners = layer.features_of(unit)
        for owner in owners:
            sums[owner] += parts[unit.name] / len(owners)
    return sums


def shares_out(columns: pd.DataFrame, layer: HiddenLayer) -> pd.Series[float]:
    """Return each feature's share of the score's variance, with those of its units.

    Parameters
    ----------
    columns : DataFrame
        One row a column or unit: ``feature, score_share``.
    layer : HiddenLayer
    """
    share = columns.groupby("feature", sort=False)["score_share"].sum()
    own = share.drop(layer.names).copy()
    for unit in layer.units.units_:
        owners = layer.features_of(unit)
        own[owners] += share[unit.name] / len(owners)
    return own.rename("score_share")
