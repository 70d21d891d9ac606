import json

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.datasets import planted_drift
from workbench.errors import DataWarning


@pytest.fixture(scope="module")
def frame():
    return planted_drift(seed=302, campaigns=12, rows=250, columns=6).frame


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(half_life=3.0).fit(frame)


def test_what_was_chosen_comes_back(model, frame, tmp_path):
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    np.testing.assert_array_equal(loaded.predict_proba(frame), model.predict_proba(frame))
    np.testing.assert_array_equal(loaded.coef_, model.coef_)
    for name in ("half_life_", "slope_", "proven_"):
        assert getattr(loaded, name) == getattr(model, name)
    assert loaded.half_life_ == 3.0
    pd.testing.assert_frame_equal(loaded.base_rate_, model.base_rate_)
    pd.testing.assert_frame_equal(loaded.forward_, model.forward_, check_index_type=False)
    assert str(loaded.summary()) == str(model.summary())
    assert loaded.outlook_.recent == model.outlook_.recent


def test_a_model_without_campaigns_has_nothing_to_come_back(tmp_path):
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    model = RidgePropensity(1.0).fit(X, [0, 1, 0, 1])
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    assert (loaded.half_life_, loaded.slope_, loaded.proven_) == (None, 1.0, None)
    assert loaded.base_rate_ is None
    assert loaded.forward_ is None


def test_a_file_of_before_scores_as_it_did(model, frame, tmp_path):
    path = model.save(tmp_path / "model.json")
    content = json.loads(path.read_text("utf-8"))
    del content["outlook"]
    for name in ("base_rate", "half_life", "slope"):
        del content["parameters"][name]
    del content["checksum"], content["grid"]
    path.write_text(json.dumps({**content, "format": 1}), "utf-8")
    with pytest.warns(DataWarning, match="without a checksum"):
        loaded = RidgePropensity.load(path)
    columns = model.columns_
    own = columns["coef_standardised"] / columns["scale"]
    expected = frame.X[columns.index].to_numpy() @ own.to_numpy() + model.intercept_[0]
    np.testing.assert_allclose(loaded.decision_function(frame), expected, rtol=1e-12)
    assert (loaded.half_life_, loaded.slope_, loaded.proven_) == (None, 1.0, None)
    assert "Base rate" not in loaded.summary().facts.index
