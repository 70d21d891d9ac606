"""Outcomes between stored settings, and how far they are from others."""

import numpy as np
import pytest

from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.tuner.between import Followed, Place, between, difference, outcomes_at


def bins(seed):
    rng = np.random.default_rng(seed)
    contacts = rng.integers(20, 60, 12).astype(float)
    expected = np.sort(rng.random(12))[::-1] * contacts
    return Bins(contacts, expected, rng.binomial(contacts.astype(int), 0.3).astype(float))


def test_ends_are_what_is_stored_and_the_middle_is_the_mean_at_each_depth():
    one, two = bins(1), bins(2)
    depth = np.linspace(0, 1, 37)
    for part in (0.0, 0.25, 1.0):
        mixed = Followed.of(between(one, two, part))
        for name in ("expected", "responses"):
            ends = [
                np.interp(depth, f.depth, getattr(f, name)) for f in map(Followed.of, (one, two))
            ]
            read = np.interp(depth, mixed.depth, getattr(mixed, name))
            # where totals differ, depths of the mixture are those of the ends
            np.testing.assert_allclose(read, (1 - part) * ends[0] + part * ends[1], atol=1e-9)


def test_outcomes_are_known_between_neighbours_of_one_line_alone():
    stored = [(Place(None, 0.0), bins(1)), (Place(None, 1.0), bins(2)), (Place("a", 1.0), bins(3))]
    assert difference(outcomes_at(stored, Place("a", 1.0)), bins(3))["expected"] < 1e-9
    half = outcomes_at(stored, Place(None, 0.5))
    assert difference(half, between(bins(1), bins(2), 0.5))["responses"] == 0.0
    assert outcomes_at(stored, Place(None, 1.1)) is None
    assert outcomes_at(stored, Place("b", 0.5)) is None


def test_a_difference_is_measured_in_what_is_read_off():
    one = bins(4)
    other = one._replace(responses=one.responses + 1.0, contacts=one.contacts * 2)
    found = difference(other, one)
    assert found["contacts"] == one.contacts.sum()
    assert found["responses"] == pytest.approx(12.0)
    assert found["expected"] == pytest.approx(0.0, abs=1e-9)
