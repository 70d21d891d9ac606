"""The plan without a join: windows are read off running sums, in NumPy.

Sources are read once, and customers are taken in blocks whose numbers stay in the cache.
Every measure comes out the same, to the last bit, as from the plan in SQL: both add whole
numbers, and round once at the end. What this plan does not know, `understands` says so,
and SQL computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, fields
from functools import cached_property, partial

import numpy as np

from workbench.features.measures import MICROSECONDS_A_DAY, Expression, Listed, Lookup, Measure
from workbench.features.plans.block import LOW_BITS, Array, Block, Rows
from workbench.features.plans.reading import (
    EVENTS_AT_ONCE,
    Contacts,
    Events,
    Ints,
    Wanted,
    read_events,
)
from workbench.features.plans.running import Clock, Grid, Lookback
from workbench.features.plans.sql import MICROSECONDS_A_DAY_SQUARED
from workbench.features.tables import Tables
from workbench.sql.names import quoted

KNOWN = ("count", "sum", "first", "last", "distinct", "gap_mean", "gap_variance")
KNOWN_SETTINGS = ("source", "how", "column", "where", "lookback_days")
CUSTOMERS_A_BLOCK = 2048  # a running sum over 50 intervals is then 0.8 MB
EVENTS_A_BLOCK = 1 << 17


def understands(leaf: Expression, tables: Tables) -> bool:
    """Whether this plan computes a measure; SQL computes all others."""
    if type(leaf) is not Measure or leaf.how not in KNOWN:
        return False
    others = [f for f in fields(leaf) if f.name not in KNOWN_SETTINGS]
    if any(getattr(leaf, f.name) != f.default for f in others):
        return False
    if any(isinstance(condition, Listed) for condition in leaf.where):
        return False  # what is listed depends on the row's campaign
    columns = tables.columns(leaf.source)
    late = "arrived" in columns
    moments = [columns["time"], *([columns["arrived"]] if late else [])]
    if set(moments) != {"TIMESTAMP"}:
        return False
    # what is the first of its kind changes with what is known
    return not late or leaf.how in ("count", "sum", "first", "last")


def by_source(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Put measures of one source together."""
    found: dict[object, list[Measure]] = {}
    for measure in measures:
        found.setdefault(measure.source, []).append(measure)
    return list(found.values())


