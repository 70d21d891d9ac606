import pickle

import numpy as np
import pandas as pd

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows

ASKED = {"target": "bought", "campaign": "month"}


def read_all(rows, reader=None):
    reader = reader or rows.contents.reader
    return [reader.read(block) for block in rows.contents.table.blocks(reader.columns)]


def test_blocks_hold_what_a_frame_holds(tmp_path):
    table = mailings(600).assign(person=np.arange(600) // 3, w=np.arange(600) % 3)
    rows = ParquetRows(written(table, tmp_path), **ASKED, customer="person", weight="w")
    frame = FeatureFrame.from_table(table, **ASKED, customer="person", drop=["w"])
    blocks = read_all(rows)
    read = pd.concat([block.X for block in blocks], ignore_index=True)
    pd.testing.assert_frame_equal(read, frame.X, check_dtype=False)
    np.testing.assert_array_equal(np.concatenate([b.weight for b in blocks]), table["w"])
    np.testing.assert_array_equal(np.concatenate([b.customer for b in blocks]), table["person"])
    by_key = rows.contents.settled.by_key.campaign.to_numpy()
    assert np.array_equal(by_key[np.concatenate([b.key for b in blocks])], table["month"])


def test_a_reader_reads_alike_in_another_process(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    there = pickle.loads(pickle.dumps(rows.contents.reader))
    for one, other in zip(read_all(rows), read_all(rows, there), strict=True):
        pd.testing.assert_frame_equal(one.X, other.X)
        np.testing.assert_array_equal(one.key, other.key)


def test_a_value_that_the_first_pass_did_not_see_is_a_change(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    del rows.contents.keys.number[next(iter(rows.contents.keys.number))]
    assert None in read_all(rows)
