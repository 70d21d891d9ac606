import numpy as np


def test_a_refit_under_the_same_penalties_changes_nothing(model, later):
    again = model.refit(model.penalties_)
    np.testing.assert_allclose(again.propensity(later), model.propensity(later), rtol=1e-9)
    assert again is not model


def test_a_preview_is_near_the_refit(model):
    moved = {"hidden: stable": 1.5 * model.penalties_["hidden_001"]}
    step, exact = model.preview(moved), model.refit(moved)
    found = exact.columns_["coef_standardised"].to_numpy()
    assert np.abs(step.b[1:] - found).max() < 0.05 * np.abs(found).max()
