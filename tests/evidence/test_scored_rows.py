import numpy as np
import pandas as pd
import pytest

from tests.evidence.streamed_tables import both, hard, timed
from tests.parquet_tables import mailings, written
from workbench import ParquetRows, RidgePropensity, evidence, metrics
from workbench.errors import (
    DataError,
    DataWarning,
    ExtrapolationWarning,
    ParameterError,
    SchemaError,
)
from workbench.frame import dealing
from workbench.governance import fairness
from workbench.reports.judged_on import fingerprint

pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
ROLES = {"target": "bought", "campaign": "month"}


def numbers(test, propensity):
    """Every number that a report tells of a test."""
    weight, y = test.weight, test.y
    drawn = dealing.drawn(test)
    given = {"weight": weight, "cluster": drawn.label}
    earned = evidence.earned(test, propensity, cost=1.0, margin=7.0)
    return {
        "performance": metrics.performance(y, propensity, **given),
        "gain": metrics.gain_curve(y, propensity, weight=weight),
        "calibration": metrics.calibration_table(y, propensity, **given),
        "campaigns": metrics.by_campaign(y, propensity, test.campaign, **given),
        "curve": earned.curve,
        "earned": pd.DataFrame([[earned.realised, earned.low, earned.gain, earned.gain_low]]),
        "difference": pd.DataFrame(
            [vars(evidence.loss_difference(test, propensity, propensity**2))]
        ),
    }


@pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weight", [None, "w"])
def test_all_numbers_are_those_of_the_same_table_in_memory(tmp_path, seed, weight):
    table = hard(seed=seed) if weight else hard(seed=seed).drop(columns="w")
    here, there, model, streamed = both(
        table, tmp_path, weight=weight, customer="who", **ROLES
    ).fitted()
    found = evidence.scored_rows(streamed, there.test, fewest=10)
    propensity = model.propensity(here.test)
    pd.testing.assert_series_equal(found.propensity, propensity, rtol=0, atol=1e-9)
    expected = numbers(here.test, propensity)
    for name, one in numbers(found.contacts, found.propensity).items():
        pd.testing.assert_frame_equal(one, expected[name], rtol=1e-8, atol=1e-8)
    beyond = evidence.beyond_training(model, here.test, fewest=10)
    told = beyond.table.reindex(found.beyond.table.index)
    pd.testing.assert_frame_equal(found.beyond.table, told, rtol=1e-8, atol=1e-8)
    assert found.beyond.share == pytest.approx(beyond.share, abs=1e-10)


def test_what_is_known_of_a_contact_is_what_memory_holds(tmp_path):
    pair = both(hard(), tmp_path, customer="who", **ROLES)
    here, there, _, streamed = pair.fitted()
    found = evidence.scored_rows(streamed, there.test, columns=["town", "web_spend"]).contacts
    for name in ("y", "campaign"):
        pd.testing.assert_series_equal(getattr(found, name), getattr(here.test, name))
    pd.testing.assert_frame_equal(found.X, here.test.X[["town", "web_spend"]])
    assert (dealing.numbered(found.customer) == dealing.numbered(here.test.customer)).all()
    assert fingerprint(found) == fingerprint(here.test)
    assert found.campaigns == here.test.campaigns


def test_moments_are_kept_to_the_second(tmp_path):
    pair = both(timed(), tmp_path, time="at", **ROLES)
    here, there, _, streamed = pair.fitted()
    found = evidence.scored_rows(streamed, there.test).contacts
    pd.testing.assert_series_equal(found.as_of, here.test.as_of)


@pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning")
def test_segments_of_kept_columns_are_those_of_memory(tmp_path):
    here, there, model, streamed = both(hard(), tmp_path, customer="who", **ROLES).fitted()
    with pytest.warns(DataWarning, match="levels that training did not have"):
        found = evidence.scored_rows(streamed, there.test, columns=["town"])
    asked = {"by": "town", "cost": 1.0, "margin": 10.0}
    parts = evidence.by_segment(found.contacts, found.propensity, **asked)
    expected = evidence.by_segment(here.test, model.propensity(here.test), **asked)
    pd.testing.assert_frame_equal(parts.table, expected.table, rtol=1e-8, atol=1e-8)
    assert parts.sentence() == expected.sentence()
    told = [
        fairness(scores, frame, by="town").table
        for scores, frame in (
            (found.propensity, found.contacts),
            (model.propensity(here.test), here.test),
        )
    ]
    pd.testing.assert_frame_equal(*told, rtol=1e-8, atol=1e-8)


