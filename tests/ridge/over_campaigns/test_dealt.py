"""Deals at random: against the figures of a frame whose labels were dealt by hand."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.ridge.over_campaigns.dealt import dealt
from workbench.ridge.over_campaigns.examined import RowsByCampaign
from workbench.ridge.over_campaigns.spikes import _of_effect, _of_place


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(0)
    n = 240
    X = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "rare": (rng.random(n) < 0.08).astype(float),
            "spend": rng.lognormal(0, 1.5, n),
        }
    )
    y = pd.Series((rng.random(n) < 0.3).astype(float))
    campaign = pd.Series(np.repeat(["2024-01", "2024-02", "2024-03"], [20, 100, 120]))
    return FeatureFrame(X, y, campaign=campaign)


def test_a_deal_is_a_frame_whose_labels_were_dealt(frame):
    model = RidgePropensity(0.01).fit(frame)
    examined = RowsByCampaign.of(model, frame)
    measured = examined.moments()
    found = dealt(examined, measured, seed=3)
    assert found.q.shape == (199, 3)
    places = np.random.default_rng(3).permutation(240)
    label = np.empty(240, dtype=int)
    label[places] = examined.campaign  # the first deal: sizes stay as they are
    by_hand = RowsByCampaign(
        examined.columns,
        examined.campaigns,
        label,
        examined.rows,
        examined.matrix,
        examined.log_odds,
    )
    effect = _of_effect(by_hand)
    np.testing.assert_allclose(found.q[0], np.nan_to_num(effect["q"]), rtol=1e-8)
    assert found.compared[0].tolist() == effect["compared"].tolist()
    energy = [(examined.column(j) - measured.pivot[j]) ** 2 for j in range(3)]
    share = np.array([[e[label == g].mean() for g in range(3)] for e in energy])
    share /= share.sum(axis=1, keepdims=True)
    expected = ((share**2).sum(axis=1) - 1 / 3) / (1 - 1 / 3)
    np.testing.assert_allclose(found.concentration[0], expected, rtol=1e-8)


def test_the_campaigns_themselves_are_measured_alike(frame):
    """A deal that puts everybody where they were gives the scores of the campaigns."""
    examined = RowsByCampaign.of(RidgePropensity(0.01).fit(frame), frame)
    measured = examined.moments()
    from workbench.ridge.over_campaigns import dealt as parts

    n = len(examined.campaign)
    adding = parts.csr_array(
        (np.ones(n), (examined.campaign, np.arange(n))), shape=(3, n), dtype=float
    )
    rows = parts.ReadRows.of(examined, np.arange(n), n)
    same = parts.measured_in_deals(examined, measured, rows, adding, range(3))
    place, effect = _of_place(examined, measured), _of_effect(examined)
    np.testing.assert_allclose(same.concentration[0], place["concentration"], rtol=1e-8)
    assert same.lives_in[0].tolist() == place["lives_in"].tolist()
    np.testing.assert_allclose(same.q[0], np.nan_to_num(effect["q"]), rtol=1e-8)


def test_what_a_customer_has_in_a_campaign_is_dealt_as_a_whole(frame):
    """Twice the same rows of the same customers: the same deals."""
    who = pd.Series([f"u{k}" for k in range(240)])
    known = FeatureFrame(frame.X, frame.y, campaign=frame.campaign, customer=who)
    twice = known.rows(np.repeat(np.arange(240), 2))
    model = RidgePropensity(0.01).fit(frame)
    once, again = (RowsByCampaign.of(model, one) for one in (known, twice))
    found = [dealt(one, one.moments()).concentration for one in (once, again)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)
