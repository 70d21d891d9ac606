"""What is known of groups, in tables, sentences and checks: gaps are shown, never judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.evidence.segment_findings import OTHERS, Segments
from workbench.frame.wording import Wording
from workbench.governance.checked import Check
from workbench.governance.told_rates import told_rates
from workbench.language import later, number_text, say, say_count

SELECTION, REACHED, CALIBRATION, RANKING = MEASURES = (
    *("selection_rate", "true_positive_rate"),
    *("ratio", "auc"),
)
SHARES = (SELECTION, REACHED)
NAMES = {
    SELECTION: later("selection rate"),
    REACHED: later("true positive rate"),
    CALIBRATION: later("responses over expected ones"),
    RANKING: later("AUC"),
}
"""The measures, in the order of the table, and what they are called."""
QUESTIONS = {
    SELECTION: later("Is the same share of each group chosen?"),
    REACHED: later("Of those who respond, is the same share of each group reached?"),
    CALIBRATION: later("Do scores mean the same in each group?"),
    RANKING: later("Does it rank each group equally well?"),
}
MEANINGS = {
    SELECTION: later(
        "It chooses some groups more often. Different response rates may explain it, and need not "
        "excuse it."
    ),
    REACHED: later("Those who would respond are passed over more often in one group."),
    CALIBRATION: later(
        "Scores promise more than comes in one group, and less in another: one rule for all "
        "contacts the first too often."
    ),
    RANKING: later("It knows less of one group: who is chosen there is more by chance."),
}
_STEP = 0.005  # of an end of a gap that is told: finer ones would tell the counts behind


@dataclass(frozen=True)
class Fairness:
    """What is known of each group, and of the gaps between them.

    Parameters
    ----------
    table : DataFrame
        One row a group: ``contacts, positives, rate, mean_propensity``. With 95% intervals,
        ``_low`` and ``_high``: ``selection_rate, true_positive_rate, ratio, auc``. ``note``
        says why a number is missing.
    gaps : DataFrame
        One row a measure: the groups ``highest`` and ``lowest``, ``gap, low, high``, and whether
        it ``differs`` beyond chance; ``spread`` is that of all groups, highest less lowest.
    by : str
        What the groups are.
    depth : float
        Share of contacts that are chosen.
    drawn : str
        What intervals draw again: "customers", "cells" or "contacts".
    pooled : int
        Groups too small to be shown by themselves.
    fewest : int
        Customers that a group has at least.
    own : frozenset of str
        Groups that the workbench named.
    wording : Wording
        The reader's words.
    """

    table: pd.DataFrame
    gaps: pd.DataFrame
    by: str
    depth: float
    drawn: str
    pooled: int
    fewest: int
    own: frozenset[str] = frozenset()
    wording: Wording = field(default_factory=Wording)

    def said(self, name: str) -> str:
        """Return a group's name for readers: in their words, or in their language."""
        facts = (self.by, self.drawn, self.pooled, self.fewest)
        return Segments(self.table, *facts, own=self.own, wording=self.wording).said(name)

    def shown(self) -> pd.DataFrame:
        """Return the table for a page: its groups are called as in `said`."""
        names = [self.said(str(name)) for name in self.table.index]
        return self.table.set_axis(pd.Index(names, name="group"))

    def told(self) -> Fairness:
        """Return it as rounded counts of people give it: to be shown outside."""
        table = told_rates(self.table)
        gaps = [_told_gap(row, table[str(measure)]) for measure, row in self.gaps.iterrows()]
        kept = pd.DataFrame(gaps, index=self.gaps.index, columns=self.gaps.columns)
        return replace(self, table=table, gaps=kept.astype({"differs": bool}))

    def checks(self) -> list[Check]:
        """Return one check a measure: where groups differ, a person must say whether they may."""
        return list(self._checks())

    def _checks(self) -> Iterator[Check]:
        for measure in MEASURES:
            row, name = self.gaps.loc[measure], f"fairness-{measure.replace('_', '-')}"
            question = say(QUESTIONS[measure])
            if row["differs"]:  # also where the number itself stands for few, and is not told
                gap = self._hidden(measure) if np.isnan(row["gap"]) else self._gap(measure)
                found = f"{gap} {say(MEANINGS[measure])}"
                yield Check(name, question, "needs a person", found, self._reasons())
            elif np.isnan(row["gap"]):
                yield Check(name, question, "needs a person", self._too_small(), self._larger())
            else:
                yield Check(name, question, "pass", self._gap(measure))

    def _too_small(self) -> str:
        return say(
            "By {by}: fewer than two groups have enough people to be measured.",
            by=self.wording.of(self.by),
        )

    def _larger(self) -> str:
        return say("Join groups, or take more campaigns, until two can be measured.")

    def _reasons(self) -> str:
        return say(
            "Say who is at a disadvantage, whether there is a good reason, and write it down; or "
            "leave out the features that stand for the group."
        )

    def _hidden(self, measure: str) -> str:
        """Say that groups differ where too few stand behind a number to tell it."""
        row = self.gaps.loc[[measure]].iloc[0]
        fields = {one: self.said(str(row[one])) for one in ("highest", "lowest")}
        fields |= {"what": say(NAMES[measure]), "by": self.wording.of(self.by)}
        if measure in SHARES and np.isnan(float(self.table[measure][str(row["lowest"])])):
            return say(
                "By {by}, {what}: hardly anybody of {lowest} is chosen, too few to tell a number. "
                "It is higher in {highest}, beyond chance.",
                **fields,
            )
        return say(
            "By {by}, {what}: it is higher in {highest} than in {lowest}, beyond chance. Too few "
            "people stand behind a number to tell it.",
            **fields,
        )

    def _gap(self, measure: str) -> str:
        """Say the gap of one measure."""
        row = self.gaps.loc[[measure]].iloc[0]
        written = {end: _written(measure, float(row[end]), points=True) for end in ("low", "high")}
        groups = {one: self.said(str(row[one])) for one in ("highest", "lowest")}
        values = self.table[measure]
        told = {
            f"of_{one}": _written(measure, float(values[str(row[one])]), points=False)
            for one in groups
        }
        fields = {"what": say(NAMES[measure]), "by": self.wording.of(self.by)} | groups | told
        said = say(
            "By {by}, {what}: {of_highest} in {highest}, {of_lowest} in {lowest}; the gap is "
            "{low} to {high}{points} (all pairs at once, 95%).",
            **fields | written | {"points": say(" points") if measure in SHARES else ""},
        )
        if row["differs"]:
            return said
        return f"{said} {say('No gap beyond chance is found; that proves none to be absent.')}"

    def sentence(self) -> str:
        """Say how many groups there are, and in what they differ beyond chance.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> from workbench.governance.fairness import fairness
        >>> town, bought = ["A", "B"] * 400, [0, 0, 1, 1, 0, 0, 0, 1] * 100
        >>> table = pd.DataFrame({"town": town, "bought": bought})
        >>> frame = FeatureFrame.from_table(table, target="bought")
        >>> print(fairness([0.2, 0.4] * 400, frame, by="town", depth=0.5).sentence())
        By town: 2 groups, the best 50.0% of all contacts are chosen. They differ beyond chance in:
        selection rate, true positive rate. A person must say whether they may.
        """
        said = [
            say_count(
                "By {by}: one group, the best {depth:.1%} of all contacts are chosen.",
                "By {by}: {n} groups, the best {depth:.1%} of all contacts are chosen.",
                len(self.table),
                by=self.wording.of(self.by),
                depth=self.depth,
            )
        ]
        return " ".join(filter(None, [*said, self._of_small(), self._differ()]))

    def _of_small(self) -> str:
        """Say what became of groups of few customers."""
        told = {"fewest": self.fewest}
        if not self.pooled:
            return ""
        if OTHERS in self.own:
            return say_count(
                "One more has fewer than {fewest} customers.",
                "{n} more have fewer than {fewest} customers each: they are shown together.",
                self.pooled,
                **told,
            )
        return say_count(
            "One more has fewer than {fewest} customers: it is not shown.",
            "{n} more have fewer than {fewest} customers together: they are not shown.",
            self.pooled,
            **told,
        )

    def _differ(self) -> str:
        """Say in what groups differ."""
        if self.gaps["gap"].isna().all() and not self.gaps["differs"].any():
            return self._too_small()
        found = [say(NAMES[str(one)]) for one in self.gaps.index[self.gaps["differs"]]]
        if not found:
            return say("No gap beyond chance is found; that proves none to be absent.")
        return say(
            "They differ beyond chance in: {what}. A person must say whether they may.",
            what=", ".join(found),
        )

    def __repr__(self) -> str:
        return self.sentence()


def _written(measure: str, value: float, *, points: bool) -> str:
    """Write a value of a measure, or an end of a gap, which is in percentage points."""
    if measure not in SHARES:
        return number_text(value, ".2f")
    if points:
        return number_text(100 * value, ".1f")
    return number_text(value, ".1%") if not np.isnan(value) else say("few")


def _told_gap(row: pd.Series[Any], values: pd.Series[float]) -> list[Any]:
    """Return a gap of told values: its ends move along, and are coarse."""
    out = row.copy()
    if np.isnan(row["gap"]):
        return list(out)
    gap = float(values[row["highest"]] - values[row["lowest"]])
    for end in ("low", "high"):  # beside a number that is not told they would tell it
        moved = float(row[end]) + gap - float(row["gap"])
        out[end] = _STEP * np.round(moved / _STEP)
    out["gap"], out["spread"] = gap, float(values.max() - values.min())
    return list(out)
