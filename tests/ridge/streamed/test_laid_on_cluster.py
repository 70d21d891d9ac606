"""A fit of Spark's rows is that of the same table in memory, to the last digits."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings
from tests.spark_tables import in_partitions
from workbench import FeatureFrame, RidgePropensity, SparkRows, Tuner
from workbench.datasets import complete_journey
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.features import FeatureSet, attributes, windows
from workbench.ridge.rows.on_cluster import ClusterRows
from workbench.ridge.streamed import laid_on_cluster

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]  # a fit is some twenty to two hundred jobs

ASKED = {"target": "bought", "campaign": "month"}
CLOSE = {"rtol": 1e-8, "atol": 1e-8}


@pytest.fixture(autouse=True)
def gaps_are_known():
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        yield


def fits(session, table, folder, *, asked=ASKED, parts=3, edges=None, **settings):
    dataframe = in_partitions(session, table, folder, parts=parts, edges=edges)
    frame, rows = FeatureFrame.from_table(table, **asked), SparkRows(dataframe, **asked)
    return RidgePropensity(**settings).fit(frame), RidgePropensity(**settings).fit(rows)


def same(memory, ours):
    numbers = memory.columns_.select_dtypes("number")
    pd.testing.assert_frame_equal(ours.columns_[numbers.columns], numbers, **CLOSE)
    np.testing.assert_allclose(ours.coef_, memory.coef_, **CLOSE)
    np.testing.assert_allclose(ours.intercept_, memory.intercept_, **CLOSE)
    pd.testing.assert_frame_equal(ours.workspace_.left_out(), memory.workspace_.left_out(), **CLOSE)
    assert ours.training_ == pytest.approx(memory.training_, rel=1e-8)
    assert (ours.half_life_, ours.slope_) == (memory.half_life_, memory.slope_)


def awkward(n=900):
    """Weights, gaps, flags in words, and levels of which some are rare, in one partition alone."""
    table = mailings(n)
    table["shop"] = [f"shop {k % 5}" if k < n - 9 else f"rare {k}" for k in range(n)]
    table.loc[::7, "shop"] = None
    table["day"] = 1e9 + np.arange(n) % 7
    return table


@pytest.mark.parametrize(
    "cut",
    [{"parts": 1}, {"edges": [0, 0, 5, 500, 500, 900]}],
    ids=["one partition", "five, of which some are empty"],
)
def test_a_fit_is_that_in_memory_however_rows_are_cut(spark_session, tmp_path, cut, monkeypatch):
    monkeypatch.setattr(laid_on_cluster, "BLOCK_ROWS", 40)
    memory, ours = fits(spark_session, awkward(), tmp_path, alpha=0.01, **cut)
    assert isinstance(ours.workspace_.given.rows, ClusterRows)
    same(memory, ours)


@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0.01, "half_life": 2.0, "base_rate": "recent", "slope": 0.8},
        {"alpha": 0.01, "most_levels": 2},
    ],
    ids=str,
)
def test_what_may_be_set_is_set_alike(spark_session, tmp_path, settings):
    same(*fits(spark_session, awkward(), tmp_path, parts=2, **settings))


def test_all_that_is_tuned_is_tuned_alike(spark_session, tmp_path):
    memory, ours = fits(spark_session, mailings(900, months=5), tmp_path, parts=1)
    same(memory, ours)
    pd.testing.assert_frame_equal(ours.tuning_, memory.tuning_, **CLOSE)
    pd.testing.assert_frame_equal(ours.forward_, memory.forward_, **CLOSE)


def test_weights_and_single_precision(spark_session, tmp_path):
    rng = np.random.default_rng(2)
    table = mailings(600)[["month", "bought"]].dropna()
    table = table.assign(**{f"x{k}": rng.normal(size=len(table)).astype("f4") for k in range(3)})
    table["w"] = rng.integers(0, 4, len(table))
    rows = SparkRows(in_partitions(spark_session, table, tmp_path), **ASKED, weight="w")
    frame = FeatureFrame.from_table(table.drop(columns="w"), **ASKED)
    weighted = FeatureFrame(frame.X, frame.y, frame.campaign, weight=table["w"].astype(float))
    memory = RidgePropensity(alpha=0.01).fit(weighted)
    ours = RidgePropensity(alpha=0.01).fit(rows)
    assert ours.workspace_.given.rows.dtype == np.float32
    np.testing.assert_allclose(ours.coef_, memory.coef_, rtol=1e-5)


def test_more_columns_than_rows(spark_session, tmp_path):
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(60, 70)), columns=[f"x{k}" for k in range(70)])
    table = table.assign(month=np.arange(60) % 3, bought=rng.integers(0, 2, 60))
    same(*fits(spark_session, table, tmp_path, alpha=0.1))


def test_the_model_is_like_any_other(spark_session, tmp_path):
    table, new = mailings(600), mailings(40, seed=9)
    memory, ours = fits(spark_session, table, tmp_path / "rows", parts=1, alpha=0.01)
    recipe = FeatureFrame.from_table(table, **ASKED).recipe
    loaded = RidgePropensity.load(ours.save(tmp_path / "model.json", recipe=recipe))
    frame = FeatureFrame.to_score(new, recipe)
    chance = memory.predict_proba(frame)[:, 1]
    for model in (ours, loaded):
        np.testing.assert_allclose(model.predict_proba(frame)[:, 1], chance, **CLOSE)
    moved = ours.penalties_ * 2
    np.testing.assert_allclose(ours.preview(moved).b, memory.preview(moved).b, **CLOSE)
    assert Tuner(ours) is not None
    again = pickle.loads(pickle.dumps(ours))
    np.testing.assert_array_equal(again.predict_proba(frame), ours.predict_proba(frame))


def test_rows_that_are_drawn_anew_are_refused(spark_session, tmp_path):
    table = mailings(300)
    kept = in_partitions(spark_session, table, tmp_path)

    def draw(batches):
        import pyarrow as pa

        for batch in batches:
            place = batch.schema.get_field_index("web_spend")
            drawn = pa.array(np.random.default_rng().normal(size=batch.num_rows))
            yield batch.set_column(place, "web_spend", drawn)

    rows = SparkRows(kept.mapInArrow(draw, kept.schema), **ASKED)
    with pytest.raises(DataError, match=r"^Rows must stay as they are .* gave others than at the"):
        RidgePropensity(alpha=0.1).fit(rows)


def test_rows_that_come_and_go_are_refused(spark_session, tmp_path):
    rows = SparkRows(in_partitions(spark_session, mailings(300), tmp_path), **ASKED)
    in_partitions(spark_session, mailings(299), tmp_path)  # the files are others now
    with pytest.raises(DataError, match="gave others than at the first pass"):
        RidgePropensity(alpha=0.1).fit(rows)


def test_random_folds_and_blocks_of_time_are_refused(spark_session, tmp_path):
    rows = SparkRows(in_partitions(spark_session, mailings(200), tmp_path), **ASKED)
    with pytest.raises(ParameterError, match=r"`SparkRows` leaves out campaigns, and deals no row"):
        RidgePropensity(folds="random").fit(rows)
    with pytest.raises(ParameterError, match="`folds='time'` cuts rows by their moments"):
        RidgePropensity(folds="time").fit(rows)


def test_complete_journey_is_tuned_alike(spark_session, tmp_path):
    """Five campaigns of real rows, whose penalties, slope and base rate are all tuned."""
    data = complete_journey()
    features = FeatureSet(
        windows("transactions", values=["sales_value"], lookbacks_days=[28, 91]),
        attributes("demographics"),
    )
    built = features.build(data, progress=False)
    campaigns = built.campaigns[:5]
    table = built.X.assign(campaign=built.campaign, as_of=built.as_of, y=built.y)
    table = table[built.campaign.isin(campaigns)].reset_index(drop=True)
    asked = {"target": "y", "campaign": "campaign", "time": "as_of"}
    memory, ours = fits(spark_session, table, tmp_path, asked=asked, parts=2, half_life=None)
    same(memory, ours)
    pd.testing.assert_frame_equal(ours.tuning_, memory.tuning_, **CLOSE)
    chance = [one.predict_proba(built.X)[:, 1] for one in (memory, ours)]
    np.testing.assert_allclose(*chance, rtol=0, atol=1e-8)
