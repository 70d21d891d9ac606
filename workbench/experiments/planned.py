"""The size of a test, and when it is looked at, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from workbench.digits import share_text
from workbench.experiments.past import BINARY
from workbench.language import later, number_text, say, say_count
from workbench.metrics import ENOUGH_POSITIVES

ROWS = (later("with the features"), later("without the features"), later("read at any time"))
COLUMNS = (
    *(later("contacts"), later("treated"), later("each arm")),
    *(later("control"), later("days")),
)

_FEW_EXPECTED = 10
_LITTLE = 0.03
"""A smaller share of the sample saved is not worth collecting features for."""


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
        The chance to see it, of one arm; the share of the treated, and the level of all intervals,
        of all arms together.
    saved : float
        Share of the sample that the features save.
    contacts, contacts_plain : int
        Treated and control together, all arms, adjusted for the features and not adjusted.
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
    rarer : float
        Past contacts with the rarer outcome: with few of them, no saving is counted on.
    clustering : float
        By what the variance is more than that of independent contacts, as a customer, or a cell,
        has several in a campaign; 1 where each stands alone.
    arms : int
        Treated ones, each of the share ``share / arms``.
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
    rarer: float
    clustering: float = 1.0
    arms: int = 1

    @property
    def contacts_of_pair(self) -> int:
        """Contacts of one treated arm and the control group; all where there is one arm."""
        row = self.table().iloc[0]
        return int(row["control"] + row["each arm"]) if self.arms > 1 else self.contacts

    @property
    def relative(self) -> float:
        """The smallest effect as a share of the rate."""
        return self.smallest_effect / self.rate if self.rate else np.nan

    def bounds(self) -> pd.DataFrame:
        """Return what effect is proven at each look: ``contacts, z, low, high``, one row a look.

        An effect at or beyond ``low`` or ``high`` ends the test; `charts.effect_over_time` draws
        them.
        """
        contacts = np.ceil(np.array(self.looks) * self.contacts)
        z = np.array(self.boundaries)
        high = z * np.sqrt(self.variance / contacts)
        return pd.DataFrame({"contacts": contacts, "z": z, "low": -high, "high": high})

    def table(self) -> pd.DataFrame:
        """Return contacts, treated, control and days: adjusted, not adjusted, read at any time.

        With several treated arms, ``each arm`` is how many each of them has, and ``treated`` and
        ``contacts`` are all together.
        """
        sizes = [self.contacts, self.contacts_plain, self.contacts_any_time]
        treated = [min(max(round(self.share * n), 1), n - 1) for n in sizes]
        columns: dict[str, Any] = {"contacts": sizes, "treated": treated}
        if self.arms > 1:
            columns["each arm"] = [max(round(n / self.arms), 1) for n in treated]
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
                    "{looks} looks take {more} more contacts than one look at the end.",
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
        if self.rarer < ENOUGH_POSITIVES:
            said.append(
                say_count(
                    "Only one past contact has the rarer outcome: its rate is hardly known, and no "
                    "saving is counted on.",
                    "Only {n:,.0f} past contacts have the rarer outcome: its rate is hardly known, "
                    "and no saving is counted on.",
                    self.rarer,
                )
            )
        expected = self.rate * self.table()["control"].iloc[0]
        if self.kind == BINARY and expected < _FEW_EXPECTED:
            said.append(
                say(
                    "The control group is expected to have {n:.1f} responses: so few are not "
                    "normal, and the test needs more contacts than this.",
                    n=expected,
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
        if self.arms > 1:
            return self._size_of_arms(values)
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

    def _size_of_arms(self, values: dict[str, str]) -> str:
        """Say the same of several treated arms, whose intervals hold together."""
        row = self.table().iloc[0]
        values |= {
            "arms": number_text(self.arms, "d"),
            "each": number_text(row["each arm"], ",.0f"),
            "control": number_text(row["control"], ",.0f"),
        }
        said = say(
            "To see an effect of {effect} on {rate} in any of {arms} arms with a chance of "
            "{power}, the test needs {contacts} contacts: {each} in each, {control} not treated. "
            "The intervals then hold for all arms together.",
            **values,
        )
        if self.days is None:
            return said
        days = say_count("It takes {n:,.0f} day.", "It takes {n:,.0f} days.", self.days)
        return f"{said} {days}"

    def _savings(self) -> str:
        values = {
            "saved": number_text(self.saved, ".0%" if self.saved >= _LITTLE else ".1%"),
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
        points = number_text(100 * self.smallest_effect, ".3g")
        return say("1 point") if points == "1" else say("{points} points", points=points)

    def _written(self, value: float) -> str:
        return share_text(value) if self.kind == BINARY else number_text(value, ",.4g")

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        shown = self.table().rename(index=say, columns=say)
        shown.index.name, shown.columns.name = None, None
        for name in shown:
            shown[name] = [number_text(value, ",.0f") for value in shown[name]]
        return f"<p>{escape(self.sentence())}</p>{shown.to_html(border=0)}"
