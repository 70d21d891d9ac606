"""A mailed Targeting: few bins, alike in size, with noise."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.widgets.targeting.private_ranking import private_bounds, private_ranked


@pytest.fixture(scope="module")
def contacts():
    rng = np.random.default_rng(0)
    n = 4000
    chance = np.sort(rng.beta(1, 8, n))[::-1]
    return pd.DataFrame(
        {
            "customer": np.arange(n),
            "campaign": rng.choice(["a", "b", "c", "d"], n),
            "propensity": chance,
            "y": (rng.random(n) < chance) * 1.0,
            "weight": 1.0,
        }
    )


def test_bins_are_alike_and_near_the_exact_ones(contacts):
    found = private_ranked(contacts)
    assert found.bins.shape == (3, 20)
    assert len(set(found.bins[0])) == 1
    np.testing.assert_allclose(found.exact.sum(axis=1)[0], 4000)
    away = (found.bins - found.exact)[1:]
    assert (away.std(axis=1) < 2 * found.sigma[1:]).all()
    assert (away.std(axis=1) > 0.3 * found.sigma[1:]).all()
    assert (np.diff(found.bins[1]) <= 0).all()


def test_one_customer_less_moves_them_by_less_than_the_noise(contacts):
    whole = private_ranked(contacts)
    for row in (3, 800, 3999):
        without = private_ranked(contacts.drop(index=row).reset_index(drop=True))
        apart = (whole.exact - without.exact)[1:] / whole.sigma[1:, None]
        assert np.linalg.norm(apart) < 0.8
        assert not np.array_equal(whole.bins, without.bins)


def test_open_outcomes_are_not_told(contacts):
    assert np.isnan(private_ranked(contacts.assign(y=np.nan)).bins[2]).all()


def test_the_interval_is_noisy_and_rounded(contacts):
    found = private_ranked(contacts)
    bounds = private_bounds(contacts, found)
    assert bounds["clusters"] == 4
    assert len(bounds["low"]) == len(bounds["high"]) == len(bounds["depth"]) <= 20
    assert (np.array(bounds["low"]) <= np.array(bounds["high"])).all()
    assert max(len(repr(one)) for one in bounds["low"]) <= 7
    assert json.dumps(bounds, allow_nan=False)
    assert private_bounds(contacts.drop(columns="campaign"), found) is None


def test_contacts_of_no_named_customer_are_each_somebody(contacts):
    by_row = private_ranked(contacts)
    nameless = contacts["customer"].astype(object).where(contacts.index > 9, None)
    np.testing.assert_array_equal(
        private_ranked(contacts.assign(customer=nameless)).bins, by_row.bins
    )
