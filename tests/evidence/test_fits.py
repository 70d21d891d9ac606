import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import FitError
from workbench.evidence.baselines import BaseRate, SpikyDropped
from workbench.evidence.fits import FitCache, content_of, judge, score_shares
from workbench.evidence.origins import Origin


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=8, new_campaigns=0, rows=200, stable=3, spiky=3, seed=2).frame


@pytest.fixture(scope="module")
def origin():
    return Origin("rolling origin", "c08", np.arange(1400), np.arange(1400, 1600))


def test_a_fit_sees_the_training_rows_alone(frame, origin):
    (said,) = judge(RidgePropensity(0.01), frame, [origin])
    peer = RidgePropensity(0.01).fit(frame.X[:1400], frame.y[:1400])
    np.testing.assert_allclose(said.propensity, peer.propensity(frame.X[1400:]), rtol=1e-9)
    assert said.coefficients == pytest.approx(peer.coef_standardised_.to_dict())


def test_shares_are_covariances_with_the_score():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=500), "kind": rng.choice([*"uvw"], 500)})
    weight = pd.Series(rng.integers(1, 4, 500).astype(float))
    frame = FeatureFrame(X, pd.Series((rng.random(500) < 0.4).astype(float)), weight=weight)
    ridge = RidgePropensity(0.01).fit(frame)
    coef = dict(zip(ridge.columns_.index, ridge.coef_[0], strict=True))
    parts = {
        "a": coef["a"] * X["a"],
        "kind": sum(coef[f"kind={k}"] * (X["kind"] == k) for k in "uvw"),
    }
    eta = parts["a"] + parts["kind"]
    variance = np.cov(eta, eta, fweights=weight.astype(int))[0, 1]
    expected = {
        name: np.cov(part, eta, fweights=weight.astype(int))[0, 1] / variance
        for name, part in parts.items()
    }
    assert score_shares(ridge, frame) == pytest.approx(expected)


def test_a_method_without_coefficients_has_no_shares(frame, origin):
    (said,) = judge(BaseRate(), frame, [origin])
    assert said.shares == said.coefficients == {}


def test_dropped_features_have_no_share(frame, origin):
    (said,) = judge(SpikyDropped(), frame, [origin])
    assert set(said.shares) < set(frame.X.columns)
    assert sum(said.shares.values()) == pytest.approx(1)


def test_splits_that_learn_from_the_same_rows_share_a_fit(frame, origin):
    """Each is scored as it is alone, and one that fails is the one that is named."""
    fits = []

    class Counted(RidgePropensity):
        def fit(self, frame):
            fits.append(len(frame))
            return super().fit(frame)

    other = Origin("campaign left out", "c08", origin.train, np.arange(1450, 1600))
    together = judge(Counted(0.01), frame, [origin, other])
    assert fits == [1400]
    for one, said in zip((origin, other), together, strict=True):
        (alone,) = judge(RidgePropensity(0.01), frame, [one])
        assert (said.propensity == alone.propensity).all()
        assert (said.shares, said.coefficients) == (alone.shares, alone.coefficients)
    nowhere = other._replace(test=np.array([9999]))
    with pytest.raises(IndexError) as caught:
        judge(RidgePropensity(0.01), frame, [origin, nowhere])
    assert caught.value.__notes__ == ["This happened at the campaign left out, judging c08."]


class Broken(BaseEstimator):
    def fit(self, frame):
        raise FitError("no")


def test_a_failure_names_its_split(frame, origin):
    with pytest.raises(FitError) as caught:
        judge(Broken(), frame, [origin])
    assert caught.value.__notes__ == ["This happened at the rolling origin, judging c08."]


def test_what_was_kept_comes_back_to_the_bit(frame, origin, tmp_path):
    model = RidgePropensity(0.01)
    (said,) = judge(model, frame, [origin])
    kept = FitCache(tmp_path, frame)
    assert kept.read("m", model, origin) is None
    kept.write("m", model, origin, said)
    back = FitCache(tmp_path, frame).read("m", model, origin)
    assert (back.propensity == said.propensity).all()
    assert (back.shares, back.coefficients) == (said.shares, said.coefficients)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
    assert json.loads(next(tmp_path.iterdir()).read_text("utf-8"))["shares"] == said.shares


def test_anything_that_matters_makes_another_file(frame, origin, tmp_path):
    model = RidgePropensity(0.01)
    kept = FitCache(tmp_path, frame)
    kept.write("m", model, origin, *judge(model, frame, [origin]))
    assert kept.read("m", RidgePropensity(0.02), origin) is None
    assert kept.read("m", model, origin._replace(test=np.arange(1401, 1600))) is None
    other = FeatureFrame(
        frame.X, 1 - frame.y, campaign=frame.campaign, as_of=frame.as_of, catalogue=frame.catalogue
    )
    assert FitCache(tmp_path, other).read("m", model, origin) is None


@pytest.mark.parametrize("change", ["order", "customer"])
def test_a_fit_that_would_differ_is_not_taken_for_the_same(frame, change):
    labels = frame.campaign.map(str)
    table = frame.X.assign(bought=frame.y, wave=labels, who=np.arange(len(labels)) // 2)
    roles = {"target": "bought", "campaign": "wave", "order": list(dict.fromkeys(labels))}
    first = FeatureFrame.from_table(table, customer="who", **roles)
    if change == "customer":
        second = FeatureFrame.from_table(table.drop(columns="who"), **roles)
    else:
        second = FeatureFrame.from_table(table, customer="who", **roles | {"order": "auto"})
    assert first.X.equals(second.X)
    assert content_of(first) != content_of(second)
    assert content_of(first) == content_of(FeatureFrame.from_table(table, customer="who", **roles))
