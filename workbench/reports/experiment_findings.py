"""The first page of a test: what contacting changed, whom, and what that earns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.charts import small_tests
from workbench.digits import money_range_text, money_text, price_text, share_text
from workbench.experiments import ReadOut
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance import screen
from workbench.language import say
from workbench.reports.first_page import contacts_text
from workbench.reports.headline import Figure, Headline, in_both
from workbench.reports.verdict import Verdict
from workbench.reports.verdict_on_test import Measured, verdict_on_test

PER = 1000
"""Contacts that the profit of the first page is of: it says the same of small tests and large."""


@dataclass(frozen=True)
class ExperimentFindings:
    """What a test has shown, and what a rule learned from it would have earned.

    Parameters
    ----------
    read : ReadOut
    arm : str
        The arm that the page is about, against the control group.
    cost, margin : float
        Of a contact, and of a response.
    currency : str
    chosen, others : Series, optional
        From `workbench.metrics.policy_value`: contacting those whose uplift is worth the cost, and
        contacting all others, on contacts that the model of uplift has not seen.
    parts, curve : DataFrame, optional
        From `workbench.metrics.uplift_by_depth` and `incremental_profit_by_depth`, on the same.
    """

    read: ReadOut
    arm: str
    cost: float
    margin: float
    currency: str = ""
    chosen: pd.Series[Any] | None = None
    others: pd.Series[Any] | None = None
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    curve: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def effect(self) -> pd.Series[Any]:
        """The row of the arm."""
        return self.read.effect_of(self.arm)

    @property
    def profit(self) -> pd.Series[Any]:
        """What the arm earned beyond the control group, with its interval."""
        table = self.read.profit(cost=self.cost, margin=self.margin)
        return table[table["arm"] == self.arm].iloc[0]

    @property
    def campaigns(self) -> pd.DataFrame:
        """The effect in each campaign of the arm; empty where there are none."""
        table = self.read.by_campaign
        return table[table["arm"] == self.arm] if len(table) else table

    @property
    def measured(self) -> Measured:
        """The figures that the verdict stands on."""
        differ = self.read.heterogeneity
        differ = differ[differ["arm"] == self.arm] if len(differ) else differ
        return Measured(
            low=float(self.effect["low"]),
            high=float(self.effect["high"]),
            profit_low=float(self.profit["low"]),
            profit_high=float(self.profit["high"]),
            campaigns=max(len(self.campaigns), 1),
            differ_p=float(differ["p_value"].iloc[0]) if len(differ) else math.nan,
            best_gain_low=math.nan if self.others is None else -float(self.others["high"]),
        )

    @property
    def verdict(self) -> Verdict:
        """Ready, with care, or not proven."""
        return verdict_on_test(self.measured)

    def sentence(self) -> str:
        """Say what contacting changed, and what contacting only the best would have earned."""
        said = self.read.sentence(self.arm)
        return f"{said} {self.whom()}".strip()

    def whom(self) -> str:
        """Say what contacting those worth it earns, and what the others add to it."""
        if self.chosen is None or self.others is None:
            return ""
        best, rest, unit = self.chosen, self.others, self.currency
        share = float(best["share"])
        if share in (0.0, 1.0):
            return (
                say("Nobody's uplift is expected to be worth the cost of a contact.")
                if share == 0
                else say("Everybody's uplift is expected to be worth the cost of a contact.")
            )
        ends = {"low": rest["low"], "high": rest["high"]}
        words = {
            "share": share_text(share, 0),
            "profit": money_text(best["profit"], unit),
            "rest": share_text(1 - share, 0),
            "came": money_text(rest["profit"], unit),
            "interval": money_range_text(ends["low"], ends["high"]),
        }
        return say(
            "On contacts not seen before, contacting the {share} whom it changes most would have "
            "earned {profit} beyond what comes anyway; contacting the other {rest} as well would "
            "have added {came} (95% interval {interval}).",
            **words,
        )

    def figures(self) -> list[Figure]:
        """Return the effect first, then what it earns, and what the features saved."""
        effect, points = self.effect, self.read.kind == "binary"
        unit = 100.0 if points else 1.0
        told: dict[str, Any] = {"digits": 1 if points else 2, "better": "higher"}
        figures = [
            Figure(
                say("Effect, points") if points else say("Effect per contact"),
                unit * effect["effect"],
                note=self._interval(unit),
                low=unit * effect["low"],
                high=unit * effect["high"],
                **told,
            )
        ]
        if effect["low"] > 0 and points:
            needed = float(effect["contacts_per_response"])
            figures.append(Figure(say("Contacts for one response more"), needed, kind="count"))
        return [*figures, *self._money(), self._saved()]

    def _interval(self, unit: float) -> str:
        ends = {"low": unit * self.effect["low"], "high": unit * self.effect["high"]}
        sure = {"level": self.read.level, **ends}
        if self.read.kind == "binary":
            return say("{level:.0%} interval {low:.1f} to {high:.1f}", **sure)
        return say("{level:.0%} interval {low:.2f} to {high:.2f}", **sure)

    def _money(self) -> list[Figure]:
        each = PER / float(self.profit["contacts"])
        at = {"cost": price_text(self.cost), "margin": price_text(self.margin)}
        low, high = (each * float(self.profit[end]) for end in ("low", "high"))
        money: dict[str, Any] = {"kind": "money", "better": "higher", "unit": self.currency}
        figures = [
            Figure(
                say("Incremental profit of 1,000 contacts"),
                each * float(self.profit["profit"]),
                note=say("cost {cost}, margin {margin}", **at),
                low=low,
                high=high,
                **money,
            )
        ]
        if self.chosen is not None and self.chosen["share"] > 0:
            each = PER / float(self.chosen["contacts"])
            figures.append(
                Figure(
                    say("The same, of those whom it changes most"),
                    each * float(self.chosen["profit"]),
                    note=say("{share} of all", share=share_text(float(self.chosen["share"]), 0)),
                    low=each * float(self.chosen["low"]),
                    high=each * float(self.chosen["high"]),
                    **money,
                )
            )
        return figures

    def _saved(self) -> Figure:
        note = say("of the contacts, by what features foretell")
        saved = max(float(self.effect["sample_saved"]), 0.0)
        return Figure(say("Sample saved"), saved, kind="share", digits=0, note=note)

    def headline(
        self, title: str, *, frame: FeatureFrame, data: str, target: str, author: str = ""
    ) -> Headline:
        """Say it all on top of the report, in English and in the reader's language.

        Parameters
        ----------
        title : str
            "" for what contacting changed.
        frame : FeatureFrame
            All contacts.
        data, target : str
            What was read: figures of an earlier run stand beside these where it was the same.
        author : str

        Returns
        -------
        Headline
        """

        def said() -> Headline:
            told, named = self.verdict, frame.wording.of(target)
            facts = {say("Author"): author, say("Data"): data, say("Outcome"): named}
            facts[say("Contacts")] = contacts_text(frame)
            facts[say("Against")] = str(self.effect["against"])
            return Headline(
                title or say("What did contacting change?"),
                self.sentence(),
                self.figures(),
                facts,
                about=f"{data}: {target}, test of {self.arm}",
                verdict=told.word,
                why=told.why,
                next_step=told.next_step,
            )

        return in_both(said)

    def draw(self) -> None:
        """Draw the three pictures of the first page: effects, uplift by part, and profit."""
        points = self.read.kind == "binary"
        if len(self.campaigns) > 1:
            shown = screen.shown(self.campaigns.set_index("campaign")).reset_index()
            small_tests.effects(shown, names="campaign", points=points)
        else:
            small_tests.effects(self.read.effects, names="arm", points=points)
        if len(self.parts):
            small_tests.uplift(self.parts)
        if len(self.curve):
            small_tests.incremental(self.curve, currency=self.currency)
