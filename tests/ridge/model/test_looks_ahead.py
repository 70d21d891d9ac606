import pickle

import numpy as np
import pytest

from workbench import RidgePropensity
from workbench.datasets import planted_drift
from workbench.ridge.model.looks_ahead import LooksAhead


@pytest.fixture(scope="module")
def frame():
    return planted_drift(seed=1, campaigns=8, rows=200, columns=4, walk=0.5).frame


def test_what_is_kept_is_what_was_chosen(frame):
    model = RidgePropensity().fit(frame)
    assert isinstance(model, LooksAhead)
    chosen = model.outlook_
    assert (model.half_life_, model.slope_, model.proven_) == (
        chosen.half_life,
        chosen.slope,
        chosen.proven,
    )
    assert model.forward_ is chosen.folds
    assert set(LooksAhead.__annotations__) <= set(vars(model))


def test_the_forecast_is_what_is_scored_with(frame):
    model = RidgePropensity(base_rate="recent").fit(frame)
    average = frame.X.mean().to_frame().T
    assert model.decision_function(average)[0] == pytest.approx(
        model.base_rate_.loc["forecast", "intercept"], rel=1e-9
    )
    own = model.workspace_.solution.b[0]
    assert model.base_rate_.loc["fitted", "intercept"] == pytest.approx(own, rel=1e-12)


def test_a_copy_by_pickle_scores_alike(frame):
    model = RidgePropensity().fit(frame)
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict_proba(frame), model.predict_proba(frame))
    assert copied.slope_ == model.slope_


def test_the_summary_says_what_comes(frame):
    facts = RidgePropensity().fit(frame).summary().facts["value"]
    assert facts["Half-life"] == "none: all campaigns weigh alike"
    assert facts["On the next campaign"].startswith(("proven: log loss", "not proven: log loss"))
    assert facts["On the next campaign"].endswith("on 5 campaigns by those before")
    assert "forecast from" in facts["Base rate"]
    given = RidgePropensity(0.1, half_life=3.0, slope=0.5).fit(frame).summary().facts["value"]
    assert given["Half-life"] == "3 campaigns"
    assert given["Slope"] == "0.5 of the fitted log-odds"
    assert given["On the next campaign"].startswith("not judged: too few campaigns")
