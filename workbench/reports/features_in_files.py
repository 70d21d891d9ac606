"""What tells contacts in files apart where no customer does: hashes of their features, by block."""

from __future__ import annotations

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.reports.judged_on import HashedFeature, told_apart, without_customer


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
    >>> import pathlib, tempfile, pandas as pd
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
    hashed = {name: HashedFeature() for name in contents.features}
    for block in contents.read(contents.features, doing="Telling contacts apart"):
        here = alone[start : start + len(block.key)]
        start += len(block.key)
        for name, one in hashed.items():
            one.add(block.X[name][here])
    return told_apart(hashed)
