"""What a shift view says of a column: where it lives, and whether its effect is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.language import number_text, say
from workbench.metrics.stability import moved
from workbench.ridge.over_campaigns.spikes import concentrated, differs, tells_apart, turns


def sentence(row: pd.Series[Any], campaigns: int) -> str:
    """Say in words where a column lives, and whether its effect is one and the same.

    Parameters
    ----------
    row : Series
        Of `ColumnsOverCampaigns.scores`.
    campaigns : int
    """
    if np.isnan(row["concentration"]):
        return say("Constant: leave it out.")
    said = [_place(row, campaigns), _effect(row)]
    if moved(row):
        said.append(
            say(
                "it has moved: PSI {psi:.2f} of the second half of the campaigns against the "
                "first, {noise:.2f} by chance",
                psi=row["psi"],
                noise=row["psi_noise"],
            )
        )
    carried = row.get("score_share", np.nan)
    share = ""
    if not np.isnan(carried):
        share = say(" It carries {share} of the score's variance.", share=_percent(carried))
    return "; ".join(said) + "." + share


def _place(row: pd.Series[Any], campaigns: int) -> str:
    active, most = row["active_campaigns"], row["lives_in"]
    if active == campaigns:
        where = say("all {all}", all=campaigns)
    else:
        where = say("{some} of {all}", some=active, all=campaigns)
    if row["usual"] == 0 or row["by_mean"]:
        exists = say("Exists in {where} campaigns", where=where)
    else:
        exists = say(
            "Leaves its usual value, {usual:,.6g}, in {where} campaigns",
            usual=row["usual"],
            where=where,
        )
    if concentrated(row, campaigns) and most < active:
        exists += say(", 90% of it in {most}", most=most)
    return exists


def _effect(row: pd.Series[Any]) -> str:
    if row["compared"] == 0 and tells_apart(row):
        return say("it is constant within each: it separates campaigns, and cannot rank contacts")
    if row["compared"] == 0:
        return say("it is too rare within each to show its effect")
    if row["compared"] == 1:
        return say("only one campaign shows its effect: nothing to compare it with")
    if not differs(row):
        return say(
            "its effect differs between campaigns no more than chance may explain: I² {i:.0%}",
            i=row["i_squared"],
        )
    found = {
        "i": row["i_squared"],
        "effect": row["effect"],
        "spread": np.sqrt(row["tau_squared"]),
    }
    if turns(row):
        return say(
            "its effect differs between campaigns more than chance would explain, even in sign: "
            "I² {i:.0%}, {effect:+.2f} ± {spread:.2f}",
            **found,
        )
    return say(
        "its effect differs between campaigns more than chance would explain: I² {i:.0%}, "
        "{effect:+.2f} ± {spread:.2f}",
        **found,
    )


def _percent(share: float) -> str:
    value = 0.0 if abs(share) < 0.0005 else share
    return number_text(value, f".{1 if 0 < abs(value) < 0.0995 else 0}%")
