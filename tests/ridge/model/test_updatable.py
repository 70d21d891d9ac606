"""`update` and `forget` of a model: near the fit to all rows, undone to the last bit, told of."""

import warnings
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal

from workbench import FeatureFrame, RidgePropensity, datasets, ridge
from workbench.errors import DataWarning, FitError

pytestmark = pytest.mark.filterwarnings("ignore:Constant columns")


def parts(known=6, rows=400, seed=2, more=2, **asked):
    world = datasets.planted(
        dose=0.5, seed=seed, train_campaigns=known, new_campaigns=more, rows=rows, stable=4, spiky=2
    )
    frame, label, names = world.frame, world.frame.campaign, world.frame.campaigns
    some = [frame.rows((label == name).to_numpy()) for name in names[known:]]
    old = frame.rows(label.isin(names[:known]).to_numpy())
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # constant columns
        return RidgePropensity(**asked).fit(old), old, some, frame


@pytest.fixture(scope="module")
def made():
    return parts()


def loss(model, frame):
    p, y = model.propensity(frame).to_numpy(), frame.y.to_numpy()
    return -np.mean(np.log(np.where(y == 1, p, 1 - p)))


def test_an_update_is_nearly_the_fit_to_all_rows(made):
    model, _, (coming, later), frame = made
    updated = model.update(coming)
    refit = RidgePropensity().fit(frame.rows((frame.campaign != frame.campaigns[-1]).to_numpy()))
    assert loss(updated, later) == pytest.approx(loss(refit, later), rel=5e-3)
    under = refit.refit(updated.penalties_)
    apart = updated.coef_standardised_ - under.coef_standardised_
    assert np.abs(apart).max() < updated.training_["drift"]
    for name in ("mean", "scale", "campaigns", "low", "high"):
        assert_allclose(updated.columns_[name], refit.columns_[name], rtol=1e-9)
    for name in ("std_error", "edf", "score_share"):
        assert_allclose(updated.columns_[name], under.columns_[name], rtol=0.02, atol=1e-3)
    for name in ("contacts", "positives", "rows", "campaigns", "base_log_loss"):
        assert updated.training_[name] == pytest.approx(refit.training_[name], rel=1e-12)
    assert updated.training_["log_loss"] == pytest.approx(under.training_["log_loss"], rel=2e-3)
    assert updated.folds_ == refit.folds_
    assert list(updated.forward_.index) == list(refit.forward_.index)
    assert_allclose(updated.base_rate_["rate"], refit.base_rate_["rate"], rtol=0.05)


def test_the_model_that_was_updated_stays_as_it_was(made):
    model, _, (coming, _), _ = made
    before = deepcopy(model.__dict__["columns_"]), model.intercept_.copy(), model.training_.copy()
    model.update(coming)
    assert_frame_equal(model.columns_, before[0])
    assert np.array_equal(model.intercept_, before[1])
    assert model.training_ == before[2]
    assert hasattr(model, "workspace_")


def test_forgetting_undoes_an_update(made):
    model, _, (coming, _), _ = made
    back = model.update(coming).forget(coming.campaigns[0])
    assert np.array_equal(back.coef_, model.coef_)
    assert np.array_equal(back.intercept_, model.intercept_)
    assert_frame_equal(back.columns_, model.columns_)
    assert "drift" not in back.training_
    again = back.update(coming)
    assert_allclose(again.coef_, model.update(coming).coef_, rtol=1e-12)


def test_it_depends_on_the_campaigns_and_not_on_the_way(made):
    model, _, (coming, later), _ = made
    one = model.update(coming)
    both = one.update(later)
    back = both.forget(later.campaigns[0])
    assert_allclose(back.coef_, one.coef_, atol=1e-12)
    assert_allclose(back.intercept_, one.intercept_, atol=1e-12)
    assert back.statistics_.names == one.statistics_.names
    out = both.forget([coming.campaigns[0], later.campaigns[0]])
    assert np.array_equal(out.coef_, model.coef_)


