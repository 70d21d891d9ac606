"""The first page of a propensity report: verdict, what it earns, three pictures, what follows.

What a notebook found is gathered in `Findings`; from there on every figure has one source, so
that headline, text and pictures cannot differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from workbench import metrics
from workbench.charts import small
from workbench.digits import loss_text, money_range_text, money_text, price_text
from workbench.evidence.beyond import BeyondTraining
from workbench.evidence.earned import Earned
from workbench.evidence.forward import ForwardEstimate
from workbench.evidence.split import Split
from workbench.frame import dealing
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.leakage import signs_of_leakage
from workbench.governance import disclosure, screen
from workbench.governance.told_rates import told_rates
from workbench.language import date_text, number_text, retold, say, say_count
from workbench.reports.finding import auc_interval
from workbench.reports.headline import Figure, Headline, in_both
from workbench.reports.judged_on import FEATURES, judged_on
from workbench.reports.unseen import undated, unseen
from workbench.reports.verdict import Judged, Verdict, verdict


@dataclass(frozen=True)
class Findings:
    """What a test on contacts not seen before has found.

    Parameters
    ----------
    split : Split
    performance : Series
        A row of `workbench.metrics.performance` on the test.
    earned : Earned
        On the test.
    beyond : BeyondTraining
        Of the contacts to score; of the test where none are.
    coefficients : DataFrame
        From `RidgePropensity.coefficients`.
    forward : ForwardEstimate, optional
        Where the order of campaigns is known.
    campaigns : DataFrame, optional
        From `workbench.metrics.by_campaign` on the test.
    waiting, chosen : float
        Contacts whose outcome is open, and those of them that are worth their cost.
    currency : str
        Of cost and margin.
    leaks : mapping of column to str, optional
        Columns that were suspected when the frame was made: `FeatureFrame.suspects`.
    release : str
        How views leave, which counted those chosen: "private" adds noise.
    shares : Series, optional
        Each feature's share of the score, where the model's columns are not features alone.
    features : mapping of feature to str, optional
        Of contacts that have left their features in files: hashes that tell them apart, from
        `features_in_files`.
    """

    split: Split
    performance: pd.Series[Any]
    earned: Earned
    beyond: BeyondTraining
    coefficients: pd.DataFrame
    forward: ForwardEstimate | None = None
    campaigns: pd.DataFrame | None = None
    waiting: float = 0.0
    chosen: float = 0.0
    currency: str = ""
    leaks: Mapping[str, str] = field(default_factory=dict)
    release: str = ""
    shares: pd.Series[float] | None = None
    features: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn(self) -> str:
        """What intervals of the performance draw as a whole."""
        return dealing.drawn(self.split.test).name

    @cached_property
    def suspects(self) -> dict[str, str]:
        """Columns that may give the outcome away: in all contacts, or in what was learned from."""
        train = self.split.train
        found = signs_of_leakage(train.X, train.y, train.weights, dealing.wholes(train))
        return {**found, **self.leaks}

    @property
    def judged(self) -> Judged:
        """The figures that the verdict stands on."""
        row, ratio = self.performance, "loss_ratio"
        auc = math.nan if row["note"] or math.isnan(row["auc"]) else float(row["auc"])
        ahead = 0 if self.forward is None else len(self.forward.campaigns)
        return Judged(
            auc=auc,
            loss_ratio=float(row[ratio]),
            loss_low=float(row[f"{ratio}_low"]),
            loss_high=float(row[f"{ratio}_high"]),
            gain=self.earned.gain,
            gain_low=self.earned.gain_low,
            gain_high=self.earned.gain_high,
            profit_low=self.earned.low,
            depth=float(self.earned.best["depth"]),
            short=self.earned.short,
            campaigns=max(ahead, len(self.split.test.campaigns)) if self.split.later else 0,
            unordered=undated(self.split),
            too_few=self.split.too_few,
            forward=None if self.forward is None else self.forward.proven,
            suspects=tuple(self.suspects),
            leans_on=self._leans_on(),
            outside=self.beyond.share,
        )

    @property
    def verdict(self) -> Verdict:
        """Ready, with care, or not proven."""
        return verdict(self.judged)

    def _leans_on(self) -> str:
        shares = self._of_features()
        return str(shares.idxmax()) if len(shares) else ""

    def _of_features(self) -> pd.Series[float]:
        """Return each feature's share of the score; of a table without shares, nothing."""
        if self.shares is not None:
            return self.shares
        if "score_share" not in self.coefficients:
            return pd.Series(dtype="float64")
        return self.coefficients.groupby("feature", sort=False)["score_share"].sum()

    def sentence(self) -> str:
        """Say whom to contact, what that earns against everybody, and who is waiting."""
        found, currency = self.earned, self.currency
        if found.best["depth"] == 0:
            said = say(
                "On {unseen}, not seen before, no contact was expected to earn its cost; "
                "contacting everybody would have earned {all}.",
                unseen=unseen(self.split),
                all=money_text(found.everybody, currency),
            )
        else:
            said = say(
                "On {unseen}, not seen before, contacting {whom} would have earned {came}.",
                unseen=unseen(self.split),
                whom=found.whom(),
                came=money_text(found.realised, currency),
            )
            said = f"{said} {found.compared(currency)}"
        if not self.waiting:
            return said
        now = say_count(
            "Of those waiting now, {n:,.0f} of {waiting:,.0f} contacts is worth their cost.",
            "Of those waiting now, {n:,.0f} of {waiting:,.0f} contacts are worth their cost.",
            self.chosen,
            waiting=self.waiting,
        )
        return f"{said} {now}"

    def figures(self) -> list[Figure]:
        """Return what it earns first, and how well it ranks after it."""
        return [*self._money(), *self._ranking()]

    def _money(self) -> list[Figure]:
        found, unit = self.earned, self.currency
        at = {"cost": price_text(found.cost), "margin": price_text(found.margin)}
        made = say(
            "{made:,.0f} of {all:,.0f} contacts",
            made=found.best["contacts"],
            all=found.curve["contacts"].iloc[-1],
        )
        expected = money_text(found.best["expected_profit"], unit)
        gain = say("over contacting everybody")
        if not math.isnan(found.gain_low) and found.gain_high > found.gain_low:
            interval = money_range_text(found.gain_low, found.gain_high)
            gain += say("; 95% interval {interval}", interval=interval)
        depth = float(found.best["depth"])
        digits = 0 if depth >= 0.0995 else 1  # as in `Earned.whom`
        money: dict[str, Any] = {"kind": "money", "better": "higher", "unit": unit}
        return [
            Figure(
                say("Contact the best"),
                round(depth, digits + 2),  # more digits would tell the exact count
                kind="share",
                digits=digits,
                note=made,
            ),
            Figure(
                say("Gain at cost {cost}, margin {margin}", **at),
                found.gain,
                note=gain,
                low=found.gain_low,
                high=found.gain_high,
                **money,
            ),
            Figure(
                say("Profit at cost {cost}, margin {margin}", **at),
                found.realised,
                note=say("{expected} expected", expected=expected),
                low=found.low,
                high=found.high,
                **money,
            ),
        ]

    def _ranking(self) -> list[Figure]:
        loss, area, lift = (self.performance[name] for name in ("log_loss", "auc", "lift_10"))
        if self.split.too_few and pd.isna(self.performance["auc_low"]):
            area = math.nan  # of so few, chance alone makes 0 or 1
        interval = auc_interval(
            {str(name): one for name, one in self.performance.items()}, drawn=self.drawn
        )
        base = loss_text(self.performance["base_log_loss"])
        few = say("too few to judge by") if pd.isna(area) else interval
        figures = [
            Figure(
                say("AUC, all contacts"),
                area,
                digits=3,
                note=retold(str(self.performance["note"])) or few,
                better="higher",
                low=self.performance["auc_low"],
                high=self.performance["auc_high"],
            ),
            Figure(
                say("Lift, best 10%"),
                lift,
                digits=1,
                note=say("times the average rate"),
                better="higher",
            ),
            Figure(
                say("Log loss"),
                loss,
                note=say("the base rate gets {loss}", loss=base),
                better="lower",
            ),
        ]
        if self.campaigns is not None:
            within = metrics.weighted_auc(self.campaigns)
            named, note = say("AUC within campaigns"), say("mean, weighted by responses")
            figures.insert(1, Figure(named, within, digits=3, note=note, better="higher"))
        return figures

    def headline(
        self, title: str, *, frame: FeatureFrame, data: str, target: str, author: str = ""
    ) -> Headline:
        """Say it all on top of the report, in English and in the reader's language.

        Parameters
        ----------
        title : str
            "" for "Propensity:" and the target.
        frame : FeatureFrame
            All contacts.
        data, target : str
            What was modelled: figures of an earlier run stand beside these where it was the same.
        author : str

        Returns
        -------
        Headline
        """
        made = in_both(
            lambda: self._said(title, frame=frame, data=data, target=target, author=author)
        )
        return replace(made, judged=self._judged_on(target))

    def _said(
        self, title: str, *, frame: FeatureFrame, data: str, target: str, author: str
    ) -> Headline:
        told, facts = self.verdict, {say("Author"): author, say("Data"): data}
        told_span = span(frame, self.split)
        facts |= {say("Span"): told_span} if told_span else {}
        facts[say("Contacts")] = contacts_text(frame)
        return Headline(
            title or say("Propensity: {target}", target=self.split.train.wording.of(target)),
            self.sentence(),
            self.figures(),
            facts,
            about=f"{data}: {target}, {self.split.kind}",
            verdict=told.word,
            why=told.why,
            next_step=told.next_step,
        )

    def _judged_on(self, target: str) -> dict[str, Any]:
        """Say what the figures stand on, and how many wait."""
        found = judged_on(
            self.split,
            target=target,
            cost=float(self.earned.cost),
            margin=float(self.earned.margin),
            currency=self.currency,
            release=self.release,
            waiting=float(self.waiting),
            chosen=float(self.chosen),
        )
        return found | {FEATURES: dict(self.features)} if self.features else found

    def draw(self) -> None:
        """Draw the three pictures of the first page: profit, what it leans on, campaigns."""
        small.profit(self.curve, currency=self.currency)
        groups = metrics.by_group(self.coefficients).pipe(screen.shown).set_index("group")
        if len(groups) > 1:
            small.leaning(self._called(groups)["score_share"], of="groups")
        else:
            of = self._of_features().to_frame("score_share")
            small.leaning(self._called(screen.shown(of))["score_share"], of="features")
        if self.campaigns is not None:
            small.campaigns(told_rates(self.campaigns))
        else:
            reached = self.curve["positives"] / self.curve["positives"].iloc[-1]
            small.gain(self.curve.assign(cumulative_gain=reached))

    def _called(self, table: pd.DataFrame) -> pd.DataFrame:
        return self.split.train.wording.in_table(table)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Profit by depth as it may be drawn; the best depth is among its points."""
        return disclosure.coarse(self.earned.curve, kept=self.earned.place)


def span(frame: FeatureFrame, split: Split) -> str:
    """Say from when to when contacts were decided on, as far as it is known."""
    if frame.as_of is not None:
        first, last = disclosure.span(frame)
        return say("{low} to {high}", low=date_text(first), high=date_text(last))
    names = disclosure.shown_frame(frame).campaigns if split.later else []
    return say("{low} to {high}", low=str(names[0]), high=str(names[-1])) if names else ""


def contacts_text(frame: FeatureFrame) -> str:
    """Say how many contacts there are, rounded to five."""
    return number_text(disclosure.rounded(frame.weights.sum()), ",.0f")
