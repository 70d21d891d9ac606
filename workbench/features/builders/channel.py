"""Where the customer is met: recency and share of each channel, variety, and the favourite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, check_lookbacks, register, slugs, span_before
from workbench.features.formulas import days_since, entropy, favourite, share
from workbench.features.measures import (
    Condition,
    Equals,
    Expression,
    Feature,
    How,
    Level,
    Measure,
    Source,
)
from workbench.features.tables import Tables
from workbench.frame.column_names import slug

# What columns that tell channels apart are called, or have in their names.
CALLED = ("channel", "medium", "device", "platform", "touchpoint")


@register("channel")
@dataclass(frozen=True)
class Channel(Builder):
    """How the customer's events divide over channels.

    For each channel: days since the last event there, and its share of all events. Over
    all of them: the entropy −Σ p ln p of the shares p, in nats, and the preferred channel,
    the one with the most events. The entropy is 0 where all events came through one
    channel, and ln K where K channels have the same share. For it, channels beyond those
    named count as one. Of several with equally many, the one that stands first in `levels`
    is preferred. Without events all of these are missing.

    Parameters
    ----------
    events : str
        Name of an event table.
    column : str
        What tells channels apart; any column of few values will do.
    levels : int or sequence
        Which channels, or how many: the most frequent ones among events before the very
        first `as_of`. What was found is kept in the recipe.
    lookback_days : int, optional
        Only events of that many days before `as_of`; all history without it.
    prefix : str, optional
        What the column names begin with: the name of the event table.

    Notes
    -----
    Group ``channel``.

    Examples
    --------
    >>> from workbench.features import channel
    >>> channel("visits", levels=["mail", "app"]).column
    'channel'
    """

    events: str
    column: str = "channel"
    levels: int | Sequence[Level] = 6
    lookback_days: int | None = None
    prefix: str | None = None

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_lookbacks([self.lookback_days], name="lookback_days")
        if isinstance(self.levels, int):
            check_lookbacks([self.levels], name="levels")
        elif not self.levels:
            raise ParameterError("`levels` must name at least one channel; got none.")

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an event table that has a column called after channels."""
        return [
            cls(events, column)
            for events in tables.event_tables
            for column in tables.kind_columns(events)
            if any(word in column.casefold() for word in CALLED)
        ]

    def resolve(self, tables: Tables) -> Self:
        """Settle which channels are the most frequent."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        return replace(self, levels=self._levels(tables))

    def _levels(self, tables: Tables) -> Sequence[Level]:
        if isinstance(self.levels, int):
            return tables.frequent_levels(self.events, self.column, self.levels)
        tables.check_levels(self.events, self.column, self.levels, argument="levels")
        return tuple(self.levels)

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare recency and share of each channel, then what is over all of them."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        levels = self._levels(tables)
        every = self._measure("count")
        counts = [self._measure("count", Equals(self.column, level)) for level in levels]
        for level, count, name in zip(levels, counts, slugs(levels), strict=True):
            last, what = self._measure("last", *count.where), f"{self.events} by {level}"
            yield self._feature(
                f"{name}_recency_days", days_since(last), "days", f"Days since the last of {what}."
            )
            text = f"Share of {what} in all {self.events}."
            yield self._feature(f"{name}_share", share(count, every), "share", text)
        yield self._feature(
            "entropy",
            entropy(counts, every),
            "nats",
            f"Variety of {self.column} over {self.events}: 0 is always the same.",
        )
        yield self._feature(
            "preferred",
            favourite(counts, [str(level) for level in levels]),
            "category",
            f"The {self.column} with the most {self.events}.",
        )

    def _measure(self, how: How, *where: Condition) -> Measure:
        return Measure(Source(self.events), how, None, where, self.lookback_days)

    def _feature(self, name: str, value: Expression, unit: str, description: str) -> Feature:
        within, text = "", description
        if self.lookback_days is not None:
            within = f"{self.lookback_days}d_"
            text = f"{text[:-1]}, {span_before(self.lookback_days)}."
        prefix = f"{self.prefix or slug(self.events)}_{within}{slug(self.column)}"
        return Feature(f"{prefix}_{name}", value, "channel", unit, text)


channel = Channel
