"""RidgeCount against scikit-learn, glum, statsmodels, expanded rows and refits left out."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from glum import GeneralizedLinearRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import d2_tweedie_score, mean_poisson_deviance

from workbench import RidgeCount
from workbench.errors import DataError, FitError
from workbench.ridge import jackknife_errors

CAMPAIGNS = ["2024-01", "2024-02", "2024-03", "2024-04"]


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.fixture(scope="module")
def orders():
    rng = np.random.default_rng(11)
    n = 400
    X = pd.DataFrame(
        {
            "visits": rng.poisson(3.0, n).astype(float),
            "recency_days": 200 + 50 * rng.normal(size=n),
            "basket": rng.lognormal(3.0, 0.5, n),
        }
    )
    campaign = pd.Series(np.repeat(CAMPAIGNS, n // 4))
    days = rng.uniform(5.0, 60.0, n)
    rate = 0.05 * np.exp(0.2 * (X["visits"] - 3) + 0.3 * (campaign == "2024-03"))
    y = pd.Series(rng.poisson(days * rate * rng.gamma(2.0, 0.5, n)).astype(float))
    return X, y, days, campaign


def standardised(X, weight):
    mean = np.average(X, axis=0, weights=weight)
    scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return ((X - mean) / scale).to_numpy()


def test_one_strength_is_scikit_learns_poisson_regression(orders):
    X, y, days, _ = orders
    model = RidgeCount(0.1).fit(X, y, days)
    Z, mean = standardised(X, days), np.average(y, weights=days)
    theirs = PoissonRegressor(alpha=0.1 * mean, tol=1e-10, max_iter=1000)
    theirs.fit(Z, y, sample_weight=days)
    np.testing.assert_allclose(model.coef_standardised_, theirs.coef_, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(model.predict(X), theirs.predict(Z), rtol=1e-6)


def test_an_offset_and_penalties_that_differ_are_glums(orders):
    X, y, days, _ = orders
    factors = {"visits": 0.2, "recency_days": 3.0, "basket": 8.0}
    model = RidgeCount(0.05, factors).fit(X, y, exposure=days)
    Z = standardised(X, days)
    # glum's mean loss is of contacts, as ours: exposures count in their mean
    theirs = GeneralizedLinearRegressor(
        family="poisson",
        alpha=1.0,
        l1_ratio=0,
        P2=0.05 * y.mean() * np.array(list(factors.values())),
        gradient_tol=1e-10,
    )
    theirs.fit(Z, y, offset=np.log(days / days.mean()))
    np.testing.assert_allclose(model.coef_standardised_, theirs.coef_, rtol=1e-6, atol=1e-8)
    expected = theirs.predict(Z, offset=np.log(days / days.mean()))
    np.testing.assert_allclose(model.predict(X, exposure=days), expected, rtol=1e-6)


def test_errors_and_dispersion_without_a_penalty_are_statsmodels(orders):
    X, y, days, _ = orders
    model = RidgeCount(0.0).fit(X, y, exposure=days)
    theirs = sm.GLM(y, sm.add_constant(X), family=sm.families.Poisson(), exposure=days)
    theirs = theirs.fit(scale="X2", tol=1e-12)
    scale = np.sqrt(
        np.average((X - np.average(X, axis=0, weights=days)) ** 2, axis=0, weights=days)
    )
    np.testing.assert_allclose(model.coef_, theirs.params[1:], rtol=1e-6)
    assert model.intercept_ == pytest.approx(theirs.params["const"], rel=1e-6)
    assert model.dispersion_ == pytest.approx(theirs.scale, rel=1e-6)
    assert model.dispersion_ > 1.3
    np.testing.assert_allclose(model.coefficients()["std_error"], theirs.bse[1:] * scale, rtol=1e-6)


def without(X, y, days, campaign, alpha):
    """Half the deviance on each campaign of refits, under the whole fit's scale and strength."""
    Z, weight, losses = standardised(X, days), days / days.mean(), []
    for name in CAMPAIGNS:
        rest = (campaign != name).to_numpy()
        share = len(X) / weight[rest].sum()  # the strength stays that of all rows
        refit = PoissonRegressor(alpha=alpha * y.mean() * share, tol=1e-11, max_iter=2000)
        refit.fit(Z[rest], y[rest] / weight[rest], sample_weight=weight[rest])
        deviance = mean_poisson_deviance(
            y[~rest] / weight[~rest], refit.predict(Z[~rest]), sample_weight=weight[~rest]
        )
        losses.append(deviance / (2 * y.mean()))
    return np.array(losses), np.array([weight[campaign == name].sum() for name in CAMPAIGNS])


