"""A fit of files is that of the same table in memory, to the last digits."""

import shutil
import tracemalloc
import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity, Tuner, score
from workbench.errors import DataError, DataWarning
from workbench.frame.streamed import parquet_files
from workbench.ridge import scoring_sql
from workbench.ridge.rows import on_disk
from workbench.ridge.rows.on_disk import DiskRows

ASKED = {"target": "bought", "campaign": "month"}
CLOSE = {"rtol": 1e-8, "atol": 1e-8}


def fits(table, folder, asked=ASKED, **settings):
    written(table, folder)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        frame, rows = FeatureFrame.from_table(table, **asked), ParquetRows(folder, **asked)
        return RidgePropensity(**settings).fit(frame), RidgePropensity(**settings).fit(rows)


def same(memory, streamed):
    numbers = memory.columns_.select_dtypes("number")
    pd.testing.assert_frame_equal(streamed.columns_[numbers.columns], numbers, **CLOSE)
    np.testing.assert_allclose(streamed.coef_, memory.coef_, **CLOSE)
    np.testing.assert_allclose(streamed.intercept_, memory.intercept_, **CLOSE)
    pd.testing.assert_frame_equal(
        streamed.workspace_.left_out(), memory.workspace_.left_out(), **CLOSE
    )
    assert streamed.training_ == pytest.approx(memory.training_, rel=1e-8)
    assert (streamed.half_life_, streamed.slope_) == (memory.half_life_, memory.slope_)
    assert list(streamed.feature_names_in_) == list(memory.feature_names_in_)


@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0.01},
        {"alpha": 0.01, "half_life": 2.0},
        {"alpha": 0.01, "base_rate": "recent", "slope": 0.8},
        {"penalty_factors": {}, "folds": "random"},
        {"alpha": 0.01, "most_levels": 2},
    ],
    ids=str,
)
def test_a_fit_of_files_is_that_in_memory(tmp_path, settings):
    memory, streamed = fits(mailings(), tmp_path, **settings)
    assert isinstance(streamed.workspace_.given.rows, DiskRows)
    same(memory, streamed)


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, {"folds": "forward"}], ids=str)
def test_all_that_is_tuned_is_tuned_alike(tmp_path, settings):
    memory, streamed = fits(mailings(3000), tmp_path, **settings)
    same(memory, streamed)
    pd.testing.assert_frame_equal(streamed.tuning_, memory.tuning_, **CLOSE)
    pd.testing.assert_frame_equal(streamed.forward_, memory.forward_, **CLOSE)


def test_without_campaigns_customers_are_dealt_whole_and_alike(tmp_path):
    table = mailings(900).drop(columns="month").assign(who=np.arange(900) // 3)
    table.loc[::50, "who"] = np.nan
    asked = {"target": "bought", "customer": "who"}
    memory, streamed = fits(table, tmp_path, asked, penalty_factors={})
    assert streamed.workspace_.given.rows.n_folds == memory.workspace_.given.rows.n_folds
    same(memory, streamed)


def test_a_customer_is_one_though_a_block_has_a_gap_and_another_none(tmp_path):
    table = mailings(600).drop(columns="month")
    table["who"] = pd.array(np.arange(600) % 200, "Int64")
    table.loc[5, "who"] = pd.NA
    for k, some in enumerate((table[:300], table[300:])):
        some.to_parquet(tmp_path / f"{k}.parquet")
    asked = {"target": "bought", "customer": "who"}
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        frame, rows = FeatureFrame.from_table(table, **asked), ParquetRows(tmp_path, **asked)
        memory, streamed = (RidgePropensity(penalty_factors={}).fit(one) for one in (frame, rows))
    same(memory, streamed)


def test_a_long_code_is_one_level_though_a_block_has_a_gap_and_another_none(tmp_path):
    table = mailings(600)[["month", "bought"]].dropna().reset_index(drop=True)
    codes = [5, 2**60 + 1, 2**60 + 2] * len(table)
    table["code"] = pd.array(codes[: len(table)], "Int64")
    table.loc[5, "code"] = pd.NA
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata()
    for k, (start, rows) in enumerate(((0, 300), (300, None))):
        pq.write_table(arrow.slice(start, rows), tmp_path / f"{k}.parquet")
    rows = ParquetRows(tmp_path, **ASKED, kinds={"code": "category"})
    with pytest.warns(DataWarning, match="Missing values in 'code'"):
        model = RidgePropensity(alpha=0.01).fit(rows)
    long = [f"code={2**60 + k}" for k in (1, 2)]
    assert sorted(model.columns_.index) == ["code (missing)", *long, "code=5"]


def test_columns_far_from_zero_are_moved(tmp_path):
    table = mailings(900).assign(day=1e9 + np.arange(900) % 7)
    same(*fits(table, tmp_path, alpha=0.01))


def test_weights_count_though_their_mean_be_one_in_every_key(tmp_path):
    table = mailings(600)[["month", "bought"]].dropna().reset_index(drop=True)
    table["x"] = np.random.default_rng(2).normal(size=len(table)) + table["bought"]
    at = table.groupby(["month", "bought"]).cumcount()
    pairs = table.groupby(["month", "bought"])["bought"].transform("size") // 2
    table["w"] = np.where(at < 2 * pairs, np.where(at % 2, 1.75, 0.25), 1.0)
    model = RidgePropensity(alpha=0.01).fit(
        ParquetRows(written(table, tmp_path), **ASKED, weight="w")
    )
    frame = FeatureFrame.from_table(table.drop(columns="w"), **ASKED)
    weighted = FeatureFrame(frame.X, frame.y, frame.campaign, weight=table["w"])
    memory = RidgePropensity(alpha=0.01).fit(weighted)
    np.testing.assert_allclose(model.coef_, memory.coef_, atol=1e-8)


def test_single_precision_and_weights(tmp_path):
    rng = np.random.default_rng(2)
    table = mailings(900)[["month", "bought"]].dropna()
    table = table.assign(**{f"x{k}": rng.normal(size=len(table)).astype("f4") for k in range(3)})
    table["w"] = rng.integers(0, 4, len(table))
    rows = ParquetRows(written(table, tmp_path), **ASKED, weight="w")
    frame = FeatureFrame.from_table(table.drop(columns="w"), **ASKED)
    weighted = FeatureFrame(frame.X, frame.y, frame.campaign, weight=table["w"].astype(float))
    memory = RidgePropensity(alpha=0.01).fit(weighted)
    streamed = RidgePropensity(alpha=0.01).fit(rows)
    assert streamed.workspace_.given.rows.dtype == np.float32
    np.testing.assert_allclose(streamed.coef_, memory.coef_, rtol=1e-5)


def test_more_columns_than_rows(tmp_path):
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(60, 150)), columns=[f"x{k}" for k in range(150)])
    table = table.assign(month=np.arange(60) % 3, bought=rng.integers(0, 2, 60))
    same(*fits(table, tmp_path, alpha=0.1))


