"""The first page of a router: what it answers by itself, how precisely, and what a person gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.charts import small_texts
from workbench.digits import given_share_text, share_text
from workbench.governance.counts_in_text import told_count
from workbench.governance.shares_in_steps import in_steps, steps_of
from workbench.language import language, number_text, say, say_count, speaking
from workbench.reports.headline import Figure, Headline, capitalised, in_both
from workbench.reports.routed.label_words import label_words, one_line_each
from workbench.reports.routed.told_coverage import ToldCoverage
from workbench.reports.routed.verdict_on_router import RouterFigures, verdict_on_router
from workbench.reports.signs import Sign, Signs
from workbench.reports.verdict import NOT_PROVEN, Verdict
from workbench.texts import TextRouter, TextTable

LOOKED_AT = ("readiness",)
"""The conditions of `workbench.reports.signs` that a router tells of."""


@dataclass(frozen=True)
class TextFindings:
    """What a router answers by itself, told of ten customers or more.

    Every figure is of texts that were left out, and is computed once, for headline, tables and
    charts. Counts are rounded to five. Where no customer is named, a text counts as one.

    Parameters
    ----------
    router : TextRouter
        Fitted to the texts of `table`, in their order.
    table : TextTable

    Raises
    ------
    DataError
        The router was fitted to other texts, or comes from a file.
    """

    router: TextRouter
    table: TextTable

    def __post_init__(self) -> None:
        self.told.check()

    @cached_property
    def told(self) -> ToldCoverage:
        """What may be told."""
        return ToldCoverage(self.router, self.table)

    @property
    def share(self) -> float:
        """The share of texts that are answered; NaN where fewer than ten customers wrote these."""
        return float(self.told.whole["answered_share"])

    @property
    def has_threshold(self) -> bool:
        """Whether some threshold is as precise as was asked for."""
        return bool(np.isfinite(self.router.threshold_))

    @property
    def verdict(self) -> Verdict:
        """Ready, with care, or not proven."""
        return verdict_on_router(
            RouterFigures(
                self.share,
                self.router.precision,
                self.router.threshold_,
                self.router.facts_["periods"],
                self.told.less_precise(),
            )
        )

    def sentence(self) -> str:
        """Say what is answered, how precisely, and how many texts go to a person."""
        whole = self.told.whole
        counts = {"texts": whole["texts"], "person": self._to_a_person}
        if not self.has_threshold:
            return say(
                "Of {texts:,.0f} texts, the router answers none by itself: no threshold is right "
                "in {target} of answers.",
                target=given_share_text(self.router.precision),
                **counts,
            )
        if np.isnan(self.share):
            return say(
                "Of {texts:,.0f} texts, the router answers only some that fewer than ten customers "
                "wrote: how many, and how many of them rightly, is not told.",
                **counts,
            )
        return say(
            "Of {texts:,.0f} texts, the router answers {share} by itself, and {right} of these "
            "rightly (at least {lowest}, with a confidence of {confidence}); {person:,.0f} go to a "
            "person.",
            share=share_text(self.share),
            right=share_text(whole["right_share"]),
            lowest=share_text(whole["lowest_share"]),
            confidence=given_share_text(self.router.confidence, 0),
            **counts,
        )

    @property
    def _to_a_person(self) -> float:
        if np.isnan(self.share):
            return np.nan
        texts = float(self.told.whole["texts"])  # in fives; none goes only where all are answered
        return texts * in_steps(1.0 - self.share, steps_of(texts))

    def figures(self) -> list[Figure]:
        """Return the share answered, how precise that is, who gets the rest, and the threshold."""
        whole = self.told.whole
        answered, right, person = self._notes()
        return [
            Figure(
                say("Answered without a person"),
                self.share,
                "share",
                note=answered,
                better="higher",
            ),
            Figure(
                say("Of these answered rightly"),
                float(whole["right_share"]),
                "share",
                note=right,
                better="higher",
            ),
            Figure(say("To a person"), self._to_a_person, "count", note=person, better="lower"),
            Figure(
                say("Right, if all were answered"),
                self.told.all_answered,
                "share",
                note=say("the likeliest label of every text"),
                better="higher",
            ),
        ]

    def _notes(self) -> tuple[str, str, str]:
        """Say of what the first three figures are, or why they are not told."""
        whole, wanted = self.told.whole, given_share_text(self.router.precision)
        of = say("of {texts:,.0f} texts, each left out once", texts=whole["texts"])
        if not self.has_threshold:
            return of, say("asked for: {target}", target=wanted), say("texts")
        if np.isnan(self.share):
            few = say("not told: fewer than ten customers wrote these texts")
            return few, few, few
        lowest = share_text(whole["lowest_share"])
        right = say("at least {lowest}; asked for: {wanted}", lowest=lowest, wanted=wanted)
        return of, right, say("texts")

    def threshold_sentence(self) -> str:
        """Say from which probability on a text is answered."""
        if not self.has_threshold:
            return say(
                "No threshold is as precise as {target}, with a confidence of {confidence}.",
                target=given_share_text(self.router.precision),
                confidence=given_share_text(self.router.confidence, 0),
            )
        return say(
            "A text is answered where its likeliest label has a probability of {threshold} or "
            "more; else it goes to a person.",
            threshold=share_text(self.router.threshold_),
        )

    def not_judged_sentence(self) -> str:
        """Say how many texts could not be left out: figures are of the others."""
        number = len(self.table) - len(self.told.judged)
        if not number:
            return ""
        return say(
            "Texts that could not be left out, as no other has their label, or as they say the "
            "same as such a text: {count}. No figure is "
            "of them.",
            count=told_count(number),
        )

    def handed_over_sentence(self) -> str:
        """Name the labels whose texts always go to a person."""
        if not self.router.handed_over:
            return ""
        named = ", ".join(map(str, self.router.handed_over))
        return say("Always to a person: {named}.", named=named)

    def by_label(self) -> pd.DataFrame:
        """Return a row a label: its texts, what is answered, and how right answers are."""
        return written(self.told.by_label()[0])

    def by(self, column: str) -> pd.DataFrame:
        """Return a row a "period" or "language"."""
        return written(self.told.by(column)[0])

    def confusions(self, most: int = 10) -> pd.DataFrame:
        """Return the pairs of labels that are taken for each other most."""
        return self.told.confusions(most)[0]

    def hidden(self, of: str) -> str:
        """Say whether labels, periods, languages or pairs of fewer than ten customers are left out.

        Parameters
        ----------
        of : {"label", "period", "language", "pair"}
        """
        if of == "label":
            number = self.told.by_label()[1]
        elif of == "pair":
            number = self.told.confusions()[1]
        else:
            number = self.told.by(of)[1]
        return say("What fewer than ten customers wrote is not shown.") if number else ""

    def words(self) -> pd.DataFrame:
        """Return a row a label: the words that speak for it most, of ten customers or more."""
        return one_line_each(label_words(self.router, self.table)).set_index("label")

    def signs(self) -> Signs:
        """Return what a scheduled run may stop at: nothing is answered, or nothing told of it."""
        if self.verdict.word != NOT_PROVEN:
            return Signs((), LOOKED_AT)
        with speaking("en"):
            told = Sign("readiness", self.verdict.why, capitalised(self.verdict.next_step))
        if language() != "en":
            local = f"{self.verdict.why} {capitalised(self.verdict.next_step)}"
            told = replace(told, local=local)
        return Signs((told,), LOOKED_AT)

    def headline(self, *, author: str = "") -> Headline:
        """Say it all on top of the report, in English and in the reader's language.

        Parameters
        ----------
        author : str

        Returns
        -------
        Headline
        """

        def said() -> Headline:
            told, labels = self.verdict, len(self.router.classes_)
            facts = {say("Author"): author, say("Data"): self.table.name}
            facts[say("Texts")] = say(
                "{texts} texts with {labels:,} labels",
                texts=number_text(self.told.whole["texts"], ",.0f"),
                labels=labels,
            )
            if periods := self.router.facts_["periods"]:
                facts[say("Left out")] = _left_out(periods, self.router.model_.folds_)
            return Headline(
                say("Which texts need no person?"),
                self.sentence(),
                self.figures(),
                facts,
                about=f"{self.table.name}: texts",
                verdict=told.word,
                why=told.why,
                next_step=told.next_step,
            )

        return in_both(said)

    def draw(self) -> None:
        """Draw the pictures of the first page: the curve, what is answered by label and week."""
        curve = self.told.curve()
        if len(curve):
            small_texts.answered(curve, target=self.router.precision)
        labels = self.told.by_label()[0]
        if len(labels):
            small_texts.answered_by(labels, title=say("Answered, by label"))
        if "period" in self.told.answers.by and len(periods := self.told.by("period")[0]):
            small_texts.answered_by(periods, title=say("Answered, by period"), last=True)


def written(table: pd.DataFrame) -> pd.DataFrame:
    """Write shares as percentages, and what stands for few customers as a dash."""
    out = table.copy()
    for name in ("answered_share", "right_share", "lowest_share"):
        if name in out:
            out[name] = [None if np.isnan(v) else share_text(v) for v in out[name]]
    out["answers"] = [None if np.isnan(v) else int(v) for v in out["answers"]]
    names = {
        "answered_share": "answered",
        "answers": "answers given",
        "right_share": "right",
        "lowest_share": "right at least",
    }
    return out.rename(columns=names)


def _left_out(periods: int, folds: str) -> str:
    """Say what is left out: periods, or groups of neighbours where there are many."""
    count, _, what = folds.partition(" ")
    if what == "groups of campaigns":
        return say("{n:,.0f} periods, in {count} groups of neighbours", n=periods, count=count)
    return say_count("{n:,.0f} period", "{n:,.0f} periods, one at a time", periods)
