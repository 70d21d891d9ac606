import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted_drift
from workbench.errors import FitError
from workbench.ridge.ahead import forward_folds
from workbench.ridge.ahead.forward_folds import MOST, SLOPES, centred, forward_losses
from workbench.ridge.outcomes.base_rate import Scored, recent_shift

OFF = {"base_rate": "training", "half_life": None, "slope": 1.0}


@pytest.fixture(scope="module")
def frame():
    return planted_drift(seed=4, campaigns=7, rows=200, columns=5, walk=0.5).frame


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(0.02, **OFF).fit(frame)


def losses(model, **more):
    at = model.workspace_
    return forward_losses(at.solved, at.stats, at.solution.b, **more)


def by_hand(model, frame, t, slope, *, half_life=None, follows=False):
    """Fit with scikit-learn, shift with statsmodels."""
    columns = model.columns_
    Z = (frame.X - columns["mean"]) / columns["scale"]
    number = frame.campaign.map({name: k for k, name in enumerate(frame.campaigns)}).to_numpy()
    before, here, y = number < t, number == t, frame.y.to_numpy()
    w = (
        np.ones(before.sum())
        if half_life is None
        else 0.5 ** ((t - 1 - number[before]) / half_life)
    )
    peer = LogisticRegression(C=1 / (0.02 * w.sum()), tol=1e-10, max_iter=1000)
    peer.fit(Z[before], y[before], sample_weight=w)
    eta = peer.decision_function(Z)
    away = slope * (eta - np.average(eta[before], weights=w))
    glm = sm.GLM(
        y[before],
        np.ones(before.sum()),
        family=sm.families.Binomial(),
        offset=away[before],
        freq_weights=w,
    ).fit(tol=1e-12)
    away = away + glm.params[0]
    if follows:
        away += recent_shift(
            Scored(away[before], y[before], np.ones(before.sum()), number[before])
        ).by
    return float((np.logaddexp(0, away) - y * away)[here].sum())


@pytest.mark.parametrize("half_life", [None, 2.0])
@pytest.mark.parametrize("follows", [False, True])
def test_losses_are_those_of_fits_to_the_campaigns_before(model, frame, half_life, follows):
    found = losses(model, half_life=half_life)
    assert found.fold.tolist() == [3, 4, 5, 6]
    for k, t in enumerate(found.fold):
        for slope in (0.0, 0.5, 1.0):
            expected = by_hand(model, frame, t, slope, half_life=half_life, follows=follows)
            place = int(np.argmin(np.abs(SLOPES - slope)))
            assert found.loss[k, place, int(follows)] == pytest.approx(expected, rel=2e-4)


def test_counts_are_those_of_the_campaigns(model, frame):
    found = losses(model)
    assert found.contacts.tolist() == [200.0] * 4
    assert found.positives.tolist() == frame.summary()["positives"].iloc[3:].tolist()


def test_at_slope_zero_everybody_has_the_base_rate_of_before(model, frame):
    found = losses(model)
    y = frame.y.to_numpy().reshape(7, 200)
    for k, t in enumerate(found.fold):
        rate, positives = y[:t].mean(), y[t].sum()
        expected = -positives * np.log(rate) - (200 - positives) * np.log(1 - rate)
        assert found.loss[k, 0, 0] == pytest.approx(expected, rel=1e-9)


def test_no_more_than_the_last_eight_are_judged():
    frame = planted_drift(seed=5, campaigns=14, rows=150, columns=3).frame
    found = losses(RidgePropensity(0.1, **OFF).fit(frame))
    assert found.fold.tolist() == list(range(14 - MOST, 14))


def test_a_step_and_few_passes_serve_where_rows_are_many(monkeypatch):
    frame = planted_drift(seed=6, campaigns=6, rows=4000, columns=4, walk=0.1).frame
    model = RidgePropensity(0.02, **OFF).fit(frame)
    exact = losses(model).loss
    monkeypatch.setattr(forward_folds, "_EXACT", 0)
    np.testing.assert_allclose(losses(model).loss, exact, rtol=1e-4)


