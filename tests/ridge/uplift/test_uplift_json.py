"""A saved model scores as the fitted one does, to the last bit; a damaged file is refused."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.ridge.mailing import mailing
from workbench import RidgePropensity, RidgeUplift
from workbench.errors import DataError, SchemaError
from workbench.ridge.export.model_schema import checksum_of


@pytest.fixture(scope="module")
def frame():
    drawn = mailing(1500)
    return replace(drawn, labels={"visits": "Visits, four weeks"})


@pytest.fixture(scope="module")
def model(frame):
    factors = {"uplift: age": np.inf, "uplift": "tuned", "main": "tuned"}
    return RidgeUplift(penalty_factors=factors).fit(frame)


@pytest.fixture
def path(model, tmp_path):
    return model.save(tmp_path / "m.json", recipe={"kind": "table"}, headline={"qini": 1.5})


def test_it_comes_back_as_it_was(frame, model, path):
    again = RidgeUplift.load(path)
    for name in ("scores", "contributions", "reasons", "log_odds"):
        saved, fitted = getattr(again, name)(frame), getattr(model, name)(frame)
        pd.testing.assert_frame_equal(saved, fitted, check_exact=True)
    assert again.reasons(frame).iloc[0, 0].startswith(("Visits, four weeks", "recency", "city"))
    pd.testing.assert_frame_equal(again.coefficients(), model.coefficients(), check_exact=True)
    pd.testing.assert_series_equal(again.shares_, model.shares_, check_exact=True)
    assert str(again.summary()) == str(model.summary())
    assert again.get_params() == model.get_params()
    assert (again.recipe_, again.headline_) == ({"kind": "table"}, {"qini": 1.5})
    for name in ("arm_", "control_", "share_", "effect_", "effect_error_", "training_", "alpha_"):
        assert getattr(again, name) == getattr(model, name)
    assert again.save(path.with_name("n.json"), recipe=again.recipe_, headline=again.headline_)
    assert path.with_name("n.json").read_bytes() == path.read_bytes()


def test_without_campaigns_too(frame, tmp_path):
    model = RidgeUplift(alpha=0.01).fit(replace(frame, campaign=None))
    again = RidgeUplift.load(model.save(tmp_path / "m.json"))
    pd.testing.assert_series_equal(again.shares_, model.shares_)


def test_the_file_is_read_by_its_own_class_alone(model, path, frame, tmp_path):
    with pytest.raises(SchemaError) as caught:
        RidgePropensity.load(path)
    assert str(caught.value) == (
        f"{str(path)!r} must be a RidgePropensity model file; it holds a RidgeUplift. Read it with "
        "`RidgeUplift.load`, or name another file."
    )
    other = RidgePropensity(alpha=0.1).fit(frame).save(tmp_path / "p.json")
    with pytest.raises(SchemaError) as caught:
        RidgeUplift.load(other)
    assert str(caught.value) == (
        f"{str(other)!r} must be a RidgeUplift model file; it holds a RidgePropensity. Read it "
        "with `RidgePropensity.load`, or name another file."
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda c: c["test"].pop("share"), "test.share is missing"),
        (lambda c: c["test"].update(effect="much"), "test.effect is not a finite number"),
        (lambda c: c["columns"][0].pop("main_penalty"), "columns[0].main_penalty is missing"),
        (lambda c: c["training"].pop("treated"), "training.treated is missing"),
        (lambda c: c.update(classes=[0, 1]), "classes is unknown"),
        (lambda c: c.update(intercept=0.0), "intercept is unknown"),
    ],
)
def test_a_file_that_is_not_as_it_was_saved_is_refused(path, change, fault):
    content = json.loads(path.read_text("utf-8"))
    change(content)
    content["checksum"] = checksum_of(content)
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(SchemaError) as caught:
        RidgeUplift.load(path)
    assert str(caught.value) == (
        f"{str(path)!r} must be a model file as it was saved; it is damaged or edited: {fault}. "
        "Fit the model again, and save it with this version."
    )


def test_an_edited_number_breaks_the_checksum(path):
    text = path.read_text("utf-8")
    share = json.loads(text)["test"]["share"]
    path.write_text(text.replace(f'"share": {share!r}', '"share": 0.75', 1), "utf-8")
    with pytest.raises(SchemaError, match="its content is not what its checksum says"):
        RidgeUplift.load(path)
    assert issubclass(SchemaError, DataError)
