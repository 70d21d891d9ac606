"""Counts, sums, means and shares per kind over look-backs, and their trends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import ClassVar, Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, check_lookbacks, register, slugs, span_before
from workbench.features.formulas import share, trend
from workbench.features.measures import (
    Condition,
    Equals,
    Expression,
    Feature,
    Level,
    Measure,
    Present,
    Source,
)
from workbench.features.tables import Tables
from workbench.frame.column_names import slug

MOST_KINDS = 8
LOOKBACKS = (7, 28, 91, 365)
Kinds = str | Mapping[str, int | Sequence[Level]]


@register("windows")
@dataclass(frozen=True)
class Windows(Builder):
    """How many and how much in the last days, of everything and of each kind.

    Over each window ``[as_of − d days, as_of)``: the count of events, the sum and the mean
    of each value. For each kind: the count, and its share of the window's count (and of the
    sum of the first value). A trend is the pace in the shorter window against the longer
    one, 1 where nothing changes. Counts and sums without events are 0, means and shares
    missing. An event whose value is missing adds nothing to a sum, and is not counted in a
    mean, as with SQL's sum and avg.

    Parameters
    ----------
    events : str
        Name of an event table.
    values : sequence of str
        Numeric columns to sum. Values are rounded to a millionth before they are summed.
    kinds : str or mapping, optional
        The column that tells kinds apart, such as a department, or a channel. A name
        alone takes the 8 most frequent kinds; ``{"channel": 3}`` the 3 most frequent;
        ``{"channel": ["mail", "app"]}`` those named. Frequencies are taken from events
        before the very first `as_of` of the data, as later ones are not known to the
        earliest contacts. The recipe keeps what was found.
    lookbacks_days : sequence of int
        Window lengths, in days.
    trends : sequence of (int, int)
        Pairs of window lengths, the shorter one first; both must be in `lookbacks_days`.
        Left out, (28, 91) where both are.
    occasion : str, optional
        A column that tells occasions apart, such as a basket number, or "time". With it,
        each kind has a rate in each window: the share of occasions in which it occurs. The
        lines of one basket then count once, which costs another pass.
    prefix : str, optional
        What the column names begin with: the name of the event table.

    Notes
    -----
    Group ``windows``; with kinds, those are in the group ``kinds``. Names are
    ``{prefix}_{window}d_[{kind}_][{value}_]{count|sum|mean|share|rate}``.

    Examples
    --------
    >>> from workbench.features import windows
    >>> windows("visits", kinds={"channel": ["mail", "app"]}, lookbacks_days=(7, 28)).kinds
    {'channel': ['mail', 'app']}
    """

    events: str
    values: Sequence[str] = ()
    kinds: Kinds | None = None
    lookbacks_days: Sequence[int] = LOOKBACKS
    trends: Sequence[Sequence[int]] = field(default=())
    occasion: str | None = None
    prefix: str | None = None

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.lookbacks_days:
            raise ParameterError("`lookbacks_days` must have at least one window; got none.")
        check_lookbacks([days or 0 for days in self.lookbacks_days], name="lookbacks_days")
        if isinstance(self.values, str):
            object.__setattr__(self, "values", (self.values,))
        known = set(self.lookbacks_days)
        default = [(28, 91)] if {28, 91} <= known else []
        object.__setattr__(self, "trends", tuple(tuple(t) for t in self.trends or default))
        for pair in self.trends:
            if len(pair) != 2 or not set(pair) <= known or pair[0] >= pair[1]:
                raise ParameterError(
                    "`trends` must hold pairs of look-backs, the shorter one first, out of "
                    f"{sorted(known)}; got {tuple(pair)!r}."
                )

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an event table: two value columns, one column of kinds."""
        return [
            cls(
                events,
                values=tables.value_columns(events)[:2],
                kinds=next(iter(tables.kind_columns(events)), None),
                lookbacks_days=tables.fitting(events, LOOKBACKS) or LOOKBACKS[:1],
            )
            for events in tables.event_tables
        ]

    def resolve(self, tables: Tables) -> Self:
        """Settle which kinds are the most frequent."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        return replace(self, kinds=self._levels(tables)) if self.kinds else self

    def _levels(self, tables: Tables) -> dict[str, Sequence[Level]]:
        asked = {self.kinds: MOST_KINDS} if isinstance(self.kinds, str) else self.kinds or {}
        found: dict[str, Sequence[Level]] = {}
        for column, levels in asked.items():
            if isinstance(levels, int):
                found[column] = tables.frequent_levels(self.events, column, levels)
            else:
                tables.check_levels(self.events, column, levels)
                found[column] = tuple(levels)
        return found

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the features window by window, then the trends."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        tables.check_values(self.events, self.values)
        tables.check_columns(self.events, [self.occasion] if self.occasion else [])
        for days in self.lookbacks_days:
            yield from self._totals(days)
            for column, level, name in self._kinds(tables):
                yield from self._of_kind(days, Equals(column, level), f"{days}d_{name}")
        for short, long in self.trends:
            yield from self._trend(short, long)

    def _kinds(self, tables: Tables) -> Iterator[tuple[str, Level, str]]:
        pairs = [(c, level) for c, levels in self._levels(tables).items() for level in levels]
        for (column, level), name in zip(pairs, slugs(starmap(_kind, pairs)), strict=True):
            yield column, level, name

    def _totals(self, days: int) -> Iterable[Feature]:
        count, span = self._count(days), span_before(days)
        yield self._feature(f"{days}d_count", count, "count", f"Number of {self.events} {span}.")
        for value, column in zip(self.values, slugs(self.values), strict=True):
            total = self._sum(value, days)
            yield self._feature(
                f"{days}d_{column}_sum", total, value, f"Sum of {value} over {self.events} {span}."
            )
            yield self._feature(
                f"{days}d_{column}_mean",
                total / self._count(days, Present(value)),
                value,
                f"Mean {value} of {self.events} {span}, where it is known.",
            )

    def _of_kind(self, days: int, kind: Equals, name: str) -> Iterable[Feature]:
        what, span = (
            f"{self.events} with {kind.column} {kind.level}",
            span_before(days),
        )
        count = self._count(days, kind)
        yield self._feature(f"{name}_count", count, "count", f"Number of {what} {span}.", kind)
        yield self._feature(
            f"{name}_share",
            share(count, self._count(days)),
            "share",
            f"Share of {what} in all {self.events} {span}.",
            kind,
        )
        if self.occasion is not None:
            yield self._feature(
                f"{name}_rate",
                share(self._occasions(days, kind), self._occasions(days)),
                "rate",
                f"Share of occasions {span} that have {what}.",
                kind,
            )
        for value in self.values[:1]:
            total = self._sum(value, days, kind)
            column = slug(value)
            yield self._feature(
                f"{name}_{column}_sum", total, value, f"Sum of {value} over {what} {span}.", kind
            )
            yield self._feature(
                f"{name}_{column}_share",
                share(total, self._sum(value, days)),
                "share",
                f"Share of {what} in the {value} of all {self.events} {span}.",
                kind,
            )

    def _trend(self, short: int, long: int) -> Iterable[Feature]:
        name, days = f"{short}d_to_{long}d", (short, long)
        what = f"a day {span_before(short)}, against that {span_before(long)}; 1 is no change"
        yield self._feature(
            f"{name}_count_trend",
            trend(self._count(short), self._count(long), days=days),
            "ratio",
            f"Number of {self.events} {what}.",
        )
        for value, column in zip(self.values, slugs(self.values), strict=True):
            yield self._feature(
                f"{name}_{column}_trend",
                trend(self._sum(value, short), self._sum(value, long), days=days),
                "ratio",
                f"{value} of {self.events} {what}.",
            )

    def _count(self, days: int, *where: Condition) -> Measure:
        return Measure(Source(self.events), "count", None, where, days)

    def _occasions(self, days: int, *where: Condition) -> Measure:
        return Measure(Source(self.events), "distinct", self.occasion, where, days)

    def _sum(self, value: str, days: int, *where: Condition) -> Measure:
        return Measure(Source(self.events), "sum", value, where, days)

    def _feature(
        self, name: str, value: Expression, unit: str, description: str, kind: Equals | None = None
    ) -> Feature:
        group = "windows" if kind is None else "kinds"
        return Feature(
            f"{self.prefix or slug(self.events)}_{name}", value, group, unit, description
        )


def _kind(column: str, level: Level) -> str:
    """Name a kind: flags by their column, since "true" says nothing."""
    if isinstance(level, bool):
        return column if level else f"not {column}"
    return str(level)


windows = Windows
