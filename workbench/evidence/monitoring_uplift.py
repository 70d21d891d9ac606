"""What a later test says of a model of uplifts: drift, increments, calibration, and ranking."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbench.errors import DataError, ParameterError
from workbench.evidence.monitoring import SCORE, Limits, Monitored, moved
from workbench.evidence.two_arms import roles_of_test, two_arms
from workbench.evidence.uplift_gain import uplift_gain
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import NOT_ASSIGNED
from workbench.language import later, number_text, say
from workbench.metrics._inputs import check_count, check_share
from workbench.metrics._trial import check_level
from workbench.metrics.score_order import ranked
from workbench.metrics.uplift import uplift_by_depth
from workbench.numbers import Array
from workbench.ridge.uplift.ridge_uplift import RidgeUplift
from workbench.ridge.uplift.unseen import unseen_chances

INCREMENTS, SLOPE, RANKING = later("(increments)"), later("(uplift slope)"), later("(ranking)")
PER = 1000.0
"""Contacts that the gain of a ranking is stated of."""


@dataclass(frozen=True)
class MonitoredUplift(Monitored):
    """What a later test looks like beside the reference, and what it says of the model.

    Parameters
    ----------
    table : DataFrame
        As of `Monitored`: each feature, ``(score)`` (the uplift), and

        - ``(increments)``: measured over expected increments of all contacts, less 1;
        - ``(uplift slope)``: how much more is measured per unit more of expected uplift, less 1;
        - ``(ranking)``: the gain of the ranking over the earlier one, less 1. NaN, and no alarm,
          where the earlier one is not above 0, or not known.
    expected, observed : float
        Increments of the new contacts of both arms, if all of them were treated.
    low, high : float
        The interval of the observed ones.
    calibration : DataFrame
        One row a part of the ranking, the best first: ``contacts, expected`` (mean uplift),
        ``measured, low, high``, and ``held``: whether the interval holds what was expected.
    ranking : DataFrame
        Rows ``reference`` and ``new``: ``contacts``; ``gain``, ``low``, ``high``: increments per
        1,000 contacts that the best `depth` has more than as many chosen by lot. Of the
        reference NaN where the model has learned from it, and cannot score without its campaigns.
    level : float
    """

    low: float
    high: float
    calibration: pd.DataFrame
    ranking: pd.DataFrame
    level: float

    def sentence(self) -> str:
        """Say what was expected and what came, and whether there is an alarm."""
        came = say(
            "Contacting all of them was expected to add {expected} responses, and added {observed} "
            "({percent:g}% interval {low} to {high}).",
            expected=number_text(self.expected, ",.0f"),
            observed=number_text(self.observed, ",.0f"),
            low=number_text(self.low, ",.0f"),
            high=number_text(self.high, ",.0f"),
            percent=round(100 * self.level, 6),
        )
        return f"{came} {super().sentence()}"

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        shown = (self.table.sort_values("alarm", ascending=False, kind="stable"), self.calibration)
        pages = [one.to_html(border=0, float_format="{:.4g}".format, na_rep="") for one in shown]
        return f"<p>{escape(self.sentence())}</p>{''.join(pages)}"


def monitor_uplift(
    model: RidgeUplift,
    reference: FeatureFrame,
    new: FeatureFrame,
    limits: Limits | None = None,
    *,
    depth: float = 0.3,
    parts: int = 10,
    level: float = 0.95,
) -> MonitoredUplift:
    """Compare a later test with what a model of uplifts foretold of it.

    An alarm is raised where a limit is passed *and* chance does not explain it, as of `monitor`.
    The limit `rate` is that of increments, slope and ranking. Uplift is measured by the
    difference of the arms alone, no model having a say in it, as by
    `workbench.metrics.uplift_by_depth`. Part k has the measured uplift m_k, the expected one u_k,
    and the standard error s_k. The slope is that of a regression of m on u with the weights 1/s²;
    its variance is 1/Σ (u_k − ū)²/s_k². The gain of a ranking is that over lot of `uplift_gain`.
    The earlier one is of contacts scored by the model without their campaign.

    Parameters
    ----------
    model : RidgeUplift
    reference : FeatureFrame
        What it learned from.
    new : FeatureFrame
        A later test: with the model's arm, a control group, and outcomes.
    limits : Limits, optional
    depth : float
        The share of contacts whose gain is compared.
    parts : int
        Of the ranking, for its calibration.
    level : float
        Of the intervals that are shown.

    Returns
    -------
    MonitoredUplift

    Raises
    ------
    DataError
        The new contacts have no control group, none of the model's arm, or no known outcome.
    ParameterError
        The model is none of uplifts; `depth`, `parts` or `level` is out of range.

    Examples
    --------
    >>> from workbench import RidgeUplift
    >>> from workbench.datasets import planted
    >>> size = {"train_campaigns": 6, "new_campaigns": 2, "rows": 800, "stable": 4, "spiky": 2}
    >>> frame = planted(**size, treated=0.5, uplift=0.6).frame
    >>> after = frame.campaign.isin(frame.campaigns[6:]).to_numpy()
    >>> learned, new = frame.rows(~after), frame.rows(after)
    >>> found = monitor_uplift(RidgeUplift(0.01).fit(learned), learned, new)
    >>> found.calibration.columns.tolist()
    ['contacts', 'expected', 'measured', 'low', 'high', 'held']
    """
    if not isinstance(model, RidgeUplift):
        raise ParameterError(
            f"`model` must be a RidgeUplift; got a {type(model).__name__}. A model of who responds "
            "is followed by `evidence.monitor`."
        )
    check_share(depth, name="depth")
    check_count(parts, name="parts")
    check_level(level)
    limits = limits or Limits()
    test = _test_of(model, new)
    share = limits.false_alarms / (reference.X.shape[1] + 4)
    rows = {
        name: moved((reference.X[name], reference), (new.X[name], new), limits.feature_psi, share)
        for name in reference.X.columns
    }
    before, after = ((_uplift(model, frame), frame) for frame in (reference, new))
    rows[SCORE] = moved(before, after, limits.score_psi, share)
    uplift = _uplift(model, test)
    own = {"reference": reference.weights.sum(), "new": test.weights.sum(), "limit": limits.rate}
    calibration, total = _calibration(uplift, test, parts, level)
    strict = _calibration(uplift, test, parts, 1 - share)
    expected = float(test.weights @ uplift)
    reach = test.weights.sum() * (strict[1]["high"] - strict[1]["low"]) / 2
    observed = test.weights.sum() * total
    rows[INCREMENTS] = _apart(observed["measured"] - expected, reach, abs(expected)) | own
    slope, error = _slope(strict[0], norm.ppf(1 - share / 2))
    rows[SLOPE] = _apart(slope - 1, norm.ppf(1 - share / 2) * error, 1.0) | own
    ranking = _ranking(model, reference, (uplift, test), depth, level)
    rows[RANKING] = _fallen(_ranking(model, reference, (uplift, test), depth, 1 - share)) | own
    columns = ["value", "by_chance", "limit", "reference", "new"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("check")
    size = table["value"].abs()
    table["alarm"] = (size > table["limit"]) & (size > table["by_chance"])
    return MonitoredUplift(
        table,
        expected,
        float(observed["measured"]),
        float(observed["low"]),
        float(observed["high"]),
        calibration,
        ranking,
        level,
    )


def _test_of(model: RidgeUplift, new: FeatureFrame) -> FeatureFrame:
    """Keep the contacts of the model's arm and the control group whose outcome is known."""
    arms = set() if new.treatment is None else set(new.treatment) - {NOT_ASSIGNED}
    if len(arms) < 2 or str(new.control) not in arms:
        raise DataError(
            "What an uplift model foretold is measured against a control group; the new contacts "
            "have none. What came of them may have come anyway, so nothing can be said of the "
            "model. Keep a control group in the next campaign: `workbench.experiments.assign`, or "
            "`Targeting(keep_control=0.05)`."
        )
    if new.y.isna().all():
        raise DataError(
            "A later test must have known outcomes; none of the new contacts has one. Wait until "
            "they are known."
        )
    return two_arms(new, model.arm_)


