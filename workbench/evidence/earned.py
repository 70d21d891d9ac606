"""What contacting the best contacts earned: against everybody, and against what was expected.

The depth is the one that was expected to earn most, so it is chosen without the outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta, norm
from scipy.stats import t as students

from workbench.digits import money_range_text, money_text, price_text, share_text
from workbench.errors import DataError
from workbench.frame.dealing import ENOUGH, Drawn, numbered, wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import number_text, say, say_count
from workbench.metrics.clusters import reach_of
from workbench.metrics.money import one_for_all
from workbench.metrics.profit import best_depth, profit_by_depth
from workbench.numbers import Array

BY_CHANCE = 0.025
"""How rarely chance alone may make the profit as short as it is, before it is said."""
FEWEST = 3
"""Campaigns of which Student's t tells how far others may differ; of two it tells nothing."""
FEW_RESPONSES = 30
"""Responses below which their number is too skewed for an interval from its variance."""
_Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Earned:
    """What one depth earned on contacts whose outcome is known.

    Parameters
    ----------
    cost, margin : float
        Of one contact, and of one response.
    curve : DataFrame
        From `workbench.metrics.profit_by_depth`.
    realised, low, high : float
        The profit that came at the depth that was expected to earn most; its 95% interval.
    gain, gain_low, gain_high : float
        The same less the profit of contacting everybody.
    chance : float
        The probability that chance makes the profit as short of the expected one as it is.
    drawn : str
        What the intervals draw as a whole: "campaigns", "customers", "cells" or "contacts".
    """

    cost: float
    margin: float
    curve: pd.DataFrame
    realised: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    chance: float
    drawn: str

    @property
    def place(self) -> int:
        """The place on the curve of the depth that was expected to earn most."""
        return int(self.curve["expected_profit"].to_numpy().argmax())

    @property
    def best(self) -> pd.Series[float]:
        """The row of the curve that was expected to earn most."""
        return self.curve.iloc[self.place]

    @property
    def everybody(self) -> float:
        """The profit that contacting everybody would have earned."""
        return float(self.curve["realised_profit"].iloc[-1])

    @property
    def short(self) -> bool:
        """Whether the profit falls short of the expected one by more than chance."""
        return self.chance < BY_CHANCE

    def whom(self) -> str:
        """Name the contacts of the depth: "the best 57% (1,690 of 2,955 contacts)".

        Examples
        --------
        >>> curve = profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
        >>> Earned(2.0, 10.0, curve, *[0.0] * 7, "contacts").whom()
        'the best 67% (2 of 3 contacts)'
        """
        depth, contacts = self.best["depth"], self.curve["contacts"].iloc[-1]
        if depth in (0.0, 1.0):
            if depth:
                return say_count(
                    "everybody (of {n:,.0f} contact)", "everybody (of {n:,.0f} contacts)", contacts
                )
            return say_count(
                "nobody (of {n:,.0f} contact)", "nobody (of {n:,.0f} contacts)", contacts
            )
        digits = 0 if depth >= 0.0995 else 1
        return say_count(
            "the best {share} ({made:,.0f} of {n:,.0f} contact)",
            "the best {share} ({made:,.0f} of {n:,.0f} contacts)",
            contacts,
            share=share_text(depth, digits),
            made=self.best["contacts"],
        )

    def compared(self, currency: str = "") -> str:
        """Say what it earned more, or less, than contacting everybody, and how sure that is."""
        if self.best["depth"] == 1.0:
            return say("Every contact was expected to earn its cost: that is contacting everybody.")
        money = money_text(abs(self.gain), currency)
        if self.gain < 0:
            said = say("That is {money} less than contacting everybody", money=money)
        else:
            said = say("That is {money} more than contacting everybody", money=money)
        if np.isnan(self.gain_low):
            return say("{said}; nothing tells how far that might differ.", said=said)
        ends = money_range_text(self.gain_low, self.gain_high, currency)
        of = say(
            "95% interval of the difference: {ends}, {drawn} drawn again",
            ends=ends,
            drawn=say(self.drawn),
        )
        if self.gain_low <= 0 <= self.gain_high:
            return say("{said}, which may be chance ({of}).", said=said, of=of)
        return f"{said} ({of})."

    def as_expected(self, currency: str = "") -> str:
        """Say so where the profit falls short of the expected one by more than chance; else ""."""
        if not self.short:
            return ""
        expected, came = (
            money_text(one, currency) for one in (self.best["expected_profit"], self.realised)
        )
        least = say("less than 0.1%")
        return say(
            "{expected} was expected and {came} came: short by more than chance, which would do "
            "that in {rarely} of cases ({tested}).",
            expected=expected,
            came=came,
            rarely=least if self.chance < 0.001 else number_text(self.chance, ".1%"),
            tested=self._tested,
        )

    @property
    def _tested(self) -> str:
        if self.drawn == "contacts":
            return say("contacts that respond by themselves, each with its own propensity")
        return say("allowing for how {drawn} differ", drawn=say(self.drawn))

    def sentence(self, currency: str = "") -> str:
        """Say what the depth was expected to earn, what it earned, and what everybody would have.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> table = pd.DataFrame({"x": range(400), "bought": [0, 0, 0, 1] * 100})
        >>> frame = FeatureFrame.from_table(table, target="bought")
        >>> print(earned(frame, [0.1, 0.1, 0.1, 0.7] * 100, cost=2, margin=10).sentence("EUR"))
        At 2 EUR a contact and 10 EUR a response, contacting the best 25% (100 of 400 contacts)
        was expected to earn 500 EUR and would have earned 800 EUR (95% interval: ...
        """
        prices = {
            "cost": price_text(self.cost, currency),
            "margin": price_text(self.margin, currency),
            "all": money_text(self.everybody, currency),
        }
        best = self.best
        if best["depth"] == 0:
            return say(
                "At {cost} a contact and {margin} a response, no contact was expected to earn its "
                "cost; contacting everybody would have earned {all}.",
                **prices,
            )
        expected, came = (
            money_text(one, currency) for one in (best["expected_profit"], self.realised)
        )
        ends = ""
        if not np.isnan(self.low):
            interval = money_range_text(self.low, self.high, currency)
            ends = say(" (95% interval: {interval})", interval=interval)
        values = {"whom": self.whom(), "expected": expected, "came": came, "ends": ends, **prices}
        if best["depth"] < 1:
            said = say(
                "At {cost} a contact and {margin} a response, contacting {whom} was expected to "
                "earn {expected} and would have earned {came}{ends}; contacting everybody, {all}.",
                **values,
            )
        else:
            said = say(
                "At {cost} a contact and {margin} a response, contacting {whom} was expected to "
                "earn {expected} and would have earned {came}{ends}.",
                **values,
            )
        return " ".join(filter(None, [said, self.as_expected(currency)]))

    def __repr__(self) -> str:
        return f"{self.sentence()} {self.compared()}"


