"""A multinomial model in a file."""

import numpy as np
import pandas as pd
import pytest

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import RidgeMultinomial
from workbench.errors import (
    MissingDataError,
    ParameterError,
    SchemaError,
)


@pytest.fixture(scope="module")
def model():
    X, y = offers()
    return RidgeMultinomial(alpha=0.01).fit(X, y, groups=GROUPS)


def test_it_is_kept_in_a_file(tmp_path, model):
    X, _ = offers()
    path = model.save(tmp_path / "offers.npz")
    again = RidgeMultinomial.load(path)
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert again.reasons(X.head()).equals(model.reasons(X.head()))
    assert str(again.summary()) == str(model.summary())
    assert again.get_params() == model.get_params()
    pd.testing.assert_frame_equal(again.columns_, model.columns_)
    assert [other.name for other in tmp_path.iterdir()] == ["offers.npz"]


@pytest.mark.parametrize("y", [[0, 1, 2] * 40, [True, False, True] * 40, [1.0, 2.0, 7.0] * 40])
def test_labels_keep_their_kind_in_a_file(tmp_path, y):
    X = np.random.default_rng(0).normal(size=(120, 2))
    model = RidgeMultinomial(0.1, class_factors={y[1]: 2.0}).fit(X, y)
    again = RidgeMultinomial.load(model.save(tmp_path / "m.npz"))
    assert again.classes_.dtype == model.classes_.dtype
    assert again.class_factors == {y[1]: 2.0}


def test_labels_that_numpy_would_cut_are_whole_in_a_file(tmp_path):
    X = np.random.default_rng(0).normal(size=(90, 2))
    model = RidgeMultinomial(0.1).fit(X, np.array(["a", "a\0", "b"] * 30, dtype=object))
    again = RidgeMultinomial.load(model.save(tmp_path / "m.npz"))
    assert again.classes_.tolist() == ["a", "a\0", "b"]


def test_a_file_that_is_not_as_it_was_saved_is_refused(tmp_path, model):
    path = model.save(tmp_path / "m.npz")
    with np.load(path) as held:
        parts = dict(held)
    parts["coefficients"] = parts["coefficients"] + 1e-9
    np.savez_compressed(path, **parts)
    with pytest.raises(SchemaError, match="damaged or edited"):
        RidgeMultinomial.load(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(SchemaError, match="damaged or edited"):
        RidgeMultinomial.load(path)
    with pytest.raises(MissingDataError, match="There is no file of a model of several classes"):
        RidgeMultinomial.load(tmp_path / "nowhere.npz")
    with pytest.raises(ParameterError, match="Let the name end with"):
        model.save(tmp_path / "m.json")
