"""What all ridge models share: they are saved, copied and shown alike, whatever their outcome."""

import pickle

import numpy as np
import pandas as pd
import pytest

from workbench import RidgeAmount, RidgeCount, RidgePropensity
from workbench.errors import FitError

KINDS = [RidgePropensity, RidgeAmount, RidgeCount]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.__name__)
def model(request):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(90, 2)), columns=["visits", "spend"])
    y = rng.integers(0, 2, 90)
    return request.param(0.1).fit(X, y, campaign=np.repeat(["a", "b", "c"], 30))


def test_copies_and_files_keep_all_but_the_rows(model, tmp_path):
    loaded = type(model).load(model.save(tmp_path / "model.json", headline={"lift": 2.0}))
    copied = pickle.loads(pickle.dumps(model))
    assert loaded.headline_ == {"lift": 2.0}
    for other in (loaded, copied):
        pd.testing.assert_frame_equal(other.coefficients(), model.coefficients())
        assert other.at_zero == model.at_zero
        with pytest.raises(FitError, match="Refitting needs the rows of the fit"):
            other.refit({"visits": 1.0})


def test_a_class_of_ones_own_is_saved_and_read_back(model, tmp_path):
    class Mine(type(model)):
        """A subclass, as a house may have one."""

    mine = Mine(**model.get_params()).fit(
        pd.DataFrame({"visits": [0.0, 1.0, 2.0, 4.0], "spend": [1.0, 0.0, 0.0, 2.0]}), [0, 1, 0, 1]
    )
    path = mine.save(tmp_path / "mine.json")
    assert type(Mine.load(path)) is Mine
    assert type(model).load(path).at_zero == mine.at_zero


def test_it_is_shown_as_its_summary(model):
    shown = model._repr_mimebundle_()
    assert f"Ridge {model.foretells} model" in str(model.summary())
    assert shown["text/html"] == model.summary().as_html()
    assert type(model).__name__ in type(model)()._repr_html_()


def test_coefficients_and_what_is_left_where_columns_are_zero_make_the_score(model):
    X = pd.DataFrame({"visits": [0.0, 1.0], "spend": [0.0, 0.0]})
    score = model.decision_function(X) if model.foretells == "propensity" else model.predict(X)
    low, high = np.log(score) if model.foretells == "count" else score
    assert low == pytest.approx(model.at_zero)
    assert high - low == pytest.approx(model.per_unit[0])
