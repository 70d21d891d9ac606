import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.evidence import Limits, monitor
from workbench.metrics.stability import psi


def draw(n, seed, *, shift=0.0, rate=0.0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": rng.normal(size=n) + shift,
            "price": rng.lognormal(size=n),
            "kind": rng.choice(["mail", "shop", "app"], n, p=[0.5, 0.3, 0.2]),
        }
    )
    chance = 1 / (1 + np.exp(2 - 0.8 * (X["visits"] - shift) - rate))
    return FeatureFrame(X, pd.Series((rng.random(n) < chance).astype(float)))


@pytest.fixture(scope="module")
def reference():
    return draw(20_000, 1)


@pytest.fixture(scope="module")
def model(reference):
    return RidgePropensity(0.001).fit(reference)


def test_its_figures_are_psi_and_a_count(model, reference):
    new = draw(5000, 2, shift=0.3)
    found = monitor(model, reference, new)
    p = model.propensity(new)
    assert found.table.loc["visits", "value"] == psi(reference.X["visits"], new.X["visits"]).psi
    score = psi(model.propensity(reference), p)
    assert found.table.loc["(score)", "value"] == score.psi
    rate = found.table.loc["(response rate)"]
    assert rate["value"] == pytest.approx(new.y.sum() / p.sum() - 1)
    z = norm.ppf(1 - 0.05 / 5 / 2)
    assert rate["by_chance"] == pytest.approx(z * np.sqrt((p * (1 - p)).sum()) / p.sum())
    assert (found.table["reference"] == 20_000).all()
    assert (found.table["new"] == 5000).all()


def test_planted_drift_raises_the_alarm_for_what_moved(model, reference):
    moved = monitor(model, reference, draw(5000, 3, shift=0.6))
    assert moved.table.loc[["visits", "(score)", "(response rate)"], "alarm"].all()
    assert not moved.table.loc[["price", "kind"], "alarm"].any()
    assert moved.sentence().startswith("3 of 5 checks are over their limit and beyond chance: ")
    rate = monitor(model, reference, draw(5000, 4, rate=0.5))
    assert rate.alarms == ["(response rate)"]


def test_the_limits_are_the_users(model, reference):
    new = draw(5000, 3, shift=0.6)
    wide = Limits(feature_psi=5.0, score_psi=5.0, rate=5.0)
    assert monitor(model, reference, new, wide).alarms == []
    slight = draw(5000, 5, shift=0.15)
    assert "visits" not in monitor(model, reference, slight).alarms
    assert "visits" in monitor(model, reference, slight, Limits(feature_psi=0.0)).alarms
    with pytest.raises(
        ParameterError, match=r"^Limits must not be negative, and `false_alarms` lie"
    ):
        Limits(rate=-1.0)


def test_open_outcomes_have_no_rate(model, reference):
    new = draw(500, 6)
    found = monitor(model, reference, FeatureFrame(new.X, pd.Series(np.nan, new.X.index)))
    assert "(response rate)" not in found.table.index
    assert np.isnan(found.expected)


def test_few_contacts_raise_no_alarm_by_their_fewness(model, reference):
    """Fifty rows have a PSI far over 0.1 without having moved."""
    found = [monitor(model, reference, draw(50, seed)) for seed in range(100, 120)]
    assert np.mean([(one.table["value"].abs() > one.table["limit"]).any() for one in found]) > 0.5
    assert np.mean([bool(one.alarms) for one in found]) <= 0.15


@pytest.mark.slow
@pytest.mark.parametrize("rows", [500, 5000])
def test_false_alarms_are_as_rare_as_asked_for(model, reference, rows):
    """200 draws without drift, limits at 0 so that chance alone decides."""
    alone = Limits(feature_psi=0.0, score_psi=0.0, rate=0.0, false_alarms=0.05)
    found = [monitor(model, reference, draw(rows, 1000 + k), alone) for k in range(200)]
    share = np.mean([bool(one.alarms) for one in found])
    assert share <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    usual = np.mean(
        [bool(monitor(model, reference, draw(rows, 2000 + k)).alarms) for k in range(200)]
    )
    assert usual <= share + 0.05
