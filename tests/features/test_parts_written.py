"""Features in a file are those of the frame, to the last bit, whatever the parts."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feature_files import KINDS, LooksAround, Made, check_same, hostile, in_parts
from workbench import ParquetRows, RidgePropensity, score
from workbench.datasets import sample
from workbench.errors import DataError
from workbench.features import (
    Feature,
    FeatureSet,
    Formula,
    Lookup,
    Source,
    attributes,
    cadence,
    calendar,
    parts_written,
    rfm,
    windows,
)
from workbench.features.builder import Builder
from workbench.files.shipped import data_path
from workbench.frame import leakage

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
RFM = rfm("visits", value="spend")


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_the_file_holds_the_frame_whatever_the_parts(full_shop, tmp_path, rows):
    features = FeatureSet(RFM, cadence(), calendar(), attributes("segments"), Made())
    file = tmp_path / "features.parquet"
    written = in_parts(features, full_shop, file, rows)
    frame = features.build(full_shop, progress=False)
    assert {"Outcome", "customer", "crowd"} <= set(frame.X)
    assert frame.X["crowd"].tolist() == [2.0, 2.0, 1.0]  # of all contacts, not those of a part
    check_same(frame, written, file)
    check_same(frame, ParquetRows(file), file)
    assert list(pd.read_parquet(file))[:5] == [
        *("customer_", "campaign", "as_of", "matured_at", "outcome_")
    ]


def test_a_customer_is_in_one_part_and_one_of_many_contacts_in_several():
    customer = pd.Series(["b", "a", "b", "c", "a", "b", "b", "b"])
    assert parts_written.parts_of(customer, 5).tolist() == [0, 1, 0, 1, 1, 0, 0, 0]
    assert parts_written.parts_of(customer, 3).tolist() == [0, 1, 0, 2, 2, 0, 1, 1]
    assert parts_written.parts_of(pd.Series([7, 7]), 10).tolist() == [0, 0]


@pytest.mark.slow
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data())
def test_it_does_on_any_shop(shops, tmp_path, draw):
    shop, rows = draw.draw(shops), draw.draw(st.integers(1, 4))
    features, file = FeatureSet.default(shop), tmp_path / "features.parquet"
    written = in_parts(features, shop, file, rows)
    check_same(features.build(shop, progress=False), written, file)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # gaps, short histories
@pytest.mark.parametrize("kind", KINDS)
def test_it_does_with_hostile_keys_and_levels_and_is_fitted_alike(kind, tmp_path):
    data, file = hostile(**KINDS[kind]), tmp_path / "features.parquet"
    features = FeatureSet(RFM, attributes("people"))
    rows, frame = in_parts(features, data, file, 41), features.build(data, progress=False)
    assert 0 < frame.y.isna().sum() < len(frame)
    check_same(frame, rows, file)
    one, other = (RidgePropensity(alpha=0.02).fit(given) for given in (frame, rows))
    assert list(one.columns_.index) == list(other.columns_.index)
    np.testing.assert_allclose(other.coef_, one.coef_, rtol=0, atol=1e-8)
    np.testing.assert_allclose(other.intercept_, one.intercept_, rtol=0, atol=1e-8)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_a_model_of_the_file_scores_campaign_tables(tmp_path):
    data, file = sample(), tmp_path / "features.parquet"
    features = FeatureSet(windows("visits", lookbacks_days=[28, 91]), attributes("customers"))
    rows = in_parts(features, data, file, 333)
    frame = features.build(data, progress=False)
    tuned, ours = (RidgePropensity(alpha=0.02).fit(given) for given in (frame, rows))
    np.testing.assert_allclose(ours.coef_, tuned.coef_, rtol=0, atol=1e-8)
    ours.save(tmp_path / "model.json", recipe=rows.recipe)
    model = RidgePropensity.load(tmp_path / "model.json")
    again = FeatureSet.from_dict(model.recipe_).build(sample(), progress=False)
    pd.testing.assert_frame_equal(again.X, frame.X, check_exact=True)
    given = {"model": tmp_path / "model.json", "source": str(data_path("campaigns.toml"))}
    score(**given, output=tmp_path / "s.parquet", governance=data_path("governance.toml"))
    found = pd.read_parquet(tmp_path / "s.parquet").set_index("customer")["propensity"]
    waiting = frame.unknown()
    np.testing.assert_allclose(
        found.loc[waiting.customer].to_numpy(), tuned.propensity(waiting), rtol=0, atol=1e-9
    )


def test_signs_of_leakage_are_looked_for_in_the_same_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(leakage, "_ENOUGH_ROWS", 700)
    data = sample()
    told = data.contacts[["customer", "campaign", "outcome"]].dropna()
    file, features = tmp_path / "features.parquet", FeatureSet(windows("visits"), Tells())
    data.contacts["told"] = data.contacts["outcome"]
    rows, frame = in_parts(features, data, file, 100), features.build(data, progress=False)
    assert len(told) > 700
    assert list(frame.suspects) == ["told"]
    check_same(frame, rows, file)


@dataclass(frozen=True)
class Tells(Builder):
    """A column of the contacts that is their outcome, nearly."""

    name: ClassVar[str] = "tells"

    def features(self, tables):
        beside = Lookup(Source("campaigns"), "campaign", "campaign")
        value = Formula("coalesce(c.told, 0) + 0.1 * (c.contact % 7) + 0 * len({0})", (beside,))
        yield Feature("told", value, "told", "unit", "Text.")


def test_arms_stand_in_the_file_and_are_no_features(tmp_path):
    data = with_arms(sample())
    features, file = FeatureSet(windows("visits")), tmp_path / "features.parquet"
    rows, frame = in_parts(features, data, file, 500), features.build(data, progress=False)
    check_same(frame, rows, file)
    assert rows.recipe["control"] == "holdout"


def with_arms(data):
    """The made-up shop, half of whose contacts are held out."""
    arms = np.where(np.arange(len(data.contacts)) % 2, "mail", "holdout")
    data.contacts["arm"], data.contacts["chance"] = arms, 0.5
    data.treatment, data.control, data.arm_probability = "arm", None, "chance"
    return data


def test_too_many_levels(full_shop, tmp_path, monkeypatch):
    monkeypatch.setattr(parts_written, "MOST_WORDS", 1)
    (tmp_path / "f.parquet").write_text("as before")
    with pytest.raises(DataError) as raised:
        in_parts(FeatureSet(attributes("segments")), full_shop, tmp_path / "f.parquet", 1)
    assert str(raised.value) == (
        "With `to`, a category may have 1 different levels, which a fit of rows in blocks keeps "
        "in mind; feature 'segments_segment' has more. Bring them down to fewer groups, leave it "
        "out, or leave `to` out."
    )
    assert (tmp_path / "f.parquet").read_text() == "as before"


def test_an_infinite_value_of_the_last_part_leaves_what_was_there(make_shop, tmp_path):
    last = "CASE WHEN c.contact = 2 THEN 'Infinity'::DOUBLE ELSE {0} END"
    features, file = FeatureSet(LooksAround(last)), tmp_path / "f.parquet"
    with pytest.raises(DataError, match="Features must be finite; got infinity in 'rank' "):
        features.build(make_shop(), progress=False)
    file.write_text("as before")
    with pytest.raises(DataError, match="Features must be finite; got infinity in 'rank' "):
        in_parts(features, make_shop(), file, 1)
    assert file.read_text() == "as before"
    assert list(tmp_path.iterdir()) == [file]