def test_many_levels_are_laid_out_though_a_frame_keeps_them_sparse(tmp_path):
    table = mailings(900).assign(shop=[f"shop {k % 130}" for k in range(900)])
    memory, streamed = fits(table, tmp_path, alpha=0.1, most_levels=200)
    np.testing.assert_allclose(streamed.coef_, memory.coef_, **CLOSE)
    assert streamed.design_ == memory.design_


def test_the_model_is_like_any_other(tmp_path):
    table, new = mailings(900), mailings(40, seed=9)
    memory, streamed = fits(table, tmp_path / "rows", alpha=0.01)
    rows = ParquetRows(tmp_path / "rows", **ASKED)
    file = streamed.save(tmp_path / "model.json", recipe=rows.recipe)
    loaded = RidgePropensity.load(file)
    frame = FeatureFrame.to_score(new, rows.recipe)
    chance = memory.predict_proba(frame)[:, 1]
    for model in (streamed, loaded):
        np.testing.assert_allclose(model.predict_proba(frame)[:, 1], chance, **CLOSE)
    assert scoring_sql(loaded, table="t", key="k").count("web_spend") > 0
    new.to_parquet(tmp_path / "new.parquet")
    with warnings.catch_warnings(action="ignore"):
        done = score(model=file, table=tmp_path / "new.parquet", output=tmp_path / "scores.parquet")
    assert done.contacts == 40
    moved = streamed.penalties_ * 2
    np.testing.assert_allclose(streamed.preview(moved).b, memory.preview(moved).b, **CLOSE)
    assert Tuner(streamed) is not None


def test_no_file_is_left_where_rows_were_kept(tmp_path):
    written(mailings(300), tmp_path / "rows")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        RidgePropensity(alpha=0.1).fit(ParquetRows(tmp_path / "rows", **ASKED, scratch=scratch))
    assert list(scratch.iterdir()) == []


def test_a_disk_without_room_is_told_before_anything_is_read(tmp_path, monkeypatch):
    rows = ParquetRows(written(mailings(300), tmp_path), **ASKED, scratch=tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with (
        warnings.catch_warnings(action="ignore", category=DataWarning),
        pytest.raises(DataError, match=r"which takes 0\.0 GB; .* has 0\.0 GB left\. Name a fold"),
    ):
        RidgePropensity(alpha=0.1).fit(rows)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.assign(job="pilot"),  # a level that the first pass did not see
        lambda table: table.assign(web_visits=np.nan),  # a gap where there was none
        lambda table: table.assign(month="2024-01"),  # of another campaign
    ],
)
def test_rows_that_are_not_those_of_the_first_pass_are_refused(tmp_path, change):
    """Even where size, time and number of rows of a file do not tell."""
    table = mailings(300)
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    written(change(table).astype({"web_visits": float}), tmp_path / "other")
    other = ParquetRows(tmp_path / "other", **ASKED)
    object.__setattr__(rows.contents, "table", other.contents.table)
    with (
        warnings.catch_warnings(action="ignore", category=DataWarning),
        pytest.raises(DataError, match="has changed since it was first read"),
    ):
        RidgePropensity(alpha=0.1).fit(rows)


def test_of_the_rows_a_block_is_in_memory_and_a_few_numbers_each(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_files, "ROWS_AT_ONCE", 2048)
    monkeypatch.setattr(on_disk, "BLOCK_ROWS", 2048)
    rng, n, p = np.random.default_rng(0), 40_000, 80
    table = pd.DataFrame(rng.normal(size=(n, p))).add_prefix("x")
    table = table.assign(month=np.arange(n) % 4, bought=np.arange(n) % 7 == 0)
    rows = ParquetRows(written(table, tmp_path), **ASKED)
    del table
    model = RidgePropensity(alpha=0.01)
    tracemalloc.start()
    model.fit(rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < n * p * 8 / 2
