import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from workbench.numbers import Z95, Array, real_numbers

PACKAGE = Path(__file__).resolve().parents[1] / "workbench"
DEFINED = re.compile(r"^Array = ", re.MULTILINE)


def test_arrays_are_of_doubles():
    assert np.dtype(Array.__args__[1].__args__[0]) == np.float64


def test_a_95_percent_interval_leaves_a_fortieth_on_either_side():
    assert norm.ppf(0.975) == Z95


def test_arrays_are_defined_once():
    own = {"numbers.py", "features/plans/block.py"}  # the second: of any type
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if DEFINED.search(path.read_text("utf-8"))
    }
    assert {name for name in found if not name.startswith("ridge/")} == own


@pytest.mark.parametrize("values", [1j, [1.0, 2j], np.array([1 + 0j])])
def test_no_half_of_a_complex_number_is_left_out(values):
    with pytest.raises(TypeError, match="complex"):
        real_numbers(values)


@pytest.mark.parametrize("values", [3, [1, 2], pd.Series([1.5, None]), np.array([True])])
def test_real_numbers_are_floats(values):
    np.testing.assert_array_equal(real_numbers(values), np.asarray(values, dtype=float))
