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
        [bool(monitor(model, reference, draw(rows, 2000 + k)).alarms) for k in range(60)]
    )
    assert usual <= share + 0.05


# --- cells of contacts


def cells(count, seed, *, rate=-2.0, spread=0.0, shift=0.0):
    rng = np.random.default_rng(seed)
    price, sent = rng.normal(size=count) + shift, rng.integers(200, 2000, count)
    chance = 1 / (1 + np.exp(-(rate + 0.4 * price + rng.normal(0, spread, count))))
    table = pd.DataFrame({"price": price, "sent": sent, "sold": rng.binomial(sent, chance)})
    return FeatureFrame.from_table(table, target="sold", trials="sent")


def test_cells_that_respond_far_less_raise_an_alarm():
    reference = cells(200, 0)
    model = RidgePropensity(0.0001).fit(reference)
    new = cells(40, 1, rate=-2.3)
    found = monitor(model, reference, new)
    # the witness: the same contacts one by one, each with a chance of its own
    each = np.repeat(model.propensity(new).to_numpy(), new.weights.astype(int))
    z = (new.positives - each.sum()) / np.sqrt((each * (1 - each)).sum())
    assert z < -12
    row = found.table.loc["(response rate)"]
    assert row["alarm"]
    reach = norm.ppf(1 - 0.05 / 3 / 2) * np.sqrt((each * (1 - each)).sum()) / each.sum()
    assert reach <= row["by_chance"] <= 1.3 * reach  # times √φ of the reference, about 1


def test_by_chance_cells_raise_an_alarm_as_rarely_as_it_says():
    limits = Limits(feature_psi=0.0, score_psi=0.0, rate=0.0, false_alarms=0.2)
    alarms = dict.fromkeys(("cells", "contacts"), 0)
    for seed in range(24):
        reference, new = (cells(400, 2 * seed + k, spread=0.3) for k in (0, 1))
        model = RidgePropensity(0.0001).fit(reference)
        plain = [FeatureFrame(f.X, f.y, weight=f.weight) for f in (reference, new)]
        alarms["cells"] += bool(monitor(model, reference, new, limits).alarms)
        alarms["contacts"] += bool(monitor(model, *plain, limits).alarms)
    assert alarms["cells"] <= 10  # 5 expected, and at most 10 in 996 of 1,000 such tests
    assert alarms["contacts"] > 20  # as if each click had drawn its own price
