"""Keys cut at a moment, so that the rows of each lie before it or after it, never on both sides.

Keys tell moments to the hour. What was known when a test began is asked to the second: where an
hour has rows on both sides, its keys are parted, which takes one more pass over the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.parts import FrameParts
from workbench.frame.streamed.column_sums import NumberSums, WordSums
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.first_pass import Sums, key_columns
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.row_keys import RowKeys

Marks = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def cut_at(
    contents: Contents, role: str, moments: Sequence[pd.Timestamp], *, among: Marks
) -> Contents:
    """Part the keys that have rows on both sides of a moment; nothing is read where none has.

    Parameters
    ----------
    contents : Contents
        Of files.
    role : {"time", "matured"}
        Of "time", rows from the moment on are parted from those before it; of "matured", those
        after it from those until then.
    moments : sequence of Timestamp
    among : ndarray of bool
        By the number of a key: those that must not have rows on both sides.

    Returns
    -------
    Contents
        With more keys, where some were parted.

    Raises
    ------
    DataError
        The rows have changed since the first pass, or there are too many keys.
    """
    parting = [one for one in moments if (contents.keys.parted_by(role, one) & among).any()]
    if not parting:
        return contents
    assert isinstance(contents.table, ParquetFiles)  # noqa: S101 - rows of a cluster are not cut
    cuts = {**contents.keys.cuts, role: (*contents.keys.cuts.get(role, ()), *parting)}
    sums, of_old = _added(contents, contents.table, cuts)
    return replace(
        contents,
        keys=sums.keys,
        numbers=sums.numbers,
        words=sums.words,
        settled=replace(contents.settled, by_key=_parted(contents.settled.by_key, of_old, sums)),
        kept=None if contents.kept is None else contents.kept[of_old],
    )


def _added(contents: Contents, files: ParquetFiles, cuts: Any) -> tuple[Sums, Numbers]:
    """Add all rows up by the new keys; say which old one each of them is a part of."""
    numbers = contents.numbers
    sums = Sums(
        contents.roles,
        RowKeys(contents.keys.columns, cuts=cuts),
        NumberSums(numbers.names, numbers.narrow),
        {name: WordSums(name) for name in contents.words},
    )
    named = [*numbers.names, *contents.words, *filter(None, contents.roles.values())]
    of_old: dict[int, int] = {}
    for block in files.blocks(list(dict.fromkeys(named))):
        new, _ = sums.add(block)
        old = contents.keys.find(key_columns(block, contents.keys))
        if old is None:
            raise files.changed()
        each, first = np.unique(new, return_index=True)
        of_old |= dict(zip(each.tolist(), old[first].tolist(), strict=True))
    return sums, np.array([of_old[k] for k in range(len(sums.keys))], dtype=np.int64)


def _parted(by_key: FrameParts, of_old: Numbers, sums: Sums) -> FrameParts:
    """Give each new key the outcome and campaign of the old one, and its own moments and weight."""
    weight = pd.Series(sums.keys.weight, dtype="float64")
    parts = by_key.rows(of_old)
    moments, matured = sums.keys.moments(), sums.keys.matured()
    return replace(
        parts,
        weight=weight,
        as_of=parts.as_of if moments is None else moments,
        matured_at=parts.matured_at if matured is None else matured,
    )
