"""The tables of a shift report, from what every method said of every split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench import metrics
from workbench.evidence.baselines import ONE_ALPHA, OURS, SHUFFLED, UNIFORM, concentration_of
from workbench.evidence.fits import Judged
from workbench.evidence.origins import HELD_OUT, LAST, LEFT_OUT, ROLLING, Origin
from workbench.evidence.paired import ENOUGH_CAMPAIGNS, intervals_of, loss_difference
from workbench.evidence.split import ORDER_THEM
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say, say_count
from workbench.metrics.ranking import row_log_loss
from workbench.numbers import Array
from workbench.ridge.tune.folds import campaign_folds

Fits = Mapping[tuple[str, int], Judged]
Splits = Sequence[Origin]

REPEATS = 2000


def measures(frame: FeatureFrame, splits: Splits, judged: Fits, *, seed: int) -> pd.DataFrame:
    """Return one row a method; see `ShiftReport.table`."""
    test, later = _pooled(frame, splits, judged, ROLLING)
    held = _pooled(frame, splits, judged, HELD_OUT)
    left = _pooled(frame, splits, judged, LEFT_OUT)
    rows = {}
    for name, propensity in later.items():
        rows[name] = {
            **_quality(test, propensity),
            **gain(test, propensity, later[UNIFORM], seed=seed),
            **ranking_gain(test, propensity, later[UNIFORM], seed=seed),
            **_worst_gain(test, propensity, later[UNIFORM]),
            **_left_out_gain(left, name, seed),
            "in_distribution_cost_pct": _cost(held, name),
            "coefficient_movement": _movement(splits, judged, name),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def of_methods(frame: FeatureFrame, splits: Splits, judged: Fits, *, seed: int) -> pd.DataFrame:
    """Return one row a method, on the last campaigns; see `ShiftReport.methods`."""
    columns = ["log_loss", "low", "high", "loss_more", "more_low", "more_high", "proven"]
    if all(one.kind != LAST for one in splits):
        return pd.DataFrame(columns=columns).rename_axis("method")
    test, said_of = _pooled(frame, splits, judged, LAST)
    y, weight = np.asarray(test.y, dtype=np.float64), test.weights
    losses = weight[:, None] * np.array([row_log_loss(y, p) for p in said_of.values()]).T
    more = losses - losses[:, [list(said_of).index(OURS)]]
    ends = intervals_of(test, np.hstack([losses, more]), repeats=REPEATS, seed=seed)
    means = np.hstack([losses, more]).sum(axis=0) / weight.sum()
    count = len(said_of)
    table = pd.DataFrame(
        np.column_stack([means[:count], ends[:count], means[count:], ends[count:]]),
        index=pd.Index(said_of, name="method"),
        columns=columns[:-1],
    )
    apart = (table["more_low"] > 0) | (table["more_high"] < 0)
    table["proven"] = apart & (len(test.campaigns) >= ENOUGH_CAMPAIGNS)
    return table.sort_values("log_loss", kind="stable")


def gain(test: FeatureFrame, propensity: Array, other: Array, *, seed: int) -> dict[str, Any]:
    """Return how much less a method loses than another, in per cent, with its interval."""
    found = loss_difference(test, propensity, other, repeats=REPEATS, seed=seed)
    percent = -100 * found.relative / found.estimate if found.estimate else 0.0
    return {
        "gain_pct": percent * found.estimate,
        "low": percent * found.high,
        "high": percent * found.low,
        "proven": found.proven,
        "wins": found.wins,
        "losses": found.losses,
    }


def ranking_gain(
    test: FeatureFrame, propensity: Array, other: Array, *, seed: int
) -> dict[str, float]:
    """Return by how much a method's AUC within campaigns is above another's, with its interval.

    The mean over campaigns with both classes, weighted by their positives, which are drawn
    again, with replacement. It is on the same rows for both, so that what makes a campaign
    hard to rank cancels.
    """
    ours, theirs = _campaigns(test, propensity), _campaigns(test, other)
    there = ours["auc"].notna().to_numpy()
    more = (ours["auc"] - theirs["auc"]).to_numpy()[there]
    positives = ours["positives"].to_numpy()[there]
    found = {"auc_gain": float(np.average(more, weights=positives)) if len(more) else np.nan}
    if len(more) < 2:
        return found | {"auc_low": np.nan, "auc_high": np.nan}
    chosen = np.random.default_rng(seed).integers(len(more), size=(REPEATS, len(more)))
    drawn = (more * positives)[chosen].sum(axis=1) / positives[chosen].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return found | {"auc_low": float(low), "auc_high": float(high)}


def control(frame: FeatureFrame, splits: Splits, judged: Fits, *, seed: int) -> dict[str, Any]:
    """Return what shuffled co-data gain over one alpha; empty where either did not run."""
    test, later = _pooled(frame, splits, judged, ROLLING)
    if SHUFFLED not in later or ONE_ALPHA not in later:
        return {}
    return gain(test, later[SHUFFLED], later[ONE_ALPHA], seed=seed)


def by_campaign(frame: FeatureFrame, splits: Splits, judged: Fits) -> pd.DataFrame:
    """Return contacts, positives and every method's log loss of each later campaign."""
    test, later = _pooled(frame, splits, judged, ROLLING)
    losses = {name: _campaigns(test, one) for name, one in later.items()}
    first = losses[OURS]
    table = first[["contacts", "positives"]].copy()
    for name, one in losses.items():
        table[name] = one["log_loss"]
    return table


