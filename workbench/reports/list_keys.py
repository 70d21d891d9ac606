"""Who a row of a list of scores is: keys that come in blocks, and have one type at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from workbench.frame.level_spelling import spelled

KEYS = ("customer", "campaign")
_LARGEST = 2**63 - 1  # of the whole numbers in a list


class ListKeys:
    """Keys of scored contacts: text until all of them are known, then whole numbers if all are.

    Parameters
    ----------
    scores : sequence of str
        The columns of scores, which stand behind the keys.

    Examples
    --------
    >>> keys = ListKeys(("propensity",))
    >>> block = pd.DataFrame({"customer": [7.0, None], "propensity": [0.5, 0.2]})
    >>> keys.as_text(block)[0]["customer"].to_pylist(), keys.whole["customer"]
    (['7', None], True)
    """

    def __init__(self, scores: Sequence[str]) -> None:
        self.scores = tuple(scores)
        self.whole = dict.fromkeys(KEYS, True)
        self.numbers: dict[str, int] = {}
        self.returns = False
        self._schema = pa.schema([])

    def as_text(self, scores: pd.DataFrame) -> tuple[pa.Table, npt.NDArray[np.int32] | None]:
        """Return a block whose keys are text, and the number of each row's campaign.

        Campaigns are numbered as they come; None where there are none.
        """
        block = scores.copy()
        for name in [name for name in KEYS if name in block]:
            self.whole[name] &= _are_whole(block[name])
            block[name] = spelled(block[name])
        numbers = None
        if "campaign" in block:
            numbers = block["campaign"].map(self._number).to_numpy(dtype="int32")
        self.returns |= any(
            block[name].str.contains("\r", regex=False).any()
            for name in block
            if pd.api.types.is_string_dtype(block[name])
        )
        table = pa.Table.from_pandas(block, preserve_index=False).replace_schema_metadata()
        if not len(self._schema):
            self._schema = table.schema
        return table.cast(self._schema), numbers

    def type_of(self, name: str) -> pa.DataType:
        """Return the type of a column, as all blocks have it."""
        return self._schema.field(name).type

    def _number(self, label: str) -> int:
        return self.numbers.setdefault(label, len(self.numbers))

    def finished(
        self, columns: Mapping[str, pa.Array], ranks: Mapping[str, pa.Array], place: pa.Array
    ) -> pa.RecordBatch:
        """Put columns in the order of a list, keys in their type; without customers, `place`."""
        rest = dict(columns)
        for name in KEYS:
            if name in rest and self.whole[name]:
                rest[name] = rest[name].cast(pa.int64())
        first = {} if "customer" in rest else {"row": place}
        own = {name: rest.pop(name) for name in (*KEYS, *self.scores) if name in rest}
        return pa.RecordBatch.from_pydict({**first, **own, **ranks, **rest})


def _are_whole(keys: pd.Series[Any]) -> bool:
    """Whether keys are whole numbers, gaps aside, however a block of them is typed."""
    if pd.api.types.is_unsigned_integer_dtype(keys):
        return bool((keys.dropna() <= _LARGEST).all())  # larger ones stay text
    if pd.api.types.is_integer_dtype(keys):
        return True
    if not pd.api.types.is_float_dtype(keys):
        return bool(keys.isna().all())
    present = keys.dropna()
    return bool((present % 1 == 0).all() and (present.abs() < 2**53).all())