def test_left_out_losses_are_of_refits_without_each_campaign(orders):
    X, y, days, campaign = orders
    model = RidgeCount(0.1).fit(X, y, exposure=days, campaign=campaign)
    expected, contacts = without(X, y, days, campaign, 0.1)
    left = model.workspace_.left_out()
    np.testing.assert_allclose(left["loss"], expected, rtol=1e-6)
    np.testing.assert_allclose(left["contacts"], contacts, rtol=1e-9)


def test_it_is_tuned_by_what_campaigns_left_out_say(orders):
    X, y, days, campaign = orders
    model = RidgeCount(penalty_factors={}, rule="best", co_data=None)
    model.fit(X, y, exposure=days, campaign=campaign)

    def loss(alpha):
        of_fold, contacts = without(X, y, days, campaign, alpha)
        return of_fold @ contacts / contacts.sum()

    strengths = np.exp(np.linspace(np.log(model.alpha_) - 2, np.log(model.alpha_) + 2, 7))
    assert loss(model.alpha_) <= min(map(loss, strengths)) * (1 + 2e-5)
    assert model.tuning_["left_out_loss"].iloc[0] == pytest.approx(loss(model.alpha_), rel=1e-5)


def test_the_unit_of_the_exposure_does_not_matter(orders):
    X, y, days, campaign = orders
    of_days = RidgeCount().fit(X, y, exposure=days, campaign=campaign)
    of_years = RidgeCount().fit(X, y, exposure=days / 365, campaign=campaign)
    np.testing.assert_allclose(of_years.penalties_, of_days.penalties_, rtol=1e-6)
    np.testing.assert_allclose(of_years.coef_, of_days.coef_, rtol=1e-6)
    np.testing.assert_allclose(of_years.predict(X), 365 * of_days.predict(X), rtol=1e-6)
    assert of_years.training_["mean"] == pytest.approx(365 * of_days.training_["mean"])
    assert of_days.training_["mean"] == pytest.approx(y.sum() / days.sum())
    np.testing.assert_allclose(jackknife_errors(of_years), jackknife_errors(of_days), rtol=1e-4)


def test_days_one_by_one_tell_the_same_as_their_sum():
    rng = np.random.default_rng(5)
    X = pd.DataFrame({"visits": rng.normal(size=50)})
    days = rng.integers(1, 6, 50)
    at = np.repeat(np.arange(50), days)
    of_day = rng.poisson(np.exp(0.4 * X["visits"].to_numpy()[at]))
    y = np.bincount(at, of_day, minlength=50)
    summed = RidgeCount(0.1).fit(X, y, exposure=days)
    alone = RidgeCount(0.1).fit(X.iloc[at], of_day)
    np.testing.assert_allclose(summed.coef_, alone.coef_, rtol=1e-6)
    np.testing.assert_allclose(summed.predict(X), alone.predict(X), rtol=1e-6)


def test_a_saved_model_foretells_the_same(orders, tmp_path):
    X, y, days, campaign = orders
    model = RidgeCount().fit(X, y, exposure=days, campaign=campaign)
    loaded = RidgeCount.load(model.save(tmp_path / "count.json"))
    np.testing.assert_array_equal(loaded.predict(X, exposure=days), model.predict(X, exposure=days))
    assert str(loaded.summary()) == str(model.summary())
    assert loaded.expected(X, exposure=days).name == "count"


def test_events_that_are_in_one_campaign_alone_cannot_tune(orders):
    X, y, _, campaign = orders
    message = (
        "Tuning needs counts above 0 in at least two folds; all counts above 0 are in one of "
        "them. Give `alpha` a number, or add campaigns."
    )
    with pytest.raises(DataError, match=exactly(message)):
        RidgeCount().fit(X, y.where(campaign == "2024-02", 0.0), campaign=campaign)


def test_a_column_that_tells_no_events_apart_needs_a_penalty(orders):
    X, y, _, _ = orders
    table = X.assign(never=(y == 0).astype(float))
    held = RidgeCount(0.01).fit(table, y)
    assert held.coef_standardised_["never"] < 0
    with pytest.raises(FitError, match="never"):
        RidgeCount(0.01, {"never": 0.0}).fit(table, y)