def earned(frame: FeatureFrame, propensity: Any, *, cost: float, margin: float) -> Earned:
    """Work out what contacting to the best expected depth earned, and how sure that is.

    A contact i is made where p_i is at least the lowest propensity of the depth that was
    expected to earn most. Making it brings v_i = m y_i − c. The profit is Σ v_i over the
    contacts that are made. The gain over contacting everybody is −Σ v_i over those that are
    not.

    An interval is that of such a sum for as many contacts, when what is drawn again is whole:
    three campaigns or more; else customers; else cells; else contacts. With s_g the sum of a
    cluster, n_g its contacts and q the mean of a contact, half of it is ::

        t √( G/(G−1) Σ_g (s_g − q n_g)² ) ,

    t being Student's quantile with G − 1 degrees of freedom, and never less than for
    independent contacts. It does not depend on chance, and holds for few campaigns, where the
    percentiles of a bootstrap are too narrow. Where fewer than 30 responded, or did
    not, it is no narrower than the exact limits of their share (Clopper & Pearson) make it.

    Whether the profit D below the expected one is chance is asked of D / √V. V is the larger
    of Σ m² p (1 − p), of contacts that respond by themselves, and of
    G/(G−1) Σ_g (d_g − D V_g/V₀)². There d_g is a cluster's part of D, and V_g its part of that
    first sum V₀. The probability is that of Student's t with G − 1 degrees of freedom.

    Parameters
    ----------
    frame : FeatureFrame
        With known outcomes.
    propensity : array, shape (n,)
        Of a model that has not seen them.
    cost, margin : float
        Of one contact, and of one response before that cost, in one currency.

    Returns
    -------
    Earned

    Raises
    ------
    DataError
        An outcome is not known, or propensities are none.
    ParameterError
        `cost` or `margin` is negative or not finite.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Bootstrap-based improvements for inference with clustered
    errors, Review of Economics and Statistics 90.

    Examples
    --------
    >>> table = pd.DataFrame({"x": range(400), "bought": [0, 0, 0, 1] * 100})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> found = earned(frame, [0.1, 0.1, 0.1, 0.7] * 100, cost=2.0, margin=10.0)
    >>> found.realised, found.everybody, found.gain, found.short
    (800.0, 200.0, 600.0, False)
    """
    if frame.y.isna().any():
        raise DataError(
            "What was earned needs an outcome of every contact; some are not known. Give "
            "`frame.known()`."
        )
    cost, margin = one_for_all(cost, name="cost"), one_for_all(margin, name="margin")
    weight, y = frame.weights, frame.y.to_numpy(dtype=np.float64)
    curve = profit_by_depth(frame.y, propensity, cost=cost, margin=margin, weight=weight)
    chance = np.asarray(propensity, dtype=np.float64)
    best = best_depth(curve)
    made = chance >= best["propensity"] if best["depth"] > 0 else np.zeros(len(y), dtype=bool)
    drawn, value = _drawn(frame), margin * y - cost
    came, lost = np.where(made, weight, 0.0), np.where(made, 0.0, weight)
    rare = _by_rare_responses(came, y, cost=cost, margin=margin)
    low, high = _wider(_around(np.where(made, value, 0.0), weight, drawn), rare)
    rare = _by_rare_responses(lost, y, cost=cost, margin=margin)
    left = _around(np.where(made, 0.0, -value), weight, drawn)
    gain_low, gain_high = _wider(left, (-rare[1], -rare[0]))
    return Earned(
        cost,
        margin,
        curve,
        _sum(came, value),
        low,
        high,
        0.0 - _sum(lost, value),  # exactly 0 where everybody is made
        gain_low,
        gain_high,
        _chance_of(made, y, chance, weight, drawn),
        drawn.name,
    )


