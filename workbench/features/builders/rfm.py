"""Recency, frequency, monetary value, and the rhythm of the events between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from workbench.features.builder import Builder, check_lookbacks, register, span_before
from workbench.features.formulas import days_between, days_since
from workbench.features.measures import (
    Condition,
    Expression,
    Feature,
    How,
    Measure,
    Present,
    Source,
)
from workbench.features.tables import Tables
from workbench.frame.column_names import slug


@register("rfm")
@dataclass(frozen=True)
class Rfm(Builder):
    """How recently, how often, for how much, and how regularly.

    With x the customer's occasions before `as_of`, the conventions (names differ between
    packages) are:

    - ``recency_days``: `as_of` − last x. Small is recent. Missing without x.
    - ``frequency``: number of x, the first one included. An occasion is a distinct moment:
      all lines of one basket share one. 0 without x.
    - ``monetary_sum``: sum of the value over x. 0 without x.
    - ``monetary_mean``: the sum of the value over the number of x, per occasion. Both
      are of events that have a value (and, with `occasion`, an occasion): an event
      without a value is not counted as 0. Missing without any.
    - ``tenure_days``: `as_of` − first x. ``active_span_days``: last x − first x.
    - ``gap_mean_days``, ``gap_variance``: mean and sample variance (days²) of the gaps
      between x that follow each other; missing below two and three x.

    Parameters
    ----------
    events : str
        Name of an event table.
    value : str, optional
        A numeric column of it. Without one, the monetary features are left out. Values
        are rounded to a millionth before they are summed.
    occasion : str, optional
        A column that tells occasions apart for `frequency`, such as a basket number;
        their moments where it is left out.
    lookback_days : int, optional
        Only events of that many days before `as_of`; all history without it.
    prefix : str, optional
        What the column names begin with: the name of the event table.

    Notes
    -----
    Group ``rfm``. After the RFM scheme of direct marketing, and Fader, Hardie & Lee (2005),
    "RFM and CLV", Journal of Marketing Research 42. Their *recency* is `active_span_days`
    here, and their *frequency* leaves out the first purchase.

    Examples
    --------
    >>> from workbench.features import rfm
    >>> rfm("transactions", value="sales_value", lookback_days=91)
    Rfm(events='transactions', value='sales_value', occasion=None, lookback_days=91, prefix=None)
    """

    events: str
    value: str | None = None
    occasion: str | None = None
    lookback_days: int | None = None
    prefix: str | None = None

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_lookbacks([self.lookback_days], name="lookback_days")

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an event table, with its first value column."""
        return [
            cls(events, value=next(iter(tables.value_columns(events)), None))
            for events in tables.event_tables
        ]

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare seven features, and two more with a value."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        tables.check_columns(self.events, [self.occasion] if self.occasion else [])
        frequency = self._measure("distinct", self.occasion or "time")
        first, last = self._measure("first"), self._measure("last")
        yield self._feature(
            "recency_days", days_since(last), "days", "Days since the last of the {events}."
        )
        yield self._feature(
            "frequency", frequency, "count", "Number of occasions with {events} (not of lines)."
        )
        if self.value is not None:
            tables.check_values(self.events, [self.value])
            yield from self._monetary(self.value)
        yield self._feature(
            "tenure_days", days_since(first), "days", "Days since the first of the {events}."
        )
        yield self._feature(
            "active_span_days",
            days_between(first, last),
            "days",
            "Days from the first to the last of the {events}.",
        )
        yield self._feature(
            "gap_mean_days",
            self._measure("gap_mean"),
            "days",
            "Mean number of days between {events} that follow each other.",
        )
        yield self._feature(
            "gap_variance",
            self._measure("gap_variance"),
            "days²",
            "Variance of the days between {events}: small is regular.",
        )

    def _monetary(self, value: str) -> Iterable[Feature]:
        total = self._measure("sum", value)
        occasion = self.occasion or "time"
        priced = self._measure("distinct", occasion, Present(value))
        of_occasions = (
            total if self.occasion is None else self._measure("sum", value, Present(occasion))
        )
        shown = value.replace("{", "{{").replace("}", "}}")  # as `str.format` wants them
        yield self._feature("monetary_sum", total, value, f"Sum of {shown} over {{events}}.")
        yield self._feature(
            "monetary_mean",
            of_occasions / priced,
            value,
            f"Mean {shown} an occasion with {{events}}, where it is known.",
        )

    def _measure(self, how: How, column: str | None = None, *where: Condition) -> Measure:
        return Measure(Source(self.events), how, column, where, self.lookback_days)

    def _feature(self, name: str, value: Expression, unit: str, description: str) -> Feature:
        within = "" if self.lookback_days is None else f"{self.lookback_days}d_"
        text = description.format(events=self.events)
        if within:
            text = f"{text[:-1]}, {span_before(self.lookback_days)}."
        prefix = self.prefix or slug(self.events)
        return Feature(f"{prefix}_{within}{name}", value, "rfm", unit, text)


rfm = Rfm