REFUSED = {
    "negative": (
        [1.0, -2.0, 0.0],
        None,
        (
            "Each of `y` must be a finite number from 0; got -2 in row 1. Mend these rows, or "
            "leave them out."
        ),
    ),
    "no events": (
        [0.0, 0.0, 0.0],
        None,
        (
            "Some counts must be above 0; all 3 rows have 0. Check the column, and whether "
            "events had time to happen."
        ),
    ),
    "no time": (
        [1.0, 0.0, 2.0],
        [1.0, 0.0, 2.0],
        (
            "Each of `exposure` must be a finite number above 0; got 0 in row 1. Leave these rows "
            "out, as nothing could be counted there."
        ),
    ),
    "too few": (
        [1.0, 0.0, 2.0],
        [1.0],
        "`exposure` must have one number a row; got 1 for 3 rows. Align them first.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_counts_that_are_none_are_refused(name):
    y, exposure, message = REFUSED[name]
    with pytest.raises((DataError, FitError), match=exactly(message)):
        RidgeCount(0.1).fit(pd.DataFrame({"x": [1.0, 2.0, 4.0]}), y, exposure=exposure)


def test_what_is_foretold_of_many_units_is_that_much_more(orders):
    X, y, days, _ = orders
    model = RidgeCount(0.1).fit(X, y, exposure=days)
    rate = model.predict(X)
    np.testing.assert_allclose(model.predict(X, exposure=days), rate * days)
    np.testing.assert_allclose(model.expected(X, exposure=days), rate * days)
    with pytest.raises(DataError, match="`exposure` must have one number a row"):
        model.predict(X, exposure=[1.0])


def test_the_size_of_counts_does_not_matter(orders):
    X, y, days, campaign = orders
    of_orders = RidgeCount().fit(X, y, exposure=days, campaign=campaign)
    of_clicks = RidgeCount().fit(X, 1000 * y, exposure=days, campaign=campaign)
    np.testing.assert_allclose(of_clicks.penalties_, of_orders.penalties_, rtol=1e-6)
    np.testing.assert_allclose(of_clicks.coef_, of_orders.coef_, rtol=1e-6)
    np.testing.assert_allclose(of_clicks.predict(X), 1000 * of_orders.predict(X), rtol=1e-6)
    assert of_clicks.dispersion_ == pytest.approx(1000 * of_orders.dispersion_, rel=1e-6)


@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_noise_on_large_counts_is_shrunk_away(kind):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(600, 20)).astype(kind))
    y = 10_000 * rng.gamma(2.0, 0.5, 600).round(3)
    model = RidgeCount().fit(X, y, campaign=np.repeat(np.arange(6), 100))
    assert model.edf_ < 6
    assert np.abs(model.coef_standardised_).max() < 0.05
    assert model.kkt_residual_ < 1e-6
    assert np.isfinite(model.tuning_["left_out_loss"]).all()


def test_a_mean_that_underflows_does_not_hide_how_counts_vary():
    rng = np.random.default_rng(1)
    recency = np.concatenate([rng.uniform(0, 2, 1980), rng.uniform(800, 3000, 20)])
    y = rng.poisson(np.exp(1 - 2 * np.minimum(recency, 50)) * rng.gamma(0.2, 5.0, 2000))
    model = RidgeCount(1e-6).fit(pd.DataFrame({"recency": recency}), y)
    mu = model.predict(pd.DataFrame({"recency": recency}))
    near = mu > 1e-250
    chi2 = ((y - mu)[near] ** 2 / mu[near]).sum()
    assert model.dispersion_ == pytest.approx(chi2 / (2000 - model.edf_ - 1), rel=1e-6)
    assert model.dispersion_ > 2


def test_the_score_knows_exposures(orders):
    X, y, days, _ = orders
    model = RidgeCount(0.01).fit(X, y, exposure=days)
    expected = d2_tweedie_score(y, model.predict(X, exposure=days), power=1)
    assert model.score(X, y, exposure=days) == pytest.approx(expected)
    message = (
        "`score` must know the exposures, as the model was fitted with them; got none. Give "
        "`exposure`, a number a row."
    )
    with pytest.raises(DataError, match=exactly(message)):
        model.score(X, y)
    plain = RidgeCount(0.01).fit(X, y)
    assert plain.score(X, y) == pytest.approx(d2_tweedie_score(y, plain.predict(X), power=1))
    assert plain.predict(X, exposure=30)[0] == pytest.approx(30 * plain.predict(X)[0])


def test_effects_that_are_alike_are_not_called_unlike_by_how_counts_vary():
    rng = np.random.default_rng(4)
    campaign = np.repeat(np.arange(8), 150)
    X = pd.DataFrame(rng.normal(size=(1200, 8)), columns=[f"x{j}" for j in range(8)])
    flips = np.where(campaign % 2, 0.5, -0.5)
    eta = 1 + flips * X["x5"] + 0.6 * X["x0"] - 0.5 * X["x1"] + 0.4 * X["x2"]
    y = rng.poisson(np.exp(eta) * rng.gamma(0.3, 1 / 0.3, 1200))
    model = RidgeCount(co_data="heterogeneity", penalty_factors={}, rule="best")
    model.fit(X, y, campaign=campaign)
    assert model.dispersion_ > 5
    assert model.penalties_["x5"] > 3 * model.penalties_.drop("x5").median()
