import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows
from workbench.errors import ParameterError

ASKED = {"target": "bought", "campaign": "month"}


def test_the_weight_is_no_feature_and_new_contacts_need_none(tmp_path):
    table = mailings(60).assign(w=1.0)
    rows = ParquetRows(written(table, tmp_path), **ASKED, weight="w")
    assert "w" not in rows.groups
    assert rows.recipe["drop"] == ["w"]
    frame = FeatureFrame.to_score(table.drop(columns=["w", "bought"]), rows.recipe)
    assert set(rows.groups) <= set(frame.X)


def test_the_folder_for_rows_must_be_there(tmp_path):
    written(mailings(60), tmp_path / "t")
    with pytest.raises(ParameterError, match="`scratch` must be a folder that is there"):
        ParquetRows(tmp_path / "t", **ASKED, scratch=tmp_path / "nowhere")
