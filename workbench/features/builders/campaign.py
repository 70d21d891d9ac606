"""What is known of a campaign when it starts: type, duration, channel, discount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, register, slugs
from workbench.features.measures import Feature, Lookup, Source
from workbench.features.tables import Tables
from workbench.frame.column_names import slug


@register("campaign")
@dataclass(frozen=True)
class Campaign(Builder):
    """Columns of the campaigns table; naming one says that it is known at the start.

    Numbers stay numbers, everything else is a category.

    Parameters
    ----------
    columns : sequence of str
        There is no default: a campaigns table often also holds what came of the campaign.

    Notes
    -----
    Group ``campaign``. These are constant within a campaign: they tell campaigns apart,
    not the customers of one.

    Examples
    --------
    >>> from workbench.features import campaign
    >>> campaign(["campaign_type", "duration"])
    Campaign(columns=('campaign_type', 'duration'))
    """

    columns: Sequence[str]

    def __post_init__(self) -> None:
        columns = (self.columns,) if isinstance(self.columns, str) else tuple(self.columns)
        if not columns:
            raise ParameterError("`columns` must name columns of the campaigns table; got none.")
        object.__setattr__(self, "columns", columns)

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return the text columns, which are seldom results; not those of whole lines."""
        lines = tables.campaign_lines
        columns = [column for column in tables.campaign_text_columns if column not in lines]
        return [cls(columns)] if columns else []

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare one feature a column."""
        tables.check_columns("campaigns", self.columns)
        names = slugs(slug(column).removeprefix("campaign_") for column in self.columns)
        for column, name in zip(self.columns, names, strict=True):
            number = tables.is_numeric("campaigns", column)
            yield Feature(
                f"campaign_{name}",
                Lookup(Source("campaigns"), column, "campaign", number=number),
                "campaign",
                column if number else "category",
                f"{column} of the campaign.",
            )


campaign = Campaign
