import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, SchemaError
from workbench.ridge import RidgePropensity
from workbench.ridge.design.column_numbers import numbers_of, zero_one
from workbench.ridge.design.design import Column

AMOUNT, MEMBER = Column("x"), Column("x", binary=True)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["1.5", " 2 ", "-3e2", ""], [1.5, 2.0, -300.0, np.nan]),
        ([Decimal("1.25"), None, 3, True], [1.25, np.nan, 3.0, 1.0]),
        (["NaN", "nan", None, "  "], [np.nan] * 4),
        ([".5", "5.", "+7", "00012"], [0.5, 5.0, 7.0, 12.0]),
    ],
)
def test_numbers_in_text_are_read_to_the_last_bit(values, wanted):
    found = numbers_of(pd.Series(values, dtype=object, name="x"), AMOUNT)
    np.testing.assert_array_equal(found, wanted)


def test_flags_are_0_and_1_where_training_had_nothing_else():
    words = pd.Series(["True", "FALSE", "t", "no", "1", "0.0", None, ""], name="x")
    found = numbers_of(words, MEMBER)
    np.testing.assert_array_equal(found, [1, 0, 1, 0, 1, 0, np.nan, np.nan])
    with pytest.raises(SchemaError, match=r"^'x' must be numeric, as in training; got str"):
        numbers_of(words, AMOUNT)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1,5", "2,5"], "object such as '1,5'"),
        (["1_000"], "object such as '1_000'"),
        (["0x10"], "object such as '0x10'"),
        (["inf"], "object such as 'inf'"),
        ([3, "many"], "object such as 'many'"),
        ([[1]], "object such as [1]"),
        ([pd.Timestamp("2024-01-01")], "object such as Timestamp('2024-01-01 00:00:00')"),
    ],
)
def test_what_is_no_number_is_refused(values, said):
    expected = f"'x' must be numeric, as in training; got {said}. Read the column as numbers first."
    with pytest.raises(SchemaError, match=f"^{re.escape(expected)}$"):
        numbers_of(pd.Series(values, dtype=object, name="x"), AMOUNT)


@pytest.mark.parametrize("moments", [["2024-01-01"], ["2024-01-01T00:00:00Z"]])
def test_moments_are_no_numbers_of_nanoseconds(moments):
    model = RidgePropensity(alpha=1.0).fit(pd.DataFrame({"x": [0.0, 1.0, 2.0]}), [0, 1, 0])
    column = pd.to_datetime(pd.Series(moments))
    for values in (column, column - column):
        with pytest.raises(SchemaError, match=r"^'x' must be numeric, as in training; got "):
            model.predict_proba(pd.DataFrame({"x": values}))


def test_a_number_too_large_for_a_double():
    with pytest.raises(DataError, match=r"^Features must be finite"):
        numbers_of(pd.Series(["1e999"], name="x"), AMOUNT)


def test_zero_one_looks_at_every_row():
    matrix = np.zeros((10_000, 3))
    matrix[9_999, 1], matrix[0, 2] = 0.5, np.nan
    assert zero_one(matrix).tolist() == [True, False, True]
