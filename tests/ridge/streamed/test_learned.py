import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.errors import DataWarning
from workbench.ridge.ahead.recency import weighing_recent_more
from workbench.ridge.design.design import Design
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.streamed.learned import learn
from workbench.ridge.streamed.streamed_rows import streamed_rows

ASKED = {"target": "bought", "campaign": "month"}


def designs(table, folder, *, most_levels=100, half_life=None):
    written(table, folder)
    frame = training_rows(RidgePropensity(), FeatureFrame.from_table(table, **ASKED))
    stream = streamed_rows(RidgePropensity(), ParquetRows(folder, **ASKED))
    said, found = [], []
    for learned in (
        lambda: _of_frame(weighing_recent_more(frame, half_life), most_levels),
        lambda: learn(weighing_recent_more(stream, half_life), most_levels=most_levels).design,
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            found.append(learned())
        said.append([str(one.message) for one in caught])
    assert said[0] == said[1]
    return found


def _of_frame(rows, most_levels):
    return Design.learn(rows.X, rows.weight, most_levels=most_levels, contacts=rows.contacts)


@pytest.mark.parametrize("half_life", [None, 2.0])
def test_a_design_is_that_of_the_rows_in_memory(tmp_path, half_life):
    ours, theirs = designs(mailings(700), tmp_path, half_life=half_life)
    assert ours.names == theirs.names
    for one, other in zip(ours.columns, theirs.columns, strict=True):
        assert one.mean == pytest.approx(other.mean, rel=1e-11)
        assert (one.levels, one.flag, one.binary) == (other.levels, other.flag, other.binary)


def test_rare_levels_have_no_column_and_gaps_in_words_are_gaps(tmp_path):
    table = mailings(700)
    table["region"] = [f"r{k % 7}" if k % 50 else f"rare {k}" for k in range(700)]
    table.loc[::9, "region"] = " "
    table.loc[::11, "opted"] = None
    ours, theirs = designs(table, tmp_path, most_levels=5)
    assert ours.columns == theirs.columns
    assert {c.name: c.cut for c in ours.columns}["region"]


def test_levels_of_as_many_contacts_are_kept_by_name_however_their_weights_add_up(tmp_path):
    month = np.repeat(["2024-01", "2024-02"], 150)
    table = pd.DataFrame({"month": month, "bought": [0, 1] * 150})
    rng, level = np.random.default_rng(0), np.arange(300) % 10
    table["town"], table["w"] = [f"t{k}" for k in level], 0.0
    for k in range(10):  # 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1
        table.loc[level == k, "w"] = rng.permutation(np.tile([0.1, 0.2, 0.3], 10))
    rows = ParquetRows(written(table, tmp_path, parts=1), weight="w", **ASKED)
    stream = learn(streamed_rows(RidgePropensity(), rows), most_levels=5).design
    frame = FeatureFrame.from_table(table.drop(columns="w"), **ASKED)
    memory = _of_frame(training_rows(RidgePropensity(), replace(frame, weight=table["w"])), 5)
    for design in (stream, memory):
        (town,) = (column for column in design.columns if column.name == "town")
        assert town.levels == ("t0", "t1", "t2", "t3", "t4")


def test_levels_of_rows_without_an_outcome_are_not_learned(tmp_path):
    table = mailings(700)
    table.loc[table["bought"].isna(), "job"] = "pilot"
    ours, theirs = designs(table, tmp_path)
    assert ours.columns == theirs.columns
    assert "job=pilot" not in ours.names


def test_rows_are_kept_in_single_precision_where_all_columns_are(tmp_path):
    table = mailings(300)[["month", "bought"]].assign(
        a=np.arange(300, dtype="f4"), b=np.ones(300, dtype="f4")
    )
    rows = streamed_rows(RidgePropensity(), ParquetRows(written(table, tmp_path / "4"), **ASKED))
    assert learn(rows, most_levels=9).dtype == np.float32
    other = table.assign(c=1.0)
    rows = streamed_rows(RidgePropensity(), ParquetRows(written(other, tmp_path / "8"), **ASKED))
    assert learn(rows, most_levels=9).dtype == np.float64


def test_a_gap_beside_a_constant_is_that_constant(tmp_path):
    table = mailings(300).assign(flat=np.log1p(3.0))
    table.loc[::5, "flat"] = np.nan
    design, found = designs(table, tmp_path)
    assert [one.mean for one in found.columns if one.name == "flat"] == [np.log1p(3.0)]
    assert found == design
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.1).fit(ParquetRows(tmp_path, **ASKED))
    assert model.columns_["dropped"].loc["flat"]
    assert not model.columns_["dropped"].loc["flat (missing)"]
