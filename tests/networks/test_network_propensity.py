import re
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from tests.networks.conftest import SIZES, mixed
from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import (
    ConvergenceWarning,
    DataWarning,
    ExtrapolationWarning,
    FitError,
    ParameterError,
)
from workbench.networks import NetworkPropensity


@parametrize_with_checks([NetworkPropensity(units=12, weight_decay=0.01, hidden="always")])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


WHERE_TUNING_MATTERS = (
    *("check_classifiers_train", "check_classifier_data_not_an_array", "check_fit_idempotent"),
    *("check_sample_weight_equivalence_on_dense_data", "check_methods_subset_invariance"),
)
"""Checks by numbers; the others ask of names and kinds, which are the same for a given decay."""


@pytest.mark.slow
@pytest.mark.parametrize("name", WHERE_TUNING_MATTERS)
def test_scikit_learn_accepts_it_tuned(name):
    found = estimator_checks_generator(NetworkPropensity(units=4))
    named = [(one, check) for one, check in found if getattr(check, "func", check).__name__ == name]
    assert named
    for estimator, check in named:
        check(estimator)


def log_loss(frame, model):
    y, p = frame.y.to_numpy(), model.propensity(frame).to_numpy()
    return -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))


def test_where_effects_bend_it_beats_the_ridge_on_later_campaigns(model, earlier, later):
    ridge = RidgePropensity().fit(earlier)
    assert not model.shrunk_out_
    assert log_loss(later, model) < 0.93 * log_loss(later, ridge)
    assert model.gain_.proven


