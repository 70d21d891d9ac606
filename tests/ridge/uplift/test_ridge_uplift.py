"""RidgeUplift against statsmodels, scikit-learn, its limits, and what must not change it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

from tests.ridge.mailing import mailed, mailing, numeric, true_uplift
from workbench import FeatureFrame, RidgePropensity, RidgeUplift
from workbench.errors import DataError, DataWarning, ExtrapolationWarning, FitError, ParameterError


@pytest.fixture(scope="module")
def frame():
    return mailing()


@pytest.fixture(scope="module")
def tuned(frame):
    return RidgeUplift().fit(frame)


def by_hand(frame, *, share=None):
    """The columns of the joint fit, made with pandas: treated, main, uplift."""
    X, t = pd.get_dummies(frame.X, prefix_sep="=").astype("float64"), mailed(frame)
    if share is None:
        share = pd.Series(t).groupby(frame.campaign).transform("mean").to_numpy()
    contrast = t - share
    return contrast, X, (X - X.mean()).mul(contrast, axis=0)


def test_without_penalties_it_is_the_logistic_regression_of_statsmodels(frame):
    frame = numeric(frame)
    model = RidgeUplift(alpha=0.0).fit(frame)
    contrast, X, moved = by_hand(frame)
    columns = np.column_stack([np.ones(len(X)), X, contrast, moved])
    # the scale of recency is 100 times that of the others: more digits need more steps
    fitted = sm.Logit(frame.y.to_numpy(), columns).fit(disp=0, method="newton", tol=1e-14)
    intercept, main, effect, uplift = np.split(fitted.params, [1, 4, 5])
    np.testing.assert_allclose(model.main_per_unit, main, rtol=1e-6)
    np.testing.assert_allclose(model.per_unit, uplift, rtol=1e-6)
    np.testing.assert_allclose([model.main_intercept_, model.effect_], [*intercept, *effect])
    assert model.effect_error_ == pytest.approx(fitted.bse[4], rel=1e-3)
    errors = model.columns_["std_error"] / model.columns_["scale"]
    np.testing.assert_allclose(errors, fitted.bse[5:], rtol=1e-3)

    share, z = mailed(frame).mean(), X - X.mean()
    difference = effect + z @ uplift
    untreated = intercept + X @ main - share * difference
    expected = expit(untreated + difference) - expit(untreated)
    np.testing.assert_allclose(model.uplift(frame), expected, atol=1e-9)
    np.testing.assert_allclose(model.propensity(frame), expit(untreated), atol=1e-9)


def test_under_given_penalties_it_is_that_of_scikit_learn_on_scaled_columns(frame):
    factors = {"main": 0.5, "uplift": 2.0, "uplift: visits": 8.0, "main: person": 3.0}
    model = RidgeUplift(alpha=0.01, penalty_factors=factors).fit(frame)
    contrast, X, moved = by_hand(frame)
    main = np.array([0.005, 0.005, 0.03, 0.03, 0.03, 0.03])
    uplift = np.array([0.02, 0.08, 0.02, 0.02, 0.02, 0.02])
    assert model.columns_["main_penalty"].tolist() == pytest.approx(main)
    assert model.columns_["penalty"].tolist() == pytest.approx(uplift)
    z = X - X.mean()
    # a column that is multiplied by a is penalised by 1/a²: that of the treatment by almost nothing
    of_main, of_uplift = z.std(ddof=0) * main**0.5, moved.std(ddof=0) * uplift**0.5
    multiplied = np.concatenate([[1e4], 1 / of_main, 1 / of_uplift])
    columns = np.column_stack([contrast, z, moved]) * multiplied
    other = LogisticRegression(C=1 / len(X), solver="newton-cholesky", tol=1e-12)
    coef = other.fit(columns, frame.y).coef_[0] * multiplied
    effect, b, c = np.split(coef, [1, 7])
    assert model.effect_ == pytest.approx(effect[0], abs=1e-6)
    np.testing.assert_allclose(model.main_per_unit, b, atol=1e-6)
    np.testing.assert_allclose(model.per_unit, c, atol=1e-6)


def test_without_uplift_columns_it_is_a_propensity_with_a_column_of_the_treatment(frame):
    model = RidgeUplift(alpha=0.01, penalty_factors={"uplift": np.inf}).fit(frame)
    contrast, _, _ = by_hand(frame)
    both = replace(
        FeatureFrame(frame.X.assign(contrast=contrast), frame.y, frame.campaign),
        catalogue=pd.DataFrame({"group": [*"aabb", "c"]}, index=[*frame.X, "contrast"]),
    )
    as_fitted = {"base_rate": "training", "half_life": None, "slope": 1.0, "extrapolate": True}
    other = RidgePropensity(0.01, {"contrast": 0.0}, **as_fitted).fit(both)
    share = mailed(frame).mean()
    for treated in (False, True):
        expected = other.propensity(both.X.assign(contrast=treated - share))
        np.testing.assert_allclose(model.propensity(frame, treated=treated), expected, atol=1e-9)
    assert model.per_unit.tolist() == [0.0] * 6
    assert model.columns_["dropped"].all()


def test_strong_penalties_leave_the_difference_of_the_two_rates(frame):
    model = RidgeUplift(alpha=1e9).fit(replace(frame, campaign=None))
    rates = frame.y.groupby(frame.treatment).mean()
    assert np.ptp(model.uplift(frame)) < 1e-6
    assert model.at_average == pytest.approx(rates["mail"] - rates["none"], abs=1e-4)


def test_a_tuned_model_finds_whom_the_mailing_changes(frame, tuned):
    found, truth = tuned.uplift(frame), true_uplift(frame.X)
    assert np.corrcoef(found, truth)[0, 1] > 0.9
    assert found.mean() == pytest.approx(truth.mean(), abs=0.03)
    by_propensity = RidgePropensity(alpha=0.01).fit(frame).propensity(frame)
    assert np.corrcoef(by_propensity, truth)[0, 1] < 0.75
    assert tuned.tuning_.index.tolist() == [
        "main: web",
        "main: person",
        "uplift: web",
        "uplift: person",
    ]
    assert tuned.co_data_.keys() == {"concentration"}
    assert tuned.folds_ == "4 campaigns"
    assert tuned.campaigns_out_


def test_without_campaigns_main_and_uplift_are_tuned_apart_on_parts_of_the_rows(frame):
    model = RidgeUplift().fit(replace(frame, campaign=None))
    assert model.tuning_.index.tolist() == ["main", "uplift"]
    assert model.folds_ == "10 random parts of the rows"
    assert model.shares_.to_dict() == {"(all)": mailed(frame).mean()}


def test_arms_that_change_their_names_change_the_sign(frame):
    model = RidgeUplift(alpha=0.01).fit(frame)
    other = RidgeUplift(alpha=0.01).fit(replace(frame, control="mail"))
    assert (other.arm_, other.control_) == ("none", "mail")
    np.testing.assert_allclose(other.uplift(frame), -model.uplift(frame), atol=1e-9)
    np.testing.assert_allclose(
        other.propensity(frame, treated=True), model.propensity(frame), atol=1e-9
    )


def test_neither_the_order_of_rows_nor_the_scale_of_a_column_matters(frame, tuned):
    order = np.random.default_rng(5).permutation(len(frame))
    mixed = RidgeUplift().fit(frame.rows(order))
    np.testing.assert_allclose(mixed.uplift(frame), tuned.uplift(frame), atol=1e-7)

    X = frame.X.assign(recency=3.0 - 0.001 * frame.X["recency"], age=1e5 + 9 * frame.X["age"])
    scaled = RidgeUplift().fit(replace(frame, X=X))
    np.testing.assert_allclose(scaled.uplift(X), tuned.uplift(frame), atol=1e-7)


def test_a_row_of_weight_three_is_three_rows(frame):
    weight = np.random.default_rng(1).integers(1, 4, len(frame))
    frame = replace(frame, customer=pd.Series(np.arange(len(frame))))
    weighted = replace(frame, weight=pd.Series(weight.astype("float64")))
    expanded = frame.rows(np.repeat(np.arange(len(frame)), weight))
    model, other = (RidgeUplift(alpha=0.01).fit(one) for one in (weighted, expanded))
    np.testing.assert_allclose(model.uplift(frame), other.uplift(frame), atol=1e-9)
    assert model.share_ == pytest.approx(other.share_)
    assert model.training_["treated"] == pytest.approx(other.training_["treated"])


def test_shares_that_differ_by_campaign_do_not_pass_for_an_effect():
    """Campaigns that responded more were mailed more, and mailing did nothing."""
    rng = np.random.default_rng(4)
    campaign = pd.Series(np.repeat(["a", "b", "c"], 4000))
    treated = rng.random(12_000) < campaign.map({"a": 0.1, "b": 0.5, "c": 0.9})
    y = rng.random(12_000) < campaign.map({"a": 0.1, "b": 0.2, "c": 0.4})
    X = pd.DataFrame({"x": rng.normal(size=12_000)})
    arms = {"treatment": treated.astype("str"), "control": "False"}
    frame = FeatureFrame(X, y.astype("float64"), campaign, **arms)
    rate = y.groupby(treated).mean()
    assert rate[True] - rate[False] > 0.1  # the plain difference says that it worked
    model = RidgeUplift(alpha=0.01).fit(frame)
    assert abs(model.effect_) < 3 * model.effect_error_ < 0.25
    assert model.shares_.round(1).to_dict() == {"a": 0.1, "b": 0.5, "c": 0.9}
    assert model.share_ == pytest.approx(treated.mean())


def test_campaigns_without_a_control_group_say_nothing_of_the_effect(frame):
    last = frame.campaign == "2024-03"
    all_mailed = frame.treatment.where(~last, "mail")
    some = frame.rows((~last).to_numpy())
    # many responded there: the effect is learned where there is a comparison
    y = frame.y.where(~last, pd.Series(np.arange(len(frame)) % 2.0))
    changed = replace(frame, treatment=all_mailed, y=y)
    model, other = (RidgeUplift(alpha=0.01).fit(one) for one in (changed, some))
    assert model.shares_["2024-03"] == 1.0
    rate = y.groupby(all_mailed).mean()
    assert rate["mail"] - rate["none"] > 0.12
    assert model.effect_ == pytest.approx(other.effect_, abs=other.effect_error_)


def test_rows_of_other_arms_and_of_unknown_outcome_are_passed_over(frame):
    rng = np.random.default_rng(8)
    other, unknown = rng.random(len(frame)) < 0.2, rng.random(len(frame)) < 0.2
    arms = frame.treatment.mask(other, "app")
    several = replace(frame, treatment=arms, y=frame.y.mask(unknown))
    model = RidgeUplift(alpha=0.01, arm="mail").fit(several)
    alone = RidgeUplift(alpha=0.01).fit(frame.rows(~other & ~unknown))
    np.testing.assert_array_equal(model.uplift(frame), alone.uplift(frame))
    assert (model.arm_, model.control_) == ("mail", "none")

    together = RidgeUplift(alpha=0.01, arm="any").fit(several)
    one = replace(several, treatment=arms.replace("app", "mail"))
    np.testing.assert_array_equal(
        together.uplift(frame), RidgeUplift(alpha=0.01).fit(one).uplift(frame)
    )


@pytest.fixture(scope="module")
def chosen():
    """Who visited more was mailed more often; the chance of each row's own arm is known."""
    rng = np.random.default_rng(2)
    drawn = mailing(20_000, seed=2)
    chance = expit((drawn.X["visits"] - 3) / 1.5)
    treated = rng.random(len(drawn)) < chance
    base = -2.0 + 0.5 * (drawn.X["visits"] - 3) + np.where(treated, 0.4, 0.0)
    return replace(
        drawn,
        treatment=pd.Series(np.where(treated, "mail", "none")),
        y=pd.Series((rng.random(len(drawn)) < expit(base)).astype("float64")),
        arm_probability=pd.Series(np.where(treated, chance, 1 - chance)),
    )


