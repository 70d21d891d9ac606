import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from workbench import RidgePropensity
from workbench.datasets import planted_drift
from workbench.ridge.ahead import outlook
from workbench.ridge.ahead.recency import as_they_came, decay, weighing_recent_more
from workbench.ridge.design.training_rows import training_rows


@pytest.fixture(scope="module")
def frame():
    return planted_drift(seed=2, campaigns=7, rows=150, columns=5).frame


def weights(frame, half_life):
    age = 6 - frame.campaign.map({name: k for k, name in enumerate(frame.campaigns)})
    return 0.5 ** (age.to_numpy() / half_life)


def test_weights_halve_with_the_half_life():
    found = decay(9, 4.0)
    assert found[-1] == 1.0
    np.testing.assert_allclose(found[:-4] / found[4:], 0.5)
    assert (decay(9, None) == 1).all()
    assert (decay(9, np.inf) == 1).all()


def test_a_half_life_is_a_weight_of_the_rows_to_scikit_learn(frame):
    model = RidgePropensity(0.05, half_life=3.0, base_rate="training", slope=1.0).fit(frame)
    X, w = frame.X.to_numpy(), weights(frame, 3.0)
    mean = np.average(X, axis=0, weights=w)
    scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=w))
    peer = LogisticRegression(C=1 / (0.05 * w.sum()), tol=1e-10, max_iter=1000)
    peer.fit((X - mean) / scale, frame.y, sample_weight=w)
    np.testing.assert_allclose(model.coef_standardised_, peer.coef_[0], atol=1e-6)
    np.testing.assert_allclose(
        model.decision_function(frame), peer.decision_function((X - mean) / scale), atol=1e-5
    )


def test_an_infinite_half_life_leaves_every_bit(frame):
    plain = RidgePropensity(0.05).fit(frame)
    endless = RidgePropensity(0.05, half_life=np.inf).fit(frame)
    np.testing.assert_array_equal(plain.coef_, endless.coef_)
    np.testing.assert_array_equal(plain.intercept_, endless.intercept_)


def test_without_a_half_life_or_campaigns_rows_stay_as_they_are(frame):
    model = RidgePropensity()
    one_campaign = frame.rows((frame.campaign == frame.campaigns[0]).to_numpy())
    for given, half_life in ((frame, None), (one_campaign, None)):
        rows = training_rows(model, given)
        assert weighing_recent_more(rows, half_life) is rows
    alone = training_rows(model, frame.X, frame.y)
    assert weighing_recent_more(alone, 3.0) is alone


def test_weights_before_they_decayed_come_back(frame):
    decayed = RidgePropensity(0.05, half_life=2.0).fit(frame).workspace_.solved.rows
    assert decayed.weight.min() == pytest.approx(1 / 8)
    np.testing.assert_allclose(as_they_came(decayed, 2.0).weight, np.ones(len(frame)))
    assert as_they_came(decayed, None) is decayed


def test_facts_of_training_speak_of_contacts_that_count_alike(frame):
    model = RidgePropensity(0.05, half_life=2.0, base_rate="training", slope=1.0).fit(frame)
    plain = RidgePropensity(0.05).fit(frame)
    for name in ("contacts", "positives", "rows", "campaigns", "base_log_loss"):
        assert model.training_[name] == pytest.approx(plain.training_[name], rel=1e-12)
    expected = log_loss(frame.y, model.predict_proba(frame)[:, 1])
    assert model.training_["log_loss"] == pytest.approx(expected, rel=1e-9)
    stronger = model.refit({"steady": 1.0})
    expected = log_loss(frame.y, stronger.predict_proba(frame)[:, 1])
    assert stronger.training_["log_loss"] == pytest.approx(expected, rel=1e-9)


def test_half_lives_come_on_top_of_weights(frame):
    w = pd.Series(np.random.default_rng(0).integers(1, 4, len(frame)).astype(float))
    weighted = type(frame)(frame.X, frame.y, campaign=frame.campaign, as_of=frame.as_of, weight=w)
    both = type(frame)(
        frame.X,
        frame.y,
        campaign=frame.campaign,
        as_of=frame.as_of,
        weight=w * weights(frame, 3.0),
    )
    off = {"base_rate": "training", "slope": 1.0}
    one = RidgePropensity(0.05, half_life=3.0, **off).fit(weighted)
    other = RidgePropensity(0.05, half_life=None, **off).fit(both)
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-9)
    assert one.training_["contacts"] == w.sum()


def test_half_lives_of_five_and_two_are_tried_where_three_gains():
    gained = []
    for seed, turn in ((300, 0.3), (300, 0.0), (301, 0.0), (302, 0.0)):
        frame = planted_drift(
            seed=seed, campaigns=8, rows=200, columns=3, turn=turn, walk=0.0
        ).frame
        fit = RidgePropensity(0.05, half_life=None).fit(frame).workspace_
        losses = outlook._losses(fit, None, search=True)  # noqa: SLF001 - what is chosen from
        none, three = (losses[half_life].loss.sum(axis=0).min() for half_life in (None, 3.0))
        gained.append(three < none)
        assert set(losses) == ({None, 5.0, 3.0, 2.0} if gained[-1] else {None, 3.0})
    assert {*gained} == {True, False}
