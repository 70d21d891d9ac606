"""What is known of each segment, in a table and a sentence, by names that readers know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.evidence.segment_labels import MISSING, NO_VALUE
from workbench.frame.wording import Wording, told_apart
from workbench.language import later, retold, say, say_count

OTHERS = later("other segments")
BY_CHANCE = 0.05
"""How often a segment that is as expected is called off, by itself or in all together."""
MOST_NAMED = 3
_ALONE = {
    "campaigns": (
        later("One segment is in too few campaigns to be judged."),
        later("{n} segments are in too few campaigns to be judged."),
    ),
    "cells": (
        later(
            "One segment is one cell of the table, which tells nothing of chance: it is not judged."
        ),
        later(
            "{n} segments are one cell of the table each, which tells nothing of chance: they are "
            "not judged."
        ),
    ),
    "customers": (
        later("One segment is of one customer, who tells nothing of chance: it is not judged."),
        later(
            "{n} segments are of one customer each, who tells nothing of chance: they are not "
            "judged."
        ),
    ),
}
"""Why a segment is not judged that has too little of what intervals draw."""


@dataclass(frozen=True)
class Segments:
    """What is known of each segment.

    Parameters
    ----------
    table : DataFrame
        One row a segment, as `by_segment` describes it.
    by : str
        What the segments are.
    drawn : str
        What the intervals draw as a whole: "campaigns", "customers", "cells" or "contacts".
    pooled : int
        Segments too small to be shown by themselves, which are "other segments" together.
    fewest : int
        Customers who responded, and who did not, that a segment has at least.
    own : frozenset of str
        Segments that the workbench named: bins, yes and no, "missing", "other segments". The
        names of the others are those of the data, and are never translated.
    wording : Wording
        The reader's words for the column and its levels.
    """

    table: pd.DataFrame
    by: str
    drawn: str
    pooled: int
    fewest: int
    own: frozenset[str] = frozenset()
    wording: Wording = field(default_factory=Wording)

    def said(self, name: str) -> str:
        """Return a segment's name for readers: in their words, or in their language.

        Where two segments would be called alike, the name in the table stands behind.

        Examples
        --------
        >>> from workbench.language import speaking
        >>> table = pd.DataFrame(index=["up to 2,600", "new"])
        >>> found = Segments(table, "sum", "contacts", 0, 10, own=frozenset({"up to 2,600"}))
        >>> with speaking("de"):
        ...     found.said("up to 2,600"), found.said("new")
        ('bis 2.600', 'new')
        """
        names = [*map(str, self.table.index), name]
        return told_apart({one: self._words(one) for one in names})[name]

    def _words(self, name: str) -> str:
        if name in self.own & {MISSING, NO_VALUE}:  # a gap is no level that has words
            return retold(name)
        words = self.wording.value_of(self.by, name)
        return retold(name) if words == name and name in self.own else words

    def shown(self) -> pd.DataFrame:
        """Return the table for a page or a chart: its segments are called as in `said`."""
        names = [self.said(str(name)) for name in self.table.index]
        return self.table.set_axis(pd.Index(names, name=self.table.index.name))

    @property
    def off(self) -> list[str]:
        """Name the segments that are off by more than chance, all of them together considered."""
        return [str(name) for name in self.table.index[self.table["off"]]]

    @property
    def ratio(self) -> float:
        """Responses over expected responses, of all segments together; NaN where a rate is none."""
        if self.table["rate"].isna().any():  # too few responded to be told
            return float("nan")
        expected = float((self.table["contacts"] * self.table["mean_propensity"]).sum())
        return float(self.table["positives"].sum()) / expected if expected > 0 else float("nan")

    def sentence(self) -> str:
        """Say how many segments there are, and which of them are off by more than chance.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> from workbench.evidence import by_segment
        >>> bought = [0, 0, 1, 1, 0, 0, 0, 1] * 100
        >>> table = pd.DataFrame({"town": ["A", "B"] * 400, "bought": bought})
        >>> frame = FeatureFrame.from_table(table, target="bought")
        >>> print(by_segment(frame, [0.25] * 800, by="town").sentence())
        By town: 2 segments. Over all of them, responses are 1.50 times the expected ones. At 5%
        each, chance alone would make 0.1 of them differ from what was expected. It is 1 of them,
        and 1 after correction for their number. Contacts are taken as independent. B: 2.00 ...
        """
        if self.pooled and len(self.table) == 1:
            return say(
                "By {by}: no segment has {n} customers who responded and {n} who did not, so that "
                "none is shown by itself.",
                by=self.wording.of(self.by),
                n=self.fewest,
            )
        judged = self.table["p_value"].dropna()
        said = [
            say_count(
                "By {by}: one segment.",
                "By {by}: {n} segments.",
                len(self.table),
                by=self.wording.of(self.by),
            ),
            self._of_pooled(),
            ""
            if np.isnan(self.ratio)
            else say(
                "Over all of them, responses are {ratio:.2f} times the expected ones.",
                ratio=self.ratio,
            ),
        ]
        said += self._of_not_judged()
        if judged.empty:
            return " ".join(filter(None, said))
        said.append(
            say(
                "At 5% each, chance alone would make {chance:.2g} of them differ from what was "
                "expected. It is {alone} of them, and {off} after correction for their number.",
                chance=BY_CHANCE * len(judged),
                alone=int((judged < BY_CHANCE).sum()),
                off=len(self.off),
            )
        )
        if self.drawn == "contacts":
            said.append(say("Contacts are taken as independent."))
        else:
            said.append(say("Intervals draw {drawn} again.", drawn=say(self.drawn)))
        worst = self.table[self.table["off"]].sort_values("adjusted_p_value", kind="stable")
        said += [
            _told(self.said(str(name)), row) for name, row in worst.iloc[:MOST_NAMED].iterrows()
        ]
        more = len(worst) - MOST_NAMED
        said.append(
            say_count("One more is marked.", "{n} more are marked.", more) if more > 0 else ""
        )
        return " ".join(filter(None, said))

    def _of_not_judged(self) -> list[str]:
        """Say of which segments nothing tells whether they are off, and why."""
        open_, expected = self.table["p_value"].isna(), self.table["mean_propensity"] > 0
        without, alone = int((open_ & ~expected).sum()), int((open_ & expected).sum())
        said = []
        if without:
            said.append(
                say_count(
                    "Of one segment no response is expected: it is not judged.",
                    "Of {n} segments no response is expected: they are not judged.",
                    without,
                )
            )
        if alone and self.drawn in _ALONE:
            said.append(say_count(*_ALONE[self.drawn], alone))
        return said

    def _of_pooled(self) -> str:
        if not self.pooled:
            return ""
        return say_count(
            "One segment has fewer than {fewest} customers who responded, or who did not: "
            '"other segments".',
            "{n} segments have fewer than {fewest} customers who responded, or who did not: "
            '"other segments".',
            self.pooled,
            fewest=self.fewest,
        )

    def __repr__(self) -> str:
        return self.sentence()


def _told(name: str, row: pd.Series[Any]) -> str:
    """Say how one segment is off."""
    if row["positives"] == 0:
        return say(
            "{name}: nobody responded, where {rate:.1%} were expected.",
            name=name,
            rate=row["mean_propensity"],
        )
    if np.isnan(row["ratio"]):
        return say(
            "{name}: too few responses to tell their number, where {rate:.1%} were expected.",
            name=name,
            rate=row["mean_propensity"],
        )
    return say(
        "{name}: {ratio:.2f} times the expected responses (95% interval {low:.2f} to {high:.2f}).",
        name=name,
        ratio=row["ratio"],
        low=row["ratio_low"],
        high=row["ratio_high"],
    )