def test_warnings_are_those_of_memory(tmp_path):
    here, there, model, streamed = both(hard(), tmp_path, **ROLES).fitted()
    with pytest.warns(ExtrapolationWarning) as one:
        model.propensity(here.test)
    with pytest.warns(ExtrapolationWarning) as other:
        evidence.scored_rows(streamed, there.test)
    assert sorted(str(w.message) for w in one) == sorted(str(w.message) for w in other)


@pytest.mark.parametrize("roles", [{}, {"customer": "who"}])
def test_where_no_contact_of_the_test_weighs_anything_rows_are_counted(tmp_path, roles):
    table = hard(600)
    table.loc[table["month"] >= "2024-06", "w"] = 0.0
    here, there, model, streamed = both(table, tmp_path, weight="w", **ROLES, **roles).fitted()
    told = []
    for score in (
        lambda: model.propensity(here.test),
        lambda: evidence.scored_rows(streamed, there.test, fewest=3),
    ):
        with pytest.warns(ExtrapolationWarning) as said:
            told.append((score(), sorted(str(w.message) for w in said)))
    (propensity, one), (found, other) = told
    assert one == other
    pd.testing.assert_series_equal(found.propensity, propensity, rtol=0, atol=1e-9)
    table = evidence.beyond_training(model, here.test, fewest=3).table
    assert table["share"].sum() > 0
    pd.testing.assert_frame_equal(found.beyond.table.reindex(table.index), table, rtol=1e-8)


@pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning")
def test_blocks_of_another_size_change_nothing(tmp_path, monkeypatch):
    _, there, _, streamed = both(hard(), tmp_path, weight="w", customer="who", **ROLES).fitted()
    whole = evidence.scored_rows(streamed, there.test, fewest=10)
    files = type(there.test.contents.table)
    monkeypatch.setattr(files, "block_rows", property(lambda self: 31))
    parts = evidence.scored_rows(streamed, there.test, fewest=10)
    pd.testing.assert_series_equal(parts.propensity, whole.propensity, check_exact=True)
    table = whole.beyond.table.reindex(parts.beyond.table.index)
    pd.testing.assert_frame_equal(parts.beyond.table, table, rtol=1e-12)


def test_a_file_that_changed_is_refused(tmp_path):
    split = evidence.out_of_time(ParquetRows(written(mailings(400), tmp_path), **ROLES))
    model = RidgePropensity(0.01).fit(split.train)
    written(mailings(400, seed=1), tmp_path)
    with pytest.raises(DataError, match=r"Files must stay as they are until all is read"):
        evidence.scored_rows(model, split.test)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("job", r"`columns` must be a list of features; got 'job'. Write \['job'\]\."),
        (
            ["jobs"],
            r"`columns` must name features of these rows; got \['jobs'\].*Did you mean 'job'",
        ),
        (["month"], r"`columns` must name features of these rows; got \['month'\]"),
    ],
)
def test_columns_must_be_features(tmp_path, columns, said):
    rows = ParquetRows(written(mailings(300), tmp_path), **ROLES)
    model = RidgePropensity(0.01).fit(rows)
    with pytest.raises(ParameterError, match=said):
        evidence.scored_rows(model, rows, columns=columns)


def test_what_needs_features_says_that_they_are_in_the_files(tmp_path):
    rows = ParquetRows(written(mailings(300), tmp_path), **ROLES).known()
    model = RidgePropensity(0.01).fit(rows)
    found = evidence.scored_rows(model, rows)
    with pytest.raises(SchemaError, match="features are in the files"):
        evidence.by_segment(found.contacts, found.propensity, by="job", cost=1, margin=2)
    with pytest.raises(SchemaError, match="The table to score has no column"):
        model.propensity(found.contacts)
    with pytest.raises(DataError, match="Features are needed, and these contacts have left theirs"):
        RidgePropensity(0.01).fit(found.contacts)
    for of in (model.propensity, lambda rows: evidence.beyond_training(model, rows)):
        with pytest.raises(DataError, match=r"Score those of files by `evidence\.scored_rows"):
            of(rows)
    assert len(found) == len(found.propensity) == int(found.contacts.weights.sum())
    assert np.isfinite(found.propensity).all()
