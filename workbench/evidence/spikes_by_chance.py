"""How many columns are called spiky, beside how many would be by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.checks import check_columns
from workbench.errors import DataError
from workbench.language import say, say_count
from workbench.ridge.over_campaigns.spikes import BY_CHANCE


@dataclass(frozen=True)
class SpikyCount:
    """A count of spiky columns and its shuffled control.

    Parameters
    ----------
    spiky : int
    columns : int
        All that were counted.
    by_chance : float
        How many are called spiky on average, where contacts are dealt to the campaigns at random.
    at_most : int
        So many at most, in 95 of 100 deals.
    deals : int

    Examples
    --------
    >>> print(SpikyCount(6, 14, 0.04, 1, 199).sentence())
    6 of 14 columns are spiky; where contacts are dealt to the campaigns at random, 0.0 are, and
    at most 1 (95% of 199 deals).
    >>> print(SpikyCount(1, 14, 0.04, 1, 199).sentence())
    1 of 14 columns is spiky, which is no more than chance gives: where contacts are dealt to the
    campaigns at random, 0.0 are, and at most 1 (95% of 199 deals).
    """

    spiky: int
    columns: int
    by_chance: float
    at_most: int
    deals: int

    @property
    def beyond(self) -> bool:
        """Whether more are spiky than chance gives."""
        return self.spiky > self.at_most

    @property
    def note(self) -> str:
        """What chance gives, in a few words: to stand beside the count."""
        return say(
            "by chance {by_chance:.1f}, at most {at_most}",
            by_chance=self.by_chance,
            at_most=self.at_most,
        )

    def sentence(self) -> str:
        """Say the count and its control."""
        columns = say_count("{n:,.0f} column", "{n:,.0f} columns", self.columns)
        said = say_count(
            "{n:,} of {columns} is spiky",
            "{n:,} of {columns} are spiky",
            self.spiky,
            columns=columns,
        )
        values = {
            "said": said,
            "by_chance": self.by_chance,
            "at_most": self.at_most,
            "deals": self.deals,
        }
        if 0 < self.spiky <= self.at_most:
            return say(
                "{said}, which is no more than chance gives: where contacts are dealt to the "
                "campaigns at random, {by_chance:.1f} are, and at most {at_most} (95% of {deals} "
                "deals).",
                **values,
            )
        return say(
            "{said}; where contacts are dealt to the campaigns at random, {by_chance:.1f} are, and "
            "at most {at_most} (95% of {deals} deals).",
            **values,
        )

    def __repr__(self) -> str:
        return self.sentence()


def spiky_count(scores: pd.DataFrame) -> SpikyCount:
    """Count the spiky columns of a table of scores, beside what chance gives.

    Each deal at random is judged as the campaigns themselves are: a column of it is spiky where
    it is beyond chance, and beyond all of the other deals.

    Parameters
    ----------
    scores : DataFrame
        From `spikiness`, or some of its rows.

    Returns
    -------
    SpikyCount

    Raises
    ------
    SchemaError
        The table has no column ``spiky``.
    DataError
        It has lost what the deals said: it was made anew from another table.

    Examples
    --------
    >>> from workbench import evidence
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=6, new_campaigns=0, rows=300, stable=3, spiky=3).frame
    >>> found = evidence.spiky_count(evidence.spikiness(frame))
    >>> found.spiky, found.columns, found.at_most
    (2, 6, 0)
    """
    check_columns(scores, ["spiky"], name="The table of scores")
    if BY_CHANCE not in scores.attrs:
        raise DataError(
            "`scores` must be the table that `spikiness` returned, or some of its rows; it has "
            "lost what chance gives. Select from the table as it came."
        )
    here = set(scores.index)
    counts = [len(here.intersection(names)) for names in scores.attrs[BY_CHANCE]]
    at_most = int(np.quantile(counts, 0.95, method="higher"))
    return SpikyCount(
        int(scores["spiky"].sum()), len(scores), float(np.mean(counts)), at_most, len(counts)
    )
