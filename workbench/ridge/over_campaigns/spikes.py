"""Columns over campaigns: where each lives, what each campaign says of its effect, and scores.

What `workbench.evidence.spikiness` tells and a view draws, from one reading of the rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, false_discovery_control

from workbench.errors import DataWarning, ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Z95
from workbench.ridge.over_campaigns.dealt import Dealt, dealt
from workbench.ridge.over_campaigns.examined import RowsByCampaign, too_few_campaigns
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.co_data import heterogeneity

Array = npt.NDArray[np.float64]

_MOST = 0.9  # of a column's energy: the campaigns that hold it are those in which it lives
_CERTAIN = 0.05  # false discoveries that are put up with among columns said to differ
_ALL = 1 - 1e-9  # of a column's variance, but for rounding
_ROUNDING = 1e-9  # sums in another order are not more
_SCORES = ["concentration", "concentration_noise", "between_share", "psi", "psi_noise", "effect"]
_SCORES += ["q", "tau_squared", "i_squared", "false_discovery_rate"]
_SCORES += ["concentration_dealt", "q_dealt"]
BY_CHANCE = "spiky in each deal"
"""The key of `DataFrame.attrs` under which scores keep what deals at random called spiky."""


def default_model(frame: FeatureFrame, model: RidgePropensity | None) -> RidgePropensity:
    """Return the model, or one of one strength for all columns."""
    if model is not None and not isinstance(model, RidgePropensity):
        raise ParameterError(
            f"`model` must be a RidgePropensity, fitted, or None; got {type(model).__name__}. "
            "Leave it out for one strength for all columns."
        )
    if model is not None:
        return model
    count = 0 if frame.campaign is None else frame.campaign[frame.y.notna()].nunique()
    if count < 2:
        raise too_few_campaigns(count)  # before the fit, which would speak of tuning
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # the table says it
        return RidgePropensity(penalty_factors={}).fit(frame)


def spike_scores(examined: RowsByCampaign, measured: Moments, drift: pd.DataFrame) -> pd.DataFrame:
    """Score every column, the worst first; see `workbench.evidence.spikiness`.

    Parameters
    ----------
    examined : RowsByCampaign
    measured : Moments
        Of these rows.
    drift : DataFrame, length p
        ``psi, psi_noise`` of each column, in the model's order.

    Returns
    -------
    DataFrame
        Its ``attrs`` keep the columns that each deal at random would call spiky.
    """
    columns = examined.columns
    by_chance = dealt(examined, measured)
    table = columns[["feature", "group"]].assign(
        **_of_place(examined, measured),
        **drift.set_axis(columns.index),
        **_of_effect(examined),
        concentration_dealt=by_chance.concentration.max(axis=0),
        q_dealt=by_chance.q.max(axis=0),
    )
    table["same_as"] = _same_as(examined)
    spiky = concentrated(table, len(examined.campaigns)) | differs(table)
    table["spiky"] = spiky & ~measured.constant
    order = worst_first(table)
    called = _called(by_chance, table, len(examined.campaigns)) & ~measured.constant
    table.loc[measured.constant, _SCORES] = np.nan
    names = np.asarray(columns.index, dtype=object)
    out = table.loc[order]
    out.attrs[BY_CHANCE] = tuple(tuple(names[marks]) for marks in called)
    return out


def concentrated(scores: Any, campaigns: int) -> Any:
    """Tell whether columns live in at most half of the campaigns, more than in any deal."""
    few = scores["lives_in"] <= campaigns / 2
    least = 2 * scores["concentration_noise"]
    beyond = scores["concentration"] > scores["concentration_dealt"] + _ROUNDING
    return few & (scores["concentration"] > least) & beyond


def differs(scores: Any) -> Any:
    """Tell whether effects differ between campaigns beyond chance, and more than in any deal."""
    certain = scores["false_discovery_rate"] < _CERTAIN
    return certain & (scores["q"] > scores["q_dealt"])


def _called(by_chance: Dealt, table: pd.DataFrame, campaigns: int) -> npt.NDArray[np.bool_]:
    """Mark what would be called spiky in each deal, judged by all other deals, (B, p)."""
    few = by_chance.lives_in <= campaigns / 2
    few &= by_chance.concentration > 2 * table["concentration_noise"].to_numpy()
    rates = [
        _false_discovery_rate(_chance(q, compared))
        for q, compared in zip(by_chance.q, by_chance.compared, strict=True)
    ]
    certain = np.nan_to_num(np.array(rates), nan=1.0) < _CERTAIN
    found = few & _beyond_others(by_chance.concentration, _ROUNDING)
    return np.asarray(found | certain & _beyond_others(by_chance.q))


def _beyond_others(values: Array, rounding: float = 0.0) -> npt.NDArray[np.bool_]:
    """Mark in each column what is larger than all of its others."""
    second, first = np.sort(values, axis=0)[-2:]
    return np.asarray(np.where(values == first, second, first) + rounding < values)


def turns(scores: Any) -> Any:
    """Tell whether effects differ so much that some campaigns have the other sign."""
    return differs(scores) & (scores["tau_squared"] > scores["effect"] ** 2)


def tells_apart(scores: Any) -> Any:
    """Tell whether columns are constant within each campaign, not over them."""
    return scores["between_share"] > _ALL


def badness(scores: pd.DataFrame) -> pd.Series[float]:
    """Return 1 − (1 − concentration)(1 − I²), both as far as they are beyond chance."""
    chance = scores["concentration_noise"]
    room = (1.0 - chance).where(chance < 1.0)  # none where chance may do anything
    beyond = ((scores["concentration"] - chance) / room).clip(0.0, 1.0).fillna(0.0)
    return 1.0 - (1.0 - beyond) * (1.0 - scores["i_squared"].where(differs(scores), 0.0))


def worst_first(scores: pd.DataFrame) -> pd.Index:
    """Return the names of the columns in the order of their badness."""
    order = pd.DataFrame({"badness": badness(scores), "between": scores["between_share"]})
    return order.sort_values(["badness", "between"], ascending=False, kind="stable").index


def lives_in(measured: Moments) -> npt.NDArray[np.bool_]:
    """Mark the fewest campaigns that hold 90% of each column, (G, p)."""
    energy = measured.second
    ranked = np.argsort(-energy, axis=0, kind="stable")
    held = np.cumsum(np.take_along_axis(energy, ranked, axis=0), axis=0)
    before = held - np.take_along_axis(energy, ranked, axis=0)
    needed = before < (_MOST - 1e-12) * held[-1]
    marks = np.zeros(needed.shape, dtype=np.bool_)
    np.put_along_axis(marks, ranked, needed, axis=0)
    return marks


def by_campaign(examined: RowsByCampaign, measured: Moments, names: Sequence[str]) -> pd.DataFrame:
    """Follow columns from campaign to campaign; see `workbench.evidence.over_campaigns`."""
    known = list(examined.columns.index)
    slope, variance = examined.slopes()
    half, told = Z95 * np.sqrt(variance), examined.independent()
    tables = []
    for place in (known.index(name) for name in names):
        away = examined.column(place) != measured.pivot[place]
        share = _summed_by_campaign(examined, away) / measured.weight
        low, high = _wilson(share, told)
        first = measured.first[:, place]
        spread = np.maximum(measured.second[:, place] - first**2, 0.0)
        mean, reach = measured.pivot[place] + first, Z95 * np.sqrt(spread / told)
        effect = slope[:, place]
        tables.append(
            pd.DataFrame(
                {
                    "column": known[place],
                    "campaign": examined.campaigns,
                    "contacts": measured.weight,
                    "usual": measured.pivot[place],
                    "active_share": share,
                    "active_low": low,
                    "active_high": high,
                    "mean": mean,
                    "mean_low": mean - reach,
                    "mean_high": mean + reach,
                    "effect": effect,
                    "effect_low": effect - half[:, place],
                    "effect_high": effect + half[:, place],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _wilson(share: Array, n: Array) -> tuple[Array, Array]:
    """Bound a share (95%): within 0 and 1, and no point where nobody or everybody has it."""
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _summed_by_campaign(examined: RowsByCampaign, values: npt.NDArray[Any]) -> Array:
    weighted = np.bincount(examined.campaign, weights=examined.rows.weight * values)
    return weighted.astype(np.float64)


def _of_place(examined: RowsByCampaign, measured: Moments) -> dict[str, Any]:
    count = len(examined.campaigns)
    sums_of_squares = 1.0 / np.clip(measured.effective_folds, 1.0, count)
    return {
        "active_campaigns": (measured.second > 0).sum(axis=0),
        "lives_in": lives_in(measured).sum(axis=0),
        "concentration": (sums_of_squares - 1.0 / count) / (1.0 - 1.0 / count),
        "concentration_noise": _by_chance(examined, measured),
        "between_share": measured.between_share,
    }


def _by_chance(examined: RowsByCampaign, measured: Moments) -> Array:
    """Return the concentration of the same values dealt to campaigns at random: Σe²/(Σe)²."""
    weight, whole = examined.rows.weight, examined.rows.whole
    out = np.ones(len(measured.pivot))
    for place, usual in enumerate(measured.pivot):
        energy = (examined.column(place) - usual) ** 2
        if energy.any():
            # dealt one by one, or a cell at a time
            squares = weight @ energy**2
            if whole is not None:
                sums = np.bincount(whole, weight * energy)
                squares = sums @ sums
            # rows that weigh less than a contact would make it more than all
            out[place] = min(1.0, float(squares) / float(weight @ energy) ** 2)
    return out


def _of_effect(examined: RowsByCampaign) -> dict[str, Any]:
    slope, variance = examined.slopes()
    found = heterogeneity(slope, variance)
    comparable = found.campaigns > 1
    information = (1.0 / variance).sum(axis=0)
    pooled = np.nansum(slope / variance, axis=0) / np.where(information > 0, information, 1.0)
    rate = _false_discovery_rate(_chance(found.q, found.campaigns))
    scores = {
        "effect": np.where(information > 0, pooled, np.nan),
        "q": np.where(comparable, found.q, np.nan),
        "tau_squared": np.where(comparable, found.tau**2, np.nan),
        "i_squared": np.where(comparable, found.share, np.nan),
    }
    return {**scores, "compared": found.campaigns, "false_discovery_rate": rate}


def _chance(q: Array, compared: npt.NDArray[Any]) -> Array:
    """Return how likely such differences are by chance; not a number where nothing compares."""
    return np.where(compared > 1, chi2.sf(q, np.maximum(compared - 1, 1)), np.nan)


def _false_discovery_rate(chance: Array) -> Array:
    rate, known = np.full_like(chance, np.nan), ~np.isnan(chance)
    if known.any():
        rate[known] = false_discovery_control(chance[known])
    return rate


def _same_as(examined: RowsByCampaign) -> list[str]:
    first: dict[bytes, str] = {}
    same = []
    for place, name in enumerate(examined.columns.index):
        values = examined.column(place) + 0.0  # minus zero is zero
        earlier = first.setdefault(blake2b(values.tobytes()).digest(), str(name))
        same.append("" if earlier == name else earlier)
    return same
