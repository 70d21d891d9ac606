import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr

from workbench.errors import DataError, ParameterError
from workbench.metrics import burstiness, psi, psi_table
from workbench.metrics.stability import drift_of_later_half, moved

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
SIDES = st.lists(st.integers(-3, 3), min_size=1, max_size=40)


def exactly(message):
    return f"^{re.escape(message)}$"


# --- the population stability index


def test_the_later_half_of_the_contacts_is_held_against_the_earlier():
    rng = np.random.default_rng(0)
    campaign = np.repeat([0, 1, 2], [500, 100, 400])  # half of the contacts are in the first
    steady, raised = rng.normal(size=(2, 1000))
    raised[campaign > 0] += 1.0
    weight = np.ones(1000)
    table = drift_of_later_half([steady, raised], campaign, weight)
    for x, (_, row) in zip([steady, raised], table.iterrows(), strict=True):
        expected = psi(x[:500], x[500:])
        assert row.tolist() == pytest.approx([expected.psi, expected.noise])
    assert moved(table).tolist() == [False, True]
    assert not moved({"psi": 0.3, "psi_noise": 0.2})


def test_two_bins_worked_by_hand():
    table = psi_table([0, 0, 0, 1], [0, 1])
    assert table["bin"].tolist() == ["0", "0 to 1"]
    assert table["reference"].tolist() == [3, 1]
    assert table["reference_share"].tolist() == [0.75, 0.25]
    assert table["current_share"].tolist() == [0.5, 0.5]
    # (½ − ¾) ln(½ / ¾) and (½ − ¼) ln(½ / ¼)
    expected = [-0.25 * np.log(2 / 3), 0.25 * np.log(2)]
    np.testing.assert_allclose(table["contribution"], expected, rtol=1e-12)
    drift = psi([0, 0, 0, 1], [0, 1])
    assert drift.psi == pytest.approx(0.25 * np.log(3), rel=1e-12)
    assert drift.noise == pytest.approx(1 / 4 + 1 / 2)
    assert drift.bins == 2


def test_an_empty_bin_counts_as_half_a_row_of_the_smaller_side_and_shares_sum_to_one():
    table = psi_table(["a", "a", "b", "b"], ["a", "a"])
    floored = np.array([1.0, 0.25]) / 1.25
    np.testing.assert_allclose(table["current_share"], floored, rtol=1e-12)
    np.testing.assert_allclose(table["reference_share"], [0.5, 0.5], rtol=1e-12)
    assert psi(["a", "a", "b", "b"], ["a", "a"]).psi == pytest.approx(0.3 * np.log(4), rel=1e-12)


def brute_force(reference, current):
    """Each distinct value of the reference a bin, what lies between or outside to the bin above."""
    ends = sorted(set(reference))
    bins = [(-np.inf, np.nextafter(ends[0], -np.inf))]
    bins += list(zip([np.nextafter(ends[0], -np.inf), *ends[:-1]], ends, strict=True))
    bins += [(ends[-1], np.inf)]
    counts = [
        [sum(low < v <= high for v in side) for low, high in bins] for side in (reference, current)
    ]
    kept = [k for k in range(len(bins)) if counts[0][k] or counts[1][k]]
    floor = 0.5 / min(len(reference), len(current))
    shares = []
    for count in counts:
        share = [max(count[k] / sum(count), floor) for k in kept]
        shares.append(np.array(share) / sum(share))
    return shares


@QUICK
@given(SIDES, SIDES)
def test_it_is_the_divergence_of_jeffreys_of_shares_counted_one_by_one(reference, current):
    # of at most seven values, a thousand cuts find every one
    ours = psi(reference, current, bins=1000)
    e, a = brute_force(reference, current)
    expected = rel_entr(a, e).sum() + rel_entr(e, a).sum()
    assert ours.psi == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert ours.bins == len(e)


