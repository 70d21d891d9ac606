import re

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

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


@pytest.mark.filterwarnings("ignore::workbench.errors.ConvergenceWarning")  # of the weakest
@pytest.mark.parametrize("columns", [2, 400])  # the second has more than rows: a reduced fit
def test_a_refit_arrives_from_where_the_outcomes_are_told_apart_perfectly(columns):
    rng = np.random.default_rng(0)
    y = np.arange(80) % 3 == 0
    X = pd.DataFrame(rng.normal(size=(80, columns))).add_prefix("x").assign(leak=y * 2.0)
    model = RidgePropensity(alpha=1e-6, folds="random").fit(X, y)
    group = model.columns_["group"].iloc[0]
    for alpha in (1e-3, 1.0, 1e-5):
        found = model.refit({group: alpha}).coef_standardised_
        wanted = RidgePropensity(alpha=alpha).fit(X, y).coef_standardised_
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
    peer = LogisticRegression(C=1 / 80, tol=1e-10, max_iter=10_000)
    scaled = (X - X.mean()) / X.std(ddof=0)
    strong = model.refit({group: 1.0}).coef_standardised_
    np.testing.assert_allclose(strong, peer.fit(scaled, y).coef_[0], atol=1e-5)


def test_the_path_of_a_model_that_a_leak_made_perfect_falls_to_nothing():
    rng = np.random.default_rng(1)
    y = np.arange(90) % 2 == 0
    X = pd.DataFrame({"x": rng.normal(size=90), "leak": y * 1.0})
    path = RidgePropensity(folds="random").fit(X, y).path()
    by_strength = path.sort_values("alpha")["loss"].to_numpy()
    assert (np.diff(by_strength) > 0).all()
    assert by_strength[-1] < 0.1
