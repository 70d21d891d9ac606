"""The first page of a test: what contacting changed, whom, and what that earns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from workbench.charts import small_tests
from workbench.digits import money_range_text, money_text, price_text, share_text
from workbench.experiments import ReadOut
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance import screen
from workbench.language import language, say, speaking
from workbench.reports.first_page import contacts_text
from workbench.reports.headline import Figure, Headline, capitalised, in_both
from workbench.reports.signs import Sign, Signs
from workbench.reports.verdict import NOT_PROVEN, Verdict
from workbench.reports.verdict_on_test import Measured, verdict_on_test

PER = 1000
"""Contacts that the profit of the first page is of: it says the same of small tests and large."""
LOOKED_AT = ("leak", "readiness")
"""The conditions of `workbench.reports.signs` that a test tells of."""


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
            best_low=math.nan if self.chosen is None else float(self.chosen["low"]),
        )

    @property
    def verdict(self) -> Verdict:
        """Ready, with care, or not proven."""
        return verdict_on_test(self.measured)

    def signs(self) -> Signs:
        """Return what a scheduled run may stop at: that contacting is not proven to pay.

        A feature that gives the outcome or the arm away has stopped the reading before.
        """
        if self.verdict.word != NOT_PROVEN:
            return Signs((), LOOKED_AT)
        with speaking("en"):
            told = Sign("readiness", self.verdict.why, capitalised(self.verdict.next_step))
        if language() != "en":
            local = f"{self.verdict.why} {capitalised(self.verdict.next_step)}"
            told = replace(told, local=local)
        return Signs((told,), LOOKED_AT)

    def sentence(self) -> str:
        """Say what contacting changed, and what contacting only the best would have earned."""
        said = self.read.sentence(self.arm)
        return f"{said} {self.whom()}".strip()

    def whom(self) -> str:
        """Say what contacting those worth it earns, and what the others add to it."""
        if self.chosen is None or self.others is None:
            return ""
        share = float(self.chosen["share"])
        if share == 0:
            return say("Nobody's uplift is expected to be worth the cost of a contact.")
        if share == 1:
            return say("Everybody's uplift is expected to be worth the cost of a contact.")
        return f"{self._earned_by(self.chosen)} {self._added_by(self.others)}"

    def _earned_by(self, chosen: pd.Series[Any]) -> str:
        """Say what contacting only those worth it would have earned, or cost."""
        profit, share = float(chosen["profit"]), share_text(float(chosen["share"]), 0)
        if profit < 0:
            return say(
                "On contacts not seen before, contacting the {share} whom it changes most would "
                "have cost {lost} more than it brings.",
                share=share,
                lost=money_text(-profit, self.currency),
            )
        return say(
            "On contacts not seen before, contacting the {share} whom it changes most would have "
            "earned {profit} beyond what comes anyway.",
            share=share,
            profit=money_text(profit, self.currency),
        )

    def _added_by(self, others: pd.Series[Any]) -> str:
        """Say what contacting all others would have added, or cost."""
        came, low, high = (float(others[name]) for name in ("profit", "low", "high"))
        share = share_text(float(others["share"]), 0)
        if came < 0:
            return say(
                "Contacting the other {share} as well would have cost {lost} more than it brings "
                "(95% interval {interval}).",
                share=share,
                lost=money_text(-came, self.currency),
                interval=money_range_text(-high, -low),
            )
        return say(
            "Contacting the other {share} as well would have added {came} (95% interval "
            "{interval}).",
            share=share,
            came=money_text(came, self.currency),
            interval=money_range_text(low, high),
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
        at = {"cost": price_text(self.cost), "margin": price_text(self.margin)}
        all_of_them = say("Profit of 1,000 contacts, cost {cost}, margin {margin}", **at)
        figures = [self._profit_of(self.profit, all_of_them)]
        if self.chosen is not None and self.chosen["share"] > 0:
            share = share_text(float(self.chosen["share"]), 0)
            best = say("The same, of the {share} whom it changes most", share=share)
            figures.append(self._profit_of(self.chosen, best))
        return figures

    def _profit_of(self, row: pd.Series[Any], name: str) -> Figure:
        """Return the profit of 1,000 contacts, beyond what comes anyway."""
        each = PER / float(row["contacts"])
        profit, low, high = (each * float(row[end]) for end in ("profit", "low", "high"))
        interval = say("95% interval {interval}", interval=money_range_text(low, high))
        return Figure(
            name,
            profit,
            kind="money",
            better="higher",
            unit=self.currency,
            note=interval,
            low=low,
            high=high,
        )

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
