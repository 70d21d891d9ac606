"""RidgeAmount against closed forms, scikit-learn, statsmodels and refits without a campaign."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn.linear_model import Ridge

from tests.ridge.sources import BareSource
from workbench import FeatureFrame, RidgeAmount
from workbench.errors import DataError, FitError, ParameterError
from workbench.ridge import jackknife_errors


def exactly(message):
    return f"^{re.escape(message)}$"


CAMPAIGNS = ["2024-01", "2024-02", "2024-03", "2024-04"]


@pytest.fixture(scope="module")
def spend():
    rng = np.random.default_rng(7)
    n = 320
    X = pd.DataFrame(
        {
            "visits": rng.poisson(3.0, n).astype(float),
            "recency_days": 200 + 50 * rng.normal(size=n),
            "basket": rng.lognormal(3.0, 0.5, n),
        }
    )
    campaign = pd.Series(np.repeat(CAMPAIGNS, n // 4))
    y = 35 + 6 * X["visits"] - 0.05 * X["recency_days"] + 15 * rng.normal(size=n)
    return X, y + 4.0 * (campaign == "2024-03"), rng.uniform(0.5, 3, n), campaign


def standardised(X, weight):
    mean = np.average(X, axis=0, weights=weight)
    scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return ((X - mean) / scale).to_numpy()


def test_coefficients_are_those_of_the_normal_equations(spend):
    X, y, weight, _ = spend
    factors = {"visits": 0.3, "recency_days": 2.0, "basket": 9.0}
    model = RidgeAmount(0.05, factors).fit(X, y, weight)
    Z = np.column_stack([np.ones(len(X)), standardised(X, weight)])
    ridge = weight.sum() * np.diag([0.0, *(0.05 * f for f in factors.values())])
    b = np.linalg.solve(Z.T @ (weight[:, None] * Z) + ridge, Z.T @ (weight * y))
    np.testing.assert_allclose(model.coef_standardised_, b[1:], rtol=1e-9)
    np.testing.assert_allclose(model.predict(X), Z @ b, rtol=1e-9)
    assert model.edf_ == pytest.approx(
        np.trace(np.linalg.solve(Z.T @ (weight[:, None] * Z) + ridge, Z.T @ (weight[:, None] * Z)))
        - 1
    )


def test_one_strength_is_scikit_learns_ridge(spend):
    X, y, _, _ = spend
    model = RidgeAmount(0.2).fit(X, y)
    Z = standardised(X, np.ones(len(X)))
    theirs = Ridge(alpha=0.2 * len(X)).fit(Z, y)
    np.testing.assert_allclose(model.coef_standardised_, theirs.coef_, rtol=1e-9)
    np.testing.assert_allclose(model.predict(X), theirs.predict(Z), rtol=1e-9)
    assert model.score(X, y) == pytest.approx(theirs.score(Z, y))


def test_errors_and_variance_without_a_penalty_are_statsmodels(spend):
    X, y, _, _ = spend
    model = RidgeAmount(0.0).fit(X, y)
    theirs = sm.OLS(y, sm.add_constant(X)).fit()
    scale = X.std(ddof=0)
    np.testing.assert_allclose(model.coefficients()["std_error"], theirs.bse[1:] * scale, rtol=1e-8)
    np.testing.assert_allclose(model.coef_, theirs.params[1:], rtol=1e-8)
    assert model.intercept_ == pytest.approx(theirs.params["const"], rel=1e-8)
    assert model.dispersion_ == pytest.approx(theirs.scale, rel=1e-9)
    assert 1 - model.training_["loss"] / model.training_["base_loss"] == pytest.approx(
        theirs.rsquared
    )


def without(X, y, weight, campaign, alpha):
    """Squared errors on each campaign of refits, under the whole fit's scale and strength."""
    Z = np.column_stack([np.ones(len(X)), standardised(X, weight)])
    centre = np.average(y, weights=weight)
    unit = np.sqrt(np.average((y - centre) ** 2, weights=weight))
    ridge = weight.sum() * np.diag([0.0, *np.repeat(alpha, X.shape[1])])
    losses = []
    for name in CAMPAIGNS:
        rest = (campaign != name).to_numpy()
        A, w = Z[rest], weight[rest]
        b = np.linalg.solve(A.T @ (w[:, None] * A) + ridge, A.T @ (w * y[rest]))
        error = (y[~rest] - Z[~rest] @ b) / unit
        losses.append(0.5 * np.average(error**2, weights=weight[~rest]))
    return losses


