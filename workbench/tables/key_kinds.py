"""Keys that would be joined wrongly: of several kinds, or rounded by floating point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.tables.faults import Faults, rows_have

EXACT_TO = {"float32": 2**24, "float64": 2**53, "float": 2**24, "double": 2**53}
"""By the type in pandas and in DuckDB: from here on, whole numbers that follow each other are
one and the same floating number."""


def refuse_odd_keys(column: pd.Series[Any], where: str) -> None:
    """Raise DataError for the first of what `check_key` and `check_rounded` note."""
    faults = Faults()
    check_key(column, where, faults)
    check_rounded(column, where, faults)
    if faults.lines:
        raise DataError(faults.lines[0])


def check_key(column: pd.Series[Any], where: str, faults: Faults) -> None:
    """Note keys of several kinds: a join would take 1 and '1' for one, or for two."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("mixed", "mixed-integer", "bytes", "complex"):
        present = column.dropna()
        kinds = list(dict.fromkeys(type(value).__name__ for value in present))
        faults.add(
            f"{where}: every value must be text, or every value a whole number; there are "
            f"{' and '.join(kinds[:3])}. Write all of them as text."
        )


def check_rounded(column: pd.Series[Any], where: str, faults: Faults) -> None:
    """Note keys that floating point may have rounded to their neighbours."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if pd.api.types.is_float_dtype(column.dtype) or kind in ("floating", "mixed-integer-float"):
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        limit = EXACT_TO.get(str(column.dtype).lower(), EXACT_TO["float64"])
        note_rounded(int((np.abs(values) >= limit).sum()), where, faults)


def note_rounded(count: int, where: str, faults: Faults) -> None:
    """Note how many keys that concerns."""
    if count:
        rows = rows_have(count)
        faults.add(
            f"{where}: {rows} a number so large that floating point takes its neighbours for it; "
            "read them as whole numbers, or as text."
        )
