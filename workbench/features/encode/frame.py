"""A frame encoded by what its training campaigns show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.features.encode.campaign import CampaignEncoder
from workbench.features.encode.columns import ColumnEncoder
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, did_you_mean, listed


def encoded(
    frame: FeatureFrame, encoder: ColumnEncoder, *, training: Sequence[Any]
) -> FeatureFrame:
    """Encode a frame by what its training campaigns show.

    Rows of training campaigns with a known outcome are encoded out of fold by campaign,
    all others by all of those.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns.
    encoder : ColumnEncoder
        Fitted in place, so that it can encode new contacts: the recipe of the frame makes
        the features before encoding.
    training : sequence
        Campaign labels.

    Raises
    ------
    ParameterError
        A label is not a campaign of the frame; the closest is offered. Or the encoder gives
        no DataFrame.
    DataError
        No outcome is known in the training campaigns.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> from workbench.features import FeatureSet, attributes
    >>> from workbench.features.encode import CampaignEncoder, encoded
    >>> frame = FeatureSet(attributes("customers")).build(sample())
    >>> encoded(frame, CampaignEncoder(), training=frame.campaigns[:5]).X.columns.tolist()
    ['customers_region_rate']
    """
    for label in training:
        if label not in frame.campaigns:
            raise ParameterError(
                f"`training` must name campaigns of the frame; got {label!r}, there are "
                f"{listed(frame.campaigns)}.{did_you_mean(label, frame.campaigns)}"
            )
    campaign = pd.Series(frame.campaign)
    learned = (campaign.isin(list(training)) & frame.y.notna()).to_numpy()
    if not learned.any():
        raise DataError(
            f"No outcome is known in the training campaigns {listed(training)}. Name campaigns "
            "that are over."
        )
    by: dict[str, Any] = {}
    if isinstance(encoder, CampaignEncoder):
        by["campaign"] = campaign[learned]
    taken = signature(encoder.fit).parameters
    if "weight" in taken:  # not every encoder counts contacts
        by["weight"] = frame.weights[learned]
    if "groups" in taken:  # nor has groups of its own
        by["groups"] = frame.groups
    inside = encoder.fit_transform(frame.X[learned], frame.y[learned], **by)
    if not isinstance(inside, pd.DataFrame):
        raise ParameterError(
            f"A frame holds a DataFrame; {type(encoder).__name__} gives {type(inside).__name__}. "
            "Set its output: set_output(transform='pandas')."
        )
    parts = [inside, encoder.transform(frame.X[~learned])] if (~learned).any() else [inside]
    return replace(
        frame,
        X=pd.concat(parts).sort_index(),
        catalogue=encoder.catalogue_out(frame.catalogue),
    ).noting(f"Encoded by {type(encoder).__name__}, from {count_of(len(training), 'campaign')}.")
