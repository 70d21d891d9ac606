"""A frame, or campaign tables, as questions are put to them."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.data_readiness.material import Material
from workbench.governance.papers.governance import Governance
from workbench.tables.campaign_data import CampaignData
from workbench.tables.campaign_order import FILE
from workbench.tables.table_names import KEYS

_NAMES = {"y": "outcome", "treatment": "arm"}


def contacts_of(frame: FeatureFrame) -> pd.DataFrame:
    """Return what a frame knows of each row beside its features, under fixed names."""
    parts = ("customer", "campaign", "as_of", "matured_at", "y", "weight", "treatment")
    found = {_NAMES.get(name, name): getattr(frame, name) for name in parts}
    return pd.DataFrame({name: one for name, one in found.items() if one is not None})


def order_known(frame: FeatureFrame) -> bool:
    """Whether the order of a frame's campaigns is that of time."""
    return frame.in_order_of not in ("", FILE)


def material_of_frame(
    frame: FeatureFrame, *, papers: Governance | None, today: dt.date
) -> Material:
    """Put the questions to a frame alone."""
    contacts = contacts_of(frame)
    if frame.y.isna().all() and frame.recipe.get("target") is None:
        contacts = contacts.drop(columns="outcome")
    return Material(
        contacts=contacts,
        columns=frame.X,
        campaigns=tuple(frame.campaigns),
        in_order=order_known(frame),
        frame=frame,
        roles={k: str(v) for k, v in frame.recipe.items() if k in ("treatment", "control") and v},
        papers=papers,
        today=today,
    )


def material_of_tables(
    data: CampaignData, *, frame: FeatureFrame | None, papers: Governance | None, today: dt.date
) -> Material:
    """Put the questions to campaign tables, and to the features that were built from them.

    Raises
    ------
    ParameterError
        The frame is not of these contacts.
    """
    if frame is not None and len(frame) != len(data.contacts):
        raise ParameterError(
            f"`frame` must be built from `data`; it has {len(frame):,} contacts, and the tables "
            f"have {len(data.contacts):,}. Build it with `FeatureSet.declared(data).build(data)`."
        )
    own = [name for name in data.contacts if name not in KEYS]
    contacts = data.contacts[["customer", "campaign", "as_of"]].copy()
    if data.outcome is not None:
        contacts[["matured_at", "outcome"]] = data.contacts[["matured_at", "outcome"]]
    if data.treatment is not None:
        contacts["arm"] = data.contacts[data.treatment]
    first = contacts.groupby("campaign", sort=False)["as_of"].min().sort_values(kind="stable")
    return Material(
        contacts=contacts,
        columns=frame.X if frame is not None else data.contacts[own],
        campaigns=tuple(first.index),
        in_order=True,
        frame=frame,
        tables=data,
        roles={} if data.treatment is None else {"treatment": data.treatment},
        papers=papers,
        today=today,
    )
