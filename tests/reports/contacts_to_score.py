"""Contacts that are scored, and what scores them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench import FeatureFrame, RidgePropensity, RidgeUplift

RECIPE = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}


def table(n=240, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).round(3)
    months = np.repeat(["2024-02", "2024-01", "2024-03"], n // 3)
    bought = (rng.random(n) < 1 / (1 + np.exp(0.5 - x[:, 0]))).astype(int)
    features = {f"x{k}": x[:, k] for k in range(4)}
    return pd.DataFrame({"id": range(n), "month": months, "bought": bought} | features)


def fitted():
    """A model of propensities."""
    frame = FeatureFrame.from_table(table(), target="bought", campaign="month", customer="id")
    return RidgePropensity(alpha=0.01).fit(frame)


def fitted_uplift():
    """A model of uplifts."""
    frame = FeatureFrame.from_table(table(2400), target="bought", campaign="month", customer="id")
    arm = pd.Series(np.where(np.random.default_rng(9).random(2400) < 0.5, "mail", "none"))
    return RidgeUplift(alpha=0.01).fit(replace(frame, treatment=arm, control="none"))
