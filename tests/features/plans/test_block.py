"""What running sums cannot tell: pairs of events and rows, and gaps; against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features.plans.block import LOW_BITS, Gaps, Pairs, Rows, TooLargeError
from workbench.features.plans.running import Clock, in_order

CUSTOMER, MOMENT = st.integers(0, 2), st.integers(0, 20)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    events=st.lists(st.tuples(CUSTOMER, MOMENT, st.integers(0, 9)), min_size=1, max_size=8),
    rows=st.lists(st.tuples(CUSTOMER, MOMENT), min_size=1, max_size=8),
)
def test_pairs_are_all_rows_after_an_event_and_not_later(events, rows):
    clock = Clock(0, 64)
    customer, time, more = (np.array(column) for column in zip(*events, strict=True))
    row_customer, as_of = (np.array(column) for column in zip(*rows, strict=True))
    after, until = clock.keys(customer, time), clock.keys(customer, time + more)
    table = Rows(row_customer, as_of, as_of)
    pairs = Pairs.between(after, until, time, table, clock)
    wanted = {
        (i, j, b - t, c)
        for i, (c, t, m) in enumerate(events)
        for j, (d, b) in enumerate(rows)
        if c == d and t < b <= t + m
    }
    found = zip(pairs.event, pairs.row, pairs.age, customer[pairs.event], strict=True)
    assert set(found) == wanted
    assert len(pairs.age) == len(wanted)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    moments=st.lists(st.integers(0, 10**15), min_size=2, max_size=9, unique=True).map(sorted),
    cut=st.data(),
)
def test_squares_of_gaps_are_exact(moments, cut):
    """Whole numbers of Python have no limit."""
    start = cut.draw(st.integers(0, len(moments) - 1))
    end = cut.draw(st.integers(start, len(moments)))
    clock = Clock(moments[0], moments[-1] - moments[0] + 2)
    keys = clock.keys(np.zeros(len(moments), int), np.array(moments))
    found = Gaps(keys, clock).squares(np.array([start]), np.array([end]))
    count, total, high, middle, low = (int(part[0]) for part in found)
    gaps = [b - a for a, b in zip(moments[start:end], moments[start + 1 : end], strict=False)]
    assert (count, total) == (len(gaps), sum(gaps))
    squares = (high << 2 * LOW_BITS) + (middle << LOW_BITS + 1) + low
    assert squares == sum(gap * gap for gap in gaps)


def test_gaps_of_nothing():
    clock, none = Clock(0, 10), np.zeros(0, np.int64)
    rows = (np.array([0]), np.array([5]))
    windows = in_order(none, clock, rows, [None])
    (mean,) = Gaps(none, clock).mean(windows.start[None], windows.end)
    assert np.isnan(mean).tolist() == [True]


def test_too_long_a_span_for_squares():
    with pytest.raises(TooLargeError):
        Gaps(np.zeros(0, np.int64), Clock(0, 1 << 52))
