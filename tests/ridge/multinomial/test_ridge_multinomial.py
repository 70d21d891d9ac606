"""RidgeMultinomial against its sisters, statsmodels, itself in other orders, and bad input."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import RidgeMultinomial, RidgePropensity
from workbench.errors import (
    DataError,
    ParameterError,
)


@parametrize_with_checks([RidgeMultinomial(0.01)])
def test_scikit_learns_classifier_checks(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.slow
@parametrize_with_checks([RidgeMultinomial()])
def test_scikit_learns_classifier_checks_of_a_tuned_one(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize("alpha", [1.0, 0.01, 1e-4])
def test_of_two_classes_it_is_the_propensity_model_of_half_the_alpha(alpha):
    X, y = offers()
    bought = y == "none"
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    ours = RidgeMultinomial(alpha=alpha, tolerance=1e-12).fit(X, bought, weight)
    sister = RidgePropensity(alpha=alpha / 2).fit(X, bought, weight)
    np.testing.assert_allclose(ours.coef_[1] - ours.coef_[0], sister.coef_[0], atol=1e-8)
    np.testing.assert_allclose(ours.predict_proba(X), sister.predict_proba(X), atol=1e-8)
    np.testing.assert_allclose(ours.decision_function(X), sister.decision_function(X), atol=1e-7)


def test_almost_without_a_penalty_it_is_the_likelihood_of_statsmodels():
    X, y = offers(n=800)
    X = X[["price", "visits"]]
    ours = RidgeMultinomial(alpha=1e-10, tolerance=1e-12).fit(X, y)
    peer = sm.MNLogit(y, sm.add_constant(X)).fit(disp=0, method="newton", maxiter=50)
    differences = (ours.coef_ - ours.coef_[0])[1:]
    np.testing.assert_allclose(differences.T, peer.params[1:], rtol=2e-4, atol=1e-5)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(seed):
    X, y = offers(n=120)
    order = np.random.default_rng(seed).permutation(len(y))
    plain = RidgeMultinomial().fit(X, y)
    other = RidgeMultinomial().fit(X.iloc[order], y[order])
    assert other.alpha_ == pytest.approx(plain.alpha_, rel=0.01)
    np.testing.assert_allclose(other.predict_proba(X), plain.predict_proba(X), atol=1e-4)


def test_a_class_can_be_held_more_than_the_others():
    X, y = offers()
    plain = RidgeMultinomial(alpha=0.01).fit(X, y)
    held = RidgeMultinomial(alpha=0.01, class_factors={"voucher": 1e6}).fit(X, y)
    size = np.abs(held.coef_standardised_).max()
    assert size["voucher"] < 1e-3 < np.abs(plain.coef_standardised_).max()["voucher"]
    assert held.of_class("voucher").penalties_.iloc[0] == pytest.approx(1e4)


def test_it_is_tuned_on_campaigns_left_out():
    X, y = offers(n=600)
    campaign = np.repeat(["2024-01", "2024-02", "2024-03"], 200)
    spike = np.where(np.isin(y, ["bundle", "none"]), 1.0, -1.0)
    X["spike"] = np.where(campaign == "2024-02", spike, 0.0)  # says all, and once only
    groups = {**GROUPS, "spike": "spike"}
    by_campaign = RidgeMultinomial().fit(X, y, campaign=campaign, groups=groups)
    by_rows = RidgeMultinomial(folds="random").fit(X, y, campaign=campaign, groups=groups)
    assert by_campaign.folds_ == "3 campaigns"
    assert (
        by_campaign.tuning_.loc["spike", "penalty"] > 10 * by_rows.tuning_.loc["spike", "penalty"]
    )
    assert by_campaign.left_out_proba_.shape == (600, 4)


def test_a_class_of_one_campaign_is_fitted_and_missed_where_left_out():
    X, y = offers(n=300)
    campaign = np.repeat(["a", "b", "c"], 100)
    y = y.astype(object)
    y[np.flatnonzero(campaign == "b")[:20]] = "new"
    model = RidgeMultinomial().fit(X, y, campaign=campaign)
    k = model.classes_.tolist().index("new")
    assert (model.left_out_proba_[y == "new", k] == 0).all()
    assert np.isfinite(model.tuning_["left_out_loss"]).all()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"alpha": 0}, ParameterError, "`alpha` must be above 0"),
        ({"penalty_factors": {"price": 0}}, ParameterError, "have none, and what they tell apart"),
        ({"class_factors": {"vouchr": 2}}, ParameterError, "Did you mean 'voucher'"),
        ({"class_factors": {"voucher": 0}}, ParameterError, "must be numbers above 0"),
        ({"folds": "weeks"}, ParameterError, "`folds` must be one of"),
        ({"folds": "campaigns"}, DataError, "needs the campaign of each row"),
        ({"standardise": "yes"}, ParameterError, "`standardise` must be"),
        ({"max_iterations": 0}, ParameterError, "`max_iterations`"),
        ({"tolerance": 10.0}, ParameterError, "`tolerance` must be above 0 and at most 0.01"),
        ({"tolerance": float("nan")}, ParameterError, "`tolerance` must be above 0"),
    ],
)
def test_parameters_that_are_not_what_they_must_be(given, error, message):
    X, y = offers(n=60)
    with pytest.raises(error, match=message):
        RidgeMultinomial(**given).fit(X, y)