def test_what_is_forgotten_has_no_part_in_the_model(made):
    _, old, _, _ = made
    model = RidgePropensity(alpha=0.02).fit(old)
    without = model.forget("c02")
    refit = RidgePropensity(alpha=0.02).fit(old.rows((old.campaign != "c02").to_numpy()))
    assert_allclose(without.coef_, refit.coef_, atol=without.training_["drift"])
    assert_allclose(without.columns_["mean"], refit.columns_["mean"], rtol=1e-9)
    assert "c02" not in without.statistics_.names
    assert without.__dict__["_before"] is None  # the fit that it had a part in is gone
    assert without.training_["contacts"] == refit.training_["contacts"]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 7), st.sampled_from([None, 2.0]))
def test_an_update_is_undone_and_bounded_whatever_was_drawn(seed, known, half_life):
    rng = np.random.default_rng(seed)
    name = np.repeat([f"2024-0{k}" for k in range(1, known + 2)], 250)
    X, new = rng.normal(size=(len(name), 3)), name == name[-1]
    eta = -1 + X @ rng.normal(0, 0.6, 3) + np.where(new, rng.normal(0, 0.5), 0.0)
    y = (rng.random(len(name)) < 1 / (1 + np.exp(-eta))).astype(float)
    model = RidgePropensity(0.01, half_life=half_life)
    model.fit(X[~new], y[~new], campaign=name[~new])
    try:
        updated = model.update(X[new], y[new], campaign=name[new])
    except FitError:  # too far off, as it says
        reject()
    refit = RidgePropensity(0.01, half_life=half_life).fit(X, y, campaign=name)
    slopes = (updated.coef_standardised_ - refit.coef_standardised_).to_numpy()
    A = refit.workspace_.stats.total_curvature()
    inner = A[1:, 1:] - np.outer(A[1:, 0], A[0, 1:]) / A[0, 0]
    assert np.sqrt(slopes @ inner @ slopes / A[0, 0]) <= updated.training_["drift"]
    back = updated.forget(name[-1])
    assert np.abs(back.coef_ - model.coef_).max() < 1e-6


def test_a_column_that_was_constant_comes_to_life():
    rng = np.random.default_rng(4)
    name = np.repeat([f"2024-0{k}" for k in range(1, 7)], 300)
    X = pd.DataFrame({"visits": rng.normal(size=1800), "offer": 0.0})
    new = name == "2024-06"
    X.loc[new, "offer"] = (rng.random(300) < 0.5).astype(float)
    eta = -1 + X["visits"] + 0.8 * X["offer"]
    y = (rng.random(1800) < 1 / (1 + np.exp(-eta))).astype(int)
    model = RidgePropensity(0.01).fit(X[~new], y[~new], campaign=name[~new])
    refit = RidgePropensity(0.01).fit(X, y, campaign=name)
    updated = model.update(X[new], y[new], campaign=name[new])
    assert model.columns_["dropped"].tolist() == [False, True]
    assert updated.columns_["dropped"].tolist() == [False, False]
    assert_allclose(updated.coef_, refit.coef_, atol=0.02)
    back = updated.forget("2024-06")
    assert np.array_equal(back.coef_, model.coef_)


def test_a_dropped_column_stays_dropped(made):
    _, old, (coming, _), _ = made
    model = RidgePropensity(0.02, {"spiky": np.inf}).fit(old)
    updated = model.update(coming)
    assert updated.columns_["dropped"].tolist() == model.columns_["dropped"].tolist()
    assert updated.columns_["dropped"].sum() == 2


