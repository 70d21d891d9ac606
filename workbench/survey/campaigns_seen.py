"""The campaigns that a column tells apart: in which order, how many contacts, by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.level_spelling import spelled
from workbench.messages import count_of
from workbench.tables.campaign_order import AUTO, as_labels, order_of

_BY = {
    "time": "in the order of time",
    "given": "in the order given",
    "numbers": "in the order of their numbers",
    "months": "in the order of months of any year",
    "file": "in the order of the file, as nothing tells which came first",
}
_ENDS = 6  # campaigns of a long list that are shown at each end


@dataclass(frozen=True)
class CampaignsSeen:
    """Campaigns in order, as a run would take them.

    Parameters
    ----------
    column : str
        That tells them; "" of tables, which know their own.
    by : {"time", "given", "numbers", "months", "file"}
    labels : tuple of str
        The earliest first.
    contacts : tuple of int
        Rows of each.
    notes : tuple of str
    guessed : bool
        Whether the column is a guess.

    Examples
    --------
    >>> seen = CampaignsSeen("month", "time", ("2024-01", "2024-02"), (40, 38))
    >>> print(seen.sentence())
    2 campaigns in 'month', in the order of time: 2024-01 (40), 2024-02 (38).
    """

    column: str
    by: str
    labels: tuple[str, ...]
    contacts: tuple[int, ...]
    notes: tuple[str, ...] = ()
    guessed: bool = False

    def sentence(self) -> str:
        """Name them, with the number of rows of each; of many, those at both ends."""
        shown = [f"{one} ({n:,})" for one, n in zip(self.labels, self.contacts, strict=True)]
        if len(shown) > 2 * _ENDS + 1:
            more = f"… {len(shown) - 2 * _ENDS:,} more …"
            shown = [*shown[:_ENDS], more, *shown[-_ENDS:]]
        column = f" in {self.column!r}" if self.column else ""
        guess = ", if that is their column" if self.guessed else ""
        many = count_of(len(self.labels), "campaign")
        return f"{many}{column}{guess}, {_BY[self.by]}: {', '.join(shown)}."


def campaigns_of_frame(frame: FeatureFrame, column: str) -> CampaignsSeen | None:
    """Return the campaigns of a frame; None where it has none."""
    if frame.campaign is None:
        return None
    counts = pd.Series(frame.weights).groupby(frame.campaign.to_numpy()).sum()
    labels = frame.campaigns
    contacts = tuple(int(counts[label]) for label in labels)
    return CampaignsSeen(column, frame.in_order_of, _texts(labels), contacts)


def campaigns_of_column(
    column: pd.Series[Any], *, order: Any = AUTO, guessed: bool = False
) -> CampaignsSeen | None:
    """Return the campaigns that labels tell; None where a gap or something else forbids it."""
    if column.isna().any():
        return None
    labels = as_labels(column)
    try:
        found = order_of(labels, order)
    except WorkbenchError:
        return None
    counts = labels.value_counts()
    contacts = tuple(int(counts[label]) for label in found.labels)
    notes = (*found.notes, *([found.doubt] if found.doubt else []))
    by, name = found.by, str(column.name)
    return CampaignsSeen(name, by, _texts(found.labels), contacts, notes, guessed)


def _texts(labels: Any) -> tuple[str, ...]:
    return tuple(spelled(pd.Series(list(labels), dtype=object)))
