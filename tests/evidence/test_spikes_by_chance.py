"""The count of spiky columns and its shuffled control."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError
from workbench.evidence import SpikyCount, spikiness, spiky_count


def noise(seed, n=600, campaigns=8):
    """Columns, heavy tails and rare flags among them, and outcomes that know nothing of them."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 4)), columns=[f"n{k}" for k in range(4)])
    for k in range(5):
        X[f"spend{k}"] = rng.lognormal(0, 2, n) * (rng.random(n) < 0.2)
        X[f"rare{k}"] = (rng.random(n) < 0.03).astype(float)
    sizes = rng.dirichlet(np.ones(campaigns))  # campaigns of very unequal size
    label = rng.choice(campaigns, n, p=0.9 * sizes + 0.1 / campaigns)
    campaign = pd.Series([f"2024-{g + 1:02d}" for g in label])
    return FeatureFrame(X, pd.Series((rng.random(n) < 0.2).astype(float)), campaign=campaign)


def scored(frame):
    with warnings.catch_warnings(action="ignore"):
        return spikiness(frame, RidgePropensity(0.01).fit(frame))


@pytest.mark.slow
def test_noise_is_hardly_ever_called_spiky_and_planted_spikes_are():
    """20 worlds of 14 columns of noise: 5% of them at most, and three Monte Carlo errors."""
    found = [spiky_count(scored(noise(seed))) for seed in range(20)]
    called, columns = sum(one.spiky for one in found), sum(one.columns for one in found)
    assert columns == 280
    assert called / columns <= 0.05
    beyond = np.mean([one.beyond for one in found])
    assert beyond <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 20)
    world = planted(train_campaigns=12, new_campaigns=0, rows=300, stable=10, spiky=10, seed=2)
    scores = scored(world.frame)
    assert scores.groupby("group")["spiky"].mean()["spiky"] >= 0.9
    assert scores.groupby("group")["spiky"].mean()["stable"] <= 0.1
    assert spiky_count(scores).beyond


def test_the_control_counts_the_rows_that_are_there():
    scores = pd.DataFrame({"spiky": [True, False]}, index=["a", "b"])
    scores.attrs["spiky in each deal"] = (("a", "b"), ("b",), (), ("c",))
    found = spiky_count(scores)
    assert (found.spiky, found.columns, found.by_chance, found.at_most) == (1, 2, 0.75, 2)
    assert not found.beyond
    assert spiky_count(scores.iloc[:1]).by_chance == 0.25
    assert SpikyCount(1_200, 1_400, 0.5, 2, 19).sentence() == (
        "1,200 of 1,400 columns are spiky; where contacts are dealt to the campaigns at random, "
        "0.5 are, and at most 2 (95% of 19 deals)."
    )


def test_a_table_that_lost_its_control_is_refused():
    message = (
        "`scores` must be the table that `spikiness` returned, or some of its rows; it has lost "
        "what chance gives. Select from the table as it came."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        spiky_count(pd.DataFrame({"spiky": [True]}))


@settings(deadline=None, derandomize=True, max_examples=5)
@given(st.integers(0, 10_000), st.sampled_from([1e-6, 1.0, 1e6]), st.floats(0.05, 3.0))
def test_concentration_and_its_noise_stay_within_nought_and_one(seed, scale, weight):
    rng = np.random.default_rng(seed)
    n = 60
    X = pd.DataFrame(
        {
            "x": scale * rng.normal(size=n),
            "once": np.where(np.arange(n) == seed % n, scale, 0.0),
            "text": rng.choice(["a", "b", "c"], n),
        }
    )
    y = pd.Series(np.resize([0.0, 1.0, 0.0], n))
    campaign = pd.Series(np.resize(["2024-01", "2024-02", "2024-03", "2024-01"], n))
    weights = pd.Series(weight * rng.uniform(0.1, 1.0, n))
    scores = scored(FeatureFrame(X, y, campaign=campaign, weight=weights))
    for name in ("concentration", "concentration_noise", "concentration_dealt"):
        known = scores[name].dropna()
        assert known.between(0.0, 1.0).all(), name
