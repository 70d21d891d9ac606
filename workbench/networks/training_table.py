"""The rows that a network learns from, as its units see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.networks.hidden_layer import plain_table
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.table import as_table


class TrainingTable(NamedTuple):
    """Features of rows that training counts, and what is known of each.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    weight : ndarray, shape (n,)
        How many contacts a row stands for.
    positive : ndarray of bool, shape (n,)
    campaign : ndarray, shape (n,), or None
    customer : ndarray of int, shape (n,), or None
        Numbers of customers; each that is missing has one of its own.
    """

    X: pd.DataFrame
    weight: Array
    positive: npt.NDArray[np.bool_]
    campaign: npt.NDArray[Any] | None
    customer: npt.NDArray[np.int64] | None = None


def training_table(linear: RidgePropensity, X: Any, given: Mapping[str, Any]) -> TrainingTable:
    """Return the rows that a ridge model was fitted to.

    Parameters
    ----------
    linear : RidgePropensity
    X : FeatureFrame, DataFrame or array
    given : mapping
        ``y, sample_weight, campaign``, as the fit was given them; None in a frame's place.
    """
    if isinstance(X, FeatureFrame):
        known = X.known()
        campaign = None if known.campaign is None else known.campaign.to_numpy()
        customer = None if known.customer is None else numbered(known.customer)
        return TrainingTable(known.X, known.weights, known.y.to_numpy() == 1, campaign, customer)
    table = plain_table(as_table(linear, X, reset=False))
    weight = np.ones(len(table)) if given["sample_weight"] is None else given["sample_weight"]
    weights = np.asarray(weight, dtype=np.float64) * np.ones(len(table))
    positive = np.asarray(given["y"]).ravel() == linear.classes_[1]
    campaign = None if given["campaign"] is None else np.asarray(given["campaign"])
    return TrainingTable(table, weights, positive, campaign)
