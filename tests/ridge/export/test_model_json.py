import json
import pickle
import re
import stat
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
from workbench.ridge.export.model_json import kind_of
from workbench.ridge.export.model_schema import checksum_of


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
        "governance_",
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
    assert content["format"] == 2
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
    del content["checksum"], content["outlook"], content["grid"]
    content["format"] = 1
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
    with warnings.catch_warnings(record=True, action="always") as caught:
        loaded = RidgePropensity.load(path)
    first, second = (str(one.message) for one in caught)
    assert "without a checksum" in first
    assert second == message
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
    message = (
        "`recipe` and `headline` must hold what JSON can hold, text and numbers; Object of type "
        "object is not JSON serializable. Write moments as text."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
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
    saved.write_text(json.dumps({**json.loads(saved.read_text("utf-8")), "format": 3}))
    message = f"'{saved}' has format 3; this version reads 2. {AGAIN}"
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(saved)


def damaged(path, fault):
    return (
        f"{str(path)!r} must be a model file as it was saved; it is damaged or edited: {fault}. "
        f"{AGAIN}"
    )


def test_a_damaged_file_says_what_is_missing(saved):
    content = json.loads(saved.read_text("utf-8"))
    design = content.pop("design")
    saved.write_text(json.dumps(content))
    with pytest.raises(SchemaError, match=exactly(damaged(saved, "design is missing"))):
        RidgePropensity.load(saved)
    content |= {"design": design, "parameters": "__import__('os').abort()"}
    saved.write_text(json.dumps(content))
    with pytest.raises(SchemaError, match=exactly(damaged(saved, "parameters is not a mapping"))):
        RidgePropensity.load(saved)


# --- files that somebody edited


def resealed(path, content):
    """Write a file under a checksum that fits: an editor who knows the format."""
    path.write_text(json.dumps({**content, "checksum": checksum_of(content)}))


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


EDITS = {
    "columns reversed": (
        lambda c: c["columns"].reverse(),
        "columns and design are not of the same names, in the same order",
    ),
    "design reversed": (
        lambda c: c["design"].reverse(),
        "columns and design are not of the same names, in the same order",
    ),
    "both reversed": (
        lambda c: (c["columns"].reverse(), c["design"].reverse()),
        "columns and design are not of the same names, in the same order",
    ),
    "classes swapped": (
        lambda c: c["classes"].reverse(),
        "classes are not two in ascending order",
    ),
    "one class": (lambda c: c["classes"].pop(), "classes are not two in ascending order"),
    "a column less": (
        lambda c: c["columns"].pop(),
        "columns and design are not of the same names, in the same order",
    ),
    "features of others": (
        lambda c: c["features"].reverse(),
        "features and design are not the same, in the same order",
    ),
    "a mean of text": (
        lambda c: c["design"][0].update(mean="(SELECT max(salary) FROM hr)"),
        "design[0].mean is not a finite number",
    ),
    "an intercept of null": (
        lambda c: c.update(intercept=None),
        "intercept is not a finite number",
    ),
    "a scale of 0": (lambda c: c["columns"][1].update(scale=0), "columns[1].scale is 0"),
    "a flag for a number": (
        lambda c: c["columns"][1].update(coef_standardised=True),
        "columns[1].coef_standardised is not a finite number",
    ),
    "a dropped column that counts": (
        lambda c: next(k for k in c["columns"] if k["column"] == "noise").update(
            coef_standardised=1.0
        ),
        "'noise' is dropped, and has a coefficient",
    ),
    "no penalty for a dropped column": (
        lambda c: c["columns"][0].update(dropped=True),
        "'recency_days' is dropped, or has a penalty, and not both",
    ),
    "levels turned": (
        lambda c: next(k for k in c["design"] if k["levels"])["levels"].reverse(),
        "columns and design are not of the same names, in the same order",
    ),
    "an unknown name": (lambda c: c.update(base_rate=0.1), "base_rate is unknown"),
    "a role of the wrong kind": (
        lambda c: c["recipe"].update(target=3),
        "recipe.target is not text",
    ),
    "nested deep": (
        lambda c: c["recipe"].update(drop=nested(60)),
        "it is nested deeper than 24 levels",
    ),
    "half a letter": (
        lambda c: c["recipe"].update(target="\ud800"),
        "recipe.target is not text",
    ),
}


@pytest.mark.parametrize(("edit", "fault"), EDITS.values(), ids=list(EDITS))
def test_a_careful_editor_is_caught_where_parts_disagree(saved, edit, fault):
    content = json.loads(saved.read_text("utf-8"))
    edit(content)
    resealed(saved, content)
    with pytest.raises(SchemaError, match=exactly(damaged(saved, fault))):
        RidgePropensity.load(saved)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"format": 2', '"format": 2, "format": 2', None),
        ('"intercept": ', '"intercept": NaN, "x": ', None),
        ('"mean": 0.0', '"mean": 1e999', "columns[2].mean is not a finite number"),
        ('"iterations": ', '"iterations": 1', "its content is not what its checksum says"),
        ('"bought"', '"sold"', "its content is not what its checksum says"),
        ('"drop": [', f'"drop": [{"[" * 100_000}', "it is nested too deep"),
    ],
)
def test_an_edit_of_the_text_is_caught(saved, old, new, fault):
    text = saved.read_text("utf-8")
    assert old in text
    saved.write_text(text.replace(old, new), "utf-8")
    no_json = f"'{saved}' must be a model file; it is no JSON. {AGAIN}"
    message = no_json if fault is None else damaged(saved, fault)
    with pytest.raises(SchemaError, match=exactly(message)):
        RidgePropensity.load(saved)


def test_a_file_of_an_earlier_version_is_loaded_with_a_note(saved, model, table):
    content = json.loads(saved.read_text("utf-8"))
    del content["checksum"]
    saved.write_text(json.dumps({**content, "format": 1}))
    message = (
        f"{str(saved)!r} was written by an earlier version, without a checksum: its parts agree, "
        "but whether it was edited since cannot be told. Save it with this version."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        loaded = RidgePropensity.load(saved)
    np.testing.assert_array_equal(loaded.predict_proba(table), model.predict_proba(table))
    saved.write_text(json.dumps(content))
    with pytest.raises(SchemaError, match=exactly(damaged(saved, "checksum is missing"))):
        RidgePropensity.load(saved)


def test_a_file_laid_out_anew_is_the_same_file(saved, model, table):
    saved.write_text(json.dumps(json.loads(saved.read_text("utf-8"))))
    loaded = RidgePropensity.load(saved)
    np.testing.assert_array_equal(loaded.predict_proba(table), model.predict_proba(table))


def test_a_model_file_is_its_owners_alone(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_model_with_a_constant_column_is_saved(tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=300), "same": 2.0, "nought": 0.0})
    months = np.repeat(["2024-05", "2024-06", "2024-07"], 100)
    with pytest.warns(DataWarning, match="Constant columns"):
        model = RidgePropensity().fit(X, rng.random(300) < 0.4, campaign=months)
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    assert loaded.columns_.loc[["same", "nought"], "campaigns"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}', "[" * 100_000])
def test_a_file_that_names_no_model_is_of_no_kind(tmp_path, saved, text):
    assert kind_of(saved) == "RidgePropensity"
    assert kind_of(tmp_path / "nowhere.json") == ""
    (tmp_path / "odd.json").write_text(text)
    assert kind_of(tmp_path / "odd.json") == ""
