"""Running sums and the places of windows in them, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features.plans.reading import MICROSECONDS_A_DAY as DAY
from workbench.features.plans.running import NEVER, Clock, Grid, in_order, window_keys

LOOKBACKS = [None, 1, 3]
CUSTOMER = st.integers(0, 3)
MOMENT = st.integers(0, 8).flatmap(lambda d: st.sampled_from([d * DAY - 1, d * DAY, d * DAY + 1]))
EVENT = st.tuples(CUSTOMER, MOMENT, st.integers(-9, 9), st.booleans())


def places(events, rows, way):
    """Windows by one of the two ways, and the events in the order that it needs."""
    customer, time, weight, chosen = (np.array(column) for column in zip(*events, strict=True))
    row_customer, as_of = (np.array(column) for column in zip(*rows, strict=True))
    clock = Clock(int(time.min()), int(max(as_of.max(), time.max()) - time.min()) + 2)
    keys = clock.keys(customer, time)
    if way == "cells":
        dates = np.unique(as_of)
        date = np.searchsorted(dates, as_of)
        windows = Grid.of(dates, LOOKBACKS).windows(4, (customer, time), (row_customer, date))
        return windows, clock, keys, weight, chosen
    order = np.argsort(keys, kind="stable")
    windows = in_order(keys[order], clock, (row_customer, as_of), LOOKBACKS)
    return windows, clock, keys[order], weight[order], chosen[order]


def inside(event, row, lookback):
    age = row[1] - event[1]
    return event[0] == row[0] and age > 0 and (lookback is None or age <= lookback * DAY)


def total(windows, lookback, running):
    return running[windows.end] - running[windows.start[lookback]]


@pytest.mark.parametrize("way", ["cells", "in order"])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    events=st.lists(EVENT, min_size=1, max_size=12),
    rows=st.lists(st.tuples(CUSTOMER, MOMENT), min_size=1, max_size=6),
)
def test_every_window_of_every_row(way, events, rows):
    windows, clock, keys, weight, chosen = places(events, rows, way)
    all_counts, sums = windows.sums(None, None), windows.sums(weight, chosen)
    counts = windows.sums(None, chosen)
    last, first = windows.latest(keys, chosen), windows.earliest(keys, chosen)
    row_keys = tuple(np.array(column) for column in zip(*rows, strict=True))
    for lookback in LOOKBACKS:
        starts = window_keys(clock, row_keys, lookback)
        for i, row in enumerate(rows):
            seen = [event for event in events if inside(event, row, lookback)]
            marked = [event for event in seen if event[3]]
            assert total(windows, lookback, all_counts)[i] == len(seen)
            assert total(windows, lookback, counts)[i] == len(marked)
            assert total(windows, lookback, sums)[i] == sum(event[2] for event in marked)
            latest, earliest = last[windows.end][i], first[windows.start[lookback]][i]
            assert (latest >= starts[i]) == bool(marked)
            assert (earliest < clock.keys(*row_keys)[i]) == bool(marked)
            if marked:
                assert clock.moments(latest) == max(event[1] for event in marked)
                assert clock.moments(earliest) == min(event[1] for event in marked)


@pytest.mark.parametrize("way", ["cells", "in order"])
def test_a_running_sum_may_run_over(way):
    """Of two customers with sums near the limit, each is right."""
    limit = int(NEVER) - 7
    events = [(0, DAY, limit, True), (1, DAY, limit, True)]
    windows, _, _, weight, chosen = places(events, [(0, 2 * DAY), (1, 2 * DAY)], way)
    assert total(windows, None, windows.sums(weight, chosen)).tolist() == [limit, limit]


def test_keys_sort_by_customer_then_moment():
    clock = Clock(1_000, 50)
    keys = clock.keys(np.array([0, 0, 0, 1]), np.array([0, 1_000, 1_048, 1_001]))
    assert keys.tolist() == [0, 0, 48, 51]  # what is earlier than the clock counts as its start
    assert clock.moments(keys).tolist() == [1_000, 1_000, 1_048, 1_001]
    assert clock.ends(np.array([0, 1])).tolist() == [49, 99]


def test_a_clock_says_how_many_customers_fit():
    span = 10 * 365 * DAY
    customers = Clock(0, span).customers
    assert customers * span <= 1 << 62 < (customers + 1) * span
    assert Clock(0, 1 << 63).customers == 1


def test_edges_of_windows_that_meet_are_one():
    grid = Grid.of(np.array([10 * DAY, 11 * DAY]), [1, None])
    assert grid.edges.tolist() == [9 * DAY, 10 * DAY, 11 * DAY]
    assert grid.end.tolist() == [1, 2]
    assert grid.start[1].tolist() == [0, 1]
    assert grid.start[None].tolist() == [-1, -1]