def _uplift(model: RidgeUplift, frame: FeatureFrame) -> Array:
    return np.asarray(model.uplift(frame), dtype=np.float64)


def _calibration(
    uplift: Array, test: FeatureFrame, parts: int, level: float
) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Measure the uplift of each part of the ranking, and of all contacts."""
    roles = roles_of_test(test)
    found = uplift_by_depth(score=uplift, bins=parts, level=level, **roles)
    order = ranked(score=uplift, **roles)
    weight = [
        order.rows.weight * (order.best(end) - order.best(start) if start > 0 else order.best(end))
        for start, end in pairwise(np.arange(parts + 1) / parts)
    ]
    table = pd.DataFrame(
        {
            "contacts": [one.sum() for one in weight],
            "expected": [float(one @ order.score) / one.sum() for one in weight],
            "measured": found["bin_uplift"].to_numpy(),
            "low": found["bin_low"].to_numpy(),
            "high": found["bin_high"].to_numpy(),
        },
        index=pd.Index(found["depth"], name="depth"),
    )
    table = table.assign(held=table["expected"].between(table["low"], table["high"]))
    whole = found.iloc[-1][["uplift", "uplift_low", "uplift_high"]]
    return table, whole.set_axis(["measured", "low", "high"]).rename(None)


def _slope(table: pd.DataFrame, quantile: float) -> tuple[float, float]:
    """Return the slope of measured on expected uplifts, and its standard error."""
    values = table[["expected", "measured", "low", "high"]].to_numpy(dtype="float64")
    x, y, low, high = values[np.isfinite(values).all(axis=1) & (values[:, 3] > values[:, 2])].T
    if len(x) < 2:
        return float("nan"), float("nan")
    w = (2 * quantile / (high - low)) ** 2
    x, y = x - (w @ x) / w.sum(), y - (w @ y) / w.sum()
    square = float(w @ x**2)
    if square <= 0:  # all are expected to be changed alike
        return float("nan"), float("nan")
    return float(w @ (x * y)) / square, float(1 / np.sqrt(square))


def _ranking(
    model: RidgeUplift,
    reference: FeatureFrame,
    later: tuple[Array, FeatureFrame],
    depth: float,
    level: float,
) -> pd.DataFrame:
    uplift, test = later
    earlier = _earlier(model, reference)
    rows = {
        "reference": _gain(None, reference, depth, level)
        if earlier is None
        else _gain(*earlier, depth, level),
        "new": _gain(uplift, test, depth, level),
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("contacts of")


def _gain(uplift: Array | None, test: FeatureFrame, depth: float, level: float) -> dict[str, float]:
    contacts = float(test.weights.sum())
    if uplift is None:
        return {"contacts": contacts, "gain": np.nan, "low": np.nan, "high": np.nan}
    arm = "any" if test.treatment is not None and test.treatment.nunique() > 2 else None
    found = uplift_gain(uplift, test, depth=depth, level=level, arm=arm).set_index("rival")
    names = ("gain", "low", "high")
    gain = found.loc["random", list(names)].to_numpy(dtype="float64") * PER / contacts
    return {"contacts": contacts, **dict(zip(names, gain.tolist(), strict=True))}


def _earlier(model: RidgeUplift, reference: FeatureFrame) -> tuple[Array, FeatureFrame] | None:
    """Score the reference by what has not learned from it; None where nothing can."""
    test = two_arms(reference, model.arm_)
    found = unseen_chances(model, test)
    seen = test.campaign is None or test.campaign.astype(str).isin(model.shares_.index).any()
    return None if seen and not found.unseen else (found.treated - found.untreated, test)


def _fallen(ranking: pd.DataFrame) -> dict[str, float]:
    earlier, new = ranking["gain"].to_numpy(dtype="float64")
    if not earlier > 0:
        return {"value": np.nan, "by_chance": np.nan}
    half = (ranking["high"] - ranking["low"]).to_numpy(dtype="float64") / 2
    return _apart(new - earlier, float(np.sqrt(half @ half)), earlier)


def _apart(difference: float, reach: float, of: float) -> dict[str, float]:
    if not of > 0:
        return {"value": np.nan, "by_chance": np.nan}
    return {"value": difference / of, "by_chance": reach / of}
