"""Which columns live on spikes: in few campaigns, or with an effect that few agree on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.language import later, say, say_count
from workbench.metrics.stability import drift_of_later_half, moved
from workbench.ridge import RidgePropensity
from workbench.ridge.over_campaigns.examined import RowsByCampaign
from workbench.ridge.over_campaigns.spikes import (
    concentrated,
    default_model,
    differs,
    lives_in,
    spike_scores,
    tells_apart,
    turns,
)
from workbench.ridge.statistics.moments import Moments
from workbench.tables.campaign_order import FILE

_MOVED, _APART = later("moved"), later("the second half of the file is unlike the first")


def spikiness(frame: FeatureFrame, model: RidgePropensity | None = None) -> pd.DataFrame:
    """Score every design column by how much it lives on spikes, the worst first.

    Give it training campaigns only, as ``split.train``: what it says of a column is
    learned from outcomes too.

    *Concentration* is (Σ S_g² − 1/G)/(1 − 1/G): 0 where the column is alike in all G
    campaigns, 1 where it exists in one. S_g is the campaign's share of the column's mean
    square about its usual value, per row, so that large campaigns weigh no more. *Between
    share* is η² = Var(E[x|campaign])/Var(x). *Drift* is the PSI of the later half of the
    campaigns against the earlier, or of the halves of the file where no order in time is
    known. *Heterogeneity* compares each campaign's own slope b_g
    = b + s_{g,j·0}/A_{g,jj·0}, of variance v_g = 1/A_{g,jj·0}: Q = Σ (b_g − b̄)²/v_g, τ²
    its excess over chance (DerSimonian & Laird), and I² = (Q − (G−1))/Q.

    Parameters
    ----------
    frame : FeatureFrame
        With at least two campaigns of known outcomes.
    model : RidgePropensity, optional
        Whose columns and coefficients to take the slopes at, fitted to these rows; by
        default one is fitted, of one strength for all columns.

    Returns
    -------
    DataFrame
        Index column:

        - ``feature, group``;
        - ``active_campaigns``: the number in which it ever leaves its usual value;
        - ``lives_in``: the fewest campaigns that hold 90% of it;
        - ``concentration, psi``, and what chance would give them: ``concentration_noise,
          psi_noise``;
        - ``concentration_dealt, q_dealt``: the most that came where contacts were dealt to the
          campaigns at random, 199 times (19 at least where there are many rows and columns);
        - ``between_share``;
        - ``effect``: pooled over campaigns, in log-odds per standard deviation;
        - ``q, tau_squared, i_squared, false_discovery_rate``: NaN where fewer than two
          campaigns can be compared;
        - ``compared``: the number of campaigns that show its effect;
        - ``same_as``: an earlier column of the same values;
        - ``spiky``: whether, beyond chance and beyond every deal at random, it lives in at
          most half of the campaigns or its effect differs between them;
        - ``remark``.

        The order is that of 1 − (1 − concentration)(1 − I²), both as far as they are beyond
        chance. `spiky_count` says how many are spiky, and how many would be by chance.

    Raises
    ------
    DataError
        There are fewer than two campaigns with outcomes.
    FitError
        As for `RidgePropensity.fit`.

    References
    ----------
    DerSimonian & Laird (1986), Meta-analysis in clinical trials, Controlled Clinical
    Trials 7. Higgins & Thompson (2002), Quantifying heterogeneity in a meta-analysis,
    Statistics in Medicine 21.

    Examples
    --------
    >>> from workbench import evidence
    >>> from workbench.datasets import planted
    >>> world = planted(dose=2.0, train_campaigns=6, new_campaigns=1, rows=300)
    >>> scores = evidence.spikiness(world.frame)
    >>> scores["group"].head(10).unique().tolist()
    ['spiky']
    """
    examined = RowsByCampaign.of(default_model(frame, model), frame)
    measured = examined.moments()
    drift = drift_of_later_half(
        examined.by_column(), examined.campaign, examined.rows.weight, examined.rows.whole
    )
    table = spike_scores(examined, measured, drift)
    names, count = _where(examined, measured), len(examined.campaigns)
    drifts = _MOVED if frame.in_order_of != FILE else _APART
    table["remark"] = [
        "; ".join(_remarks(row, names[str(name)], count, drifts)) for name, row in table.iterrows()
    ]
    return table


def _where(examined: RowsByCampaign, measured: Moments) -> dict[str, str]:
    """Name the campaigns in which each column lives, up to three of them."""
    labels = np.array(examined.campaigns, dtype=object)
    named = [list(labels[marks]) for marks in lives_in(measured).T]
    written = [", ".join(some[:3]) + (", …" if len(some) > 3 else "") for some in named]
    return dict(zip(examined.columns.index, written, strict=True))


def _remarks(row: pd.Series[Any], place: str, campaigns: int, drifts: str) -> list[str]:
    if np.isnan(row["concentration"]):
        return [say("constant: leave it out")]
    said = []
    if concentrated(row, campaigns):
        said.append(
            say_count(
                "90% of it in {lives_in} of {n:,.0f} campaign ({place})",
                "90% of it in {lives_in} of {n:,.0f} campaigns ({place})",
                campaigns,
                lives_in=row["lives_in"],
                place=place,
            )
        )
    if row["compared"] == 0:
        said.append(
            say("constant within each campaign: it separates campaigns, and cannot rank contacts")
            if tells_apart(row)
            else say("too rare within each campaign to show its effect")
        )
    elif row["compared"] == 1:
        said.append(say("only one campaign shows its effect: nothing to compare it with"))
    elif differs(row):
        values = {
            "share": row["i_squared"],
            "effect": row["effect"],
            "spread": np.sqrt(row["tau_squared"]),
        }
        if turns(row):
            text = say(
                "effect differs between campaigns, even in sign (I² {share:.0%}, {effect:+.2f} ± "
                "{spread:.2f})",
                **values,
            )
        else:
            text = say(
                "effect differs between campaigns (I² {share:.0%}, {effect:+.2f} ± {spread:.2f})",
                **values,
            )
        said.append(text)
    if moved(row):
        chance = {"psi": row["psi"], "noise": row["psi_noise"]}
        said.append(
            say("{drifts}: PSI {psi:.2f}, by chance {noise:.2f}", drifts=say(drifts), **chance)
        )
    if row["same_as"]:
        said.append(say("the same as {name}", name=row["same_as"]))
    return said
