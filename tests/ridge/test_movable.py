import re

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.errors import FitError, ParameterError


@pytest.fixture(scope="module")
def model(rows):
    groups = dict(zip(rows.X, ["rfm", "rfm", "rfm", "mail", "noise"], strict=True))
    X, y = rows.X, rows.y
    return RidgePropensity(0.01).fit(X, y, rows.weight, campaign=rows.campaign, groups=groups)


def test_a_refit_is_the_fit_under_these_penalties(model, rows):
    moved = model.refit({"rfm": 0.2, "opened": 0.003})
    factors = {"recency_days": 0.2, "visits": 0.2, "spend": 0.2, "opened": 0.003, "noise": 0.01}
    fresh = RidgePropensity(1.0, factors).fit(rows.X, rows.y, rows.weight, campaign=rows.campaign)
    np.testing.assert_allclose(moved.coef_, fresh.coef_, rtol=1e-6, atol=1e-12)
    assert moved.penalties_.to_dict() == pytest.approx(fresh.penalties_.to_dict())
    assert moved.edf_ == pytest.approx(fresh.edf_, rel=1e-6)
    assert moved.training_["log_loss"] == pytest.approx(fresh.training_["log_loss"], rel=1e-9)
    assert set(model.penalties_) == {0.01}  # the first one stays as it was


def test_a_preview_is_near_the_refit(model):
    near = model.preview({"rfm": 0.03}).b[1:]
    exact = model.refit({"rfm": 0.03}).coef_standardised_
    assert np.abs(near - exact).max() < 0.1 * np.abs(exact - model.coef_standardised_).max()


def test_a_path_has_the_exact_loss_of_each_refit(model):
    path = model.path("rfm", multipliers=[10.0, 1.0])
    for _, point in path.iterrows():
        moved = model.refit({"rfm": 0.01 * point["multiplier"]})
        left = moved.workspace_.left_out()
        loss = np.average(left["loss"], weights=left["contacts"])
        assert point["loss"] == pytest.approx(loss, rel=1e-6)
        assert point["edf"] == pytest.approx(moved.edf_, rel=1e-6)
    assert path["chosen"].tolist() == [False, True]


def test_multipliers_are_checked(model):
    with pytest.raises(ParameterError, match="must be a list of finite numbers"):
        model.path(multipliers=[-1.0])


def test_a_loaded_model_has_no_rows_to_fit_again(model, tmp_path):
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    message = (
        "Refitting needs the rows of the fit; this model was loaded or copied without them. Fit it "
        "again, here."
    )
    for ask in (loaded.path, lambda: loaded.refit(pd.Series({"visits": 1.0}))):
        with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
            ask()
