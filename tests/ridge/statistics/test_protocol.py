import re

import pytest

from workbench.errors import FitError
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX, require


def test_what_is_missing_is_said_with_the_way_out():
    message = (
        "A Tuner needs matrices of all columns by all columns; these are too many (5,000). Use "
        "`refit`, or fit fewer columns."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        require({COLUMNS}, MATRIX, "A Tuner needs", columns=5_000, instead="Use `refit`")
    require({COLUMNS, MATRIX}, MATRIX, "A Tuner needs", columns=5_000)
