"""What the customer bought, before, of what the campaign offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from workbench.features.builder import Builder, check_lookbacks, register, span_before
from workbench.features.formulas import days_since, or_zero, share
from workbench.features.measures import Expression, Feature, Listed, Lookup, Measure, Source
from workbench.features.sql_words import OURS, known_at
from workbench.features.tables import Tables
from workbench.frame.column_names import slug
from workbench.sql.names import quoted

LOOKBACKS = (91,)


@register("offer")
@dataclass(frozen=True)
class Offer(Builder):
    """Affinity of the customer to the offered items, and to their categories.

    For the offered items, and for each column of `through` the categories that they
    belong to:

    - count and value of the customer's events with them in each look-back;
    - the value's share of all events of that look-back;
    - days since the last one;
    - how many of the offered ones the customer ever had, and which share of them that
      is.

    Parameters
    ----------
    events : str
        Name of an event table.
    offers : str
        Name of an offer table: what each campaign offers, known when it starts.
    key : str
        The column of both that tells items apart, such as a product number.
    value : str, optional
        A numeric column of the events. Rounded to a millionth before it is summed.
    through : sequence of str
        Columns of the events, such as a category. Which categories are offered is read
        from the offers where they have the column too. Otherwise an offered item belongs
        to the categories that any customer's events with it showed before the campaign's
        first `as_of`. An item without an earlier event belongs to none.
    lookbacks_days : sequence of int or None
        Window lengths, in days; None is all history.
    prefix : str, optional
        What the column names begin with: the name of the offer table.

    Notes
    -----
    Group ``offer``, and ``campaign`` for what is the same for all customers of a campaign.

    Examples
    --------
    >>> from workbench.features import offer
    >>> affinity = offer("transactions", "coupons", "product_id", value="sales_value")
    >>> affinity.lookbacks_days
    (91, None)
    """

    events: str
    offers: str
    key: str
    value: str | None = None
    through: Sequence[str] = ()
    lookbacks_days: Sequence[int | None] = (*LOOKBACKS, None)
    prefix: str | None = None

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_lookbacks(self.lookbacks_days, name="lookbacks_days")

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return a builder for each pair of tables that share a column beside the keys."""
        proposed: list[Self] = []
        for events in tables.event_tables:
            value = next(iter(tables.value_columns(events)), None)
            for offers in tables.offer_tables:
                # the finest column tells items apart, coarser ones are its categories
                key, *through = tables.shared_items(events, offers) or [""]
                if key:
                    days = (*tables.fitting(events, LOOKBACKS), None)
                    taken = any(builder.offers == offers for builder in proposed)
                    prefix = f"{slug(offers)}_{slug(events)}" if taken else None
                    proposed.append(cls(events, offers, key, value, through, days, prefix))
        return proposed

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the features of the items, then those of their categories."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        tables.check_table(self.offers, tables.offer_tables, argument="offers")
        tables.check_columns(self.offers, [self.key])
        tables.check_columns(self.events, [self.key, *self.through])
        if self.value is not None:
            tables.check_values(self.events, [self.value])
        yield from self._affinity(self.key, self._items(self.key))
        late = "arrived" in tables.columns(self.events)
        for column in self.through:
            if column in tables.columns(self.offers):
                yield from self._affinity(column, self._items(column))
            else:
                yield from self._affinity(column, self._categories(column, late=late))

    def _affinity(self, column: str, items: Source) -> Iterable[Feature]:
        offered, name = Listed(items, column), slug(column)
        what = f"{self.events} with an offered {column}"
        for days in self.lookbacks_days:
            yield from self._window(offered, what, days)
        last = Measure(Source(self.events), "last", where=(offered,))
        yield self._feature(
            f"{name}_recency_days", days_since(last), "days", f"Days since the last of the {what}."
        )
        had = Measure(Source(self.events), "distinct", column, where=(offered,))
        size = Lookup(_size(items), "size", "campaign", number=True)
        yield self._feature(
            f"{name}_had_count", had, "count", f"How many of the offered {column} they ever had."
        )
        yield self._feature(
            f"{name}_had_share",
            share(had, size),
            "share",
            f"Share of the offered {column} that they ever had.",
        )
        yield self._feature(
            f"{name}_offered_count",
            or_zero(size),
            "count",
            f"How many {column} the campaign offers.",
            group="campaign",
        )

    def _window(self, offered: Listed, what: str, days: int | None) -> Iterable[Feature]:
        source, where = Source(self.events), (offered,)
        span = span_before(days)
        name = slug(offered.column) + ("" if days is None else f"_{days}d")
        count = Measure(source, "count", None, where, days)
        yield self._feature(f"{name}_count", count, "count", f"Number of {what} {span}.")
        if self.value is None:
            every = Measure(source, "count", None, (), days)
            part, whole, of = count, every, f"all {self.events}"
        else:
            part = Measure(source, "sum", self.value, where, days)
            whole = Measure(source, "sum", self.value, (), days)
            of = f"the {self.value} of all {self.events}"
            yield self._feature(
                f"{name}_{slug(self.value)}_sum",
                part,
                self.value,
                f"Sum of {self.value} over {what} {span}.",
            )
        yield self._feature(
            f"{name}_share", share(part, whole), "share", f"Share of {what} in {of} {span}."
        )

    def _items(self, column: str) -> Source:
        """Give campaign and item, as the offers state them."""
        item, table = quoted(column), quoted(self.offers)
        sql = f"SELECT campaign, {item} AS item FROM {table} WHERE {item} IS NOT NULL"
        return Source(self.offers, sql)

    def _categories(self, column: str, *, late: bool) -> Source:
        """Give campaign and category, from what was known when the campaign started."""
        key, category = quoted(self.key), quoted(column)
        known, seen = known_at(late=late)
        shown = (
            f"SELECT {key} AS offered, {category} AS category, min({known}) AS known "
            f"FROM {quoted(self.events)} e WHERE {category} IS NOT NULL AND {OURS}{seen} "
            "GROUP BY ALL"
        )
        started = "SELECT campaign, min(as_of) AS start FROM contacts GROUP BY campaign"
        sql = (
            f"SELECT DISTINCT o.campaign, k.category AS item FROM {quoted(self.offers)} o "
            f"JOIN ({shown}) k ON k.offered = o.{key} "
            f"JOIN ({started}) s ON s.campaign = o.campaign AND k.known < s.start"
        )
        return Source(f"{self.offers}, {self.events}", sql)

    def _feature(
        self, name: str, value: Expression, unit: str, description: str, group: str = "offer"
    ) -> Feature:
        return Feature(
            f"{self.prefix or slug(self.offers)}_{name}", value, group, unit, description
        )


def _size(items: Source) -> Source:
    sql = f"SELECT campaign, count(DISTINCT item) AS size FROM ({items.sql}) GROUP BY campaign"
    return Source(items.name, sql)


offer = Offer
