"""Columns over campaigns: intervals and judgements; the scores are tested as evidence."""

import re

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError
from workbench.ridge.over_campaigns.examined import RowsByCampaign
from workbench.ridge.over_campaigns.spikes import badness, by_campaign, default_model, turns


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"amount": rng.poisson(0.3, 900) * 1.0, "visits": rng.normal(size=900)})
    weight = pd.Series(rng.integers(1, 4, 900).astype(float))
    campaign = pd.Series(np.repeat(["a", "b", "c"], 300))
    return FeatureFrame(X, pd.Series(np.arange(900) % 3 == 0) * 1.0, campaign, weight=weight)


@pytest.fixture(scope="module")
def rows(frame):
    examined = RowsByCampaign.of(RidgePropensity(0.1).fit(frame), frame)
    table = by_campaign(examined, examined.moments(), ["amount", "visits"])
    return table.set_index(["column", "campaign"])


def test_shares_have_wilsons_interval(frame, rows):
    for name, here in frame.X.groupby(frame.campaign):
        weight = frame.weight[here.index]
        count, total = weight[here["amount"] != 0].sum(), weight.sum()
        low, high = proportion_confint(count, total, method="wilson")
        said = rows.loc[("amount", name), ["active_share", "active_low", "active_high"]]
        assert said.tolist() == pytest.approx([count / total, low, high], rel=1e-9)


def test_nobody_and_everybody_have_an_interval_that_ends_there():
    X = pd.DataFrame({"once": np.repeat([0.0, 1.0], 100), "x": np.tile([0.0, 1.0], 100)})
    y, labels = pd.Series(np.arange(200) % 3 == 0) * 1.0, pd.Series(np.repeat(["a", "b"], 100))
    examined = RowsByCampaign.of(
        RidgePropensity(0.1).fit(X, y, campaign=labels), FeatureFrame(X, y, labels)
    )
    found = by_campaign(examined, examined.moments(), ["once"])
    for count, low, high in zip([0, 100], found["active_low"], found["active_high"], strict=True):
        assert (low, high) == pytest.approx(proportion_confint(count, 100, method="wilson"))


def test_means_have_the_normal_interval_of_their_contacts(frame, rows):
    for name, here in frame.X.groupby(frame.campaign):
        known = DescrStatsW(here["visits"], weights=frame.weight[here.index], ddof=0)
        reach = 1.959963984540054 * known.std / np.sqrt(known.sum_weights)
        said = rows.loc[("visits", name), ["mean", "mean_low", "mean_high"]]
        expected = [known.mean, known.mean - reach, known.mean + reach]
        assert said.tolist() == pytest.approx(expected, abs=1e-12)


def test_badness_takes_only_what_is_beyond_chance():
    scores = pd.DataFrame(
        {
            "concentration": [0.6, 0.1, np.nan],
            "concentration_noise": [0.2, 0.2, np.nan],
            "i_squared": [0.5, 0.9, np.nan],
            "false_discovery_rate": [0.01, 0.5, np.nan],
            "q": [30.0, 9.0, np.nan],
            "q_dealt": [20.0, 20.0, 20.0],
            "tau_squared": [0.5, 0.5, np.nan],
            "effect": [0.6, 0.6, np.nan],
        }
    )
    assert badness(scores).tolist() == pytest.approx([1 - 0.5 * 0.5, 0.0, 0.0])
    assert turns(scores).tolist() == [True, False, False]
    # a deal at random was as bad: the differences of effects say nothing
    assert badness(scores.assign(q_dealt=40.0)).tolist() == pytest.approx([0.5, 0.0, 0.0])
    # rows that weigh next to nothing leave chance all room, and badness stays within 0 and 1
    assert badness(scores.assign(concentration_noise=1.0)).tolist() == pytest.approx([0.5, 0, 0])


def test_a_model_that_is_given_is_the_one_that_is_read(frame):
    model = RidgePropensity(0.1).fit(frame)
    assert default_model(frame, model) is model
    assert default_model(frame, None).penalty_factors == {}


def test_what_is_no_model_is_refused():
    message = (
        "`model` must be a RidgePropensity, fitted, or None; got DataFrame. Leave it out for one "
        "strength for all columns."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        default_model(None, pd.DataFrame({"a": [1]}))
