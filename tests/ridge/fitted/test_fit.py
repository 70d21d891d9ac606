import re

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from workbench.datasets import planted_drift
from workbench.errors import FitError, ParameterError
from workbench.ridge import RidgePropensity


@pytest.fixture(scope="module")
def model(rows):
    groups = dict.fromkeys(["recency_days", "visits", "spend"], "behaviour")
    return RidgePropensity(0.02).fit(rows.X, rows.y, campaign=rows.campaign, groups=groups)


def fresh(rows, penalties):
    return RidgePropensity(1.0, penalties).fit(rows.X, rows.y, campaign=rows.campaign)


def test_a_refit_is_the_fit_under_those_penalties(model, rows):
    again = model.refit({"behaviour": 0.2, "noise": 0.0})
    penalties = {"recency_days": 0.2, "visits": 0.2, "spend": 0.2, "opened": 0.02, "noise": 0.0}
    other = fresh(rows, penalties)
    np.testing.assert_allclose(again.coef_, other.coef_, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(again.intercept_, other.intercept_, rtol=1e-7)
    np.testing.assert_allclose(again.columns_["edf"], other.columns_["edf"], rtol=1e-6)
    np.testing.assert_allclose(again.columns_["std_error"], other.columns_["std_error"], rtol=1e-6)
    assert again.kkt_residual_ <= 1e-10
    assert again.training_["log_loss"] == pytest.approx(other.training_["log_loss"])


def test_without_errors_a_refit_is_as_exact_and_reads_them_off_the_curvature_at_hand(model):
    full, quick = (model.refit({"behaviour": 0.03}, errors=e) for e in (True, False))
    np.testing.assert_array_equal(quick.coef_, full.coef_)
    np.testing.assert_allclose(quick.columns_["std_error"], full.columns_["std_error"], rtol=0.02)
    assert quick.edf_ == pytest.approx(full.edf_, rel=0.02)


def test_the_model_that_was_refitted_stays_as_it_was(model):
    before = model.columns_.copy()
    model.refit({"noise": 5.0})
    assert before.equals(model.columns_)


def test_a_preview_of_a_small_move_is_near_the_refit_and_none_at_rest(model):
    still = model.preview({})
    np.testing.assert_allclose(still.b, model.workspace_.solution.b, atol=1e-9)
    assert still.edf == pytest.approx(model.edf_, rel=1e-6)
    moved, exact = (f({"visits": 0.025}) for f in (model.preview, model.refit))
    np.testing.assert_allclose(moved.b, exact.workspace_.solution.b, atol=1e-3)


def test_the_path_has_the_loss_of_refits_without_each_campaign(model, rows):
    path = model.path("behaviour", multipliers=[10.0, 1.0])
    assert path["chosen"].tolist() == [False, True]
    assert path["alpha"].tolist() == [0.2, 0.02]
    total = 0.0
    for label in rows.campaign.unique():
        out = (rows.campaign == label).to_numpy()
        share = (~out).mean()  # a mean over the rows that are left
        penalties = dict.fromkeys(["recency_days", "visits", "spend"], 0.2 / share)
        left = RidgePropensity(0.02 / share, {k: v * share / 0.02 for k, v in penalties.items()})
        p = left.fit(rows.X[~out], rows.y[~out]).predict_proba(rows.X[out])[:, 1]
        total -= np.log(np.where(rows.y[out] == 1, p, 1 - p)).sum()
    # the left-out fits there are standardised by their own rows: close, not equal
    assert path["loss"][0] == pytest.approx(total / len(rows.y), rel=5e-3)
    assert path["edf"][0] < path["edf"][1]


def test_a_fold_that_does_without_a_column_is_judged_by_a_fit_that_never_had_it(model, rows):
    names = list(model.design_.names)
    apart = RidgePropensity(0.02).fit(rows.X.drop(columns="visits"), rows.y, campaign=rows.campaign)
    losses = model.workspace_.left_out()
    unseen = np.zeros((len(losses), len(names)), dtype=bool)
    unseen[1, names.index("visits")] = True
    found = model.workspace_.left_out(unseen=unseen)
    assert found["loss"].iloc[1] == pytest.approx(apart.workspace_.left_out()["loss"].iloc[1])
    others = np.arange(len(losses)) != 1
    np.testing.assert_allclose(found["loss"][others], losses["loss"][others], rtol=1e-6)


def test_of_more_columns_than_rows_no_fold_has_what_one_does_without():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 150))).add_prefix("x")
    y, campaign = (X["x0"] + rng.normal(size=60) > 0).astype(int), np.repeat(np.arange(6), 10)
    wide = RidgePropensity(0.5).fit(X, y, campaign=campaign)
    unseen = np.zeros((6, 150), dtype=bool)
    unseen[2, 0] = True
    apart = RidgePropensity(0.5).fit(X.drop(columns="x0"), y, campaign=campaign)
    expected = apart.workspace_.left_out()["loss"]
    found = wide.workspace_.left_out(unseen=unseen)["loss"]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_without_its_rows_a_model_cannot_be_refitted(model, tmp_path):
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    message = (
        "Refitting needs the rows of the fit; this model was loaded or copied without them. Fit "
        "it again, here."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        loaded.refit({"noise": 1.0})


def test_unknown_names_and_impossible_penalties(model):
    message = "There is no group, feature or column 'behavior'; got ['behaviour', 'features', "
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}.*Did you mean 'behaviour'"):
        model.refit({"behavior": 1.0})
    message = (
        "A penalty must be a finite number from 0; got inf for 'noise'. To drop a column, fit "
        "again with the factor inf."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        model.preview({"noise": np.inf})


@pytest.mark.parametrize("how", [{"alpha": 0.1}, {"criterion": "marginal_likelihood"}])
def test_without_folds_nothing_can_be_left_out(rows, how):
    message = (
        "Leaving folds out needs at least two of them; this fit has none, as it tuned nothing on "
        "folds and came without campaigns. Fit with `campaign`, or with `folds='random'`."
    )
    model = RidgePropensity(**how).fit(rows.X, rows.y)
    for ask in (model.path, model.workspace_.left_out):
        with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
            ask()
    assert RidgePropensity(**how, folds="random").fit(rows.X, rows.y).path()["folds"].iloc[0] == 10


# --- campaigns judged by those before them


@pytest.fixture(scope="module")
def drift():
    return planted_drift(seed=3, campaigns=8, rows=150, columns=5).frame


@pytest.fixture(scope="module")
def ahead(drift):
    return RidgePropensity(folds="forward").fit(drift)


def judged_ahead(model, frame, penalties):
    """Return each campaign's loss by scikit-learn's fit to the rows before it, in the same units.

    C weighs a sum over those rows alone; columns are standardised by all rows, as the model's.
    """
    columns, found = model.columns_, {}
    Z = ((frame.X[columns.index] - columns["mean"]) / columns["scale"]).to_numpy()
    y, at = frame.y.to_numpy(), np.array([frame.campaigns.index(c) for c in frame.campaign])
    for t in range(3, len(frame.campaigns)):
        before, here, root = at < t, at == t, np.sqrt(penalties)
        peer = LogisticRegression(C=1 / before.sum(), solver="newton-cholesky", tol=1e-12)
        peer.fit(Z[before] / root, y[before])
        eta = peer.decision_function(Z[here] / root)
        found[frame.campaigns[t]] = np.mean(np.logaddexp(0, eta) - y[here] * eta)
    return pd.Series(found)


def test_forward_losses_are_those_of_scikit_learn_on_the_rows_before(ahead, drift):
    left = ahead.workspace_.left_out()
    expected = judged_ahead(ahead, drift, ahead.penalties_.to_numpy())
    assert left.index.tolist() == expected.index.tolist() == drift.campaigns[3:]
    np.testing.assert_allclose(left["loss"], expected, atol=1e-6)
    assert ahead.tuning_["left_out_loss"].iloc[0] == pytest.approx(left["loss"].mean(), rel=1e-5)
    assert ahead.folds_ == "5 campaigns, each judged by those before it"


def test_a_forward_path_is_of_forward_folds(ahead, drift):
    path = ahead.path(multipliers=[10.0, 1.0])
    assert path["folds"].tolist() == [5, 5]
    for loss, by in zip(path["loss"], (10.0, 1.0), strict=True):
        expected = judged_ahead(ahead, drift, by * ahead.penalties_.to_numpy())
        assert loss == pytest.approx(expected.mean(), abs=1e-6)


def test_a_forward_fit_can_be_asked_about_campaigns_left_out(ahead, drift):
    there = ahead.workspace_.leaving_out()
    plain = RidgePropensity(1.0, folds="campaigns").fit(drift).refit(ahead.penalties_)
    pd.testing.assert_frame_equal(there.left_out(), plain.workspace_.left_out(), rtol=1e-6)
    assert there.left_out().index.tolist() == drift.campaigns
    assert ahead.workspace_.left_out().index.tolist() == drift.campaigns[3:]  # as it was


def test_what_is_scored_ahead_is_chosen_as_after_leaving_out(ahead):
    assert ahead.outlook_.in_time
    assert ahead.forward_.index.tolist() == ahead.workspace_.left_out().index.tolist()
