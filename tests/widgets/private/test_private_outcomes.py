"""Outcomes by score: sums that add up, noise of its size, bins of many."""

import numpy as np
import pytest

from workbench.governance.private.secret import Draws
from workbench.widgets.private.private_outcomes import BINS, counted, noisy_bins


def scored(n=3000, seed=0):
    rng = np.random.default_rng(seed)
    eta = rng.normal(-2, 0.8, size=(n, 2))
    y = (rng.random(n) < 1 / (1 + np.exp(-eta[:, 0]))) * 1.0
    at = np.tile(np.linspace(0.0, -4.0, BINS), (2, 1))
    return eta, at, y, np.ones(n), np.arange(n)


def test_sums_of_bins_are_those_of_the_contacts():
    eta, at, y, weight, person = scored()
    found = counted(eta, at, y, weight, person)
    np.testing.assert_allclose(found.sums[:, 0].sum(axis=1), 3000)
    np.testing.assert_allclose(found.sums[:, 2].sum(axis=1), y.sum())
    chances = (1 / (1 + np.exp(-eta))).sum(axis=0)
    np.testing.assert_allclose(found.sums[:, 1].sum(axis=1), chances)
    inside = (eta[:, 0] < at[0, 4]) & (eta[:, 0] > at[0, 5])
    own = counted(eta[inside], at, y[inside], weight[inside], np.arange(inside.sum()))
    assert np.flatnonzero(own.sums[0, 0]).tolist() == [4, 5]


def test_one_customer_less_takes_no_more_than_their_own():
    eta, at, y, weight, person = scored()
    whole = counted(eta, at, y, weight, person)
    without = counted(eta[1:], at, y[1:], weight[1:], person[1:] - 1)
    assert np.abs(whole.sums - without.sums)[:, 0].sum() == pytest.approx(2.0)


def test_noise_has_its_size_and_joined_bins_hold_many():
    found = counted(*scored())
    told = [noisy_bins(found, Draws(bytes([k])))[0] for k in range(60)]
    for bins in told:
        assert bins.contacts.min() >= 1
        assert (bins.responses <= bins.contacts).all()
        assert (bins.expected > 0).all()
    total = [bins.contacts.sum() for bins in told]
    assert np.std(total) == pytest.approx(found.sigma[0] * np.sqrt(BINS), rel=0.3)
    again = noisy_bins(found, Draws(bytes([0])))[0]
    np.testing.assert_array_equal(again.responses, told[0].responses)
