import numpy as np
import pandas as pd
import pytest

from tests.evidence.streamed_tables import timed
from tests.parquet_tables import written
from workbench import ParquetRows
from workbench.errors import DataError
from workbench.frame.streamed.cut_at import cut_at

ROLES = {"target": "bought", "campaign": "month", "time": "at"}
CUTS = [pd.Timestamp("2024-01-01 05:20:10"), pd.Timestamp("2024-01-01 05:40")]


def everything(contents):
    return np.ones(len(contents.keys), dtype=bool)


@pytest.mark.parametrize("kept", [False, True])
def test_parted_keys_add_up_the_rows_of_each_side(tmp_path, kept):
    table = timed(800).fillna({"bought": 0.0})
    rows = ParquetRows(written(table, tmp_path), **ROLES)
    rows = rows.only(["c0", "c2"]) if kept else rows
    contents = cut_at(rows.contents, "time", CUTS, among=everything(rows.contents))
    part = np.searchsorted(CUTS, table["at"].to_numpy(), side="right")
    own = table["month"].isin(["c0", "c2"]) if kept else table["month"].notna()
    by_key = contents.by_key
    of_key = np.searchsorted(CUTS, by_key.as_of.to_numpy(), side="right")
    names = contents.numbers.names
    chosen = np.arange(len(contents.keys)) if contents.kept is None else contents.kept
    first = contents.numbers.first[chosen]
    for side in range(3):
        there = table[own & (part == side)]
        assert by_key.weights[of_key == side].sum() == len(there)
        expected = there[list(names)].astype(float).sum().to_numpy()
        np.testing.assert_allclose(first[of_key == side].sum(axis=0), expected, rtol=1e-9)
        positives = by_key.weights[(of_key == side) & (by_key.y == 1).to_numpy()].sum()
        assert positives == there["bought"].sum()


def test_nothing_is_read_where_no_key_is_parted(tmp_path, monkeypatch):
    contents = ParquetRows(written(timed(200), tmp_path), **ROLES).contents
    monkeypatch.setattr(type(contents.table), "blocks", None)
    on_the_edge = contents.keys.moments().min()
    assert cut_at(contents, "time", [on_the_edge], among=everything(contents)) is contents
    assert cut_at(contents, "time", CUTS, among=~everything(contents)) is contents
    assert cut_at(contents, "matured", CUTS, among=everything(contents)) is contents


def test_what_was_cut_is_not_read_for_the_same_cut_again(tmp_path, monkeypatch):
    contents = ParquetRows(written(timed(800), tmp_path), **ROLES).contents
    once = cut_at(contents, "time", CUTS, among=everything(contents))
    assert len(once.keys) > len(contents.keys)
    monkeypatch.setattr(type(contents.table), "blocks", None)
    assert cut_at(once, "time", CUTS, among=everything(once)) is once


def test_files_that_changed_are_refused(tmp_path):
    contents = ParquetRows(written(timed(800), tmp_path), **ROLES).contents
    written(timed(800, seed=1), tmp_path)
    with pytest.raises(DataError, match="Files must stay as they are"):
        cut_at(contents, "time", CUTS, among=everything(contents))
