import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.errors import DataError, FitError
from workbench.evidence import bootstrap_interval, nested_estimate


@pytest.fixture(scope="module")
def frame():
    """Five campaigns with spikes in some; shuffled, so that nothing hangs on the order of rows."""
    rng = np.random.default_rng(12)
    X = rng.normal(size=(1500, 6))
    number = rng.integers(5, size=1500)
    X[:, 4] = np.where(np.isin(number, [0, 1, 3]) & (rng.random(1500) < 0.3), 1.0, 0.0)
    X[:, 5] = np.where(np.isin(number, [1, 2, 4]) & (rng.random(1500) < 0.3), 1.0, 0.0)
    log_odds = X[:, :4] @ [0.8, -0.4, 0.2, 0.0] - 1.5 + X[:, 4] - X[:, 5] * (number == 1)
    names = ["stable_1", "stable_2", "stable_3", "stable_4", "spiky_1", "spiky_2"]
    return FeatureFrame(
        X=pd.DataFrame(X, columns=names),
        y=pd.Series((rng.random(1500) < expit(log_odds)).astype("float64")),
        campaign=pd.Series(number).map("2024-0{}".format),
        catalogue=pd.DataFrame({"group": [name.split("_")[0] for name in names]}, index=names),
    )


@pytest.fixture(scope="module")
def estimate(frame):
    return nested_estimate(RidgePropensity(), frame, repeats=60, seed=4)


def test_it_is_brute_force_with_everything_learned_again(frame, estimate):
    by_hand = pd.Series(np.nan, frame.X.index)
    for label in frame.campaigns:
        out = frame.campaign == label
        alone = RidgePropensity().fit(
            frame.X[~out], frame.y[~out], campaign=frame.campaign[~out], groups=frame.groups
        )
        by_hand[out] = alone.predict_proba(frame.X[out])[:, 1]
        np.testing.assert_allclose(
            estimate.penalties.loc[label], alone.tuning_["penalty"], rtol=1e-6
        )
    # tuning stops within a twentieth of a factor e; the order of rows decides where
    np.testing.assert_allclose(estimate.propensity, by_hand, rtol=1e-6)
    loss = metrics.log_loss(frame.y, by_hand)
    assert estimate.overall.loc["log_loss", "estimate"] == pytest.approx(loss, rel=1e-7)


def test_under_one_penalty_it_is_what_scikit_learn_gives(frame):
    found = nested_estimate(RidgePropensity(alpha=0.02), frame, repeats=2)
    assert found.penalties.empty
    for label in frame.campaigns:
        out = (frame.campaign == label).to_numpy()
        X = frame.X.to_numpy()
        mean, scale = X[~out].mean(axis=0), X[~out].std(axis=0)
        peer = LogisticRegression(
            C=1 / (0.02 * (~out).sum()), solver="newton-cholesky", tol=1e-10
        ).fit((X[~out] - mean) / scale, frame.y[~out])
        held = np.clip(X[out], X[~out].min(axis=0), X[~out].max(axis=0))  # no extrapolation
        p = peer.predict_proba((held - mean) / scale)[:, 1]
        np.testing.assert_allclose(found.propensity[out], p, rtol=1e-6)


def test_measures_and_intervals_are_of_the_pooled_propensities(frame, estimate):
    table = pd.DataFrame({"campaign": frame.campaign, "y": frame.y})
    table["propensity"] = estimate.propensity
    for name in ("auc", "log_loss"):
        known = bootstrap_interval(table, getattr(metrics, name), repeats=60, seed=4).iloc[0]
        assert estimate.overall.loc[name].to_dict() == known.to_dict()
    by_campaign = metrics.by_campaign(frame.y, table["propensity"], frame.campaign)
    by_campaign = by_campaign.set_index("campaign").loc[frame.campaigns].reset_index()
    pd.testing.assert_frame_equal(estimate.campaigns, by_campaign, check_dtype=False)
    within = estimate.overall.loc["weighted_auc"]
    assert within["estimate"] == pytest.approx(metrics.weighted_auc(by_campaign))
    aucs = by_campaign["auc"]
    assert aucs.min() < within["low"] < within["estimate"] < within["high"] < aucs.max()


def test_the_base_is_the_rate_of_the_other_campaigns(frame, estimate):
    rates = [frame.y[frame.campaign != label].mean() for label in frame.campaign]
    base = metrics.log_loss(frame.y, np.array(rates))
    assert estimate.overall.loc["base_log_loss", "estimate"] == pytest.approx(base)


