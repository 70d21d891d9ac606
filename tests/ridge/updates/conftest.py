"""Histories of small campaigns, and models of them, each fitted once."""

import warnings
from functools import cache
from typing import NamedTuple

import pytest

from workbench import FeatureFrame, RidgePropensity, datasets
from workbench.errors import DataWarning


class History(NamedTuple):
    """A model of the first campaigns, the rows that come then, and all of them together."""

    model: RidgePropensity
    coming: FeatureFrame
    together: FeatureFrame
    later: FeatureFrame


@cache
def history(known=6, rows=300, seed=1, **asked):
    """Fit a model to planted campaigns, and hand out what comes after them."""
    world = datasets.planted(
        dose=0.5, seed=seed, train_campaigns=known, new_campaigns=2, rows=rows, stable=5, spiky=3
    )
    frame, label, names = world.frame, world.frame.campaign, world.frame.campaigns

    def some(low, high):
        return frame.rows(label.isin(names[low:high]).to_numpy())

    with warnings.catch_warnings(action="ignore", category=DataWarning):  # constant columns
        model = RidgePropensity(**asked).fit(some(0, known))
    return History(model, some(known, known + 1), some(0, known + 1), some(known + 1, known + 2))


@pytest.fixture
def planted_history():
    """What makes a history; see `history`."""
    return history
