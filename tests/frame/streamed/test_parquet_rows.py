import warnings

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.errors import DataError, ParameterError

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


def test_some_campaigns_are_kept_and_fitted_as_in_memory(tmp_path):
    table = mailings(600)
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    frame = FeatureFrame.from_table(table, **ASKED)
    some = ["2024-05", "2024-02"]
    kept, memory = rows.only(some), frame.rows(frame.campaign.isin(some).to_numpy())
    pd.testing.assert_frame_equal(kept.summary(), memory.summary())
    assert (len(kept), kept.campaigns, len(rows)) == (len(memory), memory.campaigns, 600)
    assert repr(kept) == repr(memory).replace("FeatureFrame", "ParquetRows")
    with warnings.catch_warnings(action="ignore"):
        models = RidgePropensity(0.1).fit(memory), RidgePropensity(0.1).fit(kept)
    assert np.abs(models[0].coef_ - models[1].coef_).max() < 1e-9


def test_known_and_unknown_outcomes_part_the_rows(tmp_path):
    table = mailings(400)
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    there = int(table["bought"].notna().sum())
    assert (len(rows.known()), len(rows.unknown())) == (there, 400 - there)
    assert (
        len(rows.only(["2024-01"]).known()) == table.query("month == '2024-01'")["bought"].count()
    )
    with pytest.raises(DataError, match=r"must keep at least one row; none of \d+ is chosen"):
        rows.known().unknown()


@pytest.mark.parametrize(
    ("campaigns", "said"),
    [
        (["2024-13"], r"got \['2024-13'\]. There are \['2024-01', .*\].* Did you mean '2024-"),
        ([], "must name campaigns of these rows; got none"),
        ("2024-1", r"got \['2024-1'\]"),
    ],
)
def test_campaigns_that_are_kept_must_be_there(tmp_path, campaigns, said):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    with pytest.raises(ParameterError, match=said):
        rows.only(campaigns)


def test_a_campaign_of_a_number_is_not_named_by_its_text(tmp_path):
    table = mailings(60).assign(month=np.arange(60) % 3)
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    assert len(rows.only([1.0])) == 20
    with pytest.raises(ParameterError, match=r"got \['1'\]\. There are \[0, 1, 2\]\.$"):
        rows.only(["1"])


def test_rows_without_campaigns_have_none_to_keep(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), target="bought")
    with pytest.raises(ParameterError, match="There are none, as no `campaign` or `time` is named"):
        rows.only(["2024-01"])
