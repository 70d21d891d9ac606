"""What sums tell of a model is what its rows told, where nothing has moved."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge.updates.solved import Summed, solution, solved
from workbench.ridge.updates.update import summed, without_campaigns

ABOUT = ["mean", "scale", "campaigns", "low", "high", "penalty", "coef_standardised"]
ABOUT += ["std_error", "edf", "score_share", "dropped", "feature", "group"]


@pytest.mark.parametrize("half_life", [None, 3.0])
def test_penalties_that_are_given_lead_back_to_the_fit(planted_history, half_life):
    model = planted_history(alpha=0.02, half_life=half_life).model
    found = solved(summed(model, model.statistics_))
    assert_frame_equal(found.columns[ABOUT], model.columns_[ABOUT], rtol=1e-6, atol=1e-8)
    for name in ("contacts", "positives", "rows", "campaigns", "base_log_loss", "log_loss"):
        assert found.training[name] == pytest.approx(model.training_[name], rel=1e-8)
    assert found.drift < 1e-9
    assert found.tuning is None


def test_tuning_by_sums_is_near_tuning_by_rows(planted_history):
    model = planted_history(rows=600).model
    found = solved(summed(model, model.statistics_))
    assert list(found.tuning.index) == list(model.tuning_.index)
    loss = found.tuning["left_out_loss"].iloc[0]
    assert loss == pytest.approx(model.tuning_["left_out_loss"].iloc[0], rel=5e-3)
    assert found.folds == model.folds_
    assert found.co_data.keys() == model.co_data_.keys()


def test_two_campaigns_at_least_are_needed_to_tune(planted_history):
    model = planted_history().model
    sums = model.statistics_
    for name in sums.names[1:]:
        sums = without_campaigns(sums, [name])
    with pytest.raises(FitError, match="Tuning penalties needs two campaigns"):
        solved(summed(model, sums))


def test_criteria_that_need_rows_are_refused(planted_history):
    model = planted_history(criterion="mixture").model
    with pytest.raises(FitError, match="criterion='loss'"):
        summed(model, model.statistics_)


def test_what_sums_do_not_determine_is_an_error():
    X = np.random.default_rng(0).normal(size=(600, 2))
    y, name = (X[:, 0] > 0.3).astype(float), np.repeat(["a", "b", "c"], 200)
    model = RidgePropensity(0.1).fit(X, y, campaign=name)
    flat = model.statistics_.with_columns(np.array([], dtype=int), np.zeros(0))
    stats = flat.statistics()
    stats.curvature[:, 1, :] = stats.curvature[:, :, 1] = 0.0
    assert isinstance(summed(model, flat), Summed)
    with pytest.raises(FitError, match="determine the columns"):
        solution(stats, np.zeros(2))