def test_contacts_that_were_chosen_are_weighed_by_their_known_chances(chosen):
    model = RidgeUplift(alpha=0.001).fit(chosen)
    assert model.effect_ == pytest.approx(0.4, abs=3 * model.effect_error_)
    base = -2.0 + 0.5 * (chosen.X["visits"] - 3)
    truth = expit(base + 0.4) - expit(base)
    assert model.uplift(chosen).mean() == pytest.approx(truth.mean(), abs=0.02)


def test_contacts_that_were_chosen_are_refused_without_their_chances(chosen):
    with pytest.raises(DataError) as caught:
        RidgeUplift(alpha=0.001).fit(replace(chosen, arm_probability=None))
    assert str(caught.value) == (
        "Arms must be assigned at random; features tell 'mail' from 'none' (p < 1e-12), most "
        "of all ['visits']. The arms differ in whom they contain, so a difference of outcomes is "
        "no effect of the contact. Give `arm_probability`, the chance with which each "
        "row got its arm, or drop features that were written after the contact. Next time, draw a "
        "control group at random: `workbench.experiments.assign`."
    )


def test_the_same_chance_for_all_changes_nothing(frame):
    known = replace(frame, arm_probability=pd.Series(0.5, index=frame.X.index))
    model, other = (RidgeUplift(alpha=0.01).fit(one) for one in (frame, known))
    np.testing.assert_allclose(model.uplift(frame), other.uplift(frame), atol=1e-12)


