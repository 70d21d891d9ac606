"""What tells contacts in files apart where no customer does: hashes of their features, by block."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.reports.judged_on import SHOWN_DIGITS, plain_values, without_customer


def features_in_files(rows: ParquetRows, contacts: FeatureFrame) -> dict[str, str]:
    """Return what `features_of_unnamed` returns of the same contacts in memory.

    Parameters
    ----------
    rows : ParquetRows
    contacts : FeatureFrame
        The same, without features: ``rows.contacts()``.

    Returns
    -------
    dict of feature to str
        Empty where each contact has a customer; the files are not read then.

    Raises
    ------
    DataError
        A file has changed since it was first read.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
    >>> pd.DataFrame({"x": [1, 2, 3], "same": 7, "bought": [0, 1, 0]}).to_parquet(file)
    >>> rows = ParquetRows(file, target="bought")
    >>> list(features_in_files(rows, rows.contacts()))
    ['x']
    """
    alone = without_customer(contacts)
    if not alone.any():
        return {}
    contents, start = rows.contents, 0
    hashed = {name: _Hashed() for name in contents.features}
    for block in contents.read(contents.features, doing="Telling contacts apart"):
        here = alone[start : start + len(block.key)]
        start += len(block.key)
        for name, one in hashed.items():
            one.add(block.X[name][here])
    return {name: one.digits for name, one in hashed.items() if one.differs}


@dataclass
class _Hashed:
    """A column's values so far, as one hash, and whether there are two of them."""

    total: Any = field(default_factory=hashlib.sha256)
    first: np.uint64 | None = None
    differs: bool = False

    def add(self, values: pd.Series[Any]) -> None:
        hashes = pd.util.hash_pandas_object(plain_values(values), index=False).to_numpy()
        if not len(hashes):
            return
        self.first = hashes[0] if self.first is None else self.first
        self.differs |= bool((hashes != self.first).any())
        self.total.update(hashes.tobytes())

    @property
    def digits(self) -> str:
        return str(self.total.hexdigest()[:SHOWN_DIGITS])
