import json
import pickle
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.errors import (
    DataWarning,
    ExtrapolationWarning,
    MissingDataError,
    ParameterError,
    SchemaError,
)


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.fixture(scope="module")
def table(rows):
    X = rows.X.assign(
        job=np.random.default_rng(5).choice(["Köchin", 'quote"d', "inf", "</script>"], len(rows.X))
    )
    X.loc[3:9, "visits"] = np.nan
    return X


@pytest.fixture(scope="module")
def model(table, rows):
    factors = {"inf": 3.0, "noise": np.inf, "spend": 0, "job": np.float32(0.5)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return RidgePropensity(penalty_factors=factors).fit(
            table,
            np.where(rows.y == 1, "yes", "no"),
            rows.weight,
            campaign=rows.campaign,
            groups={"visits": "inf", "recency_days": "inf"},  # a group may be called anything
        )


@pytest.fixture
def saved(model, tmp_path):
    recipe = {"kind": "table", "target": "bought", "drop": ["id"]}
    return model.save(
        tmp_path / "model.json", recipe=recipe, headline={"auc": 0.8125, "lift": None}
    )


def test_scores_come_back_to_the_last_bit(saved, model, table):
    loaded = RidgePropensity.load(saved)
    np.testing.assert_array_equal(loaded.predict_proba(table), model.predict_proba(table))
    np.testing.assert_array_equal(loaded.predict(table), model.predict(table))
    pd.testing.assert_frame_equal(loaded.reasons(table), model.reasons(table), check_exact=True)


def test_everything_fitted_comes_back(saved, model):
    loaded = RidgePropensity.load(saved)
    pd.testing.assert_frame_equal(loaded.columns_, model.columns_, check_exact=True)
    pd.testing.assert_frame_equal(loaded.tuning_, model.tuning_, check_exact=True)
    assert loaded.get_params() == model.get_params()
    assert loaded.penalties_["noise"] == np.inf
    assert loaded.training_ == model.training_
    assert loaded.recipe_ == {"kind": "table", "target": "bought", "drop": ["id"]}
    assert loaded.headline_ == {"auc": 0.8125, "lift": None}
    assert str(loaded.summary()) == str(model.summary())
    fitted = {name for name in vars(model) if name.endswith("_")}
    assert {name for name in vars(loaded) if name.endswith("_")} == fitted - {"workspace_"} | {
        "recipe_",
        "headline_",
    }


def test_a_loaded_model_is_saved_to_the_same_text(saved, tmp_path):
    loaded = RidgePropensity.load(saved)
    again = loaded.save(tmp_path / "again.json", recipe=loaded.recipe_, headline=loaded.headline_)
    assert again.read_text("utf-8") == saved.read_text("utf-8")


def test_a_model_of_an_array_with_one_alpha(rows, tmp_path):
    model = RidgePropensity(0.1).fit(rows.X.to_numpy(), rows.y == 1)
    loaded = RidgePropensity.load(model.save(tmp_path / "new" / "folder" / "model.json"))
    np.testing.assert_array_equal(
        loaded.predict_proba(rows.X.to_numpy()), model.predict_proba(rows.X.to_numpy())
    )
    assert loaded.classes_.dtype == bool
    assert loaded.tuning_ is None
    assert loaded.headline_ is None


def test_the_file_is_plain_json_in_readable_letters(saved):
    text = saved.read_text("utf-8")
    content = json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity
    assert content["format"] == 1
    assert content["headline"] == {"auc": 0.8125, "lift": None}
    assert "job=Köchin" in text


def test_nothing_in_a_file_is_executed(tmp_path):
    planted = tmp_path / "planted"

    class Bomb:
        def __reduce__(self):
            return planted.touch, ()

    path = tmp_path / "model.json"
    path.write_bytes(pickle.dumps(Bomb()))
    message = (
        f"'{path}' must be a model file; it is no JSON. Fit the model again, and save it with this "
        "version."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(path)
    assert not planted.exists()


@pytest.mark.parametrize("extrapolate", [False, True])
def test_ranges_come_back_with_what_is_done_beyond_them(rows, tmp_path, extrapolate):
    model = RidgePropensity(0.1, extrapolate=extrapolate).fit(rows.X, rows.y)
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    far = rows.X * 3.0
    with pytest.warns(ExtrapolationWarning):
        wanted = model.decision_function(far)
    with pytest.warns(ExtrapolationWarning):
        np.testing.assert_array_equal(loaded.decision_function(far), wanted)
    assert loaded.extrapolate is extrapolate


def as_before_ranges(path):
    """Make a file what earlier versions wrote."""
    content = json.loads(path.read_text("utf-8"))
    del content["parameters"]["extrapolate"]
    for column in content["columns"]:
        del column["low"], column["high"]
    path.write_text(json.dumps(content), "utf-8")
    return path


def test_an_earlier_file_scores_as_it_did_and_says_so_once(rows, tmp_path):
    model = RidgePropensity(0.1, extrapolate=True).fit(rows.X, rows.y)
    path = as_before_ranges(model.save(tmp_path / "model.json"))
    message = (
        "This model file does not tell the range that training saw of each column: an earlier "
        "version wrote it. Its scores follow the slopes beyond that range, as they did. Fit the "
        "model again, and save it with this version."
    )
    with pytest.warns(DataWarning, match=exactly(message)) as caught:
        loaded = RidgePropensity.load(path)
    assert len(caught) == 1
    with pytest.warns(ExtrapolationWarning):
        wanted = model.decision_function(3.0 * rows.X)
    # nothing more is said: a warning would be an error here
    np.testing.assert_array_equal(loaded.decision_function(3.0 * rows.X), wanted)
    assert loaded.reasons(3.0 * rows.X).equals(model.reasons(3.0 * rows.X))
    again = RidgePropensity.load(loaded.save(tmp_path / "again.json"))
    np.testing.assert_array_equal(again.decision_function(3.0 * rows.X), wanted)


# --- all or nothing


def test_a_failed_save_leaves_the_old_file_and_nothing_else(saved, model):
    before = saved.read_bytes()
    with pytest.raises(TypeError):
        model.save(saved, headline={"auc": object()})
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_save_that_cannot_take_its_place_leaves_nothing(model, tmp_path):
    folder = tmp_path / "model.json"
    (folder / "inside").mkdir(parents=True)
    message = (
        f"`path` must be a file that can be written; {str(folder)!r} is not: Is a directory. "
        "Choose another place."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        model.save(folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_new_save_replaces_the_old_file(saved, rows):
    RidgePropensity(0.5).fit(rows.X, rows.y).save(saved)
    assert RidgePropensity.load(saved).alpha_ == 0.5
    assert list(saved.parent.iterdir()) == [saved]


# --- files that are not a model

AGAIN = "Fit the model again, and save it with this version."


def test_no_such_file(tmp_path):
    path = tmp_path / "model.json"
    message = (
        f"There is no model file '{path}'. Run `workbench run propensity` first, or name the file "
        "that it wrote."
    )
    with pytest.raises(MissingDataError, match=exactly(message)):
        RidgePropensity.load(path)


def test_a_folder(tmp_path):
    message = f"'{tmp_path}' must be a model file; it cannot be read: Is a directory."
    with pytest.raises(MissingDataError, match=exactly(message)):
        RidgePropensity.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "customer,propensity\n1,0.3\n"])
def test_no_json(tmp_path, text):
    path = tmp_path / "model.json"
    path.write_text(text)
    message = f"'{path}' must be a model file; it is no JSON. {AGAIN}"
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(path)


@pytest.mark.parametrize("content", [[], 3, {}, {"model": "LogisticRegression", "format": 1}])
def test_json_of_something_else(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(content))
    message = f"'{path}' must be a RidgePropensity model file. {AGAIN}"
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(path)


def test_a_newer_format(saved):
    saved.write_text(json.dumps({**json.loads(saved.read_text("utf-8")), "format": 2}))
    message = f"'{saved}' has format 2; this version reads 1. {AGAIN}"
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(saved)


def test_a_damaged_file_says_what_is_missing(saved):
    content = json.loads(saved.read_text("utf-8"))
    del content["design"]
    saved.write_text(json.dumps(content))
    message = f"'{saved}' must be a whole model file; it is damaged ('design'). {AGAIN}"
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(saved)
    content["parameters"] = "__import__('os').abort()"
    saved.write_text(json.dumps(content))
    with pytest.raises(SchemaError, match=r"must be a whole model file; it is damaged"):
        RidgePropensity.load(saved)