def test_a_number_outside_of_its_range_counts_as_the_nearest_inside(frame, tuned):
    far = frame.X.assign(visits=900.0)
    with pytest.warns(ExtrapolationWarning, match=r"'visits' in 100.0% of rows"):
        found = tuned.scores(far)
    edge = tuned.scores(frame.X.assign(visits=frame.X["visits"].max()))
    pd.testing.assert_frame_equal(found, edge)
    beyond = RidgeUplift(alpha=0.01, extrapolate=True).fit(frame)
    with pytest.warns(ExtrapolationWarning, match="are extrapolated"):
        assert beyond.log_odds(far)["treated"].mean() > 50


def test_gaps_and_constants_are_columns_as_of_a_propensity(frame):
    X = frame.X.assign(age=frame.X["age"].mask(frame.X.index % 7 == 0), same=1.0)
    catalogue = pd.DataFrame({"group": "all"}, index=X.columns)
    with pytest.warns(DataWarning) as said:
        model = RidgeUplift(alpha=0.01).fit(replace(frame, X=X, catalogue=catalogue))
    constant, missing = sorted(str(one.message) for one in said)
    assert constant == "Constant columns: ['same']. They are kept, with coefficient 0."
    assert missing == (
        "Missing values in 'age' (429 rows): imputed with the training mean, and marked by a "
        "column of their own."
    )
    assert model.columns_.loc["same", ["coef_standardised", "main_coef_standardised"]].tolist() == [
        0,
        0,
    ]
    assert model.columns_.loc["age (missing)", "coef_standardised"] != 0
    with pytest.warns(DataWarning, match="levels that training did not have"):
        assert model.uplift(X.assign(city="Trier")).notna().all()