def by_group(frame: FeatureFrame, splits: Splits, judged: Fits) -> pd.DataFrame:
    """Return the share of the score's variance by group, a column a method that has shares."""
    shares = _shares(frame, splits, judged)
    groups = pd.Series(frame.groups).reindex(shares.index)
    return shares.groupby(groups, sort=False).sum().rename_axis("group")


def by_feature(frame: FeatureFrame, splits: Splits, judged: Fits) -> pd.DataFrame:
    """Return each feature's concentration, and its share under this model and one alpha."""
    shares = _shares(frame, splits, judged).reindex(frame.X.columns)
    table = pd.DataFrame(
        {"group": frame.catalogue["group"], "concentration": _within_one(frame)},
        index=frame.X.columns,
    )
    for name in (OURS, UNIFORM):
        if name in shares:
            table[name] = shares[name]
    by = UNIFORM if UNIFORM in table else "concentration"
    return table.sort_values(by, ascending=False, kind="stable").rename_axis("feature")


def _within_one(frame: FeatureFrame) -> pd.Series[float]:
    """Return each feature's concentration from 0 to 1, (1/c − 1/G)/(1 − 1/G).

    A fit reads log(G/c), c being the effective number of G campaigns, which goes up to log G.
    """
    if frame.campaign is None or len(frame.campaigns) < 2:
        return pd.Series(0.0, index=frame.X.columns)
    # neighbours are merged where there are many, as the fit merges them
    _, labels = campaign_folds(frame.campaign, frame.campaigns, weight=frame.weights)
    count = len(labels)
    share = concentration_of(frame).map(np.exp) / count
    return ((share - 1 / count) / (1 - 1 / count)).clip(0.0, 1.0)