def test_left_out_losses_are_of_refits_without_each_campaign(spend):
    X, y, weight, campaign = spend
    model = RidgeAmount(0.1).fit(X, y, weight, campaign=campaign)
    expected = without(X, y, weight, campaign, 0.1)
    np.testing.assert_allclose(model.workspace_.left_out()["loss"], expected, rtol=1e-8)


def test_it_is_tuned_by_what_campaigns_left_out_say(spend):
    X, y, weight, campaign = spend
    model = RidgeAmount(penalty_factors={}, rule="best", co_data=None)
    model.fit(X, y, weight, campaign=campaign)
    contacts = np.array([weight[campaign == name].sum() for name in CAMPAIGNS])

    def loss(alpha):
        return contacts @ without(X, y, weight, campaign, alpha) / weight.sum()

    strengths = np.exp(np.linspace(np.log(model.alpha_) - 3, np.log(model.alpha_) + 3, 31))
    assert loss(model.alpha_) <= min(map(loss, strengths)) * (1 + 2e-5)
    assert model.tuning_["left_out_loss"].iloc[0] == pytest.approx(loss(model.alpha_), rel=1e-6)


def test_the_currency_does_not_matter(spend):
    X, y, weight, campaign = spend
    euro = RidgeAmount().fit(X, y, weight, campaign=campaign)
    cent = RidgeAmount().fit(X, 100 * y + 5e6, weight, campaign=campaign)
    np.testing.assert_allclose(cent.penalties_, euro.penalties_, rtol=1e-6)
    np.testing.assert_allclose(cent.coef_, 100 * euro.coef_, rtol=1e-6)
    np.testing.assert_allclose(cent.predict(X), 100 * euro.predict(X) + 5e6, rtol=1e-9)
    errors = [one.coefficients()["std_error"] for one in (cent, euro)]
    np.testing.assert_allclose(errors[0], 100 * errors[1], rtol=1e-6)
    np.testing.assert_allclose(jackknife_errors(cent), 100 * jackknife_errors(euro), rtol=1e-5)
    moved = {"visits": 0.5}
    np.testing.assert_allclose(
        cent.preview(moved).b[1:], 100 * euro.preview(moved).b[1:], rtol=1e-6
    )
    again = cent.refit(moved)
    np.testing.assert_allclose(again.coef_standardised_, cent.preview(moved).b[1:], rtol=1e-6)
    assert again.training_["loss"] > cent.training_["loss"]


def test_errors_by_leaving_campaigns_out_are_the_jackknifes(spend):
    X, y, weight, campaign = spend
    model = RidgeAmount(0.1).fit(X, y, weight, campaign=campaign)
    Z = np.column_stack([np.ones(len(X)), standardised(X, weight)])
    ridge = weight.sum() * np.diag([0.0, 0.1, 0.1, 0.1])
    left = []
    for name in CAMPAIGNS:
        rest = (campaign != name).to_numpy()
        A, w = Z[rest], weight[rest]
        left.append(np.linalg.solve(A.T @ (w[:, None] * A) + ridge, A.T @ (w * y[rest]))[1:])
    squares = ((np.array(left) - model.coef_standardised_.to_numpy()) ** 2).sum(axis=0)
    np.testing.assert_allclose(jackknife_errors(model), np.sqrt(3 / 4 * squares), rtol=1e-7)


def test_a_weight_is_so_many_contacts(spend):
    X, y, _, campaign = spend
    weight = np.random.default_rng(1).integers(1, 4, len(X))
    at = np.repeat(np.arange(len(X)), weight)
    one = RidgeAmount(0.1).fit(X, y, weight, campaign=campaign)
    other = RidgeAmount(0.1).fit(X.iloc[at], y.iloc[at], campaign=campaign.iloc[at].to_numpy())
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-8)
    assert one.dispersion_ == pytest.approx(other.dispersion_)
    pd.testing.assert_frame_equal(one.coefficients(), other.coefficients(), rtol=1e-6)