def test_files_lead_to_the_same_updates(made, tmp_path):
    model, _, (coming, later), _ = made
    updated = model.update(coming)
    updated.save(tmp_path / "model.json", statistics=True)
    loaded = RidgePropensity.load(tmp_path / "model.json")
    assert loaded.training_["drift"] == updated.training_["drift"]
    assert_allclose(loaded.update(later).coef_, updated.update(later).coef_, rtol=1e-12)
    assert np.array_equal(loaded.forget(coming.campaigns[0]).coef_, model.coef_)
    model.save(tmp_path / "first.json", statistics=True)
    first = RidgePropensity.load(tmp_path / "first.json")
    assert_allclose(first.update(coming).coef_, updated.coef_, rtol=1e-9)
    assert_allclose(first.update(coming).intercept_, updated.intercept_, rtol=1e-9)


def test_what_needs_rows_says_so_and_the_rest_is_right(made):
    model, _, (coming, later), _ = made
    updated = model.update(coming)
    for ask in (lambda: updated.refit({"stable": 1.0}), updated.path, lambda: updated.preview({})):
        with pytest.raises(FitError, match="needs the rows of the fit"):
            ask()
    with pytest.raises(FitError, match="need the rows"):
        ridge.jackknife_errors(updated)
    assert "Solved from sums" in str(updated.summary())
    assert "CASE" in ridge.scoring_sql(updated, table="contacts").upper()
    reasons = updated.reasons(later.rows(np.arange(len(later.X)) < 3))
    assert len(reasons)


def test_several_campaigns_come_at_once(made):
    model, _, (coming, later), frame = made
    label = frame.campaign.isin([coming.campaigns[0], later.campaigns[0]]).to_numpy()
    both = model.update(frame.rows(label))
    assert both.statistics_.names[-2:] == [coming.campaigns[0], later.campaigns[0]]
    assert both.training_["campaigns"] == 8


def test_a_second_fit_has_sums_of_its_own(made, tmp_path):
    model, old, (coming, _), frame = made
    again = deepcopy(model)
    assert again.statistics_.names == frame.campaigns[:6]
    again.update(coming).save(tmp_path / "model.json", statistics=True)
    for fitted in (again, RidgePropensity.load(tmp_path / "model.json")):
        fitted.fit(old.rows((old.campaign != frame.campaigns[0]).to_numpy()))
        assert fitted.statistics_.names == frame.campaigns[1:6]
    moved = again.refit({again.columns_["group"].iloc[0]: 5.0})
    (there, *_), (before, *_) = (one.statistics_.folds.at for one in (moved, again))
    assert_allclose(there, moved.workspace_.solution.b)
    assert not np.allclose(before, there)


def test_figures_of_the_earlier_model_are_no_figures_of_the_updated_one(made, tmp_path):
    model, _, (coming, _), frame = made
    model.save(tmp_path / "model.json", statistics=True, headline={"AUC": 0.7})
    loaded = RidgePropensity.load(tmp_path / "model.json")
    assert loaded.update(coming).headline_ is None
    assert loaded.forget(frame.campaigns[0]).headline_ is None
    assert loaded.headline_ == {"AUC": 0.7}


@pytest.mark.parametrize(("far", "kind"), [(1e6, "float64"), (2000.0, "float32")])
def test_a_column_far_from_zero_is_held_in_its_own_range(far, kind):
    rng = np.random.default_rng(3)
    name = np.repeat([f"2024-0{k}" for k in range(1, 7)], 300)
    X = pd.DataFrame(rng.normal(size=(1800, 2)), columns=["year", "visits"])
    y = (rng.random(1800) < 1 / (1 + np.exp(1 - X["year"]))).astype(int)
    X, last = X.assign(year=X["year"] + far).astype(kind), name == "2024-06"
    model = RidgePropensity(0.01).fit(X[~last], y[~last], campaign=name[~last])
    updated = model.update(X[last], y[last], campaign=name[last])
    assert_allclose(updated.columns_["low"], X.min(), rtol=1e-7)
    assert_allclose(updated.columns_["high"], X.max(), rtol=1e-7)
    together = RidgePropensity(0.01).fit(X, y, campaign=name)
    assert_allclose(updated.predict_proba(X), together.predict_proba(X), atol=2e-3)


