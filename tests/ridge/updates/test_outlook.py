"""Base rates from contacts of like score against those from all contacts."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from workbench import FeatureFrame, RidgePropensity
from workbench.ridge.ahead.forward_folds import forward_losses
from workbench.ridge.updates.new_rows import read_new
from workbench.ridge.updates.outlook import chosen_again, judged_too, known_ahead, line
from workbench.ridge.updates.update import summed


def at(model):
    sums = model.statistics_
    return sums, sums.scaling, model.workspace_.solution.b


def test_the_line_is_nearly_that_of_the_rows(planted_history):
    model = planted_history(rows=600).model
    sums, scaling, b = at(model)
    found = line(sums, scaling, b, model.outlook_)
    slope = model.columns_["coef_standardised"] / model.columns_["scale"]
    at_zero = b[0] - float(slope @ model.columns_["mean"])
    assert found.slope == model.slope_
    assert found.slope * at_zero + found.plus == pytest.approx(model.intercept_[0], abs=0.01)
    assert_allclose(found.base_rate["rate"], model.base_rate_["rate"], rtol=0.02)
    assert_allclose(
        found.base_rate["upper_95"].iloc[1], model.base_rate_["upper_95"].iloc[1], rtol=0.1
    )


def test_what_the_fit_chose_by_leads_to_what_it_chose(planted_history):
    model = planted_history(known=8).model
    sums = model.statistics_
    asked = summed(model, sums).settings
    again = chosen_again(sums, model.workspace_.penalties, model.outlook_, asked)
    assert (again.slope, again.recent, again.proven) == (
        model.slope_,
        model.outlook_.recent,
        model.proven_,
    )
    assert_allclose(again.folds["loss"], model.forward_["loss"])
    assert list(again.folds.index) == list(model.forward_.index)


def test_a_campaign_that_comes_is_judged_by_a_model_that_does_not_know_it(planted_history):
    made = planted_history(known=8)
    model, coming = made.model, made.coming
    sums, _, b = at(model)
    new = read_new(model, sums, coming, None, campaign=None, sample_weight=None)
    found = judged_too(sums, b, model.workspace_.penalties, new)
    assert found.names[-1] == coming.campaigns[0]
    assert found.positives[-1] == coming.y.sum()
    # at slope 1 with the training's base rate this is the fit's own loss
    fit = model.workspace_
    plus, raw = fit.solved.scaling.to_raw(b)
    eta = coming.X.to_numpy() @ raw + plus
    y = coming.y.to_numpy()
    assert found.loss[-1, -1, 0] == pytest.approx((np.logaddexp(0, eta) - y * eta).sum(), rel=1e-9)


def test_penalties_that_are_given_choose_nothing(planted_history):
    model = planted_history(alpha=0.02).model
    assert known_ahead(model.outlook_, (), np.zeros(0)) is None
    assert model.statistics_.ahead is None
    assert chosen_again(model.statistics_, None, model.outlook_, None) is model.outlook_


def test_other_penalties_move_what_was_judged_as_rows_would(planted_history):
    model = planted_history(known=8, rows=600).model
    sums, strong = model.statistics_, 4 * model.workspace_.penalties
    fit = model.workspace_.refit(strong).retaken()
    exact = forward_losses(fit.solved, fit.stats, fit.solution.b)
    asked = summed(model, sums).settings
    found = chosen_again(sums, strong, model.outlook_, asked).losses
    before = model.outlook_.losses.loss
    # quadratics and bins see more than half of the change
    assert_allclose(found.loss.sum(axis=0), exact.loss.sum(axis=0), rtol=3e-3)
    change = exact.loss.sum(axis=0) - before.sum(axis=0)
    seen = found.loss.sum(axis=0) - before.sum(axis=0)
    assert np.abs(seen - change).max() < 0.5 * np.abs(change).max()


def test_contacts_far_out_do_not_move_the_base_rate():
    """A column of heavy tails, as amounts have: the rate is that of contacts."""
    rng = np.random.default_rng(4)
    month = np.repeat([f"2024-0{k}" for k in range(1, 8)], 500)
    table = pd.DataFrame({"amount": rng.lognormal(0, 1.6, 3500), "x": rng.normal(size=3500)})
    eta = -2 + 0.25 * np.minimum(table["amount"], 20) + 0.3 * table["x"]
    table["y"], table["m"] = (rng.random(3500) < 1 / (1 + np.exp(-eta))).astype(int), month
    frame = FeatureFrame.from_table(table, target="y", campaign="m")
    last = (frame.campaign == "2024-07").to_numpy()
    asked = {"alpha": 0.01, "base_rate": "recent", "slope": 0.7}
    updated = RidgePropensity(**asked).fit(frame.rows(~last)).update(frame.rows(last))
    fit = RidgePropensity(**asked).fit(frame)
    assert_allclose(updated.base_rate_["rate"], fit.base_rate_["rate"], rtol=5e-3)
    assert updated.at_average == pytest.approx(fit.at_average, abs=0.03)