def said(ours: pd.Series[Any], campaigns: int, *, later: bool = True) -> str:
    """Say in three sentences, to somebody who decides, what a row of the table means.

    Examples
    --------
    >>> row = pd.Series({"gain_pct": 2.0, "low": -0.5, "high": 4.5, "proven": False, "wins": 7,
    ...                  "losses": 4, "auc_gain": 0.001, "auc_low": -0.004, "auc_high": 0.006,
    ...                  "worst": "May", "worst_gain_pct": -1.2, "in_distribution_cost_pct": 0.1})
    >>> print(said(row, 11))
    On 11 later campaigns, each predicted before it was seen, this model errs 2.0% less (by log \
loss) than the usual one penalty for all features, and less on 7 of 11; that is unproven, as \
other campaigns might put it anywhere from 0.5% more to 4.5% less. That it ranks contacts better \
or worse is not shown: its AUC within campaigns differs by +0.001, from -0.004 to +0.006. At its \
worst (campaign May) it errs 1.2% more, and on further contacts of campaigns it already knows \
0.1% more.
    """
    first = _gain_said(ours, campaigns, later=later) + _ranking_said(ours, campaigns)
    cost = _way(-ours["in_distribution_cost_pct"])
    if ours["worst"] is None:
        last = say("It errs {cost} on further contacts of campaigns it already knows.", cost=cost)
    else:
        last = say(
            "At its worst (campaign {worst}) it errs {gain}, and on further contacts of campaigns "
            "it already knows {cost}.",
            worst=ours["worst"],
            gain=_way(ours["worst_gain_pct"]),
            cost=cost,
        )
    return " ".join([first, last] if later else [first, last, say(ORDER_THEM)])


def _gain_said(ours: pd.Series[Any], campaigns: int, *, later: bool) -> str:
    gain = {"gain": _way(ours["gain_pct"])}
    if later:
        first = say_count(
            "On {n:,.0f} later campaign, each predicted before it was seen, this model errs {gain} "
            "(by log loss) than the usual one penalty for all features",
            "On {n:,.0f} later campaigns, each predicted before it was seen, this model errs "
            "{gain} (by log loss) than the usual one penalty for all features",
            campaigns,
            **gain,
        )
    else:
        first = say_count(
            "On {n:,.0f} other campaign, each judged by those before it in the file, as their "
            "order in time is not known",
            "On {n:,.0f} other campaigns, each judged by those before it in the file, as their "
            "order in time is not known",
            campaigns,
        )
        first += say(
            ", this model errs {gain} (by log loss) than the usual one penalty for all features",
            **gain,
        )
    if campaigns > 1:
        first += say(", and less on {wins} of {all}", wins=ours["wins"], all=campaigns)
    if campaigns < ENOUGH_CAMPAIGNS:
        return first + say(
            "; that is unproven, as so few campaigns do not show how far others differ."
        )
    ends = {"low": _way(ours["low"]), "high": _way(ours["high"])}
    if ours["proven"]:
        return first + say("; other campaigns might put it from {low} to {high}.", **ends)
    return first + say(
        "; that is unproven, as other campaigns might put it anywhere from {low} to {high}.",
        **ends,
    )


def _ranking_said(ours: pd.Series[Any], campaigns: int) -> str:
    gain, low, high = (float(ours[name]) for name in ("auc_gain", "auc_low", "auc_high"))
    if np.isnan(gain):
        return ""
    differs = say("its AUC within campaigns differs by {gain:+.3f}", gain=gain)
    if not np.isnan(low):
        differs += say(", from {low:+.3f} to {high:+.3f}", low=low, high=high)
    if campaigns >= ENOUGH_CAMPAIGNS and (low > 0 or high < 0):
        if gain > 0:
            return say(" It ranks contacts better: {differs}.", differs=differs)
        return say(" It ranks contacts worse: {differs}.", differs=differs)
    return say(" That it ranks contacts better or worse is not shown: {differs}.", differs=differs)


def _way(gain_pct: float) -> str:
    share = abs(gain_pct) / 100
    return say("{share:.1%} less" if gain_pct >= 0 else "{share:.1%} more", share=share)


def _pooled(
    frame: FeatureFrame, splits: Splits, judged: Fits, kind: str
) -> tuple[FeatureFrame, dict[str, Array]]:
    """Put the judged rows of all splits of a kind together, and what each method says of them."""
    chosen = [k for k, one in enumerate(splits) if one.kind == kind]
    test = frame.rows(np.concatenate([splits[k].test for k in chosen]))
    names = list(dict.fromkeys(name for name, _ in judged))
    return test, {
        name: np.concatenate([judged[name, k].propensity for k in chosen])
        for name in names
        if all((name, k) in judged for k in chosen)
    }


