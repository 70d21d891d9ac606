import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.errors import DataError, DataWarning
from workbench.ridge.ahead.recency import weighing_recent_more
from workbench.ridge.design.design import Design
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.streamed.learned import learn
from workbench.ridge.streamed.parts import PartReader
from workbench.ridge.streamed.streamed_rows import streamed_rows
from workbench.ridge.tune.folds import folds_of

ASKED = {"target": "bought", "campaign": "month"}


def reader_of(table, folder, *, half_life=None, **asked):
    given = ParquetRows(written(table, folder), **ASKED, **asked)
    rows = weighing_recent_more(streamed_rows(RidgePropensity(), given), half_life)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        learned = learn(rows, most_levels=100)
    folds = folds_of(rows, np.zeros(0), needed=False)
    return given, PartReader.of(rows, learned, folds.of_row)


def read_all(given, reader):
    blocks = given.contents.table.blocks(reader.reader.columns)
    parts = [part for block in blocks if (part := reader.read(block)) is not None]
    together = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("X", "y", "weight", "fold", "contacts")
    }
    return parts, together


@pytest.mark.parametrize("half_life", [None, 2.0])
def test_parts_together_are_the_design_of_the_table_in_memory(tmp_path, half_life):
    table = mailings(600)
    given, reader = reader_of(table, tmp_path, half_life=half_life)
    reader = pickle.loads(pickle.dumps(reader))  # as it reaches an executor
    _, found = read_all(given, reader)
    frame = training_rows(RidgePropensity(), FeatureFrame.from_table(table, **ASKED))
    rows = weighing_recent_more(frame, half_life)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        _, matrix = Design.of(rows.X, rows.weight, contacts=rows.contacts)
    np.testing.assert_allclose(found["X"], matrix, rtol=1e-11)
    np.testing.assert_array_equal(found["y"], rows.y)
    np.testing.assert_allclose(found["weight"], rows.weight)
    assert [rows.order[g] for g in found["fold"]] == rows.campaign.tolist()


def test_sums_of_the_first_pass_are_those_of_the_parts(tmp_path):
    table = mailings(600).assign(w=np.arange(600) % 4, code=lambda t: t["mail_clicks"] * 2)
    given, reader = reader_of(
        table, tmp_path, half_life=2.0, weight="w", kinds={"code": "category"}
    )
    _, found = read_all(given, reader)
    np.testing.assert_allclose(found["contacts"] @ found["X"], reader.sums, rtol=1e-12)


def test_the_rows_of_each_fold_keep_their_order(tmp_path):
    given, reader = reader_of(mailings(600), tmp_path)
    parts, _ = read_all(given, reader)
    for part in parts:
        found = dict(part.by_fold(6))
        assert sorted(np.concatenate(list(found.values()))) == list(range(len(part.y)))
        for g, some in found.items():
            assert (part.fold[some] == g).all()
            assert (np.diff(some) > 0).all()


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.assign(job="pilot"),
        lambda table: table.assign(web_visits=np.nan),
        lambda table: table.assign(month="2030-01"),
    ],
)
def test_what_the_first_pass_did_not_see_is_a_change(tmp_path, change):
    table = mailings(60)
    _, reader = reader_of(table, tmp_path / "one")
    other = change(table).astype({"web_visits": float})
    there, _ = reader_of(pd.concat([other, table]), tmp_path / "other")
    with pytest.raises(DataError, match=r"'part-0\.parquet' has changed since it was first read"):
        read_all(there, reader)
