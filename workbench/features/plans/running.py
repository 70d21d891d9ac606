"""Running sums over the events of a block of customers, and where windows stand in them.

One array runs over all events of a block, customer after customer and each in the order
of time. What lies in a window is then the running sum at its end minus the running sum at
its start: two look-ups. How finely the array is divided is the only difference between
two plans:

- *cells*: the edges of all windows of all dates cut time into intervals; all events of
  a customer in one interval share a slot. Best where many contacts share few dates.
- *running sums*: every event has its own slot, after a sort. Best where dates are many.

All sums are of integers of 64 bits. These may run over and start again from the other end
without harm: the difference is right as long as it fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.features.measures import MICROSECONDS_A_DAY
from workbench.features.plans.reading import Ints

Mask = npt.NDArray[np.bool_] | None
Lookback = int | None
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Clock:
    """Turns (customer, moment) into one number that sorts by both.

    Parameters
    ----------
    start : int
        The first moment, in microseconds; earlier ones count as this one.
    span : int
        Larger than any moment minus the first.
    """

    start: int
    span: int

    def keys(self, customer: Ints, moment: Ints) -> Ints:
        """Return a number for each pair; customers are counted from 0 within their block."""
        since = np.clip(np.subtract(moment, self.start), 0, self.span - 1)
        return np.asarray(customer * np.int64(self.span) + since)

    def ends(self, customer: Ints) -> Ints:
        """Return a key for each customer that no moment of theirs comes after."""
        return np.asarray((customer + np.int64(1)) * np.int64(self.span) - 1)

    def moments(self, keys: Ints) -> Ints:
        """Return the moments of keys."""
        return np.asarray(keys % self.span + self.start)

    @property
    def customers(self) -> int:
        """How many customers a block may have before the numbers no longer fit."""
        return max(1, (1 << 62) // self.span)


@dataclass(frozen=True)
class Windows:
    """Where the windows of the rows of a block begin and end.

    Parameters
    ----------
    slot : array of int or None
        The slot of each event; None where events are sorted, and each has its own.
    slots : int
    end : array of int, shape (rows,)
        The number of slots before the row's `as_of`.
    start : mapping of look-back to array of int, shape (rows,)
        The number of slots before the start of the window.
    """

    slot: Ints | None
    slots: int
    end: Ints
    start: Mapping[Lookback, Ints]

    def sums(self, weight: Ints | None, chosen: Mask) -> Ints:
        """Return the running sum of a weight, or of 1, over the chosen events."""
        running = np.zeros(self.slots + 1, np.int64)
        if self.slot is None:
            one = np.ones(self.slots, np.int64) if weight is None else weight
            np.cumsum(one if chosen is None else one * chosen, out=running[1:])
            return running
        slot = self.slot if chosen is None else self.slot[chosen]
        if weight is None:
            running[1:] = np.bincount(slot, minlength=self.slots)
        else:
            np.add.at(running[1:], slot, weight if chosen is None else weight[chosen])
        return np.cumsum(running, out=running)

    def latest(self, keys: Ints, chosen: Mask) -> Ints:
        """Return, for each number of slots, the last key in them; -1 where there is none."""
        last = np.full(self.slots + 1, -1, np.int64)
        if self.slot is None:
            last[1:] = keys if chosen is None else np.where(chosen, keys, -1)
        else:
            slot, keys = _chosen(self.slot, keys, chosen)
            np.maximum.at(last[1:], slot, keys)
        return np.maximum.accumulate(last, out=last)

    def earliest(self, keys: Ints, chosen: Mask) -> Ints:
        """Return, for each number of slots, the first key after them; NEVER without one."""
        first = np.full(self.slots + 1, NEVER, np.int64)
        if self.slot is None:
            first[:-1] = keys if chosen is None else np.where(chosen, keys, NEVER)
        else:
            slot, keys = _chosen(self.slot, keys, chosen)
            np.minimum.at(first[:-1], slot, keys)
        return np.minimum.accumulate(first[::-1])[::-1]


def _chosen(slot: Ints, keys: Ints, chosen: Mask) -> tuple[Ints, Ints]:
    return (slot, keys) if chosen is None else (slot[chosen], keys[chosen])


@dataclass(frozen=True)
class Grid:
    """The intervals that the windows of all dates cut time into.

    Parameters
    ----------
    edges : array of int64
        Starts and ends of all windows of all dates, in order, each once.
    end : array of int, shape (dates,)
        Which edge each date is.
    start : mapping of look-back to array of int, shape (dates,)
        Which edge the start of its window is; all history starts before all edges.
    """

    edges: Ints
    end: Ints
    start: Mapping[Lookback, Ints]

    @classmethod
    def of(cls, dates: Ints, lookbacks: Sequence[Lookback]) -> Grid:
        """Cut time for windows that end on some dates and have some lengths."""
        starts = {d: dates - d * MICROSECONDS_A_DAY for d in lookbacks if d is not None}
        edges = np.unique(np.concatenate([dates, *starts.values()]))
        found: dict[Lookback, Ints] = {d: np.searchsorted(edges, at) for d, at in starts.items()}
        if None in lookbacks:
            found[None] = np.full(len(dates), -1)
        return cls(edges, np.searchsorted(edges, dates), found)

    def windows(
        self, customers: int, events: tuple[Ints, Ints], rows: tuple[Ints, Ints]
    ) -> Windows:
        """Place events (customer, time) and rows (customer, which date)."""
        width = len(self.edges) + 1
        slot = events[0] * np.int64(width) + np.searchsorted(self.edges, events[1], side="right")
        first = rows[0] * np.int64(width) + 1
        return Windows(
            slot,
            customers * width,
            first + self.end[rows[1]],
            {lookback: first + start[rows[1]] for lookback, start in self.start.items()},
        )


def in_order(
    keys: Ints, clock: Clock, rows: tuple[Ints, Ints], lookbacks: Sequence[Lookback]
) -> Windows:
    """Place events, given by sorted keys, and rows (customer, `as_of`)."""
    customer, as_of = rows
    start = {
        lookback: np.searchsorted(keys, window_keys(clock, rows, lookback))
        for lookback in lookbacks
    }
    return Windows(None, len(keys), np.searchsorted(keys, clock.keys(customer, as_of)), start)


def window_keys(clock: Clock, rows: tuple[Ints, Ints], lookback: Lookback) -> Ints:
    """Return the key at which the window of each row starts."""
    customer, as_of = rows
    if lookback is None:
        return np.asarray(customer * np.int64(clock.span))
    return clock.keys(customer, as_of - lookback * MICROSECONDS_A_DAY)
