import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.evidence import NewLevel, Outage, Spike, Times, stress


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    n = 800
    X = pd.DataFrame(
        {
            "price": rng.lognormal(size=n),
            "visits": rng.poisson(2.0, n),
            "kind": rng.choice(["mail", "shop"], n),
        }
    )
    eta = 0.5 * X["visits"] - X["price"] + (X["kind"] == "mail")
    y = pd.Series((rng.random(n) < 1 / (1 + np.exp(1 - eta))).astype(float))
    weight = pd.Series(rng.integers(1, 4, n).astype(float))
    return FeatureFrame(X, y, weight=weight)


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(0.01).fit(frame)


CHANGES = {
    "price up": {"price": Times(1.2)},
    "no visits": {"visits": Outage(0.0)},
    "visits missing": {"visits": Outage()},
    "app": {"kind": NewLevel(share=0.5, level="app", seed=1)},
    "spike": {"visits": Spike(share=0.2, deviations=3.0, seed=2), "price": Times(0.9)},
}


def moved_by_hand(X, w):
    rng = {seed: np.random.default_rng(seed) for seed in (1, 2)}
    hit = rng[1].random(len(X)) < 0.5
    up = rng[2].random(len(X)) < 0.2
    return {
        "as it is": X,
        "price up": X.assign(price=X["price"] * 1.2),
        "no visits": X.assign(visits=0.0),
        "visits missing": X.assign(visits=np.nan),
        "app": X.assign(kind=np.where(hit, "app", X["kind"])),
        "spike": X.assign(
            visits=X["visits"] + np.where(up, 3 * np.std(np.repeat(X["visits"], w)), 0.0),
            price=X["price"] * 0.9,
        ),
    }


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_it_is_brute_force_scoring_again(model, frame):
    found = stress(model, frame, CHANGES, cost=2.0, margin=5.0)
    y, w = frame.y.to_numpy(), frame.weights
    first = model.propensity(frame.X).to_numpy()
    contact = np.repeat(np.arange(len(w)), w.astype(int))  # of each row as many as its weight
    tenth = len(contact) // 10
    best = np.argsort(-first[contact], kind="stable")[:tenth]
    assert found.table.index.tolist() == ["as it is", *CHANGES]
    for name, X in moved_by_hand(frame.X, w.astype(int)).items():
        p, row = model.propensity(X).to_numpy(), found.table.loc[name]
        np.testing.assert_allclose(found.propensity[name], p, rtol=1e-12)
        assert row["mean_propensity"] == pytest.approx((w * p).sum() / w.sum())
        assert row["mean_move"] == pytest.approx((w * abs(p - first)).sum() / w.sum())
        assert row["largest_move"] == pytest.approx(abs(p - first).max())
        chosen = p > 0.4
        assert row["contacts"] == w[chosen].sum()
        assert row["expected_profit"] == pytest.approx((w * (5 * p - 2))[chosen].sum())
        assert row["realised_profit"] == pytest.approx((w * (5 * y - 2))[chosen].sum())
        if name not in ("no visits", "visits missing"):  # these leave ties
            again = np.argsort(-p[contact], kind="stable")[:tenth]
            assert row["still_chosen"] == pytest.approx(len(set(best) & set(again)) / tenth)


def test_nothing_moved_is_nothing_lost(model, frame):
    found = stress(model, frame, {"same": {"price": Times(1.0)}})
    assert found.table.loc["same"].equals(found.table.loc["as it is"].rename("same"))
    assert found.sentence().startswith(
        "Of 1 change, 'same' moves most: 100% of the best 10% stay among them"
    )


def test_open_outcomes_have_no_realised_profit(model, frame):
    open_ = FeatureFrame(frame.X, pd.Series(np.nan, frame.X.index))
    assert stress(model, open_, {"up": {"price": Times(2.0)}}).table["realised_profit"].isna().all()


def test_wrong_changes_say_so(model, frame):
    with pytest.raises(ParameterError) as caught:
        stress(model, frame, {})
    assert str(caught.value) == (
        '`changes` must name at least one; got none. Give {"price up": {"price": Times(1.2)}}.'
    )
    with pytest.raises(ParameterError, match=r"^`changes` names unknown feature 'prise'"):
        stress(model, frame, {"up": {"prise": Times(2.0)}})
    with pytest.raises(ParameterError) as caught:
        stress(model, frame, {"up": {"kind": Times(2.0)}})
    assert str(caught.value) == (
        "Only numbers can be raised or multiplied; 'kind' is text. Use `NewLevel` or `Outage`."
    )


@pytest.mark.parametrize("weight", [None, np.zeros(3)])
def test_what_nobody_has_cannot_be_raised(weight):
    values = pd.Series([np.nan] * 3) if weight is None else pd.Series([1.0, 2.0, np.nan])
    pd.testing.assert_series_equal(Spike(share=1.0)(values, weight), values)