@QUICK
@given(SIDES, SIDES, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_how_weights_are_written_change_nothing(reference, current, random):
    expected = psi(reference, current)
    shuffled = random.sample(reference, len(reference)), random.sample(current, len(current))
    assert psi(*shuffled) == pytest.approx(expected, rel=1e-12)
    sides = [pd.Series(side).value_counts() for side in (reference, current)]
    weighed = psi(*(side.index for side in sides), reference_weight=sides[0], weight=sides[1])
    assert weighed == pytest.approx(expected, rel=1e-9)
    text = psi([f"v{v}" for v in reference], [f"v{v}" for v in reference])
    assert text.psi == 0.0
    assert min(psi_table(reference, current)["contribution"]) >= 0.0


def test_bins_of_numbers_are_tenths_of_the_reference():
    rng = np.random.default_rng(0)
    reference = rng.normal(size=10_000)
    table = psi_table(reference, rng.normal(size=500) + 1.0)
    np.testing.assert_allclose(table["reference"], 1000)
    cuts = np.quantile(reference, np.arange(1, 10) / 10, method="inverted_cdf")
    counted = np.bincount(
        [
            int((value > cuts).sum())
            for value in np.random.default_rng(0).normal(size=10_500)[10_000:] + 1.0
        ],
        minlength=10,
    )
    assert table["current"].tolist() == counted.tolist()


def test_its_noise_is_what_unmoved_rows_give():
    rng = np.random.default_rng(1)
    drawn = [psi(rng.normal(size=800), rng.normal(size=400)) for _ in range(400)]
    noise = drawn[0].noise
    assert noise == pytest.approx(9 * (1 / 800 + 1 / 400))
    assert np.mean([one.psi for one in drawn]) == pytest.approx(noise, rel=0.06)


def test_what_the_reference_did_not_have_is_seen():
    table = psi_table([0.0] * 9 + [1.0], [-5.0, 0.0, np.nan, 7.0])
    assert table["bin"].tolist() == ["below 0", "0", "above 0", "(missing)"]
    below, zero, above, missing = table["current"]
    assert (below, zero, above, missing) == (1, 1, 1, 1)
    assert table["reference"].tolist() == [0, 9, 1, 0]
    levels = psi_table(["x", None], ["y", "x"])
    assert levels["bin"].tolist() == ["x", "(not in the reference)", "(missing)"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"reference": [], "current": [1]},
            DataError,
            (
                "`reference` must have rows, and a weight from 0 for each; got 0 rows and 0 "
                "weights. Leave rows without one out."
            ),
        ),
        (
            {"reference": [1], "current": [1, 2], "weight": [1.0]},
            DataError,
            (
                "`current` must have rows, and a weight from 0 for each; got 2 rows and 1 weight. "
                "Leave rows without one out."
            ),
        ),
        (
            {"reference": [1], "current": [1], "bins": 1},
            ParameterError,
            "`bins` must be a whole number of at least 2; got 1.",
        ),
    ],
)
def test_what_cannot_be_compared(arguments, error, message):
    with pytest.raises(error, match=exactly(message)):
        psi_table(**arguments)


# --- burstiness


def test_five_weeks_worked_by_hand():
    # mean 2, squared distances 4 + 4 + 4 + 4 + 64, over 4: 20
    assert burstiness([0, 0, 0, 0, 10]) == pytest.approx((20 - 2) / (20 + 2))
    assert burstiness([3, 3, 3]) == -1.0
    assert np.isnan(burstiness([5]))
    assert np.isnan(burstiness([0, 0, 0]))


@pytest.mark.parametrize("volume", [0.5, 5.0, 500.0])
def test_a_poisson_stream_of_any_volume_has_none(volume):
    rng = np.random.default_rng(3)
    assert abs(burstiness(rng.poisson(volume, 200_000))) < 0.01


@QUICK
@given(st.lists(st.integers(0, 50), min_size=2, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_weeks_is_not_asked_for(counts, random):
    shuffled = random.sample(counts, len(counts))
    assert burstiness(shuffled) == pytest.approx(burstiness(counts), nan_ok=True)
    assert not abs(burstiness(counts)) > 1.0


def test_counts_that_are_none():
    message = (
        "`counts` must be numbers of events from 0; some are negative, infinite or missing. "
        "Count the events of each week, 0 where there are none."
    )
    for counts in ([1.0, np.nan], [0, np.inf], [1.0, -1.0]):
        with pytest.raises(DataError, match=exactly(message)):
            burstiness(counts)


def test_counts_as_large_as_numbers_go_do_not_overflow():
    assert burstiness([0, 2.7e154]) == pytest.approx(1.0)
    assert burstiness([3e200, 3e200]) == -1.0
