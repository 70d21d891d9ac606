"""Which columns live on spikes: in few campaigns, or with an effect that few agree on."""

from __future__ import annotations

import warnings
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, false_discovery_control

from workbench.errors import DataWarning
from workbench.feature_frame import FeatureFrame
from workbench.metrics.stability import Drift, psi
from workbench.ridge import RidgePropensity
from workbench.ridge.co_data import heterogeneity
from workbench.ridge.examined import Examined
from workbench.ridge.fold_stats import Moments

Array = npt.NDArray[np.float64]

MOVED = 0.25
"""A PSI above it is commonly read as: the distribution is another one."""

_MOST = 0.9  # of a column's energy: the campaigns that hold it are those in which it lives
_ALL = 1 - 1e-9  # of a column's variance, but for rounding
_CERTAIN = 0.05  # false discoveries that are put up with among columns said to differ
_SCORES = ["concentration", "concentration_noise", "between_share", "psi", "psi_noise", "effect"]
_SCORES += ["q", "tau_squared", "i_squared", "false_discovery_rate"]


def spikiness(frame: FeatureFrame, model: RidgePropensity | None = None) -> pd.DataFrame:
    """Score every design column by how much it lives on spikes, the worst first.

    Give it training campaigns only, as ``split.train``: what it says of a column is
    learned from outcomes too.

    *Concentration* is (Σ S_g² − 1/G)/(1 − 1/G), S_g the campaign's share of the column's
    mean square about its usual value (per row, so that large campaigns weigh no more): 0
    where it is alike in all G campaigns, 1 where it exists in one. *Between share* is
    η² = Var(E[x|campaign])/Var(x). *Drift* is the PSI of the later half of the campaigns
    against the earlier. *Heterogeneity* compares each campaign's own slope
    b_g = b + s_{g,j·0}/A_{g,jj·0}, of variance v_g = 1/A_{g,jj·0}: Q = Σ (b_g − b̄)²/v_g,
    τ² its excess over chance (DerSimonian & Laird), and I² = (Q − (G−1))/Q.

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
        Index column; ``feature, group``; ``active_campaigns`` in which it ever leaves its
        usual value and ``lives_in``, the fewest that hold 90% of it; ``concentration`` and
        what chance would give it, ``concentration_noise``; ``between_share``; ``psi,
        psi_noise``; ``effect`` (pooled over campaigns, log-odds per standard deviation),
        ``q, tau_squared, i_squared, compared`` (campaigns that tell its effect) and
        ``false_discovery_rate``, NaN where fewer than two can be compared; ``same_as``, an
        earlier column of the same values; ``spiky``, whether it lives in at most half of the
        campaigns, or its effect differs between them, beyond chance; ``remark``. The order is
        that of 1 − (1 − concentration)(1 − I²), both as far as they are beyond chance.

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
    model = fitted_to(frame, model)
    examined = Examined.of(model, frame)
    measured = examined.moments()
    table = model.columns_[["feature", "group"]].assign(
        **_of_place(examined, measured), **_of_drift(examined), **_of_effect(examined)
    )
    table["same_as"] = _same_as(examined)
    names = _where(examined, measured)
    constant = measured.constant
    count = len(examined.campaigns)
    table["spiky"] = (_concentrated(table, count) | _differs(table)) & ~constant
    table["remark"] = [
        "constant: it says nothing" if flat else _remark(row, place, count)
        for (_, row), place, flat in zip(table.iterrows(), names, constant, strict=True)
    ]
    table.loc[constant, _SCORES] = np.nan
    return table.loc[_worst_first(table)]


def _concentrated(scores: Any, campaigns: int) -> Any:
    few = scores["lives_in"] <= campaigns / 2
    return few & (scores["concentration"] > 2 * scores["concentration_noise"])


def _differs(scores: Any) -> Any:
    return scores["false_discovery_rate"] < _CERTAIN


def _worst_first(table: pd.DataFrame) -> pd.Index:
    chance = table["concentration_noise"]
    concentrated = ((table["concentration"] - chance) / (1.0 - chance)).clip(lower=0.0).fillna(0.0)
    differs = table["i_squared"].where(_differs(table), 0.0)
    badness = 1.0 - (1.0 - concentrated) * (1.0 - differs)
    order = pd.DataFrame({"badness": badness, "between": table["between_share"]})
    return order.sort_values(["badness", "between"], ascending=False, kind="stable").index


def fitted_to(frame: FeatureFrame, model: RidgePropensity | None) -> RidgePropensity:
    """Return the model, or one of one strength for all columns."""
    if model is not None:
        return model
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # the table says it
        return RidgePropensity(penalty_factors={}).fit(frame)


def _of_place(examined: Examined, measured: Moments) -> dict[str, Any]:
    count = len(examined.campaigns)
    sums_of_squares = 1.0 / np.clip(measured.effective_folds, 1.0, count)
    return {
        "active_campaigns": (measured.second > 0).sum(axis=0),
        "lives_in": _lives_in(measured).sum(axis=0),
        "concentration": (sums_of_squares - 1.0 / count) / (1.0 - 1.0 / count),
        "concentration_noise": _by_chance(examined, measured),
        "between_share": measured.between_share,
    }


def _lives_in(measured: Moments) -> npt.NDArray[np.bool_]:
    """Mark the fewest campaigns that hold 90% of each column, (G, p)."""
    energy = measured.second
    ranked = np.argsort(-energy, axis=0, kind="stable")
    held = np.cumsum(np.take_along_axis(energy, ranked, axis=0), axis=0)
    before = held - np.take_along_axis(energy, ranked, axis=0)
    needed = before < (_MOST - 1e-12) * held[-1]
    marks = np.zeros(needed.shape, dtype=np.bool_)
    np.put_along_axis(marks, ranked, needed, axis=0)
    return marks


def _by_chance(examined: Examined, measured: Moments) -> Array:
    """Return the concentration of the same values dealt to campaigns at random: Σe²/(Σe)²."""
    weight = examined.rows.weight
    out = np.ones(len(measured.pivot))
    for place, usual in enumerate(measured.pivot):
        energy = (examined.column(place) - usual) ** 2
        if energy.any():
            out[place] = float(weight @ energy**2) / float(weight @ energy) ** 2
    return out


def _of_drift(examined: Examined) -> dict[str, Any]:
    weight, campaign = examined.rows.weight, examined.campaign
    sizes = np.bincount(campaign, weights=weight)
    earlier = np.cumsum(sizes) - sizes / 2 < sizes.sum() / 2
    earlier[0], earlier[-1] = True, False
    early = earlier[campaign]
    drifts: list[Drift] = []
    for place in range(len(examined.columns)):
        x = examined.column(place)
        sides = {"reference_weight": weight[early], "weight": weight[~early]}
        drifts.append(psi(x[early], x[~early], **sides))
    return {"psi": [d.psi for d in drifts], "psi_noise": [d.noise for d in drifts]}


def _of_effect(examined: Examined) -> dict[str, Any]:
    slope, variance = examined.slopes()
    found = heterogeneity(slope, variance)
    comparable = found.campaigns > 1
    information = (1.0 / variance).sum(axis=0)
    pooled = np.nansum(slope / variance, axis=0) / np.where(information > 0, information, 1.0)
    chance = np.where(comparable, chi2.sf(found.q, np.maximum(found.campaigns - 1, 1)), np.nan)
    rate = np.full_like(chance, np.nan)
    if comparable.any():
        rate[comparable] = false_discovery_control(chance[comparable])
    scores = {
        "effect": np.where(information > 0, pooled, np.nan),
        "q": np.where(comparable, found.q, np.nan),
        "tau_squared": np.where(comparable, found.tau**2, np.nan),
        "i_squared": np.where(comparable, found.share, np.nan),
    }
    return {**scores, "compared": found.campaigns, "false_discovery_rate": rate}


def _same_as(examined: Examined) -> list[str]:
    first: dict[bytes, str] = {}
    same = []
    for place, name in enumerate(examined.columns.index):
        values = examined.column(place) + 0.0  # minus zero is zero
        earlier = first.setdefault(blake2b(values.tobytes()).digest(), str(name))
        same.append("" if earlier == name else earlier)
    return same


def _where(examined: Examined, measured: Moments) -> list[str]:
    """Name the campaigns in which each column lives, up to three of them."""
    labels = np.array(examined.campaigns, dtype=object)
    named = [list(labels[marks]) for marks in _lives_in(measured).T]
    return [", ".join(some[:3]) + (", …" if len(some) > 3 else "") for some in named]


def _remark(row: pd.Series[Any], place: str, campaigns: int) -> str:
    said = []
    if _concentrated(row, campaigns):
        said.append(f"90% of it in {row['lives_in']} of {campaigns} campaigns ({place})")
    if row["compared"] == 0:
        said.append(
            "constant within each campaign: it tells campaigns apart, not contacts"
            if row["between_share"] > _ALL
            else "too rare within each campaign to tell its effect"
        )
    elif row["compared"] == 1:
        said.append("one campaign only tells its effect: nothing to compare")
    elif _differs(row):
        turns = ", even in sign" if row["tau_squared"] > row["effect"] ** 2 else ""
        said.append(
            f"effect differs between campaigns{turns} (I² {row['i_squared']:.0%}, "
            f"{row['effect']:+.2f} ± {np.sqrt(row['tau_squared']):.2f})"
        )
    if row["psi"] > MOVED and row["psi"] > 3 * row["psi_noise"]:
        said.append(f"moved: PSI {row['psi']:.2f}, by chance {row['psi_noise']:.2f}")
    if row["same_as"]:
        said.append(f"the same as {row['same_as']}")
    return "; ".join(said)
