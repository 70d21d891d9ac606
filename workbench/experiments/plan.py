"""How many contacts a test needs, before it is run: with features and without them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import Any

import numpy as np

from workbench.checks import is_whole
from workbench.errors import ParameterError
from workbench.experiments.past import BINARY, Past, past_of
from workbench.experiments.planned import Plan
from workbench.experiments.sizing import Size
from workbench.experiments.spending import boundaries, check_level, looks_of
from workbench.experiments.together import level_of_arms

_MOST_CONTACTS = 1e12
_MOST_ARMS = 20


def plan(  # noqa: PLR0913 - a test is described by so many numbers
    frame_or_model: Any,
    *,
    smallest_effect: float | None = None,
    relative: float | None = None,
    contacts: float | None = None,
    power: float = 0.8,
    arms: int = 1,
    share: float | None = None,
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
    rate ± δ, whichever is greater. Contacts are of different customers; where a customer, or a
    cell, has several in a campaign, n counts for what these share. An arm has 20 at least.

    Of k treated arms each has the share s/k, and is compared with the one control group. All
    intervals hold together, as `read_out` has them: 1 − α is the level of each that makes `level`
    of all. An effect δ of any one arm is seen with the chance `power`. Fewest contacts are needed
    where the control group is √k times as large as an arm.

    Read at any time, the bound of z is the least that a confidence sequence can have at n. At the
    level 0.95 it is 3.03 in place of 1.96: 1.55 times the width. The test may end before n.

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
        The chance to see it, of one arm.
    arms : int
        How many treated arms there are, beside the control group; they have one size.
    share : float, optional
        Share of the contacts that are treated, all arms together. By default what needs about the
        fewest contacts: √k/(1 + √k) of k arms, so 0.5 of one.
    level : float
        Of the two-sided intervals, all together.
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
    Dunnett (1955), A multiple comparison procedure for comparing several treatments with a
    control, JASA 50.

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
    >>> three = plan(frame, smallest_effect=0.02, arms=3)
    >>> print(round(1 - three.share, 2), three.contacts > 2 * planned.contacts)
    0.37 True
    """
    _check_between(power=power, above=1 - level, most=1)
    check_level(level)
    if not is_whole(arms, least=1) or arms > _MOST_ARMS:
        raise ParameterError(
            f"`arms` must be a whole number from 1 to {_MOST_ARMS}; got {arms!r}. It counts the "
            "treated arms, without the control group."
        )
    share = sqrt(arms) / (1 + sqrt(arms)) if share is None else share
    _check_between(share=share, above=0, most=1)
    for name, value in (("contacts_per_day", contacts_per_day), ("contacts", contacts)):
        if value is not None and not 0 < value <= _MOST_CONTACTS:
            raise ParameterError(
                f"`{name}` must be above 0, and at most {_MOST_CONTACTS:.0e}; got {value!r}. Leave "
                "it out where it is not known."
            )
    at = looks_of(looks)
    if at[-1] < 1:
        raise ParameterError(
            f"`looks` must end with the whole plan, 1; got {looks!r}. Add 1 as the last look."
        )
    _check_one_size(smallest_effect, relative, contacts)
    past = past_of(frame_or_model, outcome)
    mean = past.mean if rate is None else _rate(rate, past)
    once, often = (level_of_arms(level, arms, share, once=so) for so in (True, False))
    bounds = boundaries(at, once if len(at) == 1 else often)
    size = Size(past, mean, share, power, often, at, bounds, arms, once)
    effect = size.effect(smallest_effect, relative, contacts)
    return _planned(size, effect, contacts_per_day, level)


def _planned(size: Size, effect: float, per_day: float | None, level: float) -> Plan:
    past = size.past
    exact = [
        size.contacts(effect, size.drift, size.left),
        size.contacts(effect, size.drift),
        size.contacts(effect, size.any_time, size.left),
    ]
    if exact[-1] > _MOST_CONTACTS:
        raise ParameterError(
            f"The smallest effect must need fewer than {_MOST_CONTACTS:.0e} contacts; got "
            f"{effect:.3g} on {size.mean:.3g}. Give a larger one: 0.01 is one point."
        )
    needed, plain, any_time = (ceil(max(n, size.fewest) - 1e-6) for n in exact)
    return Plan(
        kind=past.kind,
        rate=size.mean,
        smallest_effect=effect,
        power=size.power,
        share=size.share,
        level=level,
        saved=1 - size.left,
        contacts=needed,
        contacts_plain=plain,
        contacts_any_time=any_time,
        days=_days(needed, per_day),
        days_plain=_days(plain, per_day),
        days_any_time=_days(any_time, per_day),
        looks=tuple(size.looks.tolist()),
        boundaries=tuple(size.bounds.tolist()),
        inflation=(size.drift / size.once) ** 2,
        variance=size.left * size.variance(effect),
        rarer=past.rarer,
        clustering=past.plain,
        arms=size.arms,
    )


def _days(contacts: int, per_day: float | None) -> int | None:
    return None if per_day is None else ceil(contacts / per_day)


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
