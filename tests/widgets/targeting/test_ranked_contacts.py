"""Ranked contacts, their bins, and the interval over campaigns, each found in another way."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.evidence import bootstrap_interval
from workbench.widgets.targeting.ranked_contacts import (
    bin_starts,
    binned,
    ranked,
    ratio_bounds,
    unseen_propensities,
)


def hand_frame(**roles):
    y = pd.Series([1.0, 0.0, np.nan, 0.0, 1.0])
    return FeatureFrame(pd.DataFrame({"x": range(5)}), y, **roles)


def test_five_contacts_ranked_by_hand():
    roles = {"customer": pd.Series(list("abcde")), "campaign": pd.Series(list("uuuvv"))}
    table = ranked(hand_frame(**roles), np.array([0.2, 0.9, 0.5, 0.5, 0.1]))
    assert table["customer"].tolist() == ["b", "c", "d", "a", "e"], "ties as in the frame"
    assert table["rank"].tolist() == [1, 2, 3, 4, 5]
    assert table["propensity"].tolist() == [0.9, 0.5, 0.5, 0.2, 0.1]
    assert ranked(hand_frame(), np.arange(5) / 9)["customer"].tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("rows", [1, 19, 20, 39, 40, 41, 1999, 2000, 2001, 12345])
def test_bins_are_alike_and_large_enough(rows):
    sizes = np.diff([*bin_starts(rows), rows])
    assert sizes.sum() == rows
    assert len(sizes) <= 100
    assert sizes.min() >= min(rows, 20)
    assert sizes.max() - sizes.min() <= 1


def test_bins_sum_weights_propensities_and_responses(frame, model):
    times = np.arange(len(frame)) % 3 + 1
    weighted = FeatureFrame(frame.X, frame.y, weight=pd.Series(times.astype(float)))
    one_by_one = FeatureFrame(frame.X, frame.y).rows(np.repeat(np.arange(len(frame)), times))
    table, apart = (
        ranked(some, model.propensity(some.X).to_numpy()) for some in (weighted, one_by_one)
    )
    edges = [*bin_starts(len(apart)), len(apart)]
    sums = np.array(
        [
            [len(part), part["propensity"].sum(), part["y"].sum()]
            for part in (apart.iloc[low:high] for low, high in pairwise(edges))
        ]
    )
    # contacts of one propensity and several outcomes may lie on an edge: split in proportion
    np.testing.assert_allclose(binned(table)[:2], sums.T[:2], rtol=1e-12)
    assert np.abs(binned(table)[2] - sums.T[2]).max() <= 3
    np.testing.assert_allclose(binned(table), binned(apart), rtol=1e-12)


def test_a_campaign_of_the_fit_is_scored_without_it(frame, model):
    scores, unseen = unseen_propensities(model, frame)
    assert unseen
    held = (frame.campaign == "2024-03").to_numpy()
    # inside the range of all campaigns a number counts as it is, outside of the others' too
    without = RidgePropensity(alpha=1.0, extrapolate=True).fit(frame.rows(~held))
    # a penalty is one of the mean loss: it grows as rows go
    share = len(frame) / (~held).sum()
    refit = without.refit(model.penalties_ * share)
    truth = refit.propensity(frame.X[held]).to_numpy()
    itself = model.propensity(frame.X[held]).to_numpy()
    assert np.abs(scores[held] - truth).max() < 0.25 * np.abs(itself - truth).max()


def test_a_campaign_is_scored_without_it_however_penalties_were_tuned(frame, tuned_ahead):
    (ours, unseen), (theirs, _) = (unseen_propensities(model, frame) for model in tuned_ahead)
    assert unseen
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_contacts_of_later_campaigns_are_scored_by_the_model_itself(frame, model):
    later = FeatureFrame(frame.X, frame.y, campaign=pd.Series(["2031-01"] * len(frame)))
    scores, unseen = unseen_propensities(model, later)
    np.testing.assert_array_equal(scores, model.propensity(frame.X))
    assert not unseen


def test_the_interval_is_that_of_the_bootstrap_of_evidence(frame, model):
    table = ranked(frame, model.propensity(frame.X).to_numpy())
    found = ratio_bounds(table)
    assert found.clusters == 8
    ends = [*bin_starts(len(table))[1:], len(table)]
    for k in (30, 60, 99):
        best = table.iloc[: ends[k]]

        def ratio(y, propensity, *, weight):
            return float((weight * y).sum() / (weight * propensity).sum())

        other = bootstrap_interval(best, ratio, repeats=1000, seed=0)
        np.testing.assert_allclose(
            [found.low[k], found.high[k]], other[["low", "high"]].iloc[0], rtol=1e-9
        )


def test_no_bound_stands_on_few_contacts_of_a_campaign(frame, model):
    table = ranked(frame, model.propensity(frame.X).to_numpy())
    found = ratio_bounds(table)
    ends = [*bin_starts(len(table))[1:], len(table)]
    for k, end in enumerate(ends):
        counts = table.iloc[:end]["campaign"].value_counts().reindex(frame.campaigns, fill_value=0)
        assert np.isnan(found.low[k]) == (counts.min() < 5)


def test_small_campaigns_are_drawn_as_one_and_one_alone_not_at_all(frame, model):
    table = ranked(frame, model.propensity(frame.X).to_numpy())
    names = table["campaign"].to_numpy().astype(object)
    names[:60], names[60:130] = "tiny", "small"
    assert ratio_bounds(table.assign(campaign=names)).clusters == 9
    assert ratio_bounds(table.assign(campaign="one")) is None
    assert ratio_bounds(table.drop(columns="campaign")) is None


def test_no_bound_stands_on_few_customers_of_cells():
    rng = np.random.default_rng(0)
    cells = pd.DataFrame(
        {
            "who": np.repeat(list("abc"), 8),
            "wave": ["u", "v"] * 12,
            "x": rng.normal(size=24),
            "clicks": 100,
            "sales": rng.integers(10, 60, 24),
        }
    )
    roles = {"target": "sales", "trials": "clicks", "campaign": "wave", "order": "first-seen"}
    known = FeatureFrame.from_table(cells, customer="who", **roles)
    nameless = FeatureFrame.from_table(cells.drop(columns="who"), **roles)
    chance = {"known": known.X["x"].rank(pct=True), "nameless": nameless.X["x"].rank(pct=True)}
    of_customers = ratio_bounds(ranked(known, chance["known"].to_numpy()), fewest=25)
    of_contacts = ratio_bounds(ranked(nameless, chance["nameless"].to_numpy()), fewest=25)
    assert np.isnan(of_customers.low).all()
    assert np.isfinite(of_contacts.low).any()
