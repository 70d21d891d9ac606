"""A router in a file."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.texts.routing.problems import WORDS, routed, tickets
from workbench import RidgeMultinomial
from workbench.errors import MissingDataError, ParameterError, SchemaError
from workbench.texts import TextRouter

NEW = ["parcel late!", "top-up 🙂", "карта", "", "a\u200bb \ud83d"]


def test_it_answers_the_same_from_a_file(tmp_path):
    router = routed()
    path = router.save(tmp_path / "router.npz")
    again = TextRouter.load(path)
    pd.testing.assert_frame_equal(again.route(NEW), router.route(NEW))
    assert np.array_equal(again.predict_proba(NEW), router.predict_proba(NEW))
    assert again.get_params() == router.get_params()
    assert again.threshold_ == router.threshold_
    assert again.facts_ == router.facts_
    assert [one.name for one in tmp_path.iterdir()] == ["router.npz"]
    assert path.stat().st_mode & 0o077 == 0


def test_what_was_measured_is_in_the_file_and_what_was_said_of_each_text_is_not(tmp_path):
    again = TextRouter.load(routed().save(tmp_path / "router.npz"))
    for by in ("all", "class"):
        pd.testing.assert_frame_equal(again.coverage(by), routed().coverage(by))
    with pytest.raises(ParameterError, match="for all of them and by class alone"):
        again.coverage("period")
    with pytest.raises(ParameterError, match="for all of them and by class alone"):
        again.confusions()
    texts, labels, _ = tickets(40, seed=5)
    judged = {"texts": texts, "labels": labels}
    pd.testing.assert_frame_equal(
        again.coverage("all", **judged), routed().coverage("all", **judged)
    )


@pytest.mark.parametrize("kinds", [[1, 2, 10], [True, False, True], [1.0, 2.0, 3.0]])
def test_labels_keep_their_kind(tmp_path, kinds):
    texts, labels, _ = tickets(150)
    own = dict(zip(["billing", "login", "delivery"], kinds, strict=True))
    given = {"handed_over": np.array(kinds[:1]), "class_factors": {kinds[1]: 2.0}}
    router = TextRouter(WORDS, precision=0.6, **given).fit(texts, [own[one] for one in labels])
    again = TextRouter.load(router.save(tmp_path / "router.npz"))
    assert again.classes_.dtype == router.classes_.dtype
    assert again.class_factors == {kinds[1]: 2.0}
    pd.testing.assert_frame_equal(again.route(texts), router.route(texts))
    assert (router.route(texts)["answer"] == "to a person").sum() > 10


def test_no_threshold_stays_none(tmp_path):
    texts, labels, weeks = tickets(90)
    with pytest.warns(match="No threshold is"):
        router = TextRouter(WORDS, precision=0.999).fit(texts, labels, period=weeks)
    again = TextRouter.load(router.save(tmp_path / "router.npz"))
    assert again.threshold_ == np.inf
    assert set(again.route(texts)["answer"]) == {"to a person"}


def edited(path, change):
    """Change what a file says, without its checksum."""
    with np.load(path) as held:
        parts = dict(held)
    said = json.loads(parts["said"].tobytes())
    change(said, parts)
    parts["said"] = np.frombuffer(json.dumps(said).encode(), dtype=np.uint8)
    np.savez_compressed(path, **parts)


CHANGES = {
    "a lower threshold": lambda said, parts: said.update(threshold=0.1),
    "another weight": lambda said, parts: parts.update(
        {"weights of words": parts["weights of words"] * 2}
    ),
    "weights that are gone": lambda said, parts: parts.pop("weights of words"),
    "an n-gram that is gone": lambda said, parts: said["columns"]["blocks"]["words"].pop(),
    "measures of other columns": lambda said, parts: said["measured"]["class"][0].pop(),
    "a parameter that is none": lambda said, parts: said["parameters"].update(sounds=1),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_that_is_not_as_it_was_saved_is_refused(tmp_path, name):
    path = routed().save(tmp_path / "router.npz")
    edited(path, CHANGES[name])
    with pytest.raises(SchemaError, match="damaged or edited"):
        TextRouter.load(path)


@pytest.mark.parametrize("name", CHANGES)
def test_nor_is_one_whose_checksum_was_made_anew(tmp_path, name, monkeypatch):
    """What is read does not rest on the checksum alone, but for numbers, which can be any."""
    path = routed().save(tmp_path / "router.npz")
    edited(path, CHANGES[name])
    monkeypatch.setattr("workbench.ridge.export.packed.checksum_of", _kept_of(path))
    if name in ("a lower threshold", "another weight"):
        TextRouter.load(path)
        return
    with pytest.raises(SchemaError, match="damaged or edited"):
        TextRouter.load(path)


def _kept_of(path):
    with np.load(path) as held:
        checksum = json.loads(held["said"].tobytes())["checksum"]
    return lambda arrays, said: checksum


def test_files_that_are_cut_off_are_none_or_those_of_another_model(tmp_path):
    path = routed().save(tmp_path / "router.npz")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(SchemaError, match="damaged or edited"):
        TextRouter.load(path)
    with pytest.raises(MissingDataError, match="There is no file of a router of texts"):
        TextRouter.load(tmp_path / "nowhere.npz")
    X = np.random.default_rng(0).normal(size=(60, 2))
    other = RidgeMultinomial(0.1).fit(X, ["a", "b"] * 30).save(tmp_path / "model.npz")
    with pytest.raises(SchemaError, match="must be a file of a router of texts"):
        TextRouter.load(other)
    expected = "A router is kept in a file of arrays; got 'r.json'. Let the name end with '.npz'."
    with pytest.raises(ParameterError, match=f"^{expected}$"):
        routed().save(tmp_path / "r.json")


def test_a_block_that_was_dropped_stays_so(tmp_path):
    texts, labels, weeks = tickets()
    factors = {"letters": np.inf, "words": "tuned"}
    router = TextRouter(precision=0.5, penalty_factors=factors).fit(texts, labels, period=weeks)
    again = TextRouter.load(router.save(tmp_path / "router.npz"))
    assert again.penalty_factors == factors
