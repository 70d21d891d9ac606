"""How many contacts a test needs, before it is run: with features and without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

from workbench.digits import share_text
from workbench.errors import ParameterError
from workbench.experiments.past import BINARY, Past, past_of
from workbench.experiments.spending import boundaries, check_level, drift_for, looks_of
from workbench.language import later, number_text, say, say_count
from workbench.metrics import ENOUGH_POSITIVES
from workbench.numbers import Array

_LITTLE = 0.03
"""A smaller share of the sample saved is not worth collecting features for."""
_MOST_CONTACTS = 1e12


@dataclass(frozen=True)
class Plan:
    """The size of a test, and when it is looked at; `plan` makes it.

    Parameters
    ----------
    kind : {"binary", "amount"}
    rate : float
        Response rate, or mean amount, that is expected of the control group.
    smallest_effect : float
        The difference of means that is seen with the chance `power`: 0.01 is one point.
    power, share, level : float
    saved : float
        Share of the sample that the features save.
    contacts, contacts_plain : int
        Treated and control together, adjusted for the features and not adjusted.
    contacts_any_time : int
        Adjusted, for a test that is read at any time.
    days, days_plain, days_any_time : int or None
        How long it takes at ``contacts_per_day``.
    looks : tuple of float, length k
        Shares of the contacts at which the test is looked at.
    boundaries : tuple of float, length k
        Two-sided bounds of z at the looks.
    inflation : float
        By what the looks multiply the contacts of one look.
    variance : float
        Of the adjusted effect, times contacts: its standard error is √(variance / contacts).
    responded : float
        Past contacts with an outcome other than 0: few of them tell rate and saving poorly.
    clustering : float
        By what the variance is more than that of independent contacts, as a customer, or a cell,
        has several in a campaign; 1 where each stands alone.
    """

    kind: str
    rate: float
    smallest_effect: float
    power: float
    share: float
    level: float
    saved: float
    contacts: int
    contacts_plain: int
    contacts_any_time: int
    days: int | None
    days_plain: int | None
    days_any_time: int | None
    looks: tuple[float, ...]
    boundaries: tuple[float, ...]
    inflation: float
    variance: float
    responded: float
    clustering: float = 1.0

    @property
    def relative(self) -> float:
        """The smallest effect as a share of the rate."""
        return self.smallest_effect / self.rate if self.rate else np.nan

    def bounds(self) -> pd.DataFrame:
        """Return what effect is proven at each look: ``contacts, z, low, high``, one row a look.

        An effect at or beyond ``low`` or ``high`` ends the test. `workbench.charts.effect_over_time`
        draws them.
        """
        contacts = np.ceil(np.array(self.looks) * self.contacts)
        z = np.array(self.boundaries)
        high = z * np.sqrt(self.variance / contacts)
        return pd.DataFrame({"contacts": contacts, "z": z, "low": -high, "high": high})

    def table(self) -> pd.DataFrame:
        """Return contacts, treated, control and days: adjusted, not adjusted, read at any time."""
        sizes = [self.contacts, self.contacts_plain, self.contacts_any_time]
        treated = [min(max(round(self.share * n), 1), n - 1) for n in sizes]
        columns: dict[str, Any] = {"contacts": sizes, "treated": treated}
        columns["control"] = [n - t for n, t in zip(sizes, treated, strict=True)]
        if self.days is not None:
            columns["days"] = [self.days, self.days_plain, self.days_any_time]
        return pd.DataFrame(columns, index=pd.Index(list(ROWS), name="reading"))

    def sentence(self) -> str:
        """Say what the test needs, and what features and looks do to that."""
        said = [self._size(), self._savings()]
        if len(self.looks) > 1:
            said.append(
                say(
                    "Looking {looks} times on the way costs {more} more contacts than looking once.",
                    looks=len(self.looks),
                    more=share_text(self.inflation - 1),
                )
            )
        any_time = number_text(self.contacts_any_time, ",.0f")
        said.append(say("To be read at any time, it needs {n} contacts.", n=any_time))
        return " ".join([*said, *self.notes])

    @property
    def notes(self) -> tuple[str, ...]:
        """What makes the numbers less certain, in sentences."""
        said = []
        if self.responded < ENOUGH_POSITIVES:
            said.append(
                say_count(
                    "Only one past contact responded: rate and saving are hardly known.",
                    "Only {n:,.0f} past contacts responded: rate and saving are hardly known.",
                    self.responded,
                )
            )
        if self.clustering > 1.0:
            said.append(
                say(
                    "Contacts of one customer or cell are alike: {share} of so many would do, if "
                    "they were not.",
                    share=share_text(1 / self.clustering, 0),
                )
            )
        return tuple(said)

    def _size(self) -> str:
        values = {
            "effect": self._effect(),
            "rate": self._written(self.rate),
            "power": share_text(self.power, 0),
            "treated": number_text(self.table()["treated"].iloc[0], ",.0f"),
            "contacts": number_text(self.contacts, ",.0f"),
        }
        if self.days is None:
            return say(
                "To see an effect of {effect} on {rate} with a chance of {power}, the test needs "
                "{contacts} contacts, {treated} of them treated.",
                **values,
            )
        return say(
            "To see an effect of {effect} on {rate} with a chance of {power}, the test needs "
            "{contacts} contacts, {treated} of them treated: {days}.",
            days=say_count("{n:,.0f} day", "{n:,.0f} days", self.days),
            **values,
        )

    def _savings(self) -> str:
        values = {
            "saved": share_text(self.saved, 0) if self.saved >= _LITTLE else share_text(self.saved),
            "plain": number_text(self.contacts_plain, ",.0f"),
        }
        if self.saved >= _LITTLE:
            return say(
                "The features save {saved} of the sample: without them it needs {plain}.", **values
            )
        return say(
            "The features save next to nothing, {saved} of the sample: without them it needs "
            "{plain}.",
            **values,
        )

    def _effect(self) -> str:
        if self.kind != BINARY:
            return self._written(self.smallest_effect)
        return say("{points} points", points=number_text(100 * self.smallest_effect, ".3g"))

    def _written(self, value: float) -> str:
        return share_text(value) if self.kind == BINARY else number_text(value, ",.4g")

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        from html import escape

        shown = self.table().rename(index=say, columns=say)
        shown.index.name, shown.columns.name = None, None
        for name in shown:
            shown[name] = [number_text(value, ",.0f") for value in shown[name]]
        return f"<p>{escape(self.sentence())}</p>{shown.to_html(border=0)}"


ROWS = (later("with the features"), later("without the features"), later("read at any time"))
COLUMNS = (later("contacts"), later("treated"), later("control"), later("days"))


def plan(  # noqa: PLR0913 - a test is described by so many numbers
    frame_or_model: Any,
    *,
    smallest_effect: float | None = None,
    relative: float | None = None,
    contacts: float | None = None,
    power: float = 0.8,
    share: float = 0.5,
    level: float = 0.95,
    looks: int | Sequence[float] = 1,
    contacts_per_day: float | None = None,
    outcome: Any = None,
    rate: float | None = None,
) -> Plan:
    """Say how many contacts a test needs, or what effect so many contacts can show.

    With variances σ₁² and σ₀² of an outcome in the arms, and a share s treated, n contacts see an
    effect δ with the chance `power` where

        n = θ² (1 − R²) [σ₁²/s + σ₀²/(1 − s)] / δ² .

    θ is the expected z at the end, z_{1−α/2} + z_power for one look; several looks are counted in
    exactly. R² is what the features explain within campaigns that the model did not see; 0 without
    them. Rates p have the variance p (1 − p), here at the rate of the control group and at that
    rate ± δ, whichever is greater. Where a customer, or a cell, has several contacts in a campaign,
    n counts for what they share.

    Read at any time, the bound of z is the least that a confidence sequence can have at n: 3.03 in
    place of 1.96 at the level 0.95, 1.55 times the width. The test may end before that.

    Parameters
    ----------
    frame_or_model : FeatureFrame or RidgePropensity
        Past contacts with the same outcome; or a model, fitted to them here. Of a frame with arms,
        the control group alone is read.
    smallest_effect : float, optional
        The smallest effect worth seeing, up or down, in the outcome's own units: 0.01 is one
        point of a response rate.
    relative : float, optional
        In its place: as a share of the rate. 0.1 is a tenth more, or less.
    contacts : float, optional
        In place of both: how many contacts there are, in both arms. The plan then says the
        smallest effect that they show.
    power : float
        The chance to see it.
    share : float
        Share of the contacts that are treated. With several treated arms, plan each against the
        control group, for the contacts of both.
    level : float
        Of the two-sided interval.
    looks : int or sequence of float
        How often the test is looked at, evenly, or at which shares of its contacts.
    contacts_per_day : float, optional
        Tells the days.
    outcome : array of numbers, shape (n,), optional
        Another outcome of the frame's rows than its own, such as an amount; NaN where unknown.
    rate : float, optional
        What is expected of the control group, where it is not what the past says.

    Returns
    -------
    Plan

    Raises
    ------
    ParameterError
        A number is not what it must be, not exactly one size is given, or the model keeps no rows.
    DataError
        No outcome is known, all are the same, or a suspect feature tells them.

    References
    ----------
    Deng, Xu, Kohavi & Walker (2013), Improving the sensitivity of online controlled experiments,
    WSDM. Lan & DeMets (1983), Biometrika 70. Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024),
    Time-uniform central limit theory and asymptotic confidence sequences, Annals of Statistics 52.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> from workbench.experiments import plan
    >>> frame = planted(train_campaigns=6, new_campaigns=0, rows=400, stable=4, spiky=2).frame
    >>> planned = plan(frame, smallest_effect=0.02, contacts_per_day=1000)
    >>> planned.contacts <= planned.contacts_plain < planned.contacts_any_time
    True
    >>> seen = plan(frame, contacts=planned.contacts)
    >>> print(round(seen.smallest_effect, 3))
    0.02
    """
    _check_between(power=power, above=1 - level, most=1)
    check_level(level)
    _check_between(share=share, above=0, most=1)
    for name, value in (("contacts_per_day", contacts_per_day), ("contacts", contacts)):
        if value is not None and not 0 < value < np.inf:
            raise ParameterError(
                f"`{name}` must be a finite number above 0; got {value!r}. Leave it out where it "
                "is not known."
            )
    at = looks_of(looks)
    if at[-1] < 1:
        raise ParameterError(
            f"`looks` must end with the whole plan, 1; got {looks!r}. Add 1 as the last look."
        )
    _check_one_size(smallest_effect, relative, contacts)
    past = past_of(frame_or_model, outcome)
    mean = past.mean if rate is None else _rate(rate, past)
    size = _Size(past, mean, share, power, at, boundaries(at, level), level)
    effect = size.effect(smallest_effect, relative, contacts)
    return _planned(size, effect, contacts_per_day)


class _Size:
    """How many contacts an effect needs."""

    def __init__(
        self,
        past: Past,
        mean: float,
        share: float,
        power: float,
        looks: Array,
        bounds: Array,
        level: float,
    ) -> None:
        self.past, self.mean, self.share, self.power = past, mean, share, power
        self.looks, self.bounds, self.level = looks, bounds, level
        self.once = drift_for(power, [1.0], boundaries([1.0], level))
        self.drift = self.once if len(looks) == 1 else drift_for(power, looks, bounds)
        # by then, not only then: it may be seen before, which is not counted
        self.any_time = any_time_bound(level) + float(ndtri(power))

    def variance(self, effect: float) -> float:
        """Return the variance of the plain effect, times contacts."""
        means = [m for m in (self.mean + effect, self.mean - effect) if self._is_mean(m)]
        treated = max(float(self.past.variance_at(m)) for m in means)
        control = float(self.past.variance_at(self.mean))
        return self.past.plain * (treated / self.share + control / (1 - self.share))

    def contacts(self, effect: float, drift: float, factor: float = 1.0) -> float:
        """Return the contacts at which the effect is so many standard errors."""
        return drift**2 * factor * self.variance(effect) / effect**2

    @property
    def left(self) -> float:
        """Share of the variance that the features leave."""
        return self.past.adjusted / self.past.plain

    @property
    def most(self) -> float:
        """The largest effect that there can be."""
        return max(self.mean, 1 - self.mean) if self.past.kind == BINARY else np.inf

    def effect(self, given: float | None, relative: float | None, contacts: float | None) -> float:
        """Return the effect that is meant."""
        if contacts is not None:
            return self._seen(contacts)
        effect = given if given is not None else (relative or 0.0) * abs(self.mean)
        name = "smallest_effect" if given is not None else "relative"
        value = given if given is not None else relative
        if not 0 < effect < np.inf:
            raise ParameterError(
                f"`{name}` must be a finite number above 0; got {value!r}. An effect of nothing "
                "needs contacts without end."
            )
        if effect > self.most:
            raise ParameterError(
                f"`{name}` must leave a rate between 0 and 1; got {value!r} on a rate of "
                f"{self.mean:.3g}. Give it as a share, where 0.01 is one point."
            )
        return effect

    def _seen(self, contacts: float) -> float:
        def missing(log_effect: float) -> float:
            effect = float(np.exp(log_effect))
            return float(np.log(self.contacts(effect, self.drift, self.left) / contacts))

        top = self.most if np.isfinite(self.most) else 1e6 * np.sqrt(self.past.variance)
        if contacts < 2 or missing(float(np.log(top))) > 0:
            raise ParameterError(
                f"`contacts` must be enough to show some effect; got {contacts!r}, which show none "
                f"with a chance of {self.power:g}. Give more, or a lower `power`."
            )
        return float(np.exp(brentq(missing, np.log(top * 1e-12), np.log(top), xtol=1e-12)))

    def _is_mean(self, mean: float) -> bool:
        return self.past.kind != BINARY or 0 <= mean <= 1


def _planned(size: _Size, effect: float, per_day: float | None) -> Plan:
    past = size.past
    exact = [
        size.contacts(effect, size.drift, size.left),
        size.contacts(effect, size.drift),
        size.contacts(effect, size.any_time, size.left),
    ]
    if exact[-1] > _MOST_CONTACTS:
        raise ParameterError(
            f"`smallest_effect` must need less than {_MOST_CONTACTS:.0e} contacts; got {effect:.3g} "
            f"on {size.mean:.3g}. Give a larger one: 0.01 is one point."
        )
    whole = [max(2, ceil(n - 1e-6)) for n in exact]
    days = [None if per_day is None else ceil(n / per_day) for n in whole]
    return Plan(
        past.kind,
        size.mean,
        effect,
        size.power,
        size.share,
        size.level,
        1 - size.left,
        *whole,
        *days,
        tuple(size.looks.tolist()),
        tuple(size.bounds.tolist()),
        (size.drift / size.once) ** 2,
        size.left * size.variance(effect),
        past.positives,
        past.plain,
    )


def any_time_bound(level: float) -> float:
    """Return the least bound of z that an asymptotic confidence sequence has at one sample size.

        min over x of √[ 2 (1 + 1/x) log(√(1 + x) / α) ] ,

    x being the sample size times the square of the sequence's parameter ρ, tuned to that size.

    Parameters
    ----------
    level : float

    Returns
    -------
    float

    Examples
    --------
    >>> print(round(any_time_bound(0.95), 3))
    3.035
    """

    def squared(log_x: float) -> float:
        x = np.exp(log_x)
        return float(2 * (1 + 1 / x) * (0.5 * np.log1p(x) - np.log(1 - level)))

    return float(np.sqrt(minimize_scalar(squared, bounds=(-2.0, 8.0), method="bounded").fun))


def _check_between(*, above: float, most: float, **named: float) -> None:
    ((name, value),) = named.items()
    if not above < value < most:
        raise ParameterError(
            f"`{name}` must be above {above:.3g} and below {most:g}; got {value!r}. {_USUAL[name]}"
        )


_USUAL = {
    "power": "0.8 is usual: four of five such effects are seen.",
    "share": "Treated and control must both have contacts; 0.5 needs the fewest.",
}


def _check_one_size(*sizes: float | None) -> None:
    given = sum(one is not None for one in sizes)
    if given != 1:
        raise ParameterError(
            "`plan` must be given exactly one of `smallest_effect` (0.01 is one point), `relative` "
            f"(0.1 is a tenth) and `contacts`; got {given} of them."
        )


def _rate(rate: float, past: Past) -> float:
    if past.kind == BINARY and not 0 < rate < 1:
        raise ParameterError(
            f"`rate` must be above 0 and below 1, as of responses; got {rate!r}. 0.05 is 5%."
        )
    if not np.isfinite(rate):
        raise ParameterError(f"`rate` must be finite; got {rate!r}. Give the expected mean.")
    return float(rate)
