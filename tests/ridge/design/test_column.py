import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataWarning
from workbench.ridge.design.column import Column, codes_of, is_sparse, stored
from workbench.ridge.design.levels import GAP, UNSEEN


def test_a_column_names_its_levels_and_then_its_gaps():
    assert Column("job", levels=("cook", "smith"), flag=True).design_names == [
        "job=cook",
        "job=smith",
        "job (missing)",
    ]
    assert Column("age").design_names == ["age"]


def test_codes_are_places_of_levels():
    values = pd.Series(["smith", None, "cook", "baker"], name="job")
    column = Column("job", levels=("cook", "smith"))
    with pytest.warns(DataWarning, match="baker"):
        codes = codes_of(values, column, np.ones(4))
    assert codes.tolist() == [1, GAP, 0, UNSEEN]
    with warnings.catch_warnings():  # rare levels were left out on purpose: none is new
        warnings.simplefilter("error")
        cut = codes_of(values, Column("job", levels=("cook",), cut=True), np.ones(4))
    assert cut.tolist() == [UNSEEN, GAP, 0, UNSEEN]


def test_entries_of_a_sparse_column():
    values = pd.Series(pd.arrays.SparseArray([0.0, 2.5, 0.0, np.nan], fill_value=0.0))
    assert is_sparse(values)
    assert not is_sparse(pd.Series([1.0]))
    rows, numbers = stored(values)
    assert rows.tolist() == [1, 3]
    np.testing.assert_array_equal(numbers, [2.5, np.nan])