def _sum(weight: Array, value: npt.NDArray[Any]) -> float:
    """Add up amounts; 0 where what is left of them is no more than their rounding."""
    total = float(weight @ value)
    return total if abs(total) > 1e-12 * float(weight @ np.abs(value)) else 0.0


def _drawn(frame: FeatureFrame) -> Drawn:
    """Say what is drawn as a whole: of few campaigns Student's t is wide, and that is true."""
    kinds = (("campaigns", frame.campaign, FEWEST), ("customers", frame.customer, ENOUGH))
    for name, labels, fewest in kinds:
        if labels is not None and fewest <= labels.nunique() < len(labels):
            return Drawn(numbered(labels), name)
    return Drawn(None, "contacts") if frame.cell is None else Drawn(wholes(frame), "cells")


def _around(value: Array, weight: Array, drawn: Drawn) -> tuple[float, float]:
    """Return the interval of Σ w v, as much as its clusters, or contacts, would have it differ."""
    total, contacts = float(weight @ value), float(weight.sum())
    apart = value - total / contacts
    reach = _Z * float(np.sqrt(weight @ apart**2)) if contacts > 1 else float("nan")
    if drawn.label is not None:
        reach = float(np.maximum(reach, reach_of(weight * apart, drawn.label)))  # NaN stays
    return total - reach, total + reach


def _by_rare_responses(weight: Array, y: Any, *, cost: float, margin: float) -> tuple[float, float]:
    """Return the profit at exact limits of the share of responses, where few came or stayed out.

    A few are far from normal: none at all among many contacts may well have been three.
    """
    contacts, responses = float(weight.sum()), float(weight @ y)
    few = min(responses, contacts - responses)
    if contacts == 0 or few >= FEW_RESPONSES:
        return np.inf, -np.inf  # which makes nothing wider
    fewest = float(beta.ppf(0.025, responses, contacts - responses + 1)) if responses > 0 else 0.0
    missed = contacts - responses
    most = float(beta.ppf(0.975, responses + 1, missed)) if missed > 0 else 1.0
    return (margin * fewest - cost) * contacts, (margin * most - cost) * contacts


def _wider(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the interval that holds both; NaN stays."""
    return float(np.minimum(one[0], other[0])), float(np.maximum(one[1], other[1]))


def _chance_of(made: Any, y: Any, chance: Any, weight: Array, drawn: Drawn) -> float:
    """Return the probability of so few responses, or fewer, among the contacts made."""
    w = np.where(made, weight, 0.0)
    apart, variance = w * (y - chance), w * chance * (1 - chance)
    total, of_contacts = float(apart.sum()), float(variance.sum())
    if of_contacts <= 0:
        return 1.0
    if drawn.label is None:
        return float(norm.cdf(total / np.sqrt(of_contacts)))
    d, v = np.bincount(drawn.label, apart), np.bincount(drawn.label, variance)
    d, v = d[v > 0], v[v > 0]
    if len(d) < 2:
        return float(norm.cdf(total / np.sqrt(of_contacts)))
    of_clusters = len(d) / (len(d) - 1) * float(((d - v * total / of_contacts) ** 2).sum())
    z = total / np.sqrt(max(of_contacts, of_clusters))
    return float(students.cdf(z, len(d) - 1))