def test_its_own_penalties_fit_it_again(frame, tuned):
    again = RidgeUplift(alpha=tuned.alpha_, penalty_factors=tuned.penalty_factors_).fit(frame)
    np.testing.assert_allclose(again.uplift(frame), tuned.uplift(frame), atol=1e-7)


def test_main_and_uplift_stand_side_by_side(frame, tuned):
    table = tuned.coefficients()
    assert list(table) == [
        *("feature", "group", "coef", "coef_standardised", "std_error", "penalty", "edf"),
        *("score_share", "main_coef", "main_coef_standardised", "main_std_error"),
        *("main_penalty", "main_edf"),
    ]
    np.testing.assert_array_equal(table["coef"], tuned.per_unit)
    np.testing.assert_array_equal(table["main_coef"], tuned.main_per_unit)
    parts = tuned.design_.matrix(frame.X) * tuned.per_unit
    effect = parts.sum(axis=1)
    shares = [np.cov(part, effect)[0, 1] / effect.var(ddof=1) for part in parts.T]
    np.testing.assert_allclose(table["score_share"], shares, rtol=1e-9)


def test_scores_of_a_feature_hold_for_both_of_its_coefficients(frame):
    scores = pd.DataFrame({"doubt": [0.0, 1.0, 2.0, 3.0]}, index=list(frame.X))
    model = RidgeUplift(co_data=scores).fit(frame)
    (slope,) = model.co_data_.values()
    assert slope != 0
    for part in ("main_penalty", "penalty"):
        steps = np.log(model.columns_[part]).diff()  # within a group, scores alone differ
        assert np.sign(steps["visits"]) == np.sign(steps["city=Bonn"]) == np.sign(slope)
        assert steps["visits"] == pytest.approx(steps["city=Bonn"])
        assert steps[["city=Köln", "city=Ulm"]].tolist() == pytest.approx([0, 0])


def test_it_is_a_scikit_learn_estimator(frame, tuned):
    copy = clone(RidgeUplift(alpha=0.5, arm="mail", rule="best"))
    assert copy.get_params()["arm"] == "mail"
    assert tuned.feature_names_in_.tolist() == ["recency", "visits", "age", "city"]
    assert tuned.n_features_in_ == 4
    with pytest.raises(NotFittedError):
        copy.uplift(frame)
    assert repr(copy) == "RidgeUplift(alpha=0.5, arm='mail', rule='best')"
    assert "Ridge uplift model" in tuned._repr_html_()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"alpha": -1}, "`alpha` must be 'tuned' or a finite number from 0; got -1. It is"),
        ({"rule": "bold"}, "`rule` must be one of ['safe', 'best']; got 'bold'."),
        ({"folds": "weeks"}, "`folds` must be one of"),
        ({"criterion": "auc"}, "`criterion` must be one of"),
        ({"extrapolate": "yes"}, "`extrapolate` must be one of [False, True]; got 'yes'."),
        ({"co_data": "spikes"}, "`co_data` must be one of"),
    ],
)
def test_parameters_are_checked_before_rows(parameters, message):
    with pytest.raises(ParameterError) as caught:
        RidgeUplift(**parameters).fit(None)
    assert str(caught.value).startswith(message)


def test_it_is_fitted_to_a_frame(frame):
    with pytest.raises(ParameterError) as caught:
        RidgeUplift().fit(frame.X)
    assert str(caught.value) == (
        "RidgeUplift is fitted to a FeatureFrame that has `treatment`; got a DataFrame. Make one: "
        "`FeatureFrame.from_table(table, target='bought', treatment='arm', control='none')`."
    )


def test_a_failed_fit_leaves_the_earlier_one(frame):
    model = RidgeUplift(alpha=0.01).fit(frame)
    before = model.uplift(frame)
    with pytest.raises(FitError):
        model.fit(replace(frame, y=frame.y * np.nan))
    pd.testing.assert_series_equal(model.uplift(frame), before)
