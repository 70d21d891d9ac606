import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.errors import DataError, ParameterError

ASKED = {"target": "bought", "campaign": "month"}


def test_blocks_hold_what_a_frame_holds(tmp_path):
    table = mailings(600).assign(person=np.arange(600) // 3, w=np.arange(600) % 3)
    rows = ParquetRows(written(table, tmp_path), **ASKED, customer="person", weight="w")
    frame = FeatureFrame.from_table(table, **ASKED, customer="person", drop=["w"])
    blocks = list(rows.contents.blocks())
    read = pd.concat([block.X for block in blocks], ignore_index=True)
    pd.testing.assert_frame_equal(read, frame.X, check_dtype=False)
    np.testing.assert_array_equal(np.concatenate([b.weight for b in blocks]), table["w"])
    np.testing.assert_array_equal(np.concatenate([b.customer for b in blocks]), table["person"])
    by_key = rows.contents.settled.by_key.campaign.to_numpy()
    assert np.array_equal(by_key[np.concatenate([b.key for b in blocks])], table["month"])


def test_the_weight_is_no_feature_and_new_contacts_need_none(tmp_path):
    table = mailings(60).assign(w=1.0)
    rows = ParquetRows(written(table, tmp_path), **ASKED, weight="w")
    assert "w" not in rows.groups
    assert rows.recipe["drop"] == ["w"]
    frame = FeatureFrame.to_score(table.drop(columns=["w", "bought"]), rows.recipe)
    assert set(rows.groups) <= set(frame.X)


def test_a_value_that_the_first_pass_did_not_see_is_a_change(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    del rows.contents.keys.number[next(iter(rows.contents.keys.number))]
    with pytest.raises(DataError, match=r"'part-0\.parquet' has changed since it was first read"):
        list(rows.contents.blocks())


def test_the_folder_for_rows_must_be_there(tmp_path):
    written(mailings(60), tmp_path / "t")
    with pytest.raises(ParameterError, match="`scratch` must be a folder that is there"):
        ParquetRows(tmp_path / "t", **ASKED, scratch=tmp_path / "nowhere")
