"""The measures of one block of customers: the events and the rows of each fit in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.features.measures import MICRO, MICROSECONDS_A_DAY, Measure
from workbench.features.plans.reading import Events, Ints
from workbench.features.plans.running import (
    NEVER,
    Clock,
    Grid,
    Lookback,
    in_order,
    window_keys,
)

Array = npt.NDArray[Any]
Values = list[tuple[Array, ...]]  # of each measure, in one column or more

NO_MOMENT = np.iinfo(np.int64).min  # what NumPy takes for a missing moment
LOW_BITS = 20  # squares of gaps are summed in three parts of at most 62 bits
LONGEST_SPAN = 1 << 51  # 71 years, in microseconds


class TooLargeError(Exception):
    """A sum, or a square, may not fit 64 bits: another plan must compute it."""


@dataclass(frozen=True)
class Rows:
    """The contacts of a block.

    Parameters
    ----------
    customer : array of int
        Counted from 0 within the block.
    as_of, date : array of int
        The moment, and its place among the distinct ones.
    """

    customer: Ints
    as_of: Ints
    date: Ints

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True)
class Pairs:
    """Events and rows that see them, one by one, where no running sum can tell.

    Parameters
    ----------
    event, row : array of int
        Positions.
    age : array of int64
        From the event to the row's `as_of`, in microseconds.
    """

    event: Ints
    row: Ints
    age: Ints

    @classmethod
    def between(cls, after: Ints, until: Ints, time: Ints, rows: Rows, clock: Clock) -> Pairs:
        """Pair each event with the rows of its customer with `as_of` in (after, until].

        `after` and `until` are keys of the clock.
        """
        keys = clock.keys(rows.customer, rows.as_of)
        order = np.argsort(keys, kind="stable")
        low, high = (np.searchsorted(keys[order], key, side="right") for key in (after, until))
        counts = np.maximum(high - low, 0)
        event = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(len(event)) - np.repeat(np.cumsum(counts) - counts, counts)
        row = order[low[event] + within]
        return cls(event, row, rows.as_of[row] - time[event])


@dataclass(frozen=True)
class Late:
    """Events that were not known yet at an `as_of` after them, and the rows that see them."""

    events: Events
    pairs: Pairs

    def seen(self, measure: Measure) -> tuple[Ints, Ints]:
        """Return the pairs, event and row, that a measure counts."""
        chosen = np.ones(len(self.pairs.age), np.bool_)
        met = self.events.where(measure)
        if met is not None:
            chosen &= met[self.pairs.event]
        if measure.lookback_days is not None:
            chosen &= self.pairs.age <= measure.lookback_days * MICROSECONDS_A_DAY
        return self.pairs.event[chosen], self.pairs.row[chosen]


class Block:
    """Computes measures of one source for some customers.

    Parameters
    ----------
    events : Events
        Customers counted from 0 within the block.
    rows : Rows
    clock : Clock
    grid : Grid or None
        The intervals of cells; without, events are sorted.
    lookbacks : sequence of int or None
    """

    def __init__(
        self,
        events: Events,
        rows: Rows,
        clock: Clock,
        grid: Grid | None,
        lookbacks: Sequence[Lookback],
    ) -> None:
        self.rows, self.clock, self.lookbacks = rows, clock, lookbacks
        keys = clock.keys(events["customer"], events["time"])
        self.late: Late | None = None
        if events.wanted.late:
            events, keys, self.late = self._without_late(events, keys)
        if grid is None:
            order = np.argsort(keys)
            events, keys = events.take(order), keys[order]
            self.windows = in_order(keys, clock, (rows.customer, rows.as_of), lookbacks)
        else:
            customers = int(max(rows.customer.max(initial=0), events["customer"].max(initial=0)))
            places = (events["customer"], events["time"])
            self.windows = grid.windows(customers + 1, places, (rows.customer, rows.date))
        self.events, self.keys = events, keys

    def _without_late(self, events: Events, keys: Ints) -> tuple[Events, Ints, Late]:
        """Set those events apart that were not known yet at an `as_of` after them."""
        known = self.clock.keys(events["customer"], events["known"])
        decisions = np.sort(self.clock.keys(self.rows.customer, self.rows.as_of))
        seen, missed = (np.searchsorted(decisions, at, side="right") for at in (keys, known))
        places, settled = np.flatnonzero(seen != missed), np.flatnonzero(seen == missed)
        late = events.take(places)
        until = self.clock.ends(late["customer"])
        pairs = Pairs.between(known[places], until, late["time"], self.rows, self.clock)
        return events.take(settled), keys[settled], Late(late, pairs)

    def compute(self, alike: Sequence[Measure]) -> Values:
        """Compute measures that differ in nothing but their look-back."""
        how, column = alike[0].how, alike[0].column
        if how in ("count", "sum"):
            return self._totals(alike)
        if how in ("first", "last"):
            return self._moments(alike)
        if how == "distinct" and column != "time":
            return self._distinct(alike)
        return self._occasions(alike)

    def _totals(self, alike: Sequence[Measure]) -> Values:
        measure = alike[0]
        weight = None if measure.how == "count" else self.events.summed(str(measure.column))
        if weight is not None:
            _check_fits(weight)
        running = self.windows.sums(weight, self.events.where(measure))
        ends = running[self.windows.end]
        totals = [ends - running[self.windows.start[m.lookback_days]] for m in alike]
        for m, total in zip(alike, totals, strict=True):
            self._add_late(m, total)
        scale = 1 if weight is None else MICRO
        return [(total / scale,) for total in totals]

    def _add_late(self, measure: Measure, total: Ints) -> None:
        if self.late is None:
            return
        event, row = self.late.seen(measure)
        if measure.how == "count":
            np.add.at(total, row, 1)
        else:
            weight = self.late.events.summed(str(measure.column))
            _check_fits(weight)
            np.add.at(total, row, weight[event])

    def _moments(self, alike: Sequence[Measure]) -> Values:
        chosen, last = self.events.where(alike[0]), alike[0].how == "last"
        rows, windows = (self.rows.customer, self.rows.as_of), self.windows
        find = windows.latest if last else windows.earliest
        running = find(self.keys, chosen)
        found: Values = []
        for m in alike:
            if last:
                key = running[windows.end]
                inside = key >= window_keys(self.clock, rows, m.lookback_days)
            else:
                key = running[windows.start[m.lookback_days]]
                inside = key < self.clock.keys(*rows)
            moment = np.where(inside, self.clock.moments(key), NO_MOMENT)
            found.append((self._with_late(m, moment),))
        return found

    def _with_late(self, measure: Measure, moment: Ints) -> Ints:
        if self.late is None:
            return moment
        event, row = self.late.seen(measure)
        time = self.late.events["time"]
        if measure.how == "last":  # NO_MOMENT is before all others
            np.maximum.at(moment, row, time[event])
            return moment
        moment[moment == NO_MOMENT] = NEVER
        np.minimum.at(moment, row, time[event])
        moment[moment == NEVER] = NO_MOMENT
        return moment

    def _distinct(self, alike: Sequence[Measure]) -> Values:
        """Count a value by its last event before `as_of`, if that is in the window."""
        values = self.events.valued(str(alike[0].column))
        chosen, met = values >= 0, self.events.where(alike[0])
        places = np.flatnonzero(chosen if met is None else chosen & met)
        places = places[np.lexsort((self.keys[places], values[places]))]
        keys, values = self.keys[places], values[places]
        customer, time = self.events["customer"][places], self.events["time"][places]
        # equal values stand together, and in the order of customer and time
        until = self.clock.ends(customer)
        again = (values[1:] == values[:-1]) & (customer[1:] == customer[:-1])
        until[:-1][again] = keys[1:][again]
        pairs = Pairs.between(keys, until, time, self.rows, self.clock)
        found: Values = []
        for m in alike:
            days = m.lookback_days
            seen = pairs.row if days is None else pairs.row[pairs.age <= days * MICROSECONDS_A_DAY]
            found.append((np.bincount(seen, minlength=len(self.rows)).astype(np.float64),))
        return found

    def _occasions(self, alike: Sequence[Measure]) -> Values:
        """Count distinct moments, or describe the gaps between them."""
        met = self.events.where(alike[0])
        keys = np.unique(self.keys if met is None else self.keys[met])
        rows = (self.rows.customer, self.rows.as_of)
        windows = in_order(keys, self.clock, rows, [m.lookback_days for m in alike])
        if alike[0].how == "distinct":
            return [
                ((windows.end - windows.start[m.lookback_days]).astype(np.float64),) for m in alike
            ]
        gaps = Gaps(keys, self.clock)
        describe = gaps.mean if alike[0].how == "gap_mean" else gaps.squares
        return [describe(windows.start[m.lookback_days], windows.end) for m in alike]


class Gaps:
    """Gaps between sorted, distinct keys."""

    def __init__(self, keys: Ints, clock: Clock) -> None:
        if clock.span > LONGEST_SPAN:
            raise TooLargeError
        self.keys = keys

    def _of(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Return how many gaps there are from start to end, and their sum."""
        count = np.maximum(end - start - 1, 0)
        if len(self.keys) == 0:
            return count, count
        last = np.minimum(start + count, len(self.keys) - 1)
        return count, self.keys[last] - self.keys[np.minimum(start, len(self.keys) - 1)]

    def mean(self, start: Ints, end: Ints) -> tuple[Array, ...]:
        """Return the mean in days; missing without a gap."""
        count, total = self._of(start, end)
        with np.errstate(invalid="ignore"):
            return (np.where(count > 0, total / count / MICROSECONDS_A_DAY, np.nan),)

    def squares(self, start: Ints, end: Ints) -> tuple[Array, ...]:
        """Return count and sum of gaps, and their squares in three parts.

        With g = h · 2²⁰ + l, the sums of h², h·l and l² fit 64 bits where that of g² does not.
        """
        count, total = self._of(start, end)
        gap = np.diff(self.keys)
        high, low = gap >> LOW_BITS, gap & ((1 << LOW_BITS) - 1)
        parts = []
        for product in (high * high, high * low, low * low):
            running = np.concatenate([[0], np.cumsum(product)])
            first = np.minimum(start, len(running) - 1)
            parts.append(running[np.minimum(start + count, len(running) - 1)] - running[first])
        return count, total, *parts


def _check_fits(weight: Ints) -> None:
    if np.abs(weight.astype(np.float64)).sum() > NEVER / 4:
        raise TooLargeError
