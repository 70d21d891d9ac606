from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.evidence.streamed_tables import both, hard, timed
from tests.feature_files import hostile
from tests.parquet_tables import mailings, written
from workbench import ParquetRows, RidgePropensity, evidence
from workbench.errors import DataError, ParameterError
from workbench.features import FeatureSet, windows
from workbench.frame.streamed.built_file import SAID

pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
ROLES = {"target": "bought", "campaign": "month"}


def check_alike(here, there):
    assert str(here) == str(there)
    assert (here.purged, here.cutoff, here.kind) == (there.purged, there.cutoff, there.kind)
    assert (here.in_order_of, here.later, here.too_few) == (
        there.in_order_of,
        there.later,
        there.too_few,
    )
    pd.testing.assert_frame_equal(here.describe(), there.describe())
    assert (len(here.train), len(here.test)) == (len(there.train), len(there.test))


def check_same_fit(here, there, **asked):
    model, streamed = (
        RidgePropensity(**asked).fit(here.train),
        RidgePropensity(**asked).fit(there.train),
    )
    pd.testing.assert_frame_equal(streamed.columns_, model.columns_, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(streamed.coef_, model.coef_, rtol=0, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weight", [None, "w"])
def test_both_parts_are_those_of_the_table_in_memory(tmp_path, seed, weight):
    table = hard(seed=seed) if weight else hard(seed=seed).drop(columns="w")
    here, there = both(table, tmp_path, weight=weight, customer="who", **ROLES).split()
    check_alike(here, there)
    check_same_fit(here, there, alpha=0.01)


def test_a_tuned_fit_of_the_training_part_is_that_of_memory(tmp_path):
    here, there = both(hard(900), tmp_path, weight="w", **ROLES).split(test_campaigns=2)
    check_same_fit(here, there)


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.2, 0.4])
@pytest.mark.parametrize("seed", [0, 1])
def test_outcomes_are_purged_to_the_second(tmp_path, seed, gap):
    pair = both(timed(seed=seed), tmp_path, time="at", **ROLES)
    here, there = pair.split(gap_days=gap, test_campaigns=2)
    assert here.purged > 0
    if gap:  # an hour was parted
        assert len(there.train.contents.keys) > len(pair.rows.contents.keys)
    check_alike(here, there)
    check_same_fit(here, there, alpha=0.01)


def test_outcomes_of_built_features_are_purged_by_when_they_were_known(tmp_path):
    data = hostile()
    features = FeatureSet(windows("visits", lookbacks_days=[20, 60]))
    frame = features.build(data, progress=False)
    rows = features.build(data, to=tmp_path / "f.parquet", progress=False)
    for gap in (0, 8, 13.5, 20):
        check_alike(
            evidence.out_of_time(frame, gap_days=gap), evidence.out_of_time(rows, gap_days=gap)
        )


@pytest.mark.parametrize("gap", [0.31])
def test_outcomes_of_built_features_are_purged_to_the_second(tmp_path, gap):
    features = FeatureSet(windows("visits", lookbacks_days=[20, 60]))
    file, data = tmp_path / "f.parquet", hostile()
    frame, _ = features.build(data, progress=False), features.build(data, to=file, progress=False)
    table, rng = pq.read_table(file), np.random.default_rng(0)
    hours = frame.campaign.str[1:].astype(int) * 5
    as_of = pd.Timestamp("2024-02-01") + pd.to_timedelta(hours, unit="h")
    matured = as_of + pd.to_timedelta(rng.integers(60, 40_000, len(frame)), unit="s")
    for name, moments in (("as_of", as_of), ("matured_at", matured)):
        place = table.schema.get_field_index(name)
        column = pa.array(moments).cast(table.schema.field(name).type)
        table = table.set_column(place, table.schema.field(name), column)
    said = {SAID: pq.read_metadata(file).metadata[SAID]}
    with pq.ParquetWriter(file, table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(said)
    rows = ParquetRows(file)
    here = evidence.out_of_time(replace(frame, as_of=as_of, matured_at=matured), gap_days=gap)
    there = evidence.out_of_time(rows, gap_days=gap)
    assert len(there.train.contents.keys) > len(rows.contents.keys)
    assert here.purged > 0
    check_alike(here, there)
    check_same_fit(here, there, alpha=0.01)
    model = RidgePropensity(0.01).fit(there.train)
    found = evidence.scored_rows(model, there.test).contacts
    for name in ("as_of", "matured_at"):
        moments = getattr(here.test, name)
        pd.testing.assert_series_equal(getattr(found, name), moments, check_dtype=False)


def test_moments_alone_are_campaigns_as_in_memory(tmp_path):
    table = timed(1200).drop(columns="month")
    check_alike(
        *both(table, tmp_path, target="bought", time="at", periods="hour").split(gap_days=0.1)
    )


def test_times_written_as_text_need_no_other_pass(tmp_path, monkeypatch):
    table = timed(600)
    table["at"] = table["at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    pair = both(table, tmp_path, time="at", **ROLES)
    monkeypatch.setattr(type(pair.rows.contents.table), "blocks", None)
    check_alike(*pair.split())


def test_a_campaign_may_be_spread_over_files_with_empty_row_groups(tmp_path):
    table = mailings(300)
    empty = written(table, tmp_path) / "part-3.parquet"
    table.iloc[:0].astype(pd.read_parquet(tmp_path / "part-0.parquet").dtypes).to_parquet(empty)
    rows = ParquetRows(tmp_path, **ROLES)
    check_alike(
        evidence.out_of_time(both(table, tmp_path / "t", **ROLES).frame), evidence.out_of_time(rows)
    )


def test_one_campaign_is_no_test_of_later_ones(tmp_path):
    rows = ParquetRows(written(mailings(200, months=1), tmp_path), **ROLES)
    for split in (evidence.out_of_time, evidence.hold_out):
        with pytest.raises(DataError, match=r"Rows of files are tested on later campaigns.* got 1"):
            split(rows)


def test_what_memory_refuses_is_refused_alike(tmp_path):
    pair = both(timed(300), tmp_path, time="at", **ROLES)
    for asked in ({"test_campaigns": 6}, {"gap_days": -1.0}, {"gap_days": 400.0}):
        said = []
        for one in (pair.frame, pair.rows):
            with pytest.raises((DataError, ParameterError)) as error:
                evidence.out_of_time(one, **asked)
            said.append(str(error.value))
        assert said[0] == said[1]


def test_parts_can_be_parted_again(tmp_path):
    pair = both(timed(), tmp_path, time="at", **ROLES)
    here, there = pair.split(gap_days=0.2, test_campaigns=2)
    for gap in (0.1, 0.004, 0.01):  # in other hours, or within one that was parted before
        one, other = (evidence.out_of_time(s.train, gap_days=gap) for s in (here, there))
        check_alike(one, other)
        check_same_fit(one, other, alpha=0.01)
    for gap in (0.19, 0.21):
        check_alike(
            evidence.out_of_time(pair.frame, gap_days=gap, test_campaigns=2),
            evidence.out_of_time(pair.rows, gap_days=gap, test_campaigns=2),
        )
    both_parts = evidence.out_of_time(there.train, gap_days=0.1).train
    assert len(both_parts.contents.keys) > len(there.train.contents.keys)