def test_some_rows_of_large_campaigns_tell_nearly_the_same(monkeypatch):
    frame = planted_drift(seed=7, campaigns=6, rows=4000, columns=4).frame
    model = RidgePropensity(0.02, **OFF).fit(frame)
    exact = losses(model)
    monkeypatch.setattr(forward_folds, "_ROWS_TO_CENTRE", 6000)
    monkeypatch.setattr(forward_folds, "_ROWS_OF_A_FOLD", 2000)
    found = losses(model)
    np.testing.assert_allclose(found.contacts, exact.contacts)
    np.testing.assert_allclose(found.loss, exact.loss, rtol=0.1)
    np.testing.assert_allclose(found.positives, exact.positives, rtol=0.15)


def test_campaigns_after_those_of_one_class_are_not_judged(frame):
    y = frame.y.where(~frame.campaign.isin(frame.campaigns[:4]), 0.0)
    early = type(frame)(frame.X, y, campaign=frame.campaign, as_of=frame.as_of)
    with pytest.warns(UserWarning, match="without positives"):
        model = RidgePropensity(0.1, **OFF).fit(early)
    assert losses(model).fold.tolist() == [5, 6]


def test_unpenalised_columns_that_separate_earlier_campaigns_are_an_error(frame):
    early = frame.campaign.isin(frame.campaigns[:3])
    noise = np.random.default_rng(0).normal(0.5, 0.5, len(frame))
    X = frame.X.assign(tells=np.where(early, frame.y, noise))
    odd = type(frame)(X, frame.y, campaign=frame.campaign, as_of=frame.as_of)
    model = RidgePropensity(0.1, {"tells": 0.0}, **OFF).fit(odd)
    with pytest.raises(FitError, match=r"must not separate the classes perfectly; \['tells'\] do"):
        losses(model)


def test_a_centred_score_has_the_rate_of_its_rows():
    rng = np.random.default_rng(0)
    log_odds = rng.normal(-1, 2, 500)
    y = (rng.random(500) < 0.3).astype(float)
    rows = Scored(log_odds, y, rng.random(500), np.zeros(500, dtype=int))
    for slope in (0.0, 0.3, 0.9):
        factor, plus = centred(rows, slope)
        assert factor == slope
        assert rows.weight @ expit(factor * log_odds + plus) == pytest.approx(rows.weight @ y)
    assert centred(rows, 1.0) == (1.0, 0.0)


def test_rows_of_cells_are_taken_two_by_two():
    """As in a table of every second pair, whatever the first row is."""
    for start, stop, most in ((0, 9, 4), (10, 31, 5), (3, 8, 100)):
        some = forward_folds._evenly(start, stop, most, aggregated=True)  # noqa: SLF001 - by hand
        step = -(-(stop - start) // most)
        pairs = [(k, k + 1) for k in range(start, stop, 2 * step)]
        assert some.tolist() == [k for pair in pairs for k in pair if k < stop]


def test_large_campaigns_of_cells_are_sampled_with_both_outcomes():
    """Rows of cells alternate by outcome: every second one would be of one class alone."""
    rng = np.random.default_rng(0)
    n = 60_000
    table = pd.DataFrame(
        {
            "month": [f"2024-{k % 6 + 1:02d}" for k in range(n)],
            "x": rng.normal(size=n),
            "sent": rng.integers(5, 20, n),
        }
    )
    table["sold"] = rng.binomial(table["sent"] - 2, expit(-1 + 0.5 * table["x"])) + 1
    frame = FeatureFrame.from_table(table, target="sold", trials="sent", campaign="month")
    model = RidgePropensity().fit(frame)
    by_month = table.groupby("month")[["sold", "sent"]].sum()
    rate = by_month["sold"] / by_month["sent"]
    told = model.forward_["positives"] / model.forward_["contacts"]
    np.testing.assert_allclose(told, rate[told.index], atol=0.01)
    np.testing.assert_allclose(model.forward_["contacts"], by_month["sent"][told.index], rtol=0.02)
