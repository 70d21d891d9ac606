"""Intervals of sums over contacts, where what is drawn again is campaigns, customers or cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import beta

from workbench.frame.dealing import ENOUGH, Drawn, numbered, wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.metrics.clusters import reach_of
from workbench.numbers import Z95, Array

FEWEST = 3
"""Campaigns of which Student's t tells how far others may differ; of two it tells nothing."""
FEW_RESPONSES = 30
"""Responses below which their number is too skewed for an interval from its variance."""


def drawn_again(frame: FeatureFrame, *, campaigns: bool = True) -> Drawn:
    """Say what is drawn as a whole: of few campaigns Student's t is wide, and that is true."""
    by_campaign = frame.campaign if campaigns else None
    kinds = (("campaigns", by_campaign, FEWEST), ("customers", frame.customer, ENOUGH))
    for name, labels, fewest in kinds:
        if labels is not None and fewest <= labels.nunique() < len(labels):
            return Drawn(numbered(labels), name)
    return Drawn(None, "contacts") if frame.cell is None else Drawn(wholes(frame), "cells")


def around(value: Array, weight: Array, drawn: Drawn) -> tuple[float, float]:
    """Return the interval of Σ w v, as much as its clusters, or contacts, would have it differ."""
    total, contacts = float(weight @ value), float(weight.sum())
    apart = value - total / contacts
    reach = Z95 * float(np.sqrt(weight @ apart**2)) if contacts > 1 else float("nan")
    if drawn.label is not None:
        reach = float(np.maximum(reach, reach_of(weight * apart, drawn.label)))  # NaN stays
    return total - reach, total + reach


def by_rare_responses(weight: Array, y: Any, *, cost: float, margin: float) -> tuple[float, float]:
    """Return the profit at exact limits of the share of responses, where few came or stayed out.

    A few are far from normal: none at all among many contacts may well have been three.
    """
    contacts, responses = float(weight.sum()), float(weight @ y)
    few = min(responses, contacts - responses)
    if contacts == 0 or few >= FEW_RESPONSES:
        return np.inf, -np.inf  # which makes nothing wider
    fewest = float(beta.ppf(0.025, responses, contacts - responses + 1)) if responses > 0 else 0.0
    missed = contacts - responses
    most = float(beta.ppf(0.975, responses + 1, missed)) if missed > 0 else 1.0
    return (margin * fewest - cost) * contacts, (margin * most - cost) * contacts


def wider(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the interval that holds both; NaN stays."""
    return float(np.minimum(one[0], other[0])), float(np.maximum(one[1], other[1]))
