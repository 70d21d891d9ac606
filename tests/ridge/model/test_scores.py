"""Scores of new rows: a plain linear predictor of rows whose numbers NumPy has clipped."""

import pickle
import re
import warnings
from copy import copy, deepcopy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import log_loss

from workbench import RidgePropensity
from workbench.errors import DataWarning, ExtrapolationWarning, ParameterError
from workbench.ridge.model.scores import row_products

quiet = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")


def contacts(n, seed, spread=1.0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": np.round(spread * rng.gamma(1.0, 3.0, n)),
            "spend": spread * rng.lognormal(5, 1, n),
            "trend": spread * rng.normal(size=n),
            "job": rng.choice(["cook", "pilot", "smith"], n),
            "member": rng.integers(0, 2, n).astype(bool),
        }
    )
    X.loc[rng.random(n) < 0.1, "spend"] = np.nan
    return X


@pytest.fixture(scope="module")
def training():
    X = contacts(500, seed=1)
    y = np.random.default_rng(2).random(500) < expit(0.3 * X["visits"] - 1.5 + 0.5 * X["trend"])
    return X, y.to_numpy()


@pytest.fixture(scope="module")
def model(training):
    with pytest.warns(DataWarning, match="Missing values"):
        return RidgePropensity(alpha=0.01).fit(*training)


def written_out(model, X, training):
    """The log-odds, term by term, with clipped numbers."""
    coef = dict(zip(model.columns_.index, model.coef_[0], strict=True))
    total = np.full(len(X), model.intercept_[0])
    for name in ("visits", "spend", "trend", "member"):
        trained = training[name].astype(float)
        values = np.clip(X[name].astype(float), trained.min(), trained.max())
        total += coef[name] * values.fillna(trained.mean())
    total += coef["spend (missing)"] * X["spend"].isna()
    for level in ("cook", "pilot", "smith"):
        total += coef[f"job={level}"] * (X["job"] == level)
    return total


@quiet
def test_scores_are_those_of_clipped_numbers(model, training):
    new = contacts(400, seed=3, spread=4.0)
    expected = written_out(model, new, training[0])
    np.testing.assert_allclose(model.decision_function(new), expected, atol=1e-12)
    np.testing.assert_allclose(model.propensity(new), expit(expected), rtol=1e-12)
    np.testing.assert_array_equal(model.predict(new), expected > 0)


@quiet
def test_with_extrapolate_the_slopes_go_on(model):
    new = contacts(400, seed=3, spread=4.0)
    free = clone(model).set_params(extrapolate=True)
    free.__dict__ |= {name: value for name, value in vars(model).items() if name.endswith("_")}
    plain = model.design_.matrix(new) @ model.coef_[0] + model.intercept_[0]
    np.testing.assert_allclose(free.decision_function(new), plain, rtol=1e-12)
    assert np.abs(plain - model.decision_function(new)).max() > 1


