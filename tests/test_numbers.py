import re
from pathlib import Path

import numpy as np
from scipy.stats import norm

from workbench.numbers import Z95, Array

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
