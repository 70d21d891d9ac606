"""Rows of three owners: a model that fixes the columns, each owner's frame, and all together."""

import warnings
from functools import cache
from typing import NamedTuple

from workbench import FeatureFrame, RidgePropensity, datasets
from workbench.errors import DataWarning


class Owners(NamedTuple):
    start: RidgePropensity
    frames: tuple[FeatureFrame, ...]
    together: FeatureFrame


@cache
def owners(seed=3, rows=300, **asked):
    """Deal nine planted campaigns to three owners, of 3, 2 and 4; the first one fits."""
    world = datasets.planted(
        dose=0.5, seed=seed, train_campaigns=9, new_campaigns=0, rows=rows, stable=4, spiky=2
    )
    frame, label, names = world.frame, world.frame.campaign, world.frame.campaigns
    frames = tuple(
        frame.rows(label.isin(names[low:high]).to_numpy()) for low, high in ((0, 3), (3, 5), (5, 9))
    )
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # constant columns
        start = RidgePropensity(**{"half_life": None, **asked}).fit(frames[0])
    return Owners(start, frames, frame)


def rounds(start, frames, most=20):
    """Go through rounds until they have converged."""
    model = start
    for _ in range(most):
        model = RidgePropensity.combine(model, [model.collect(one) for one in frames], again=True)
        if model.round_.converged:
            break
    return model