def test_scores_of_the_rows_of_the_fit_are_as_fitted_and_nothing_is_said(model, training):
    X, _ = training
    plain = row_products(model.design_.matrix(X), model.coef_[0]) + model.intercept_[0]
    np.testing.assert_array_equal(model.decision_function(X), plain)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_a_row_inside_scores_as_without_ranges(seed):
    """Also between the values of training, and with a gap."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 3)) * [1.0, 1e4, 0.1] + [0.0, 1e5, 5.0]
    model = RidgePropensity(alpha=0.05).fit(X, np.arange(40) % 2)
    inside = rng.uniform(X.min(axis=0), X.max(axis=0), size=(20, 3))
    held = model.decision_function(inside)
    np.testing.assert_array_equal(
        held, model.set_params(extrapolate=True).decision_function(inside)
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, derandomize=True, deadline=None)
def test_a_path_out_of_the_range_is_monotone_and_then_flat(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 2))
    model = RidgePropensity(alpha=0.01).fit(X, rng.random(60) < expit(X[:, 0]))
    path = np.column_stack([np.linspace(-9, 9, 181), np.full(181, X[0, 1])])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        scores = model.decision_function(path)
    steps = np.diff(scores) * np.sign(model.coef_[0, 0])
    assert (steps >= -1e-12).all()
    beyond = path[:, 0] > X[:, 0].max()
    assert np.ptp(scores[beyond]) < 1e-12
    assert scores[beyond][0] == pytest.approx(
        model.decision_function([[X[:, 0].max(), X[0, 1]]])[0], abs=1e-12
    )


@quiet
def test_a_row_alone_scores_as_among_others(model):
    new = contacts(60, seed=4, spread=5.0)
    together = model.decision_function(new)
    alone = [model.decision_function(new.iloc[[i]])[0] for i in range(len(new))]
    np.testing.assert_allclose(alone, together, rtol=1e-12)


@quiet
def test_float32_rows_score_as_the_same_numbers_in_float64(training):
    rng = np.random.default_rng(6)
    X = rng.normal(size=(300, 4)).astype("float32")
    model = RidgePropensity(alpha=0.01).fit(X, rng.random(300) < expit(X[:, 0]))
    np.testing.assert_array_equal(model.columns_["high"], X.max(axis=0).astype(float))
    new = (3 * rng.normal(size=(100, 4))).astype("float32")
    clipped = np.clip(new.astype(float), X.min(axis=0), X.max(axis=0))
    expected = clipped @ model.coef_[0] + model.intercept_[0]
    np.testing.assert_allclose(model.decision_function(new), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(
        model.decision_function(new), model.decision_function(new.astype("float64"))
    )


@quiet
def test_sparse_rows_score_as_written_out():
    rng = np.random.default_rng(7)
    X = rng.poisson(0.3, size=(400, 30)).astype(float)
    model = RidgePropensity(alpha=0.01).fit(csr_array(X), rng.random(400) < 0.4)
    new = rng.poisson(2.0, size=(50, 30)).astype(float)
    expected = np.clip(new, X.min(axis=0), X.max(axis=0)) @ model.coef_[0] + model.intercept_[0]
    np.testing.assert_allclose(model.decision_function(csr_array(new)), expected, rtol=1e-12)
    frame = pd.DataFrame.sparse.from_spmatrix(csr_array(new), columns=[f"x{j}" for j in range(30)])
    np.testing.assert_allclose(model.decision_function(frame), expected, rtol=1e-12)


@quiet
@pytest.mark.slow
def test_drifting_columns_cost_less_on_later_campaigns_than_their_slopes_would():
    """Five columns that tell campaigns apart drift on, without effect; so does the base rate."""
    losses = {False: [], True: []}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        campaign = np.repeat(np.arange(10), 500)
        paths = np.cumsum(rng.normal(0.5, 0.5, size=(10, 5)), axis=0)[campaign]
        X = np.hstack([rng.normal(size=(5000, 3)), paths + 0.02 * rng.normal(size=paths.shape)])
        groups = {f"x{j}": "stable" if j < 3 else "macro" for j in range(8)}
        rate = np.cumsum(rng.normal(0, 0.4, 10))[campaign]
        y = (rng.random(5000) < expit(-2 + rate + 0.5 * X[:, 0])).astype(float)
        seen = campaign < 5
        model = RidgePropensity().fit(X[seen], y[seen], campaign=campaign[seen], groups=groups)
        for extrapolate, kept in losses.items():
            p = model.set_params(extrapolate=extrapolate).propensity(X[~seen])
            kept.append(log_loss(y[~seen], p))
    held, free = np.array(losses[False]), np.array(losses[True])
    assert held.mean() < free.mean() - 0.05
    assert held.max() < free.max() - 0.25
    assert (held - free).max() < 0.05  # where the slope happened to be right


def test_rows_without_weight_widen_no_range(training):
    X = np.array([[0.0], [1.0], [2.0], [100.0]])
    model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1], [1, 1, 1, 0])
    assert model.columns_[["low", "high"]].to_numpy().tolist() == [[0.0, 2.0]]


@quiet
def test_refits_and_copies_keep_the_range(model):
    new = contacts(50, seed=8, spread=5.0)
    wanted = model.decision_function(new)
    for other in (copy(model), deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.decision_function(new), wanted)
    harder = model.refit({"visits": 1.0})
    pd.testing.assert_frame_equal(harder.columns_[["low", "high"]], model.columns_[["low", "high"]])
    free = model.design_.matrix(new) @ harder.coef_[0] + harder.intercept_[0]
    assert np.abs(harder.decision_function(new) - free).max() > 0.1


@quiet
def test_a_gap_where_training_had_none_counts_as_the_mean(model, training):
    new = training[0].head(5).assign(visits=np.nan)
    mean = training[0].assign(visits=training[0]["visits"].mean()).head(5)
    np.testing.assert_allclose(model.decision_function(new), model.decision_function(mean))


def test_it_is_a_parameter_like_the_others(model):
    assert model.get_params()["extrapolate"] is False
    assert clone(RidgePropensity(extrapolate=True)).extrapolate is True
    message = "`extrapolate` must be one of [False, True]; got 'yes'."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        RidgePropensity(extrapolate="yes").fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize("ask", ["decision_function", "predict_proba", "predict", "propensity"])
def test_every_way_to_ask_warns_once(model, training, ask):
    new = training[0].assign(trend=training[0]["trend"] + 9)
    with pytest.warns(ExtrapolationWarning, match="'trend' in 100.0% of rows") as caught:
        getattr(model, ask)(new)
    assert len(caught) == 1


def test_reasons_and_contributions_say_nothing_themselves(model, training):
    new = training[0].assign(trend=training[0]["trend"] + 9)
    model.reasons(new.head(3))  # a warning would be an error here
    model.contributions(new.head(3))