class TargetEncoded(BaseEstimator):
    """Replaces an identifier by the response rate of its rows, then fits."""

    def __init__(self, rates=None):
        self.rates = rates

    def fit(self, frame):
        rates = frame.y.groupby(frame.X["identifier"]).mean() if self.rates is None else self.rates
        self.rates_, self.rest_ = rates, frame.y.mean()
        self.model_ = RidgePropensity(alpha=0.001).fit(self.encoded(frame), frame.y)
        return self

    def encoded(self, frame):
        rates = frame.X["identifier"].map(self.rates_).astype("float64")
        return pd.DataFrame({"rate": rates.fillna(self.rest_)})

    def propensity(self, frame):
        return self.model_.propensity(self.encoded(frame))


def test_a_target_encoded_identifier_does_not_slip_through():
    """One that is nobody twice: encoded on all rows it is the outcome itself."""
    rng = np.random.default_rng(6)
    n = 1200
    table = pd.DataFrame({"identifier": [f"i{k}" for k in range(n)]})
    table["month"] = np.repeat([f"2024-0{k}" for k in range(1, 5)], n // 4)
    table["bought"] = (rng.random(n) < 0.3).astype(int)
    frame = FeatureFrame(
        X=table[["identifier"]],
        y=table["bought"].astype("float64"),
        campaign=table["month"],
    )
    everything = TargetEncoded().fit(frame)
    assert metrics.auc(frame.y, everything.propensity(frame)) == 1.0
    honest = nested_estimate(TargetEncoded(), frame, repeats=20)
    within = honest.overall.loc["weighted_auc", "estimate"]
    assert within == pytest.approx(0.5, abs=1e-12)  # no row of a new campaign is told from another
    losses = honest.overall["estimate"]
    assert losses["log_loss"] > 1.2 * losses["base_log_loss"]
    # the test would notice: rates learned before from all rows do slip through
    leaking = nested_estimate(TargetEncoded(everything.rates_), frame, repeats=20)
    assert leaking.overall.loc["weighted_auc", "estimate"] == 1.0


def test_rows_without_an_outcome_are_passed_over_and_the_model_is_not_touched(frame):
    y = frame.y.copy()
    y[::7] = np.nan
    waiting = FeatureFrame(X=frame.X, y=y, campaign=frame.campaign, catalogue=frame.catalogue)
    model = RidgePropensity(alpha=0.02)
    found = nested_estimate(model, waiting, repeats=10)
    assert not hasattr(model, "columns_")
    assert found.propensity.isna().equals(y.isna())
    only_known = nested_estimate(model, waiting.known(), repeats=10)
    np.testing.assert_array_equal(found.propensity.dropna(), only_known.propensity)
    pd.testing.assert_frame_equal(found.overall, only_known.overall)


def test_a_campaign_of_one_class_stays_in_the_loss():
    table = pd.DataFrame({"x": [0.0, 1.0] * 30, "month": np.repeat(["m1", "m2", "m3"], 20)})
    table["y"] = [0.0, 1.0, 1.0, 0.0, 0.0] * 8 + [0.0] * 20
    frame = FeatureFrame(X=table[["x"]], y=table["y"], campaign=table["month"])
    found = nested_estimate(RidgePropensity(alpha=0.1), frame, repeats=20)
    assert found.campaigns["note"].tolist() == ["", "", "n/a (0 positives)"]
    assert found.overall.loc["weighted_auc", "clusters"] == 2
    assert found.overall.loc["log_loss", "clusters"] == 3


def test_it_reads_as_a_sentence_and_tables(estimate):
    loss = estimate.overall.loc["log_loss"]
    start = (
        "5 campaigns, each judged by a model that learned nothing from it, but from its neighbours "
        "in time. Log loss "
    )
    shown = f"{loss['estimate']:.4f} ({loss['low']:.4f} to {loss['high']:.4f})"
    assert repr(estimate).startswith(start + shown)
    html = estimate._repr_html_()
    assert html.count("<table") == 3
    assert "spiky" in html


def test_fewer_than_two_campaigns_are_refused(frame):
    message = (
        "Leaving campaigns out needs at least two campaigns with outcomes; got 1. Name the "
        "campaign column, or use `random_hold_out`."
    )
    one = frame.rows((frame.campaign == frame.campaigns[0]).to_numpy())
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        nested_estimate(RidgePropensity(), one)


def test_a_fit_that_fails_says_which_campaign_was_out():
    table = pd.DataFrame({"x": np.arange(8.0), "month": ["m1"] * 4 + ["m2"] * 4})
    frame = FeatureFrame(
        X=table[["x"]], y=pd.Series([0.0] * 4 + [1.0, 0.0, 1.0, 0.0]), campaign=table["month"]
    )
    with pytest.raises(FitError, match="one class only") as caught:
        nested_estimate(RidgePropensity(alpha=0.1), frame)
    assert caught.value.__notes__ == ["This happened without campaign 'm2', which was left out."]
