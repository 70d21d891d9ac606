import warnings

import numpy as np
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.errors import DataWarning, FitError, ParameterError, WorkbenchError
from workbench.ridge.ahead.recency import weighing_recent_more
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.streamed.streamed_rows import streamed_rows

ASKED = {"target": "bought", "campaign": "month"}


def test_keys_stand_for_the_rows_whose_outcome_is_known(tmp_path):
    table = mailings(400).assign(w=np.arange(400) % 4)
    rows = streamed_rows(
        RidgePropensity(), ParquetRows(written(table, tmp_path), **ASKED, weight="w")
    )
    kept = table[table["bought"].notna() & (table["w"] > 0)]
    assert rows.wholes == len(kept)
    assert rows.weight.sum() == kept["w"].sum()
    assert rows.weight @ rows.y == (kept["w"] * kept["bought"]).sum()
    assert rows.order == tuple(sorted(table["month"].unique()))
    assert rows.in_time


def test_shares_of_a_half_life_are_those_of_campaigns(tmp_path):
    rows = streamed_rows(RidgePropensity(), ParquetRows(written(mailings(400), tmp_path), **ASKED))
    share = weighing_recent_more(rows, 1.0).share_of_key()
    by_key = rows.source.settled.by_key
    last = (by_key.campaign == "2024-06") & by_key.y.notna()
    assert set(share[last.to_numpy()]) == {1.0}
    assert share[rows.key].min() == 2.0**-5


@pytest.mark.parametrize("outcome", [np.nan, 0.0])
def test_outcomes_of_one_class_are_refused_in_the_words_of_a_frame(tmp_path, outcome):
    table = mailings(60).assign(bought=outcome)
    with pytest.raises(WorkbenchError) as one:
        training_rows(RidgePropensity(), FeatureFrame.from_table(table, **ASKED))
    with pytest.raises(FitError) as other:
        RidgePropensity().fit(ParquetRows(written(table, tmp_path), **ASKED))
    words = str(one.value).replace("this FeatureFrame", "these rows")
    assert str(other.value) == words


def test_campaigns_of_one_class_are_told(tmp_path):
    table = mailings(400)
    table.loc[table["month"] == "2024-02", "bought"] = 0.0
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    with pytest.warns(DataWarning, match=r"Campaigns without positives: \['2024-02'\]"):
        streamed_rows(RidgePropensity(), rows)


def test_nothing_is_given_beside_files(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    with pytest.raises(ParameterError) as refused:
        RidgePropensity().fit(rows, campaign=np.zeros(60), groups={"job": "work"})
    assert str(refused.value) == (
        "`ParquetRows` brings its own outcomes, campaigns, groups and weights; got "
        "['campaign', 'groups'] beside it. Name their columns where it is made."
    )


def test_an_interrupted_fit_leaves_the_model_as_it_was(tmp_path):
    rows = ParquetRows(written(mailings(60), tmp_path), **ASKED)
    model = RidgePropensity(alpha=0.1, folds="time")
    with warnings.catch_warnings(action="ignore"), pytest.raises(ParameterError):
        model.fit(rows)
    assert not hasattr(model, "feature_names_in_")