def drawn(names, rows=300, seed=3):
    rng = np.random.default_rng(seed)
    name = np.repeat(names, rows)
    X = pd.DataFrame(rng.normal(size=(len(name), 3)), columns=["visits", "age", "app"])
    return X, rng.random(len(name)), name


def test_a_column_that_lived_in_the_forgotten_campaign_alone_leaves_no_trace():
    X, drawn_at, name = drawn([f"2024-0{k}" for k in range(1, 8)])
    alone = name == "2024-03"
    X["app"] = X["app"].where(alone, 1.0)
    y = (drawn_at < 1 / (1 + np.exp(1.1 - 0.7 * X["visits"] - alone * X["app"]))).astype(int)
    forgot = RidgePropensity(0.003).fit(X, y, campaign=name).forget("2024-03")
    others = RidgePropensity(0.003).fit(X[~alone], y[~alone], campaign=name[~alone])
    apart = forgot.decision_function(X[~alone]) - others.decision_function(X[~alone])
    assert np.sqrt(np.mean(apart**2)) <= forgot.training_["drift"] < 0.03
    told = ["dropped", "campaigns", "low", "high"]
    assert_frame_equal(forgot.columns_[told], others.columns_[told], check_exact=False)


def test_trials_and_pools_are_counted_as_a_fit_counts_them():
    X, drawn_at, name = drawn([f"2024-0{k}" for k in range(1, 8)])
    small = (name == "2024-02") & (np.arange(len(name)) % 300 >= 40)  # too small to stand alone
    sends = 1 + np.arange(len(name)) % 3
    clicks = np.floor((sends + 1) * drawn_at * 0.6)
    table = X.assign(month=name, sends=sends, clicks=clicks)[~small]
    last = table["month"] == "2024-07"

    def frame(rows):
        return FeatureFrame.from_table(rows, target="clicks", campaign="month", trials="sends")

    asked = {"alpha": 0.01, "half_life": 2.0}
    updated = RidgePropensity(**asked).fit(frame(table[~last])).update(frame(table[last]))
    together = RidgePropensity(**asked).fit(frame(table))
    assert updated.statistics_.pooled
    for one in ("contacts", "positives", "rows", "campaigns", "base_log_loss"):
        assert updated.training_[one] == pytest.approx(together.training_[one], rel=1e-12), one


@pytest.mark.parametrize("asked", [{"slope": 0.7}, {"base_rate": "recent"}])
@pytest.mark.parametrize("rows", [150, 400])
def test_campaigns_of_few_bins_tell_the_base_rate_of_their_contacts(rows, asked):
    X, drawn_at, name = drawn([f"2024-0{k}" for k in range(1, 8)], rows)
    y = (drawn_at < 1 / (1 + np.exp(1.5 - X["visits"] - 0.5 * X["age"]))).astype(int)
    model = RidgePropensity(0.01, **asked).fit(X, y, campaign=name)
    anew = model.forget([])  # solved from sums alone
    assert_allclose(anew.coef_, model.coef_, atol=1e-9)
    assert_allclose(anew.intercept_, model.intercept_, atol=0.01)


@pytest.mark.parametrize("some", [1, 3])
def test_a_column_that_comes_to_life_in_few_rows_keeps_the_bound(some):
    X, drawn_at, name = drawn([f"2024-0{k}" for k in range(1, 8)])
    last = name == "2024-07"
    X["app"] = (np.arange(len(name)) >= len(name) - some).astype(float)
    y = (drawn_at < 1 / (1 + np.exp(1.1 - 0.7 * X["visits"] - 3.0 * X["app"]))).astype(int)
    updated = RidgePropensity(0.01).fit(X[~last], y[~last], campaign=name[~last])
    updated = updated.update(X[last], y[last], campaign=name[last])
    together = RidgePropensity(0.01).fit(X, y, campaign=name)
    p = together.predict_proba(X)[:, 1]
    apart = updated.decision_function(X) - together.decision_function(X)
    assert np.sqrt(np.average(apart**2, weights=p * (1 - p))) <= updated.training_["drift"]
