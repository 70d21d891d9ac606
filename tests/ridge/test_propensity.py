import re
import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_matrix, csr_array, issparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ConvergenceWarning, DataError, DataWarning, FitError, SchemaError
from workbench.ridge import pipeline as fitting


def exactly(message):
    return f"^{re.escape(message)}$"


def same_fit(one, other, **tolerance):
    np.testing.assert_allclose(one.coef_, other.coef_, **tolerance)
    np.testing.assert_allclose(one.intercept_, other.intercept_, **tolerance)


@parametrize_with_checks([RidgePropensity(alpha=0.01)])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([RidgePropensity(alpha="tuned")])
def test_scikit_learn_accepts_it_tuned(estimator, check):
    check(estimator)


# --- the same model by other hands, from raw columns to raw coefficients


def test_statsmodels_logit_without_a_penalty(rows):
    model = RidgePropensity(alpha=0.0).fit(rows.X, rows.y)
    peer = sm.Logit(rows.y, sm.add_constant(rows.X)).fit(disp=0, tol=1e-12, method="newton")
    np.testing.assert_allclose(model.coef_[0], peer.params.iloc[1:], rtol=1e-6)
    assert model.intercept_[0] == pytest.approx(peer.params.iloc[0], rel=1e-6)
    table = model.coefficients()
    raw_errors = table["std_error"] / model.columns_["scale"]
    np.testing.assert_allclose(raw_errors, peer.bse.iloc[1:], rtol=1e-6)
    assert model.training_["log_loss"] == pytest.approx(-peer.llf / len(rows.y), rel=1e-9)
    assert model.training_["base_log_loss"] == pytest.approx(-peer.llnull / len(rows.y), rel=1e-9)


def test_statsmodels_glm_with_weights(rows):
    model = RidgePropensity(alpha=0.0).fit(rows.X, rows.y, rows.weight)
    X = sm.add_constant(rows.X)
    peer = sm.GLM(rows.y, X, family=sm.families.Binomial(), freq_weights=rows.weight)
    fitted = peer.fit(tol=1e-12, tol_criterion="params")
    np.testing.assert_allclose(model.coef_[0], fitted.params.iloc[1:], rtol=1e-6)
    raw_errors = model.columns_["std_error"] / model.columns_["scale"]
    np.testing.assert_allclose(raw_errors, fitted.bse.iloc[1:], rtol=1e-6)


@pytest.mark.parametrize("alpha", [1.0, 0.01])
def test_scikit_learn_on_standardised_columns(rows, alpha):
    factors = {**rows.factors, "recency_days": 2.0}
    model = RidgePropensity(alpha, factors).fit(rows.X, rows.y, rows.weight)
    root = np.sqrt(list(factors.values()))
    scaler = StandardScaler().fit(rows.X, sample_weight=rows.weight)
    peer = LogisticRegression(
        C=1 / (alpha * rows.weight.sum()), solver="newton-cholesky", tol=1e-12
    ).fit(scaler.transform(rows.X) / root, rows.y, sample_weight=rows.weight)
    np.testing.assert_allclose(model.coef_standardised_, peer.coef_[0] / root, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(
        model.predict_proba(rows.X),
        peer.predict_proba(scaler.transform(rows.X) / root),
        rtol=1e-7,
    )


# --- limits


def test_a_strong_penalty_gives_everybody_the_base_rate(rows):
    model = RidgePropensity(1e9).fit(rows.X, rows.y, rows.weight)
    base_rate = np.average(rows.y, weights=rows.weight)
    np.testing.assert_allclose(model.propensity(rows.X), base_rate, rtol=1e-6)
    assert model.edf_ == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.01])
def test_an_infinite_factor_is_a_fit_without_the_column(rows, alpha):
    model = RidgePropensity(alpha, {"spend": np.inf}).fit(rows.X, rows.y)
    without = RidgePropensity(alpha).fit(rows.X.drop(columns="spend"), rows.y)
    kept = rows.X.columns != "spend"
    np.testing.assert_allclose(model.coef_[0][kept], without.coef_[0], rtol=1e-10)
    assert model.coef_[0][~kept].tolist() == [0.0]
    assert model.penalties_.to_dict() == {
        name: np.inf if name == "spend" else alpha for name in rows.X
    }
    assert model.edf_ == pytest.approx(without.edf_)


