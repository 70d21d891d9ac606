"""Bounds on a share against scipy's exact test, a direct search, and sums by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, t

from workbench.texts.routing.bounds import as_different, at_most_worth, lowest_share, worth


@pytest.mark.parametrize("confidence", [0.6, 0.9, 0.95, 0.999])
@pytest.mark.parametrize(("right", "answered"), [(0, 5), (1, 1), (3, 7), (98, 100), (2000, 2000)])
def test_it_is_clopper_and_pearsons_bound(right, answered, confidence):
    test = binomtest(right, answered, alternative="greater")
    wanted = test.proportion_ci(confidence_level=confidence, method="exact").low
    assert lowest_share(right, answered, confidence) == pytest.approx(wanted, abs=1e-12)


def test_it_is_the_share_under_which_so_many_are_as_rare_as_was_said():
    shares = np.linspace(0, 1, 100_001)
    as_many = binom.sf(45 - 1, 50, shares)
    assert lowest_share(45, 50, 0.9) == pytest.approx(shares[as_many >= 0.1][0], abs=2e-5)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=60), st.sampled_from([0.8, 0.95]))
def test_texts_one_by_one_are_worth_their_number_but_for_the_freedom_that_p_takes(right, level):
    """With a cluster a text, v / v₀ is n / (n − 1) where answers are both right and wrong."""
    right = np.array(right)
    n = len(right)
    mixed = 0 < right.sum() < n
    wanted = n * (n - 1) / n if mixed else n
    assert worth(right, np.arange(n), level) == pytest.approx(wanted)


def test_worth_of_clusters_by_hand():
    right = np.array([True, True, True, False, True, False, False, True, True, True])
    cluster = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    # p = 0.7; sums of r − p: 3 − 2.8, 1 − 2.1, 3 − 2.1; squares 0.04 + 1.21 + 0.81 = 2.06
    ratio = 3 / 2 * 2.06 / 100 / (0.7 * 0.3 / 10)
    quantiles = (t.ppf(0.95, 9) / t.ppf(0.95, 2)) ** 2
    assert ratio > 1
    assert worth(right, cluster, 0.95) == pytest.approx(10 / ratio * quantiles)


def test_clusters_that_differ_less_than_chance_gain_nothing():
    right = np.tile([True, False], 20)
    assert worth(right, np.repeat(np.arange(20), 2), 0.9) == at_most_worth(40, 20, 0.9)


def test_clusters_that_are_right_or_wrong_as_wholes_are_worth_their_number_at_most():
    right = np.repeat([True, False, True, True, True, False], 50)
    assert worth(right, np.repeat(np.arange(6), 50), 0.95) < 6


def test_one_cluster_or_one_text_is_worth_one():
    assert worth(np.array([True, False, True]), np.zeros(3, dtype=int), 0.95) == 1
    assert at_most_worth(1, 1, 0.95) == 1
    assert at_most_worth(5000, 1, 0.95) == 1


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=40),
    st.sampled_from([0.6, 0.95]),
)
def test_it_is_worth_no_more_than_there_are(pairs, level):
    right, cluster = (np.array(column) for column in zip(*pairs, strict=True))
    most = at_most_worth(len(right), len(set(cluster)), level)
    assert 0 < worth(right, cluster, level) <= most <= len(right) + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=12))
def test_copies_of_a_text_are_worth_no_more_than_the_texts_there_are(copies):
    same = np.repeat(np.arange(len(copies)), copies)
    found = as_different(same)
    assert 1 <= found <= len(copies) + 1e-9
    assert as_different(np.repeat(np.arange(len(copies)), 7)) == pytest.approx(len(copies))
    assert as_different(np.arange(len(same))) == pytest.approx(len(same))


def test_templates_that_are_right_as_wholes_do_not_beat_their_bound():
    """Ten form mails, a hundred copies each, each answered rightly in nine of ten draws."""
    rng = np.random.default_rng(0)
    same = np.repeat(np.arange(10), 100)
    above = 0
    for _ in range(300):
        right = np.repeat(rng.random(10) < 0.9, 100)
        independent = min(worth(right, same, 0.95), as_different(same))
        above += lowest_share(right.mean() * independent, independent, 0.95) > 0.9
    assert above / 300 <= 0.05
