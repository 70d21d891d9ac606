"""Cells of contacts against the same contacts one by one: every public function says the same.

The walk below finds every public function and method that takes a FeatureFrame, and every
public name of the rooms that measure. Each must have a case here, or stand in a short list
with the reason why equal results cannot be wanted. Three tables hold the same contacts:

- ``cells``: two weighted rows a cell, as `trials` makes them;
- ``contacts``: a row a contact, which knows of its cell;
- ``single``: a row a contact, which knows of none.
"""

import importlib
import inspect
import pkgutil
import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import workbench
from workbench import FeatureFrame, RidgePropensity, ShiftView, Targeting, Tuner, dealing, evidence
from workbench import metrics, ridge
from workbench.evidence import baselines, fits, forward_losses, origins, protocol, shift_tables
from workbench.features import encode
from workbench.governance import disclosure
from workbench.reports import score
from workbench.ridge import examined, spiky_columns
from workbench.widgets import ranked_contacts, settings, shift_state

GROUPS = {"offer_*": "offer", "segment": "who", "note": "who"}


def table_of_cells(seed=0, campaigns=8, cells=10, last_open=False):
    """Cells whose rates differ by more than their features say; text, gaps, a flag, a number."""
    rng = np.random.default_rng(seed)
    n = campaigns * cells
    table = pd.DataFrame(
        {
            "month": np.repeat([f"2024-{k + 1:02d}" for k in range(campaigns)], cells),
            "start": np.repeat(pd.date_range("2024-01-01", periods=campaigns, freq="MS"), cells),
            "ad": [f"ad{k}" for k in rng.integers(0, 25, n)],
            "offer_price": rng.normal(size=n).round(2),
            "offer_size": rng.gamma(2.0, 2.0, n).round(1),
            "segment": rng.choice(list("aabc"), n),
            "note": np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n).round(1)),
            "sent": rng.integers(4, 40, n),
        }
    )
    eta = -1.2 + 0.5 * table["offer_price"] + 0.4 * (table["segment"] == "b")
    table["bought"] = rng.binomial(table["sent"], expit(eta + rng.normal(0, 0.4, n)))
    return table


@dataclass(frozen=True)
class World:
    """A frame, and of each of its rows the row of the table of cells."""

    frame: FeatureFrame
    row: np.ndarray

    def per_row(self, values):
        """Least and greatest of what was said of each row of cells."""
        told = pd.Series(np.asarray(values)).groupby(self.row)
        return pd.DataFrame({"least": told.min(), "most": told.max()})

    def rows(self, chosen):
        return World(self.frame.rows(chosen), self.row[chosen])


def worlds(**roles):
    given = {"campaign": "month", "time": "start", "horizon_days": 20, **roles}
    frame = FeatureFrame.from_table(
        table_of_cells(), target="bought", trials="sent", groups=GROUPS, **given
    )
    each = np.arange(len(frame))
    one_by_one = np.repeat(each, frame.weights.astype(int))
    contacts = replace(frame.rows(one_by_one), weight=None)
    return {
        "cells": World(frame, each),
        "contacts": World(contacts, one_by_one),
        "single": World(replace(contacts, cell=None), one_by_one),
    }


ROLES = {
    "campaigns": {"drop": ["ad"]},
    "customers": {"customer": "ad"},
    "neither": {"campaign": None, "time": None, "horizon_days": None, "drop": ["ad", "month", "start"]},
}


def contents(frame):
    """What a frame holds, row order and weights aside: contacts of each kind."""
    table = frame.X.assign(y=frame.y, campaign=frame.campaign, customer=frame.customer)
    table["contacts"] = frame.weights
    kinds = [name for name in table if name != "contacts"]
    return table.groupby(kinds, dropna=False, sort=True, observed=True)["contacts"].sum().reset_index()


def plain(value):
    """Turn a result into numbers and text that can be compared."""
    if isinstance(value, FeatureFrame):
        return [plain(contents(value)), list(value.notes), value.groups]
    if isinstance(value, pd.DataFrame):
        return {"index": list(map(str, value.index)), **{str(c): plain(value[c].to_numpy()) for c in value}}
    if isinstance(value, pd.Series):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in (sorted(value, key=str) if isinstance(value, set) else value)]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    return value


def differences(a, b, tolerance, at=""):
    """Say where two results differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        if list(a) != list(b):
            return [f"{at}: keys {list(a)} and {list(b)}"]
        return [d for k in a for d in differences(a[k], b[k], tolerance, f"{at}.{k}")]
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [f"{at}: {len(a)} and {len(b)} entries"]
        return [d for k, (x, y) in enumerate(zip(a, b, strict=True)) for d in differences(x, y, tolerance, f"{at}[{k}]")]
    if isinstance(a, float | int) and isinstance(b, float | int):
        if a == b or (a != a and b != b) or abs(a - b) <= tolerance * max(1.0, abs(a), abs(b)):
            return []
        return [f"{at}: {a!r} and {b!r}"]
    return [] if a == b or (a != a and b != b) else [f"{at}: {a!r} and {b!r}"]


def quiet(call, *given):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        result = call(*given)
    # a row of `single` is a contact
    return [result, sorted({str(one.message).replace(" contacts)", " rows)") for one in said})]


def model_of(world, **asked):
    return RidgePropensity(**{"alpha": 0.01, **asked}).fit(world.frame)


def split_of(world):
    return evidence.out_of_time(world.frame)


def later(world):
    """A fitted model of the earlier campaigns, and the later ones."""
    split = split_of(world)
    test = world.rows(world.frame.campaign.isin(split.test.campaigns).to_numpy())
    return RidgePropensity(alpha=0.01).fit(split.train), test