def test_a_factor_of_zero_leaves_a_column_its_full_degree_of_freedom(rows):
    model = RidgePropensity(0.1, {"visits": 0}).fit(rows.X, rows.y)
    assert model.penalties_["visits"] == 0.0
    assert model.columns_.loc["visits", "edf"] == pytest.approx(1.0)
    assert (model.columns_["edf"].drop("visits") < 0.9).all()


# --- what must not matter


@settings(deadline=None, derandomize=True, max_examples=20)
@given(
    factor=st.sampled_from([1e-15, 1e-3, 7.0, 1e12, -2.5]), shift=st.sampled_from([0.0, -3.0, 50.0])
)
def test_the_unit_of_a_column_changes_its_coefficient_only(rows, factor, shift):
    model = RidgePropensity(0.02, rows.factors)
    before = model.fit(rows.X, rows.y, rows.weight)
    coef, propensity = before.coef_[0], before.propensity(rows.X)
    moved = rows.X.assign(visits=factor * (rows.X["visits"] + shift))
    after = model.fit(moved, rows.y, rows.weight)
    expected = coef / np.where(rows.X.columns == "visits", factor, 1.0)
    np.testing.assert_allclose(after.coef_[0], expected, rtol=1e-7)
    np.testing.assert_allclose(after.propensity(moved), propensity, rtol=1e-8)


@pytest.mark.parametrize("alpha", [0.02, "tuned"])
def test_the_order_of_rows_does_not_matter(rows, alpha):
    moved = np.random.default_rng(1).permutation(len(rows.y))
    model = RidgePropensity(alpha).fit(rows.X, rows.y, rows.weight)
    shuffled = RidgePropensity(alpha).fit(rows.X.iloc[moved], rows.y[moved], rows.weight[moved])
    assert shuffled.alpha_ == pytest.approx(model.alpha_, rel=1e-7)
    same_fit(shuffled, model, rtol=1e-7)


@pytest.mark.parametrize("alpha", [0.02, "tuned"])
@pytest.mark.parametrize("with_campaigns", [False, True])
def test_a_weight_is_so_many_equal_rows(rows, alpha, with_campaigns):
    times = np.arange(len(rows.y)) % 4
    campaign = rows.campaign if with_campaigns else None
    weighted = RidgePropensity(alpha).fit(rows.X, rows.y, times, campaign=campaign)
    repeated = RidgePropensity(alpha).fit(
        rows.X.loc[rows.X.index.repeat(times)],
        np.repeat(rows.y, times),
        campaign=np.repeat(rows.campaign, times) if with_campaigns else None,
    )
    assert weighted.alpha_ == pytest.approx(repeated.alpha_, rel=1e-7)
    same_fit(weighted, repeated, rtol=1e-7)
    np.testing.assert_allclose(weighted.columns_["std_error"], repeated.columns_["std_error"])


def test_the_other_class_as_positive_turns_the_signs(rows):
    model, turned = (RidgePropensity(0.02).fit(rows.X, y) for y in (rows.y, 1 - rows.y))
    np.testing.assert_allclose(turned.coef_, -model.coef_, rtol=1e-7)
    np.testing.assert_allclose(turned.intercept_, -model.intercept_, rtol=1e-7)


def test_twice_the_same_is_the_same_to_the_last_bit(rows):
    one, other = (RidgePropensity().fit(rows.X, rows.y, campaign=rows.campaign) for _ in range(2))
    pd.testing.assert_frame_equal(one.columns_, other.columns_, check_exact=True)
    pd.testing.assert_frame_equal(one.tuning_, other.tuning_, check_exact=True)


# --- a frame in, and what is read from the fit


@pytest.fixture
def frame(rows):
    catalogue = pd.DataFrame(
        {"group": ["rfm", "rfm", "rfm", "mail", "noise"]}, index=rows.X.columns
    )
    return FeatureFrame(
        rows.X,
        pd.Series(rows.y),
        campaign=rows.campaign,
        weight=pd.Series(rows.weight),
        catalogue=catalogue,
    )


def test_a_frame_is_its_arrays(frame, rows):
    of_frame = RidgePropensity(penalty_factors={"rfm": 0.5}).fit(frame)
    of_arrays = RidgePropensity(penalty_factors={"rfm": 0.5}).fit(
        rows.X, rows.y, rows.weight, campaign=rows.campaign, groups=frame.groups
    )
    pd.testing.assert_frame_equal(of_frame.columns_, of_arrays.columns_)
    pd.testing.assert_frame_equal(of_frame.tuning_, of_arrays.tuning_)
    assert of_frame.alpha_ == of_frame.tuning_.loc["all", "penalty"]
    np.testing.assert_array_equal(of_frame.propensity(frame), of_frame.propensity(rows.X))