def test_more_columns_than_rows_are_solved_exactly():
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(60, 150)))
    y = 100 + 20 * X[0] + rng.normal(size=60)
    campaign = np.repeat([1, 2, 3], 20)
    model = RidgeAmount(0.3).fit(X, y, campaign=campaign)
    Z = standardised(X, np.ones(60))
    theirs = Ridge(alpha=0.3 * 60).fit(Z, y)
    np.testing.assert_allclose(model.coef_standardised_, theirs.coef_, rtol=1e-6, atol=1e-9)
    left = []
    for name in (1, 2, 3):
        rest = campaign != name
        # the strength stays that of all rows
        refit = Ridge(alpha=0.3 * 60).fit(Z[rest], y[rest])
        left.append(np.mean((y[~rest] - refit.predict(Z[~rest])) ** 2) / (2 * y.var(ddof=0)))
    np.testing.assert_allclose(model.workspace_.left_out()["loss"], left, rtol=1e-6)
    assert RidgeAmount().fit(X, y, campaign=campaign).score(X, y) > 0.5


def test_a_frame_brings_campaigns_and_groups_and_y_says_what_is_known(spend):
    X, y, _, campaign = spend
    table = X.assign(month=campaign, bought=(np.arange(len(X)) % 2).astype(float))
    frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    bought = y.where(table["bought"] == 1)
    model = RidgeAmount(0.1).fit(frame, bought)
    odd = table["bought"] == 1
    alone = RidgeAmount(0.1).fit(X[odd], y[odd], campaign=campaign[odd].to_numpy())
    np.testing.assert_allclose(model.coef_, alone.coef_, rtol=1e-9)
    assert model.training_["contacts"] == odd.sum()
    assert model.expected(frame).name == "amount"
    assert model.expected(frame).index.equals(frame.X.index)


def test_a_saved_model_foretells_the_same(spend, tmp_path):
    X, y, weight, campaign = spend
    model = RidgeAmount().fit(X, y, weight, campaign=campaign)
    loaded = RidgeAmount.load(model.save(tmp_path / "amount.json"))
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert str(loaded.summary()) == str(model.summary())
    pd.testing.assert_frame_equal(loaded.reasons(X), model.reasons(X))
    assert (loaded.intercept_, loaded.dispersion_) == (model.intercept_, model.dispersion_)
    assert not hasattr(loaded, "classes_")


def test_contributions_add_up_to_the_amount(spend):
    X, y, _, _ = spend
    model = RidgeAmount(0.1).fit(X, y)
    added = model.contributions(X).sum(axis=1) + y.mean()
    np.testing.assert_allclose(added, model.predict(X))


def test_what_is_said_of_it_is_in_units_of_the_amount(spend):
    X, y, _, _ = spend
    facts = RidgeAmount(0.0).fit(X, y).summary().facts["value"]
    residual = sm.OLS(y, sm.add_constant(X)).fit()
    assert facts["Mean amount"] == f"{y.mean():,.4g}"
    assert facts["Deviation about the fit"] == f"{residual.scale**0.5:,.4g}"
    assert facts["Variance explained in training (R²)"] == f"{residual.rsquared:.1%}"


REFUSED = {
    "alike": (
        [7.0, 7.0, 7.0],
        (
            "The amounts must differ; all 3 rows have 7. Check the column, and whether these "
            "rows are all that there are."
        ),
    ),
    "text": (
        np.array(["1", "2", "3"]),
        "`y` must be of numbers; got '1'. Convert them first, as with `pd.to_numeric`.",
    ),
    "gaps": (
        [1.0, np.nan, 2.0],
        (
            "`y` must have an outcome in every row; 1 of 3 are missing or infinite. Drop those "
            "rows, or give a FeatureFrame, which passes them over."
        ),
    ),
    "too few": (
        [1.0, 2.0],
        (
            "`y` must have one value a row; got inconsistent numbers of samples: 2 for 3 rows. "
            "Align them first."
        ),
    ),
    "none": (
        None,
        "RidgeAmount requires y to be passed, but the target y is None: give one number a row.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_amounts_that_are_none_are_refused(name):
    y, message = REFUSED[name]
    with pytest.raises((DataError, FitError), match=exactly(message)):
        RidgeAmount(0.1).fit(pd.DataFrame({"x": [1.0, 2.0, 4.0]}), y)


def test_a_row_source_is_refused_in_words(spend):
    X, y, weight, _ = spend
    source = BareSource(X.to_numpy(), y.to_numpy(), weight, np.zeros(len(X), dtype=int))
    message = (
        "RidgeAmount is fitted to a FeatureFrame, a table or an array; got a row source, which "
        "RidgePropensity alone takes. Give the rows as a table."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        RidgeAmount().fit(source)
