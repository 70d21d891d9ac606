import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.evidence import bootstrap_interval, loss_difference
from workbench.metrics import log_loss


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    n = 1200
    return FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=n)}),
        pd.Series((rng.random(n) < 0.3).astype(float)),
        campaign=pd.Series(np.repeat([f"c{k:02d}" for k in range(12)], n // 12)),
        weight=pd.Series(rng.integers(1, 4, n).astype(float)),
    )


def test_it_is_the_difference_of_the_losses(frame):
    rng = np.random.default_rng(1)
    mine, other = rng.uniform(0.1, 0.6, (2, len(frame)))
    found = loss_difference(frame, mine, other)
    losses = [log_loss(frame.y, p, weight=frame.weight) for p in (mine, other)]
    assert found.estimate == pytest.approx(losses[0] - losses[1], rel=1e-12)
    assert found.relative == pytest.approx(losses[0] / losses[1] - 1, rel=1e-10)
    by_campaign = [
        log_loss(frame.y[c], mine[c]) < log_loss(frame.y[c], other[c])
        for c in ((frame.campaign == name).to_numpy() for name in frame.campaigns)
    ]
    assert found.wins + found.losses == 12
    assert abs(found.wins - sum(by_campaign)) <= 1  # these are without the contacts' weights


def test_the_interval_is_that_of_the_campaign_bootstrap(frame):
    rng = np.random.default_rng(2)
    mine, other = rng.uniform(0.1, 0.6, (2, len(frame)))
    found = loss_difference(frame, mine, other, repeats=4000)
    y = frame.y.to_numpy()
    losses = [-np.log(np.where(y == 1, p, 1 - p)) for p in (mine, other)]
    table = pd.DataFrame(
        {"campaign": frame.campaign, "y": y, "propensity": losses[0] - losses[1]}
    ).assign(weight=frame.weight)
    peer = bootstrap_interval(
        table, lambda _, less, weight: float(np.average(less, weights=weight)), repeats=4000
    ).iloc[0]
    width = peer["high"] - peer["low"]
    assert found.low == pytest.approx(peer["low"], abs=0.05 * width)
    assert found.high == pytest.approx(peer["high"], abs=0.05 * width)


def test_a_gain_whose_interval_covers_zero_is_unproven(frame):
    """Better on half of the campaigns, and worse by as much on the others."""
    better = frame.campaign.isin(frame.campaigns[::2]).to_numpy()
    truth = frame.y.to_numpy()
    mine = np.where(better, np.where(truth == 1, 0.36, 0.3), np.where(truth == 1, 0.251, 0.3))
    found = loss_difference(frame, mine, np.full(len(frame), 0.3))
    assert found.low < 0 < found.high
    assert not found.proven
    assert "unproven, as other campaigns might put the difference anywhere from -" in (
        found.sentence("a constant")
    )


def test_a_gain_on_every_campaign_is_proven(frame):
    mine = np.where(frame.y == 1, 0.4, 0.2)
    found = loss_difference(frame, mine, np.full(len(frame), 0.3))
    assert found.proven
    assert (found.wins, found.losses) == (12, 0)
    assert found.sentence("a constant") == (
        f"Against a constant, log loss is lower by {-found.estimate:.4f} "
        f"({-found.relative:.1%}), on 12 of 12 campaigns; other campaigns might put the "
        f"difference from {found.low:+.4f} to {found.high:+.4f}."
    )
    worse = loss_difference(frame, np.full(len(frame), 0.3), mine)
    assert worse.sentence("the other").startswith("Against the other, log loss is higher by ")
    assert (worse.wins, worse.losses) == (0, 12)


def test_one_campaign_cannot_tell(frame):
    one = frame.rows((frame.campaign == "c00").to_numpy())
    found = loss_difference(one, np.full(len(one), 0.3), np.full(len(one), 0.2))
    assert np.isnan([found.low, found.high]).all()
    assert not found.proven
    assert found.sentence("another").endswith(
        "; a single campaign does not show how far another would differ."
    )


def test_the_same_seed_gives_the_same_interval(frame):
    mine, other = np.full(len(frame), 0.3), np.full(len(frame), 0.2)
    assert loss_difference(frame, mine, other) == loss_difference(frame, mine, other)


def test_customers_are_drawn_beside_campaigns(frame):
    """Against weights laid out row by row, one draw after another, from the same counts."""
    rng = np.random.default_rng(5)
    customer = pd.Series(rng.integers(0, 90, len(frame)))
    customer[:7] = np.nan  # nobody knows who: seven customers
    known = FeatureFrame(
        frame.X, frame.y, campaign=frame.campaign, weight=frame.weight, customer=customer
    )
    mine, other = rng.uniform(0.1, 0.6, (2, len(frame)))
    found = loss_difference(known, mine, other, repeats=3000, seed=1)
    y, w = frame.y.to_numpy(), frame.weights
    less = [-np.log(np.where(y == 1, p, 1 - p)) for p in (mine, other)]
    less = less[0] - less[1]
    who = customer.to_numpy(copy=True)
    who[:7] = 1000 + np.arange(7)
    who, g = pd.factorize(who)[0], pd.factorize(frame.campaign)[0]
    draws = np.random.default_rng(2)
    means = []
    for _ in range(3000):
        of_g = np.bincount(draws.integers(12, size=12), minlength=12)
        of_who = np.bincount(
            draws.integers(who.max() + 1, size=who.max() + 1), minlength=who.max() + 1
        )
        weight = w * of_g[g] * of_who[who]
        means.append(np.average(less, weights=weight))
    low, high = np.quantile(means, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.06 * (high - low))
    assert found.high == pytest.approx(high, abs=0.06 * (high - low))
    alone = loss_difference(frame, mine, other, repeats=3000, seed=1)
    assert found.high - found.low > alone.high - alone.low


@pytest.mark.parametrize("short", ["propensity", "other"])
def test_propensities_of_another_length_are_refused(short):
    frame = FeatureFrame.from_table(
        pd.DataFrame({"x": [1, 2, 3], "bought": [0, 1, 0]}), target="bought"
    )
    given = {"propensity": [0.1, 0.2, 0.3], "other": [0.1, 0.2, 0.3]} | {short: [0.1, 0.2]}
    expected = (
        "`y` and `propensity` must have one entry a row; got 3 and 2. Take both from the same rows."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        loss_difference(frame, **given)


def test_equal_losses_are_said_to_be_the_same():
    frame = FeatureFrame.from_table(
        pd.DataFrame({"x": [1.0, 2.0] * 8, "m": [1, 1, 2, 2] * 4, "y": [0, 1] * 8}),
        target="y",
        campaign="m",
    )
    same = loss_difference(frame, np.full(16, 0.4), np.full(16, 0.4))
    assert same.sentence("one strength") == "Against one strength, log loss is the same."
