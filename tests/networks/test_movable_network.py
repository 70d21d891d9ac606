from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.errors import ParameterError
from workbench.networks import NetworkPropensity, as_ridge


def test_a_refit_under_the_same_penalties_changes_nothing(model, later):
    again = model.refit(model.penalties_)
    np.testing.assert_allclose(again.propensity(later), model.propensity(later), rtol=1e-9)
    assert again is not model


def test_a_preview_is_near_the_refit(model):
    moved = {"hidden: stable": 1.5 * model.penalties_["hidden_001"]}
    step, exact = model.preview(moved), model.refit(moved)
    found = exact.columns_["coef_standardised"].to_numpy()
    assert np.abs(step.b[1:] - found).max() < 0.05 * np.abs(found).max()


def test_of_the_same_rows_the_last_fit_is_the_model_itself(model, earlier, later):
    outlook = {"base_rate": "training", "half_life": model.half_life_, "slope": model.slope_}
    same = model.of_more_rows(earlier, **outlook)
    np.testing.assert_allclose(same.penalties_, model.penalties_, rtol=1e-12)
    np.testing.assert_allclose(
        same.ridge_.coef_standardised_, model.ridge_.coef_standardised_, atol=1e-6
    )
    assert (same.gain_, same.layer_.units.units_) == (model.gain_, model.layer_.units.units_)
    assert len(same.propensity(later)) == len(later)


def test_more_rows_move_ranges_and_leave_units_as_they_are_drawn(model, curved, tmp_path):
    final = model.of_more_rows(curved, base_rate="training", half_life=None, slope=1.0)
    assert final.training_["contacts"] == len(curved)
    assert model.training_["contacts"] < len(curved), "the first is not changed"
    assert final.layer_.units.units_ == model.layer_.units.units_
    ranges = final.layer_.units.inputs_
    np.testing.assert_array_equal(ranges["high"], curved.X[list(ranges.index)].max())
    by_hand = RidgePropensity(
        model.alpha_, model.penalty_factors_, base_rate="training", half_life=None, slope=1.0
    ).fit(final.widened(curved))
    np.testing.assert_allclose(final.propensity(curved), by_hand.propensity(final.widened(curved)))
    again = NetworkPropensity.load(final.save(tmp_path / "m.json", recipe=curved.recipe))
    pd.testing.assert_series_equal(again.propensity(curved), final.propensity(curved))


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # it is constant
def test_units_of_a_column_that_is_no_more_are_left_out(model, curved):
    X = curved.X.assign(stable_02=1.0)
    final = model.of_more_rows(replace(curved, X=X))
    gone = [unit.name for unit in model.layer_.units.units_ if "stable_02" in unit.columns]
    assert gone
    assert set(final.layer_.names) == set(model.layer_.names) - set(gone)


def test_a_layer_is_asked_whether_it_is_worth_keeping(model):
    assert model.worth_keeping()
    assert model.worth_keeping("better")
    assert model.worth_keeping("always")
    with pytest.raises(ParameterError, match="`hidden` must be one of"):
        model.worth_keeping("sometimes")


def test_views_take_the_ridge_model_and_rows_with_units(model, later):
    ridge, wide = as_ridge(model, later)
    assert ridge is model.ridge_
    np.testing.assert_allclose(ridge.propensity(wide), model.propensity(later))
    pd.testing.assert_frame_equal(model.coefficients(), ridge.coefficients())
    assert as_ridge(ridge, later)[1] is later
