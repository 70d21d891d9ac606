"""What is kept of a column's values: different ones, with their rows; and nothing of gaps."""

import numpy as np
import pandas as pd

from workbench.reading.personal.values import MOST_ROWS, values_of


def test_gaps_and_words_for_nothing_are_no_values():
    found = values_of(pd.Series(["a", None, "", "-", "k.A.", "a", "NULL"]))
    assert found.counts == {"a": 2}
    assert (found.rows, found.distinct) == (2, 1)


def test_whole_numbers_with_gaps_are_written_without_a_point():
    found = values_of(pd.Series([1711234567.0, None]))
    assert list(found.counts) == ["1711234567"]
    assert found.is_whole


def test_numbers_are_told_through_text():
    assert values_of(pd.Series(["1", "2,5", "1e-05"])).numbers is not None
    assert values_of(pd.Series(["1", "north"])).numbers is None
    assert not values_of(pd.Series(["1.5"])).is_whole


def test_moments_flags_and_categories():
    assert values_of(pd.Series(pd.to_datetime(["1970-01-02"]))).counts == {"1970-01-02": 1}
    assert values_of(pd.Series([True, False])).is_binary
    assert values_of(pd.Series(["a", "b"], dtype="category")).distinct == 2


def test_of_a_long_column_some_rows_are_looked_at_evenly():
    found = values_of(pd.Series(np.arange(20 * MOST_ROWS)))
    assert found.rows == MOST_ROWS
    assert found.are_many


def test_shares_by_values_and_by_rows():
    found = values_of(pd.Series(["a", "a", "a", "b"]))
    assert found.share(lambda word: word == "a") == 0.5
    assert found.share_of_rows(lambda word: word == "a") == 0.75
    assert values_of(pd.Series([None, None])).share(bool) == 0
