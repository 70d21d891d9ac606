"""What contacting the best by propensity adds beyond what comes anyway, measured on a test."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from workbench.digits import money_range_text, money_text, share_text
from workbench.errors import DataError, DataWarning
from workbench.evidence.arm_rows import arm_rows
from workbench.evidence.uplift_gain import BETTER, uplift_gain
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import ANY, NOT_ASSIGNED
from workbench.language import say
from workbench.metrics._trial import check_level, column_of
from workbench.metrics.effects import effect_of
from workbench.metrics.money import one_for_all
from workbench.metrics.policy import worth_of
from workbench.metrics.score_order import in_order
from workbench.metrics.uplift import profit_in_order
from workbench.ridge.design.design import Design
from workbench.ridge.uplift.randomised import arm_told, check_randomised

MOST_LEVELS = 30
"""Levels of a text column that are asked whether they tell the arm."""
DEPTHS = 50


@dataclass(frozen=True)
class Incremental:
    """What contacting those whose propensity is worth it adds, against contacting nobody.

    Parameters
    ----------
    value : Series
        As of `workbench.metrics.policy_value`: ``contacts, share, uplift, increments, profit, low,
        high`` and so on, of contacting whoever has propensity · margin > cost.
    gross : float
        The profit of the same contacts, all of their responses counted.
    anyway : float
        The share of these responses that would have come without the contact; NaN of none.
    curve : DataFrame
        As of `workbench.metrics.incremental_profit_by_depth`, by propensity.
    gains : DataFrame
        As of `uplift_gain`: ranking by propensity against lot, everybody and nobody, at the depth
        ``value["share"]``, or 0.3 where that is nobody or everybody.
    rival : Series or None
        As a row of `uplift_gain`: ranking by uplift against ranking by propensity, as deep; None
        where no uplift is given.
    left_out : int
        Rows of campaigns that have one arm only, of open outcomes, or not assigned.
    level : float
    """

    value: pd.Series[Any]
    gross: float
    anyway: float
    curve: pd.DataFrame
    gains: pd.DataFrame
    rival: pd.Series[Any] | None
    left_out: int
    level: float

    @property
    def rival_is_better(self) -> bool:
        """Whether ranking by uplift is proven to earn more."""
        return self.rival is not None and self.rival["verdict"] == BETTER

    def sentence(self, currency: str = "") -> str:
        """Say what the contacts added, how many would have come anyway, and what is proven."""
        share = float(self.value["share"])
        if share == 0:
            return say("No contact was expected to earn its cost, so nothing is added.")
        profit = money_text(abs(float(self.value["profit"])), currency)
        ends = money_range_text(float(self.value["low"]), float(self.value["high"]), currency)
        whom = say("everybody") if share == 1 else say("the best {x}", x=share_text(share, 0))
        words = {"whom": whom, "profit": profit, "percent": round(100 * self.level, 6)}
        if self.value["profit"] < 0:
            said = say(
                "Beyond what comes anyway, contacting {whom} by propensity would have lost "
                "{profit} ({percent:g}% interval of the profit: {ends}).",
                ends=ends,
                **words,
            )
        else:
            said = say(
                "Beyond what comes anyway, contacting {whom} by propensity would have earned "
                "{profit} ({percent:g}% interval: {ends}).",
                ends=ends,
                **words,
            )
        parts = [said, self._proven(), self._anyway(currency), self._by_uplift(currency)]
        return " ".join(filter(None, parts))

    def _proven(self) -> str:
        if not self.value["low"] <= 0 <= self.value["high"]:
            return ""
        return say("Whether it earns or loses is not proven.")

    def _anyway(self, currency: str) -> str:
        if not 0 <= self.anyway <= 1:
            return ""
        return say(
            "Counted gross it would have been {gross}: {anyway} of the responses would have come "
            "without a contact.",
            gross=money_text(self.gross, currency),
            anyway=share_text(self.anyway, 0),
        )

    def _by_uplift(self, currency: str) -> str:
        """Name the ranking by uplift only where it is proven to earn more."""
        if self.rival is None or not self.rival_is_better:
            return ""
        ends = (float(self.rival["low"]), float(self.rival["high"]))
        return say(
            "As many contacts ranked by uplift would have earned {more} more ({percent:g}% "
            "interval: {ends}).",
            more=money_text(float(self.rival["gain"]), currency),
            ends=money_range_text(*ends, currency),
            percent=round(100 * self.level, 6),
        )

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.gains.to_html(border=0, index=False)}"


def incremental(
    frame: FeatureFrame,
    propensity: Any,
    *,
    cost: float,
    margin: float,
    uplift: Any = None,
    arm: str = ANY,
    level: float = 0.95,
) -> Incremental:
    """Measure what contacting the best by propensity adds, where some were left out by chance.

    Profit is margin · increments − cost · contacts, increments being those of
    `workbench.metrics.uplift_by_depth` among whoever has propensity · margin > cost. That depth is
    chosen without the outcomes, as by `earned`. Campaigns that have one arm only tell nothing, and
    are left out.

    Parameters
    ----------
    frame : FeatureFrame, n rows
        Contacts that the model has not learned from, with `treatment` and `control`.
    propensity : array, shape (n,)
    cost, margin : float
        Of one contact, and of one response.
    uplift : array, shape (n,), optional
        The rival ranking, from a model that has not learned from these contacts either.
    arm : str
        The treated arm; "any" for all of them as one.
    level : float
        Of the intervals.

    Returns
    -------
    Incremental

    Raises
    ------
    DataError
        The frame has no treatment, no campaign with both arms and known outcomes, or features tell
        who was treated, and `arm_probability` is not known. A score is missing, or there are not as
        many as rows.
    ParameterError
        There is no such arm, or a price or the level is none.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import sample_test
    >>> from workbench.evidence import out_of_time
    >>> split = out_of_time(sample_test())
    >>> propensity = RidgePropensity(0.01).fit(split.train).propensity(split.test)
    >>> found = incremental(split.test, propensity, cost=0.5, margin=5)
    >>> print(found.sentence("EUR"))
    Beyond what comes anyway, contacting ...
    """
    prices = {"cost": one_for_all(cost, name="cost"), "margin": one_for_all(margin, name="margin")}
    check_level(level)
    scores = {"propensity": np.asarray(propensity)}
    if uplift is not None:
        scores["uplift"] = np.asarray(uplift)
    for name, one in scores.items():
        _check_as_many(one, frame, name=name)
    kept = _measurable(frame, arm)
    test = frame.rows(kept)
    scores = {name: one[kept] for name, one in scores.items()}
    if test.arm_probability is None:
        _check_drawn(test, arm)
    rows, there = arm_rows(test, arm=arm)
    chance = column_of(scores["propensity"], there, name="propensity")
    part = (chance * prices["margin"] > prices["cost"]).astype(np.float64)
    effect = effect_of(rows, part) if part.any() else None
    value = worth_of(rows, part, effect, level=level, **prices)
    came = 0.0 if effect is None else effect.contacts * effect.treated_mean
    share = float(value["share"])
    depth = share if 0 < share < 1 else 0.3
    against = partial(uplift_gain, frame=test, depth=depth, arm=arm, level=level, **prices)
    rival = None
    if uplift is not None:
        rival = against(uplift=scores["uplift"], propensity=scores["propensity"]).iloc[0]
    return Incremental(
        value,
        gross=prices["margin"] * came - prices["cost"] * float(value["contacts"]),
        anyway=1 - float(value["increments"]) / came if came > 0 else float("nan"),
        curve=profit_in_order(in_order(rows, chance), bins=DEPTHS, level=level, **prices),
        gains=against(uplift=scores["propensity"]),
        rival=rival,
        left_out=int((~kept).sum()),
        level=level,
    )


def _check_as_many(scores: Any, frame: FeatureFrame, *, name: str) -> None:
    if scores.ndim != 1 or len(scores) != len(frame):
        raise DataError(
            f"`{name}` must have one score a row of the frame; got {scores.size:,} scores and "
            f"{len(frame):,} rows. Score these contacts."
        )


def _measurable(frame: FeatureFrame, arm: str) -> Any:
    """Mark the rows of both arms whose outcome is known, in campaigns that have both."""
    if frame.treatment is None or frame.control is None:
        raise DataError(
            "What a contact adds is told by a test: the frame must say which rows were treated. "
            "Read it with `FeatureFrame.from_table(…, treatment=…, control=…)`."
        )
    control = (frame.treatment == frame.control).to_numpy()
    treated = ~control if arm == ANY else (frame.treatment == arm).to_numpy()
    there = frame.y.notna().to_numpy() & (frame.weights > 0)
    there &= (treated | control) & (frame.treatment != NOT_ASSIGNED).to_numpy()
    where = np.zeros(len(frame), dtype=np.int64)
    if frame.campaign is not None:
        where = pd.factorize(frame.campaign)[0]
    sides = [
        np.bincount(where[there & side], minlength=where.max() + 1) for side in (treated, control)
    ]
    kept = there & ((sides[0] > 0) & (sides[1] > 0))[where]
    if not kept.any():
        raise DataError(
            "What a contact adds is measured against a control group of the same campaign; no "
            f"campaign here has both {'a treated arm' if arm == ANY else repr(arm)} and "
            f"{frame.control!r} with known outcomes. Keep a control group next time: "
            "`workbench.experiments.assign`."
        )
    return kept


def _check_drawn(test: FeatureFrame, arm: str) -> None:
    """Raise DataError where features tell who was treated."""
    treated = np.asarray(test.treatment != test.control)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # gaps tell as well as anything
        design, matrix = Design.of(test.X, test.weights, most_levels=MOST_LEVELS)
    whole = None if test.customer is None and test.cell is None else together(test)
    told = arm_told(
        matrix,
        treated,
        names=design.names,
        campaign=test.campaign,
        unit=whole,
        weight=test.weights,
    )
    check_randomised(told, arm=arm, control=str(test.control))
