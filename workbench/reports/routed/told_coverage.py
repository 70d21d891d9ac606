"""How much a router answers, as it may be told: no row of fewer than ten customers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.governance.disclosure import FEWEST_PEOPLE, rounded
from workbench.governance.people import People
from workbench.governance.shares_in_steps import share_in_steps
from workbench.tables.campaign_order import order_of
from workbench.texts import TextRouter, TextTable
from workbench.texts.routing.answers import Answers
from workbench.texts.routing.bounds import lowest_share
from workbench.texts.routing.left_out_answers import left_out_answers

Flags = npt.NDArray[np.bool_]
NAMES = ("texts", "answered_share", "answers", "right_share", "lowest_share")


@dataclass(frozen=True)
class ToldCoverage:
    """Answers to texts left out, and whose texts these are.

    Counts are rounded to five, and shares answered by `in_steps`. How many of the answers were
    right is a figure of the router, and is told as it is.

    Parameters
    ----------
    router : TextRouter
        Fitted to the texts of `table`, in their order.
    table : TextTable
    """

    router: TextRouter
    table: TextTable

    def check(self) -> None:
        """Raise DataError where router and table do not belong together, or are of few people."""
        if not self.enough(np.ones(len(self.judged), dtype=bool)):
            raise DataError(
                f"A report must stand on {FEWEST_PEOPLE} customers or more; the texts left out "
                f"have {self._people.count():,.0f}. Take more texts."
            )

    @cached_property
    def answers(self) -> Answers:
        """What was said of each text by the fit without it."""
        return left_out_answers(self.router, self.table.labels.to_numpy())[0]

    @cached_property
    def judged(self) -> npt.NDArray[np.int64]:
        """The rows of the table that were left out once."""
        return left_out_answers(self.router, self.table.labels.to_numpy())[1]

    @cached_property
    def _people(self) -> People:
        return People.each(self.table.people[self.judged])

    @cached_property
    def answered(self) -> Flags:
        """Which texts are answered at the threshold at work."""
        chance = self.answers.chance
        return np.asarray((chance >= self.router.threshold_) & (chance > 0))

    def enough(self, rows: Flags) -> bool:
        """Say whether some texts are those of ten customers or more."""
        return self._people.count(rows) >= FEWEST_PEOPLE

    @cached_property
    def whole(self) -> pd.Series[Any]:
        """All texts: the figures of the headline."""
        exact = self.answers.whole(self.router.threshold_).iloc[0]
        every = np.ones(len(self.answered), dtype=bool)
        return pd.Series(self._row(exact, every, every))

    def by_label(self) -> tuple[pd.DataFrame, int]:
        """Return a row a label, and how many labels are not shown."""
        exact, answers = self.answers.by_class(self.router.threshold_), self.answers
        return self._rows(exact, lambda name: (answers.label == name, answers.likeliest == name))

    def by(self, column: str) -> tuple[pd.DataFrame, int]:
        """Return a row a value of "period" or "language", and how many are not shown.

        Periods stand in order of time, as far as their names tell it. One period by itself does
        not tell how far others differ: it has no lower bound.
        """
        exact = self.answers.table(self.router.threshold_, column).sort_index()
        if column == "period":
            exact = exact.loc[_in_time(exact.index)]
        values = self.answers.by[column]
        shown, hidden = self._rows(exact, lambda name: (values == name, values == name))
        return (shown.drop(columns="lowest_share") if column == "period" else shown), hidden

    def _rows(self, exact: pd.DataFrame, whose: Any) -> tuple[pd.DataFrame, int]:
        shown = {}
        for name, row in exact.iterrows():
            own, told = whose(name)
            if self.enough(own):
                shown[name] = self._row(row, own, told)
        index = pd.Index(list(shown), name=exact.index.name)
        table = pd.DataFrame(list(shown.values()), index=index, columns=list(NAMES))
        return table, len(exact) - len(shown)

    def _row(self, exact: pd.Series[Any], own: Flags, told: Flags) -> dict[str, float]:
        """Write counts of ten customers or more, rounded; of fewer answers nothing is told."""
        texts, some = rounded(own.sum()), self.enough(told & self.answered)
        answered = own & self.answered
        known = self.enough(answered) or not answered.any()  # none is no small number
        return {
            "texts": int(texts),
            "answered_share": share_in_steps(answered.sum(), own.sum()) if known else np.nan,
            "answers": int(rounded(exact["answers"])) if some else np.nan,
            "right_share": float(exact["precision"]) if some else np.nan,
            "lowest_share": float(exact["precision_low"]) if some else np.nan,
        }

    def curve(self) -> pd.DataFrame:
        """Return what each threshold answers, and how precisely, the highest threshold first.

        ``threshold, share, precision, precision_low, chosen``; thresholds that answer fewer than
        ten customers are left out. Where the one at work is such, there is no row: without it a
        curve would say that no threshold was chosen.
        """
        curve = self.answers.curve(self.router.threshold_)
        chance = self.answers.chance
        enough = [self.enough((chance >= at) & (chance > 0)) for at in curve["threshold"]]
        shown = curve[np.array(enough, dtype=bool)].copy()
        texts = len(self.answered)
        shown["share"] = [share_in_steps(answered, texts) for answered in shown["answered"]]
        if curve["chosen"].any() and not shown["chosen"].any():
            shown = shown[:0]
        kept = ["threshold", "share", "precision", "precision_low", "chosen"]
        return shown[kept].reset_index(drop=True)

    def confusions(self, most: int = 10) -> tuple[pd.DataFrame, int]:
        """Return the pairs of labels taken for each other most, and how many are not shown.

        Of the texts that are handed over, too.
        """
        answers = self.answers
        found = answers.confusions(len(answers.label) + 1)
        pairs = list(zip(found["label"], found["taken for"], strict=True))
        enough = np.array(
            [self.enough((answers.label == a) & (answers.likeliest == b)) for a, b in pairs],
            dtype=bool,
        )
        shown = found[enough][:most].copy()
        shown["texts"] = [int(rounded(n)) for n in shown["texts"]]
        return shown.set_index("label"), int((~enough).sum())

    def less_precise(self) -> list[str]:
        """Name the labels whose answers are right less often than was asked for, beyond chance."""
        answers, wanted = self.answers, self.router.precision
        found = []
        for name in sorted(set(answers.likeliest[self.answered].tolist())):
            told = (answers.likeliest == name) & self.answered
            n, wrong = int(told.sum()), int((told & ~answers.right).sum())
            fewest_wrong = lowest_share(wrong, n, answers.confidence)
            if self.enough(told) and fewest_wrong > 1 - wanted:
                found.append(str(name))
        return found

    @property
    def all_answered(self) -> float:
        """The share that would be right if nothing were handed over."""
        return float(self.answers.right.mean())


def _in_time(periods: pd.Index[Any]) -> list[Any]:
    """Put periods in order of dates, or numbers, in their names; else they stay as they are."""
    found = order_of(pd.Series(periods.to_numpy(), dtype=periods.dtype))
    return list(found.labels) if found.is_time else periods.tolist()