def alike(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Put measures together that differ in nothing but their look-back."""
    found: dict[object, list[Measure]] = {}
    for m in measures:
        found.setdefault((m.how, m.column, m.where), []).append(m)
    return list(found.values())


@dataclass
class Computed:
    """Columns of finished measures, one value a contact, and how SQL reads them.

    Attributes
    ----------
    columns : dict of name to array, shape (n,)
        Moments are microseconds.
    reads : dict of Measure to str
        SQL over a table ``c`` with these columns.
    """

    rows: int
    columns: dict[str, Array] = field(default_factory=dict)
    reads: dict[Measure | Lookup, str] = field(default_factory=dict)
    _names: dict[Measure, list[str]] = field(default_factory=dict)
    _made: int = 0

    def add(self, measure: Measure, place: Array | None = None) -> None:
        """Make room for a measure; a finished number may go to a place of the caller's."""
        self._made += 1
        name = f"measure {self._made}"  # with a space: no column of the contacts' own
        if measure.how == "gap_variance":
            names = [f"{name} {part}" for part in "ngabc"]
            self.reads[measure] = _variance(*(f"CAST(c.{quoted(n)} AS HUGEINT)" for n in names))
        else:
            names, self.reads[measure] = [name], f"c.{quoted(name)}"
        moment = measure.how in ("first", "last")
        kind = "datetime64[us]" if moment else "int64" if len(names) > 1 else "float64"
        if place is not None and kind == "float64":
            self.columns[name] = place
        else:
            self.columns |= {n: np.empty(self.rows, kind) for n in names}
        self._names[measure] = names

    def drop(self, measure: Measure) -> None:
        """Leave a measure to another plan."""
        for name in self._names.pop(measure):
            del self.columns[name]
        del self.reads[measure]

    def number(self, measure: Expression) -> Array | None:
        """Return the values of a measure where they are finished numbers."""
        names = self._names.get(measure, []) if isinstance(measure, Measure) else []
        column = self.columns[names[0]] if len(names) == 1 else None
        return column if column is not None and column.dtype == np.float64 else None

    def put(self, measure: Measure, rows: Ints, values: tuple[Array, ...]) -> None:
        """Write the values of some rows."""
        for name, value in zip(self._names[measure], values, strict=True):
            self.columns[name].view(value.dtype)[rows] = value


def _variance(n: str, g: str, high: str, middle: str, low: str) -> str:
    """Write the sample variance of gaps in days², in integers up to the last division."""
    squares = f"({high} * {1 << 2 * LOW_BITS} + {middle} * {2 << LOW_BITS} + {low})"
    spread = f"CAST({n} * {squares} - {g} * {g} AS DOUBLE)"
    return f"CASE WHEN {n} > 1 THEN {spread} / {n} / ({n} - 1) / {MICROSECONDS_A_DAY_SQUARED} END"


@dataclass(frozen=True)
class CellPlan:
    """How the measures of one source are computed.

    Parameters
    ----------
    measures : sequence of Measure
        Of one source; the plan understands each of them.
    contacts : Contacts
    in_cells : bool
        Whether events share cells, or are sorted, each with its own running sum.
    threads : int
    at_once : int
        How many events to hold in memory.
    """

    measures: Sequence[Measure]
    contacts: Contacts
    in_cells: bool
    threads: int = 1
    at_once: int = EVENTS_AT_ONCE

    @property
    def lookbacks(self) -> list[Lookback]:
        """Return the distinct look-backs."""
        return list(dict.fromkeys(m.lookback_days for m in self.measures))

    def run(self, tables: Tables, into: Computed, tick: Callable[[float], None]) -> None:
        """Compute all measures; `tick` is told the share that is done.

        Raises
        ------
        TooLargeError
            A sum may not fit; nothing that was written counts.
        """
        wanted = Wanted.by(self.measures, tables)
        parts = read_events(tables, wanted, self.contacts, at_once=self.at_once)
        for low, high, events in parts:
            share = (high - low) / self.contacts.customers
            clock = self._clock(events)
            jobs = list(self._blocks(low, high, events, clock))
            with ThreadPoolExecutor(self.threads) as pool:
                one = partial(self._one, into, clock, events)
                waiting = [pool.submit(one, *job) for job in jobs]
                try:
                    for done in as_completed(waiting):
                        done.result()
                        tick(share / len(jobs))
                except BaseException:
                    pool.shutdown(cancel_futures=True)
                    raise

    def _clock(self, events: Events) -> Clock:
        last = int(self.contacts.dates[-1])
        start = int(events["time"].min(initial=last))
        return Clock(start, last - start + 2)

    def _blocks(
        self, low: int, high: int, events: Events, clock: Clock
    ) -> Iterator[tuple[Ints, Ints, int]]:
        """Yield which events and contacts are in each block, and its first customer."""
        customers = high - low
        size = max(1, EVENTS_A_BLOCK * customers // max(len(events), 1))
        size = min(size, CUSTOMERS_A_BLOCK, clock.customers)
        mine = np.flatnonzero((self.contacts.customer >= low) & (self.contacts.customer < high))
        edges = np.arange(0, -(-customers // size) + 1)
        order, starts = _grouped((events["customer"] - low) // size, edges)
        order_of_rows, starts_of_rows = _grouped(
            (self.contacts.customer[mine] - low) // size, edges
        )
        for i in range(len(edges) - 1):
            these = order[starts[i] : starts[i + 1]]
            rows = mine[order_of_rows[starts_of_rows[i] : starts_of_rows[i + 1]]]
            yield these, rows, low + i * size

    def _one(
        self, into: Computed, clock: Clock, events: Events, these: Ints, at: Ints, first: int
    ) -> None:
        """Compute one block: these events, the contacts at these places."""
        as_of = self.contacts.as_of[at]
        date = np.searchsorted(self.contacts.dates, as_of)
        rows = Rows(self.contacts.customer[at] - first, as_of, date)
        block = Block(events.take(these).renumbered(first), rows, clock, self._grid, self.lookbacks)
        for group in alike(self.measures):
            for measure, values in zip(group, block.compute(group), strict=True):
                into.put(measure, at, values)

    @cached_property
    def _grid(self) -> Grid | None:
        return Grid.of(self.contacts.dates, self.lookbacks) if self.in_cells else None


def edges_of(contacts: Contacts, lookbacks: Sequence[Lookback]) -> int:
    """Count the distinct edges of all windows of all dates."""
    lengths = [0, *(days for days in lookbacks if days is not None)]
    shifted = [contacts.dates - days * MICROSECONDS_A_DAY for days in lengths]
    return len(np.unique(np.concatenate(shifted)))


def _grouped(number: Ints, edges: Ints) -> tuple[Ints, Ints]:
    """Return the order that puts equal numbers together, and where each begins."""
    small = number.astype(np.min_scalar_type(len(edges)))  # short numbers sort by radix
    order = np.argsort(small, kind="stable")
    return order, np.searchsorted(small[order], edges)