def _campaigns(test: FeatureFrame, propensity: Array) -> pd.DataFrame:
    label = pd.Categorical(pd.Series(test.campaign), categories=test.campaigns, ordered=True)
    table = metrics.by_campaign(test.y, propensity, label, weight=test.weights)
    return table.set_index("campaign")


def _quality(test: FeatureFrame, propensity: Array) -> dict[str, Any]:
    y, weight = test.y, test.weights
    campaigns = _campaigns(test, propensity)
    worst = metrics.worst_campaign(campaigns.reset_index())
    large = metrics.calibration_in_the_large(y, propensity, weight=weight).iloc[0]
    return {
        "log_loss": metrics.log_loss(y, propensity, weight=weight),
        "mean_campaign_loss": campaigns["log_loss"].mean(),
        "worst_loss_ratio": np.nan if worst is None else worst["loss_ratio"],
        "auc": metrics.auc(y, propensity, weight=weight),
        "weighted_auc": metrics.weighted_auc(campaigns),
        "lift_10": metrics.lift_at(y, propensity, weight=weight),
        "observed_over_expected": large["observed_over_expected"],
    }


def _worst_gain(test: FeatureFrame, propensity: Array, other: Array) -> dict[str, Any]:
    ours, theirs = _campaigns(test, propensity), _campaigns(test, other)
    enough = ours["positives"] >= metrics.ENOUGH_POSITIVES
    if not enough.any():
        return {"worst_gain_pct": np.nan, "worst": None}
    gains = 100 * (1 - ours["log_loss"] / theirs["log_loss"])[enough]
    return {"worst_gain_pct": float(gains.min()), "worst": str(gains.idxmin())}


def _left_out_gain(
    left: tuple[FeatureFrame, dict[str, Array]], name: str, seed: int
) -> dict[str, Any]:
    test, said_of = left
    if name not in said_of:
        return {"left_out_gain_pct": np.nan, "left_out_low": np.nan, "left_out_high": np.nan}
    found = gain(test, said_of[name], said_of[UNIFORM], seed=seed)
    return {
        "left_out_gain_pct": found["gain_pct"],
        "left_out_low": found["low"],
        "left_out_high": found["high"],
    }


def _cost(held: tuple[FeatureFrame, dict[str, Array]], name: str) -> float:
    test, said_of = held
    loss, uniform = (
        metrics.log_loss(test.y, said_of[one], weight=test.weights) for one in (name, UNIFORM)
    )
    return 100 * (loss / uniform - 1)


def _movement(splits: Splits, judged: Fits, name: str) -> float:
    """Return √(mean ‖b_g − b̄‖²) / ‖b̄‖ over the fits without each campaign g."""
    fits = [
        judged[name, k].coefficients
        for k, one in enumerate(splits)
        if one.kind == LEFT_OUT and (name, k) in judged
    ]
    if not any(fits):
        return float("nan")
    b = pd.DataFrame(fits).fillna(0.0).to_numpy()  # a level that is not there has no weight
    size = float(np.sqrt((b.mean(axis=0) ** 2).sum()))
    return float(np.sqrt(((b - b.mean(axis=0)) ** 2).sum(axis=1).mean()) / size) if size else 0.0


def _shares(frame: FeatureFrame, splits: Splits, judged: Fits) -> pd.DataFrame:
    """Average each feature's share over later campaigns, by contacts; a column a method."""
    found: dict[str, pd.Series[float]] = {}
    contacts: dict[str, float] = {}
    for (name, k), one in judged.items():
        if splits[k].kind != ROLLING or not one.shares:
            continue
        count = float(frame.weights[splits[k].test].sum())
        share = pd.Series(one.shares) * count
        found[name] = found[name].add(share, fill_value=0.0) if name in found else share
        contacts[name] = contacts.get(name, 0.0) + count
    table = pd.DataFrame({name: share / contacts[name] for name, share in found.items()})
    return table.fillna(0.0)
