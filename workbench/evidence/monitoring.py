"""Are new data still like those that the model learned from: drift, rates, alarms."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbench.checks import check_propensity
from workbench.errors import ParameterError
from workbench.evidence.dispersion import cell_dispersion
from workbench.evidence.stress import scores_of
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say, say_count
from workbench.metrics.stability import psi

SCORE, RATE = "(score)", "(response rate)"


@dataclass(frozen=True)
class Limits:
    """From where on an alarm is raised; what chance explains never raises one.

    Parameters
    ----------
    feature_psi, score_psi : float
        Population stability index of a feature, and of the score.
    rate : float
        Observed over expected responses, less 1, up or down.
    false_alarms : float
        Chance that new data without any change raise an alarm, over all checks together.

    Raises
    ------
    ParameterError
        A limit is negative, or `false_alarms` not between 0 and 1.

    Examples
    --------
    >>> Limits(score_psi=0.2).score_psi
    0.2
    """

    feature_psi: float = 0.1
    score_psi: float = 0.1
    rate: float = 0.2
    false_alarms: float = 0.05

    def __post_init__(self) -> None:
        least = min(self.feature_psi, self.score_psi, self.rate)
        if not (least >= 0 and 0 < self.false_alarms < 1):
            raise ParameterError(
                "Limits must not be negative, and `false_alarms` lie between 0 and 1; got "
                f"{self}. Leave them out for the usual ones."
            )


@dataclass(frozen=True)
class Monitored:
    """What new data look like beside the reference.

    Parameters
    ----------
    table : DataFrame
        One row a check (each feature, the score, the response rate):

        - ``value``: the PSI; of the rate, observed over expected less 1;
        - ``by_chance``: what it may reach without any change;
        - ``limit``, and ``alarm``: whether the value is above it;
        - ``reference``, ``new``: the numbers of contacts.
    expected, observed : float
        Responses of the new contacts whose outcome is known.
    """

    table: pd.DataFrame
    expected: float
    observed: float

    @property
    def alarms(self) -> list[str]:
        """The checks that raise an alarm, the furthest over their limit first."""
        over = self.table[self.table["alarm"]]
        order = (over["value"].abs() / over["limit"].clip(lower=1e-12)).sort_values()
        return [str(name) for name in order.index[::-1]]

    def sentence(self) -> str:
        """Say whether there is an alarm, and for what."""
        count, checks = len(self.alarms), len(self.table)
        if not count:
            return say(
                "No alarm: none of {checks} checks is over its limit and beyond chance.",
                checks=checks,
            )
        return say_count(
            "{n} of {checks} checks is over its limit and beyond chance: {named}.",
            "{n} of {checks} checks are over their limit and beyond chance: {named}.",
            count,
            checks=checks,
            named=", ".join(map(say, self.alarms[:5])) + (" …" if count > 5 else ""),
        )

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        shown = self.table.sort_values("alarm", ascending=False, kind="stable")
        table = shown.to_html(border=0, float_format="{:.4g}".format, na_rep="")
        return f"<p>{escape(self.sentence())}</p>{table}"


def monitor(
    model: Any, reference: FeatureFrame, new: FeatureFrame, limits: Limits | None = None
) -> Monitored:
    """Compare new contacts with those that a model learned from.

    An alarm is raised where a limit is passed *and* chance does not explain it: over the K
    checks each has the share `false_alarms` / K. Without any change PSI · n m / (n + m) is
    about χ² with one degree less than there are bins. The number of responses has mean Σ w p
    and variance φ Σ w p (1 − p), where a row of weight w is w contacts. Without cells φ is 1,
    and contacts are taken as independent: customers who come again and again make chance wider
    than that. Cells (`trials`) are drawn as wholes. Then φ is how much more the cells of the
    reference differ than by chance (`cell_dispersion`, ``of_sums``). And n and m are then (Σ W_c)²
    / Σ W_c², with W_c the contacts of a cell: the number of cells if all were of one size.

    Parameters
    ----------
    model : RidgePropensity, or what scores frames alike
    reference : FeatureFrame
        What it learned from.
    new : FeatureFrame
        With outcomes, where they are known by now.
    limits : Limits, optional

    Returns
    -------
    Monitored

    Raises
    ------
    ParameterError
        The model has two propensities of each contact: see `monitor_uplift`.

    References
    ----------
    Yurdakul & Naranjo (2020), Statistical properties of the population stability index,
    Journal of Risk Model Validation 14.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=4, new_campaigns=0, rows=500, stable=3, spiky=1).frame
    >>> model = RidgePropensity(0.01).fit(frame)
    >>> monitor(model, frame, frame)
    No alarm: none of 6 checks is over its limit and beyond chance.
    """
    if hasattr(model, "uplift"):
        raise ParameterError(
            f"`model` must have one propensity of each contact; got a {type(model).__name__}, "
            "which has two, with a contact and without. A later test with a control group tells of "
            "it: `evidence.monitor_uplift`."
        )
    check_propensity(model, "What is monitored are")
    limits = limits or Limits()
    chance, scores = scores_of(model, reference), scores_of(model, new)
    known = new.y.notna().to_numpy()
    checks = reference.X.shape[1] + 1 + bool(known.any())
    share = limits.false_alarms / checks
    rows = {
        name: moved((reference.X[name], reference), (new.X[name], new), limits.feature_psi, share)
        for name in reference.X.columns
    }
    rows[SCORE] = moved((chance, reference), (scores, new), limits.score_psi, share)
    expected = observed = float("nan")
    if known.any():
        p, weight = scores[known], new.weights[known]
        expected, observed = float(weight @ p), float(weight @ new.y.to_numpy()[known])
        spread = np.sqrt(_beyond_chance(model, reference) * (weight @ (p * (1 - p))))
        by_chance = norm.ppf(1 - share / 2) * spread / expected
        rows[RATE] = {
            "value": observed / expected - 1,
            "by_chance": float(by_chance),
            "limit": limits.rate,
            "reference": reference.weights.sum(),
            "new": weight.sum(),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("check")
    size = table["value"].abs()
    table["alarm"] = (size > table["limit"]) & (size > table["by_chance"])
    return Monitored(table, expected, observed)


def moved(
    before: tuple[Any, FeatureFrame], after: tuple[Any, FeatureFrame], limit: float, share: float
) -> dict[str, float]:
    """Return a check's row: how far values of the new contacts are from those of the reference."""
    (old, reference), (current, new) = before, after
    sizes = reference.weights.sum(), new.weights.sum()
    found = psi(old, current, reference_weight=reference.weights, weight=new.weights)
    by_chance = 0.0
    if found.bins > 1:
        told = sum(1 / _independent(frame) for frame in (reference, new))
        by_chance = float(chi2.ppf(1 - share, found.bins - 1)) * told
    return {
        "value": found.psi,
        "by_chance": by_chance,
        "limit": limit,
        "reference": sizes[0],
        "new": sizes[1],
    }


def _beyond_chance(model: Any, reference: FeatureFrame) -> float:
    """Return φ, at least 1; 1 where the reference has no cells, or too few of them to tell."""
    if reference.cell is None or reference.y.isna().all():
        return 1.0
    value = cell_dispersion(model, reference).of_sums
    return 1.0 if np.isnan(value) else max(1.0, value)


def _independent(frame: FeatureFrame) -> float:
    """Return how many draws the contacts are: all of them, or cells of equal size."""
    if frame.cell is None:
        return float(frame.weights.sum())
    size = np.bincount(wholes(frame), weights=frame.weights)
    return float(size.sum() ** 2 / (size @ size))