def test_the_table_of_coefficients(frame):
    model = RidgePropensity(0.02, {"rfm": 0.5, "spend": 2.0}).fit(frame)
    table = model.coefficients()
    assert list(table) == [
        "feature",
        "group",
        "coef",
        "coef_standardised",
        "std_error",
        "penalty",
        "edf",
        "score_share",
    ]
    assert table["penalty"].tolist() == [0.01, 0.01, 0.04, 0.02, 0.02]
    assert table["score_share"].sum() == pytest.approx(1.0)
    np.testing.assert_array_equal(table["coef"], model.coef_[0])
    assert model.edf_by_group_.to_dict() == pytest.approx(
        {name: edf.sum() for name, edf in table["edf"].groupby(table["group"])}
    )
    assert model.edf_by_group_.sum() == pytest.approx(model.edf_)


def test_the_residual_is_kept(frame):
    assert 0 <= RidgePropensity(0.02).fit(frame).kkt_residual_ <= 1e-10


def test_probabilities_are_of_the_log_odds(rows):
    labels = np.where(rows.y == 1, "yes", "no")
    model = RidgePropensity(0.02).fit(rows.X, labels)
    log_odds = rows.X.to_numpy() @ model.coef_[0] + model.intercept_[0]
    np.testing.assert_allclose(model.decision_function(rows.X), log_odds, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(model.predict_proba(rows.X)[:, 1], 1 / (1 + np.exp(-log_odds)))
    assert (model.predict(rows.X) == np.where(log_odds > 0, "yes", "no")).all()


def test_propensities_stand_on_the_index_of_their_rows(rows):
    model = RidgePropensity(0.02).fit(rows.X, rows.y)
    some = rows.X.iloc[[7, 3, 5]]
    assert model.propensity(some).index.tolist() == [7, 3, 5]
    assert model.contributions(some).index.tolist() == [7, 3, 5]
    assert model.reasons(some).index.tolist() == [7, 3, 5]
    np.testing.assert_allclose(model.propensity(some), model.propensity(rows.X)[some.index])


def test_an_interrupted_fit_leaves_the_earlier_one_whole(rows, monkeypatch):
    model = RidgePropensity(0.02).fit(rows.X, rows.y)
    before = model.predict_proba(rows.X)

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "minimise", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.fit(rows.X, 1 - rows.y)
    np.testing.assert_array_equal(model.predict_proba(rows.X), before)


# --- the work goes on, and it is said


def test_a_constant_column_is_kept_with_coefficient_zero(rows):
    X = rows.X.assign(country=49.1, zero=0.0)
    message = "Constant columns: ['country', 'zero']. They are kept, with coefficient 0."
    with pytest.warns(DataWarning, match=exactly(message)):
        model = RidgePropensity(0.0).fit(X, rows.y)
    assert model.coef_[0][-2:].tolist() == [0.0, 0.0]
    same = RidgePropensity(0.0).fit(rows.X, rows.y)
    np.testing.assert_allclose(model.propensity(X), same.propensity(rows.X), rtol=1e-10)


@pytest.mark.parametrize("alpha", [0.1, "tuned"])
def test_columns_that_are_all_constant_leave_the_base_rate(rows, alpha):
    X = pd.DataFrame({"country": np.full(len(rows.y), 3.3)})
    with pytest.warns(DataWarning, match=r"^Constant columns: \['country'\]\."):
        model = RidgePropensity(alpha).fit(X, rows.y, campaign=rows.campaign)
    np.testing.assert_allclose(model.propensity(X), rows.y.mean())


def test_gaps_are_imputed_and_marked(rows):
    X = rows.X.copy()
    gaps = np.arange(len(X)) % 7 == 0
    X.loc[gaps, "visits"] = np.nan
    with pytest.warns(DataWarning, match=r"^Missing values in 'visits' \(52 rows\): imputed"):
        model = RidgePropensity(0.02, {"visits": 3.0}).fit(X, rows.y)
    by_hand = rows.X.assign(visits=X["visits"].fillna(X["visits"].mean()), flag=gaps.astype(float))
    peer = RidgePropensity(0.02, {"visits": 3.0, "flag": 3.0}).fit(by_hand, rows.y)
    assert model.coefficients().loc["visits (missing)", "feature"] == "visits"
    np.testing.assert_allclose(model.propensity(X), peer.propensity(by_hand), rtol=1e-9)


def test_an_optimum_that_was_not_reached(rows):
    with pytest.warns(ConvergenceWarning) as caught:
        model = RidgePropensity(0.02, max_iterations=1).fit(rows.X, rows.y)
    assert str(caught[0].message) == (
        f"The optimum was not reached: the largest gradient entry is {model.kkt_residual_:.1e} "
        "after 1 steps, `tolerance` is 1.0e-10. Raise `max_iterations`, or the penalties."
    )
    assert model.kkt_residual_ > 1e-10


def test_a_campaign_of_one_class_stays_in_the_tuning(rows):
    y = np.where(rows.campaign == "winter", 0.0, rows.y)
    with pytest.warns(DataWarning, match=r"^Campaigns without positives: \['winter'\]\."):
        model = RidgePropensity().fit(rows.X, y, campaign=rows.campaign)
    assert model.folds_ == "4 campaigns"
    assert model.workspace_.left_out()["contacts"].tolist() == [90.0] * 4


# --- what cannot be fitted or scored


def test_perfect_separation_without_a_penalty(rows):
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['visits'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    y = rows.X["visits"] > 3
    with pytest.raises(FitError, match=exactly(message)):
        RidgePropensity(0.01, {"visits": 0.0}).fit(rows.X, y)
    assert RidgePropensity(0.01).fit(rows.X, y).coef_[0, 1] > 0


@pytest.mark.parametrize("seed", range(15))
def test_a_free_column_that_lives_in_one_campaign(rows, seed):
    spike = np.random.default_rng(seed).lognormal(size=len(rows.y)) * (rows.campaign == "summer")
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['easter_special'] do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )
    model = RidgePropensity(penalty_factors={"easter_special": 0.0})
    with pytest.raises(FitError, match=exactly(message)):
        model.fit(rows.X.assign(easter_special=spike), rows.y, campaign=rows.campaign)


def test_fewer_than_two_campaigns_to_tune_on(rows):
    message = (
        "Leaving campaigns out needs at least two campaigns; got 1. Give `alpha` a number, or fit "
        "without `campaign` to tune on random folds."
    )
    spring = ["spring"] * len(rows.y)
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(folds="campaigns").fit(rows.X, rows.y, campaign=spring)
    RidgePropensity(0.1).fit(rows.X, rows.y, campaign=spring)
    one, none = RidgePropensity().fit(rows.X, rows.y, campaign=spring), RidgePropensity()
    assert one.alpha_ == none.fit(rows.X, rows.y).alpha_
    assert one.folds_ == none.folds_ == "10 random parts of the rows"


def test_infinity(rows):
    X = rows.X.assign(spend=rows.X["spend"].where(rows.X["visits"] < 8, np.inf))
    count = int((rows.X["visits"] >= 8).sum())
    message = (
        f"Features must be finite; got infinity in 'spend' ({count} rows). Replace it, or make it "
        "missing: missing values are imputed with a flag."
    )
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(0.1).fit(X, rows.y)


def test_a_column_missing_at_scoring(rows):
    model = RidgePropensity(0.1).fit(rows.X, rows.y)
    message = (
        "The table to score has no column 'visits'; got ['recency_days', 'visits_28d', 'spend', "
        "'opened', 'noise']. Did you mean 'visits_28d'?"
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        model.propensity(rows.X.rename(columns={"visits": "visits_28d"}))


def test_a_level_not_seen_is_scored_without_it():
    X = pd.DataFrame({"job": ["cook", "smith"] * 20, "age": np.arange(40.0)})
    model = RidgePropensity(0.1).fit(X, np.arange(40) % 3 == 0)
    with pytest.warns(DataWarning, match=r"^'job' has levels .* \['pilot'\], 100\.0% of rows;"):
        scored = model.propensity(pd.DataFrame({"job": ["pilot"], "age": [20.0]}))
    log_odds = model.intercept_[0] + 20 * model.coef_[0][-1]
    assert scored.item() == pytest.approx(1 / (1 + np.exp(-log_odds)))


def test_a_fit_says_nothing_where_nothing_is_amiss(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RidgePropensity().fit(rows.X, rows.y, campaign=rows.campaign)


def test_the_factors_of_a_tuned_model_fit_the_same_rows_the_same_way(frame):
    tuned = RidgePropensity(penalty_factors={"rfm": "tuned", "noise": np.inf}).fit(frame)
    again = RidgePropensity(tuned.alpha_, tuned.penalty_factors_).fit(frame)
    np.testing.assert_allclose(again.penalties_, tuned.penalties_, rtol=1e-12)
    np.testing.assert_allclose(again.coef_, tuned.coef_, rtol=1e-6)


# --- sparse input


@pytest.mark.parametrize("alpha", [0.02, "tuned"])
def test_sparse_and_dense_rows_give_the_same_model(rows, alpha):
    groups = {"visits": "behaviour", "opened": "behaviour"}
    given = (rows.y, rows.weight)
    dense = RidgePropensity(alpha).fit(rows.X, *given, campaign=rows.campaign, groups=groups)
    table = pd.DataFrame(
        {name: pd.arrays.SparseArray(values, fill_value=0.0) for name, values in rows.X.items()}
    )
    sparse = RidgePropensity(alpha).fit(table, *given, campaign=rows.campaign, groups=groups)
    assert issparse(sparse.design_.matrix(table))
    pd.testing.assert_frame_equal(sparse.columns_, dense.columns_, rtol=1e-6, atol=1e-9)
    for X in (table, rows.X):
        np.testing.assert_allclose(sparse.propensity(X), dense.propensity(rows.X), rtol=1e-7)
    pd.testing.assert_frame_equal(sparse.reasons(table), dense.reasons(rows.X))
    pd.testing.assert_frame_equal(
        sparse.path(multipliers=[0.5, 2.0]), dense.path(multipliers=[0.5, 2.0]), rtol=1e-6
    )
    moves = {"behaviour": 0.3}
    np.testing.assert_allclose(sparse.preview(moves).b, dense.preview(moves).b, atol=1e-7)


@pytest.mark.parametrize("kind", [csr_array, csc_matrix])
def test_a_sparse_matrix_is_its_array(rows, kind):
    X = rows.X.to_numpy()
    dense = RidgePropensity(0.02).fit(X, rows.y)
    sparse = RidgePropensity(0.02).fit(kind(X), rows.y)
    same_fit(sparse, dense, rtol=1e-7, atol=1e-9)
    assert sparse.columns_.index.tolist() == ["x0", "x1", "x2", "x3", "x4"]
    for model in (dense, sparse):
        for scored in (X, kind(X)):
            np.testing.assert_allclose(model.propensity(scored), dense.propensity(X), rtol=1e-7)
    assert sparse.reasons(kind(X)[:3]).to_dict() == dense.reasons(X[:3]).to_dict()
    np.testing.assert_allclose(sparse.contributions(kind(X)), dense.contributions(X), atol=1e-9)
    assert RidgePropensity().fit(kind(X), rows.y).folds_ == "10 random parts of the rows"


def test_rows_without_weight_leave_a_sparse_matrix(rows):
    X, weight = csr_array(rows.X.to_numpy()), np.arange(len(rows.y)) % 2
    kept = RidgePropensity(0.02).fit(X[weight > 0], rows.y[weight > 0])
    same_fit(RidgePropensity(0.02).fit(X, rows.y, weight), kept, rtol=1e-9)


def test_a_sparse_matrix_of_another_width(rows):
    model = RidgePropensity(0.02).fit(csr_array(rows.X.to_numpy()), rows.y)
    with pytest.raises(ValueError, match=r"^X has 3 features, but RidgePropensity is expecting 5"):
        model.propensity(csr_array(rows.X.to_numpy()[:, :3]))


def test_what_a_stranger_named_is_no_markup_in_an_unfitted_model():
    shown = RidgePropensity(alpha="<script>alert(1)</script>")._repr_html_()
    assert shown == (
        "<p>RidgePropensity(alpha=&#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;)</p>"
    )


def test_a_notebook_shows_the_models_own_summary():
    from IPython.core.formatters import DisplayFormatter

    model = RidgePropensity(alpha=0.1).fit(pd.DataFrame({"x": [0.0, 1, 2, 3]}), [0, 1, 0, 1])
    shown, _ = DisplayFormatter().format(model)
    assert shown["text/html"] == model.summary()._repr_html_()
    assert shown["text/plain"] == repr(model)