def test_at_given_strengths_it_is_scikit_learns_optimum(earlier):
    """Columns and units, standardised and divided by √λ, under LogisticRegression."""
    model = NetworkPropensity(
        units=25,
        weight_decay=0.02,
        hidden="always",
        base_rate="training",
        slope=1.0,
        half_life=None,
    ).fit(earlier)
    wide = model.widened(earlier).X.to_numpy()
    z = (wide - wide.mean(axis=0)) / wide.std(axis=0)
    y = earlier.y.to_numpy()
    oracle = LogisticRegression(C=1 / (0.02 * len(y)), tol=1e-10, max_iter=10_000).fit(z, y)
    np.testing.assert_allclose(
        model.columns_["coef_standardised"], oracle.coef_[0], rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(
        model.predict_proba(earlier)[:, 1], oracle.predict_proba(z)[:, 1], atol=1e-6
    )


def test_units_are_tanh_of_what_they_say(model, earlier):
    wide = model.widened(earlier).X
    unit = model.layer_.units.units_[-1]
    z = (earlier.X - earlier.X.mean()) / earlier.X.std(ddof=0)
    expected = np.tanh(unit.bias + z[list(unit.columns)].to_numpy() @ np.array(unit.weights))
    np.testing.assert_allclose(wide[unit.name], expected, atol=1e-9)


def test_shrunk_out_it_is_the_ridge_number_for_number():
    straight = planted(**SIZES, seed=4).frame
    ridge = RidgePropensity().fit(straight)
    model = NetworkPropensity(units=10, weight_decay=50.0, hidden="proven").fit(straight)
    assert model.shrunk_out_
    assert "shrunk out: this is RidgePropensity" in str(model.summary())
    own = RidgePropensity(50.0).fit(straight)
    pd.testing.assert_series_equal(model.propensity(straight), own.propensity(straight))
    tuned = NetworkPropensity(units=10).fit(straight)  # as it comes
    if tuned.shrunk_out_:
        pd.testing.assert_frame_equal(tuned.columns_, ridge.columns_)
        np.testing.assert_array_equal(tuned.coef_, ridge.coef_)
    assert tuned.shrunk_out_ is not tuned.gain_.proven


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Constant columns:workbench.errors.DataWarning")
def test_where_effects_are_straight_it_loses_nothing_worth_telling():
    ratios = []
    for seed in range(3):
        frame = planted(rows=400, stable=10, spiky=10, seed=seed).frame
        early = frame.campaign.isin(frame.campaigns[:12]).to_numpy()
        fitted = [one.fit(frame.rows(early)) for one in (NetworkPropensity(50), RidgePropensity())]
        ratios.append(np.divide(*[log_loss(frame.rows(~early), one) for one in fitted]))
    assert np.mean(ratios) <= 1.005


def test_weight_decay_by_layer_and_group(model):
    decay = model.weight_decay_
    assert decay.index.tolist()[:2] == [("linear", "stable"), ("linear", "spiky")]
    groups = decay.loc["hidden"].index.tolist()
    assert {"hidden: stable", "hidden: spiky"} < set(groups)
    assert decay["edf"].sum() == pytest.approx(model.edf_)
    assert decay["columns"].sum() == len(model.columns_)
    assert decay.loc[("hidden", "hidden: stable"), "weight_decay_from"] < 1


def test_contributions_add_up_to_the_score(model, later):
    parts = model.contributions(later)
    assert parts.columns.tolist() == list(later.X.columns)
    total = parts.sum(axis=1) + model.at_average
    np.testing.assert_allclose(total, model.decision_function(later), atol=1e-9)


def test_units_of_one_feature_are_its_own_and_of_two_are_halved(model, later):
    wide = model.ridge_.contributions(model.widened(later))
    parts = model.contributions(later)
    expected = wide["stable_01"].copy()
    for unit in model.layer_.units.units_:
        if "stable_01" in unit.columns:
            expected += wide[unit.name] / len(unit.columns)
    np.testing.assert_allclose(parts["stable_01"], expected, atol=1e-12)


def test_reasons_and_steps_name_features_not_units(model, later):
    said = model.reasons(later.rows(np.arange(20)))
    assert not said.apply(lambda column: column.str.contains("hidden")).to_numpy().any()
    steps = model.explanation(later.rows([3]))
    assert steps["end"].iloc[-1] == pytest.approx(model.decision_function(later.rows([3]))[0])
    shares = model.score_share_by_group(later)
    assert shares.index.tolist() == ["stable", "spiky"]
    assert shares.sum() == pytest.approx(1)


def test_beyond_the_trained_range_scores_stand_still(model, earlier):
    far = earlier.X.iloc[:30].assign(stable_01=1e6)
    edge = earlier.X.iloc[:30].assign(stable_01=earlier.X["stable_01"].max())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        np.testing.assert_array_equal(model.predict_proba(far), model.predict_proba(edge))


def test_a_row_scores_the_same_among_others_and_alone(model, later):
    alone = [model.decision_function(later.X.iloc[[k]])[0] for k in range(15)]
    np.testing.assert_array_equal(alone, model.decision_function(later.X)[:15])


def test_text_gaps_flags_and_constants():
    X, y, campaign = mixed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        model = NetworkPropensity(units=60).fit(X, y, campaign=campaign)
    inputs = model.layer_.units.inputs_.index.tolist()
    assert inputs == [
        "age",
        "age (missing)",
        "visits",
        "city=Rome",
        "city=bonn",
        "city=ulm",
        "member",
    ]
    assert not model.shrunk_out_
    with pytest.warns(DataWarning, match="Oslo"):
        new = model.propensity(X.assign(city="Oslo"))
    assert new.between(0, 1).all()
    # a level that is new enters no unit as a level: all its 0/1 columns are 0
    by_hand = X.assign(city="Oslo")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        wide = model.widened(by_hand)
    z = -model.layer_.units.inputs_["mean"] / model.layer_.units.inputs_["scale"]
    unit = next(u for u in model.layer_.units.units_ if set(u.columns) == {"city=Rome", "city=ulm"})
    expected = np.tanh(unit.bias + np.dot(unit.weights, z[list(unit.columns)]))
    np.testing.assert_allclose(wide[unit.name], expected)


def test_cells_give_the_model_of_their_contacts():
    rng = np.random.default_rng(0)
    n = 240
    X = pd.DataFrame({"price": rng.normal(size=n), "size": rng.integers(1, 6, n).astype(float)})
    weight = rng.integers(1, 5, n).astype(float)
    y = (rng.random(n) < expit(np.abs(X["price"]) - 0.5)).astype(float)
    campaign = pd.Series(np.repeat(list("abcdef"), n // 6))
    cells = FeatureFrame(X, pd.Series(y), campaign=campaign, weight=pd.Series(weight))
    each = np.repeat(np.arange(n), weight.astype(int))
    contacts = replace(cells.rows(each), weight=None)
    model = NetworkPropensity(units=20, hidden="always")
    one, other = (clone(model).fit(frame) for frame in (cells, contacts))
    assert one.shrunk_out_ == other.shrunk_out_
    np.testing.assert_allclose(one.propensity(cells), other.propensity(cells).to_numpy(), rtol=1e-5)


def test_without_campaigns_units_have_penalties_of_their_own():
    X, y, _ = mixed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        model = NetworkPropensity(units=60, hidden="always").fit(X[["age", "visits"]], y)
    strengths = model.weight_decay_["weight_decay_from"]
    assert len(set(strengths.loc["hidden"])) > 1
    assert model.gain_ is not None


def test_one_campaign_is_tuned_on_as_the_ridge_tunes():
    X, y, _ = mixed(200)
    asked = NetworkPropensity(units=10, hidden="always")
    network = asked.fit(X[["visits"]], y, campaign=["may"] * 200)
    ridge = RidgePropensity().fit(X[["visits"]], y, campaign=["may"] * 200)
    assert (network.folds_, network.campaigns_out_) == (ridge.folds_, ridge.campaigns_out_)


def test_few_rows():
    X = pd.DataFrame({"visits": [0.0, 1, 2, 3], "age": [4.0, 1, 7, 2]})
    for hidden, out in (("proven", True), ("better", False), ("always", False)):
        model = NetworkPropensity(30, 0.1, hidden=hidden).fit(X, [0, 1, 0, 1])
        assert (model.gain_, model.shrunk_out_) == (None, out)
        assert "not judged" in model.hidden_fact()
        assert model.propensity(X).between(0, 1).all()


def test_units_without_a_fit_are_out_unless_they_are_asked_for(earlier, monkeypatch):
    def no_fit(*given):
        warnings.warn("of a fit that nobody gets", ConvergenceWarning, stacklevel=2)
        raise FitError("no fit has units")

    monkeypatch.setattr(NetworkPropensity, "_with_units", no_fit)
    for hidden in ("proven", "better"):
        model = NetworkPropensity(10, 0.01, hidden=hidden).fit(earlier)
        assert (model.shrunk_out_, model.gain_) == (True, None)
    with pytest.raises(FitError, match="no fit has units"):
        NetworkPropensity(10, 0.01, hidden="always").fit(earlier)


def test_warnings_of_a_fit_that_is_not_kept_are_not_given(earlier, monkeypatch):
    own = NetworkPropensity._with_units  # noqa: SLF001 - the fit that is made to warn

    def warned(*given):
        warnings.warn("the optimum was not reached", ConvergenceWarning, stacklevel=2)
        return own(*given)

    monkeypatch.setattr(NetworkPropensity, "_with_units", warned)
    straight = planted(**SIZES, seed=4).frame
    assert NetworkPropensity(10, 50.0).fit(straight).shrunk_out_
    with pytest.warns(ConvergenceWarning, match="was not reached"):
        assert not NetworkPropensity(10, 50.0, hidden="always").fit(straight).shrunk_out_


def test_nothing_that_bends_is_the_ridge():
    X = pd.DataFrame({"year": [2024.0] * 6, "member": [0.0, 1, 0, 1, 1, 0]})
    y = [0, 1, 0, 1, 0, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        model = NetworkPropensity(weight_decay=0.1).fit(X, y)
        ridge = RidgePropensity(0.1).fit(X, y)
    assert model.shrunk_out_
    np.testing.assert_array_equal(model.predict_proba(X), ridge.predict_proba(X))


def test_refit_preview_and_path(model, earlier):
    moved = model.refit({"hidden: stable": 1e6})
    assert moved.weight_decay_.loc[("hidden", "hidden: stable"), "edf"] < 0.01
    assert model.weight_decay_.loc[("hidden", "hidden: stable"), "edf"] > 1
    assert len(model.preview({"hidden: stable": 0.1}).b) == 1 + len(model.columns_)
    path = model.path("hidden: stable", multipliers=[1.0, 100.0])
    assert path["loss"].iloc[0] < path["loss"].iloc[1]
    assert clone(model).get_params() == model.get_params()


def test_an_interrupted_fit_leaves_the_earlier_one_whole(model, earlier, later):
    before = model.propensity(later)
    with pytest.raises(FitError):
        model.fit(replace(earlier, y=earlier.y * 0))
    pd.testing.assert_series_equal(before, model.propensity(later))


def test_what_it_does_not_take(earlier):
    X, y, _ = mixed(60)
    with pytest.raises(ParameterError, match="got a sparse matrix"):
        NetworkPropensity().fit(csr_array(np.eye(4)), [0, 1, 0, 1])
    with pytest.raises(ParameterError, match="`hidden`"):
        NetworkPropensity(hidden="maybe").fit(X, y)
    message = "the encoder makes ['hidden_001'], which the table has"
    with pytest.raises(ParameterError, match=re.escape(message)):
        NetworkPropensity(weight_decay=0.1).fit(
            X[["visits"]].assign(hidden_001=1.0 * X["member"]), y
        )
