import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.frame.streamed import column_sums
from workbench.frame.streamed.column_sums import NumberSums, WordSums, matrix_of


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 2**31))
def test_sums_over_blocks_are_those_of_all_rows(n, keys, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-3, 4, (n, 3)).astype(float)
    values[rng.random((n, 3)) < 0.2] = np.nan
    key, weight = rng.integers(0, keys, n), rng.integers(0, 3, n).astype(float)
    sums = NumberSums(("a", "b", "c"), (False,) * 3)
    for some in np.array_split(np.arange(n), rng.integers(1, 5)):
        if len(some):  # files give no empty block
            sums.add(values[some], key[some], weight[some], keys)
    for k in range(keys):
        own = np.where(np.isnan(values[key == k]), 0, values[key == k])
        np.testing.assert_allclose(sums.first[k], weight[key == k] @ own)
        np.testing.assert_allclose(sums.gap[k], weight[key == k] @ np.isnan(values[key == k]))
    plain = np.isin(values, (0, 1)) | np.isnan(values)
    np.testing.assert_array_equal(sums.plain, plain.all(axis=0))
    for k in range(keys):
        counted = plain[(weight > 0) & (key == k)]
        np.testing.assert_array_equal(sums.odd[k], ~counted.all(axis=0))
        there = np.vstack([values[(weight > 0) & (key == k)], np.full(3, np.nan)])
        low = np.fmin.reduce([*there, np.full(3, np.inf)])
        high = np.fmax.reduce([*there, np.full(3, -np.inf)])
        wide = high > low  # of these numbers: no two are nearly the same
        np.testing.assert_array_equal(sums.low[k], np.where(wide, -np.inf, low))
        np.testing.assert_array_equal(sums.high[k], np.where(wide, np.inf, high))
    np.testing.assert_array_equal(sums.some, (~np.isnan(values)).any(axis=0))


def test_infinity_and_what_has_no_square_are_counted_by_column():
    sums = NumberSums(("a", "b", "c"), (False, False, True))
    values = np.array([[np.inf, 1.0, 1e19], [-np.inf, 1e160, 2.0], [np.nan, 1.0, np.nan]])
    sums.add(values, np.zeros(3, dtype=int), np.ones(3), 1)
    assert sums.infinite.tolist() == [2, 0, 0]
    assert sums.large.tolist() == [2, 1, 1]


def test_every_kind_of_number_becomes_a_column_of_floats():
    table = pa.table(
        {
            "decimal": pa.array([1.5, None]).cast(pa.decimal128(5, 2)),
            "whole": pa.array([2**60, 3]),
            "flag": pa.array([True, None]),
        }
    )
    found = matrix_of(table, table.column_names)
    np.testing.assert_array_equal(found, [[1.5, 2.0**60, 1.0], [np.nan, 3.0, np.nan]])


def test_words_are_counted_by_key_with_their_gaps():
    sums = WordSums("job")
    for rows in (["a", None, "b"], ["a", "a", None]):
        sums.add(pd.Series(rows), np.array([0, 0, 1]), np.array([1.0, 2.0, 0.0]), levels=False)
    assert sums.rows == {"a": 3, "b": 1}
    assert sums.contacts == {("a", 0): 4.0, ("b", 1): 0.0}
    assert sums.gaps == {0: 2.0, 1: 0.0}


def test_levels_of_numbers_are_spelled_alike_in_every_block():
    sums = WordSums("zip")
    for rows in ([1.0, None], [1.0, 2.0]):
        sums.add(pd.Series(rows), np.zeros(2, dtype=int), np.ones(2), levels=True)
    assert (sums.rows, sums.level_types) == ({"1": 2, "2": 1}, {"whole"})


def test_no_more_words_are_kept_than_memory_is_meant_for(monkeypatch):
    monkeypatch.setattr(column_sums, "MOST_WORDS", 2)
    sums = WordSums("id")
    for start in (0, 3, 6):
        words = pd.Series([f"k{k}" for k in range(start, start + 3)])
        sums.add(words, np.zeros(3, dtype=int), np.ones(3), levels=False)
    assert sums.too_many
    assert len(sums.rows) == 3
