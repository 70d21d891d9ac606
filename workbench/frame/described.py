"""What a frame holds: in a line, feature by feature, and campaign by campaign."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from workbench.frame.dealing import wholes
from workbench.frame.kinds import kind_of
from workbench.frame.leakage import SUSPECT_AUC, univariate_auc
from workbench.frame.parts import FrameParts
from workbench.messages import count_of

ALL = "(all)"
"""The label of a frame without campaigns."""


def quality_of(frame: FrameParts) -> pd.DataFrame:
    """Describe each feature, as `FeatureFrame.quality` says.

    Parameters
    ----------
    frame : FrameParts

    Returns
    -------
    DataFrame
        One row a feature: ``group, kind, missing_share, distinct, univariate_auc, remark``.
    """
    whole = None if frame.cell is None else wholes(frame)
    table = pd.DataFrame(
        {
            "group": frame.catalogue["group"],
            "kind": [kind_of(frame.X[name]) for name in frame.X.columns],
            "missing_share": frame.X.isna().T @ frame.weights / frame.weights.sum(),
            "distinct": frame.X.nunique(),
            "univariate_auc": univariate_auc(frame.X, frame.y, frame.weights, whole),
        }
    )
    table["remark"] = [_remark(row) for _, row in table.iterrows()]
    return table.rename_axis("feature")


def _remark(row: pd.Series[Any]) -> str:
    if row["univariate_auc"] > SUSPECT_AUC:
        return "may give the outcome away: leave it out if it is known only afterwards"
    if row["distinct"] <= 1:
        return "constant"
    if row["missing_share"] > 0.5:
        return "mostly missing"
    return ""


def summary_of(frame: FrameParts) -> pd.DataFrame:
    """Describe each campaign, as `FeatureFrame.summary` says.

    Parameters
    ----------
    frame : FrameParts

    Returns
    -------
    DataFrame
        One row a campaign: ``as_of`` where moments are known, ``contacts, known, positives,
        rate``.
    """
    label = frame.campaign if frame.campaign is not None else pd.Series(ALL, frame.X.index)
    weight = pd.Series(frame.weights)
    table = pd.DataFrame(
        {
            "contacts": weight.groupby(label).sum(),
            "known": weight.where(frame.y.notna(), 0.0).groupby(label).sum(),
            "positives": (weight * frame.y).groupby(label).sum(),
        }
    )
    table["rate"] = table["positives"] / table["known"].where(table["known"] > 0)
    if frame.as_of is not None:
        table.insert(0, "as_of", frame.as_of.groupby(label).min())
    return table.loc[frame.campaigns or [ALL]].rename_axis("campaign")


def line_of(frame: FrameParts, catalogue: pd.DataFrame | None = None) -> str:
    """Say in a line how many contacts, features, campaigns and responses a frame has.

    `catalogue` is of the features, where the frame's own is not.
    """
    features = frame.catalogue if catalogue is None else catalogue
    p, groups = len(features), features["group"].nunique()
    number = len(frame.campaigns)
    several = count_of(number, "campaign") if number else "no campaigns"
    known = frame.y.notna().to_numpy()
    positive = float(frame.weights[(frame.y == 1).to_numpy()].sum())
    return (
        f"FeatureFrame: {count_of(float(frame.weights.sum()), 'contact')} × "
        f"{count_of(p, 'feature')} in {count_of(groups, 'group')}; {several}; "
        f"{positive:,.0f} of {frame.weights[known].sum():,.0f} known outcomes positive"
    )


def page_of(frame: FrameParts) -> str:
    """Return the same line as HTML, with the number of features of each group."""
    by_group = frame.catalogue.groupby("group", sort=False).size().rename("features")
    return f"<p>{escape(line_of(frame))}</p>{by_group.to_frame().to_html(border=0)}"
