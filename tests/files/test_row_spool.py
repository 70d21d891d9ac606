"""Rows of parts come back in the order of their places, whatever the parts and the blocks."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.files.row_spool import RowSpool

SCHEMA = pa.schema({"place": pa.int64(), "word": pa.string(), "number": pa.float64()})


def rows_at(places):
    words = [None if place % 5 == 0 else "w" * (place % 7) for place in places]
    numbers = [None if place % 3 == 0 else -place / 7 for place in places]
    return pa.table([pa.array(places, pa.int64()), words, numbers], schema=SCHEMA)


@settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    part=st.lists(st.integers(0, 4), min_size=1, max_size=60),
    block=st.integers(1, 70),
    batch=st.integers(1, 20),
)
def test_rows_come_back_in_order(tmp_path, part, block, batch):
    part = np.unique(part, return_inverse=True)[1].astype(np.int32)
    spool = RowSpool(tmp_path / "rows", SCHEMA, part)
    spool.batch_rows = batch
    with spool.written():
        for one in reversed(range(int(part.max()) + 1)):
            at = np.flatnonzero(part == one)
            for some in np.array_split(at, min(2, len(at))):
                spool.add(one, rows_at(some.tolist()))
    blocks = list(spool.blocks(block))
    assert [len(one) for one in blocks[:-1]] == [block] * (len(blocks) - 1)
    assert pa.concat_tables(blocks).equals(rows_at(list(range(len(part)))))


@pytest.mark.parametrize(("parts", "rows"), [(1, 65_536), (1_000, 838), (10**6, 16)])
def test_batches_are_the_smaller_the_more_parts_there_are(tmp_path, parts, rows):
    spool = RowSpool(tmp_path / "rows", SCHEMA, np.array([parts - 1], np.int32))
    assert spool.batch_rows == rows
