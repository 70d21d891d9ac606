"""Intervals of a ratio and a rate against roots found by search, other packages, and draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from scipy.stats import t as students
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from workbench.evidence.observed_expected import holm, rate_interval, ratio_of


def rows(n=300, clusters=None, seed=0, apart=0.0):
    """Contacts with their own chances; those of a cluster share a shift of their log-odds."""
    rng = np.random.default_rng(seed)
    label = None if clusters is None else rng.permutation(np.arange(n) % clusters)
    shift = 0.0 if label is None else rng.normal(0, apart, clusters)[label]
    eta = rng.normal(-1.5, 1.0, n)
    p = 1 / (1 + np.exp(-eta))
    y = (rng.random(n) < 1 / (1 + np.exp(-(eta + shift)))).astype(float)
    return y, p, np.ones(n), label


def test_the_ends_of_the_ratio_are_those_that_a_search_finds():
    y, p, w, _ = rows()
    found = ratio_of(y, p, w, None)
    came, expected, variance = y.sum(), p.sum(), (p * (1 - p)).sum()

    def score(k):
        return (came - k * expected) ** 2 - norm.ppf(0.975) ** 2 * k * variance

    assert found.ratio == pytest.approx(came / expected)
    assert found.low == pytest.approx(brentq(score, 1e-6, found.ratio), rel=1e-9)
    assert found.high == pytest.approx(brentq(score, found.ratio, 10), rel=1e-9)
    z = (came - expected) / np.sqrt(variance)
    assert found.p_value == pytest.approx(2 * norm.sf(abs(z)))


def test_of_rare_responses_it_is_near_the_exact_interval_of_poisson():
    for came in (5, 20, 80):
        y = np.zeros(20_000)
        y[:came] = 1
        found = ratio_of(y, np.full(20_000, 0.001), np.ones(20_000), None)
        exact = chi2.ppf(0.025, 2 * came) / 40, chi2.ppf(0.975, 2 * came + 2) / 40
        assert (found.low, found.high) == pytest.approx(exact, rel=0.75 / np.sqrt(came))
    none = ratio_of(np.zeros(1000), np.full(1000, 0.003), np.ones(1000), None)
    assert none.low == none.ratio == 0
    assert none.high == pytest.approx(norm.ppf(0.975) ** 2 * 0.997 / 3, rel=1e-9)


def test_clusters_widen_it_by_their_own_variance():
    y, p, w, label = rows(2000, clusters=25, apart=0.8)
    found = ratio_of(y, p, w, label)
    ratio = y.sum() / p.sum()
    parts = np.array([(y - ratio * p)[label == g].sum() for g in range(25)])
    variance = 25 / 24 * (parts**2).sum() / ratio
    q = students.ppf(0.975, 24)

    def score(k):
        return (y.sum() - k * p.sum()) ** 2 - q**2 * k * variance

    assert found.low == pytest.approx(brentq(score, 1e-6, ratio), rel=1e-9)
    assert found.high == pytest.approx(brentq(score, ratio, 10), rel=1e-9)
    alone = ratio_of(y, p, w, None)
    assert found.low < alone.low < alone.high < found.high
    z = abs(y.sum() - p.sum()) / np.sqrt(variance)
    assert found.p_value == pytest.approx(2 * students.sf(z, 24))


def test_clusters_drawn_again_scatter_as_far():
    y, p, w, label = rows(4000, clusters=60, apart=0.7, seed=3)
    rng, sums = np.random.default_rng(1), [np.bincount(label, one) for one in (y, p)]
    drawn = rng.integers(0, 60, (2000, 60))
    ratios = sums[0][drawn].sum(axis=1) / sums[1][drawn].sum(axis=1)
    found = ratio_of(y, p, w, label)
    assert np.quantile(ratios, [0.025, 0.975]) == pytest.approx((found.low, found.high), rel=0.04)


@pytest.mark.parametrize("apart", [0.0, 0.5])
def test_a_true_model_is_called_off_as_rarely_as_it_says(apart):
    """Of four hundred tables whose clusters differ, about 5% and not more."""
    rng, off = np.random.default_rng(4), 0
    for _ in range(400):
        label = np.arange(240) % 12
        cluster = rng.gamma(1 / max(apart, 1e-9), max(apart, 1e-9), 12) if apart else np.ones(12)
        p = rng.uniform(0.02, 0.2, 240)
        y = (rng.random(240) < np.minimum(p * cluster[label], 1)).astype(float)
        off += ratio_of(y, p, np.ones(240), label).p_value < 0.05
    assert off < 32


@given(seed=st.integers(0, 500), scale=st.floats(0.3, 3.0))
def test_the_interval_leaves_out_1_just_where_the_probability_is_below_5_percent(seed, scale):
    y, p, w, label = rows(120, clusters=8, seed=seed, apart=0.5)
    found = ratio_of(y, np.clip(p * scale, 0, 1), w, label)
    assert (found.low > 1 or found.high < 1) == (found.p_value < 0.05)
    assert found.low <= found.ratio <= found.high


def test_a_weight_is_as_many_rows():
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.2, 0.2, 0.4, 0.4])
    w, label = np.array([3.0, 9.0, 4.0, 8.0]), np.array([0, 0, 1, 1])
    at = np.repeat(np.arange(4), w.astype(int))
    for own, each in ((None, None), (label, label[at])):
        found = ratio_of(y, p, w, own)
        assert found == pytest.approx(ratio_of(y[at], p[at], np.ones(len(at)), each))
        alike = rate_interval(y[at], np.ones(len(at)), each)
        assert rate_interval(y, w, own) == pytest.approx(alike)


def test_one_cluster_tells_nothing_and_nothing_expected_neither():
    one = ratio_of(np.array([1.0, 0.0]), np.array([0.5, 0.5]), np.ones(2), np.zeros(2, dtype=int))
    assert one.ratio == 1
    assert np.isnan([one.low, one.high, one.p_value]).all()
    assert np.isnan(rate_interval(np.array([1.0, 0.0]), np.ones(2), np.zeros(2, dtype=int))).all()
    assert np.isnan(ratio_of(np.ones(2), np.zeros(2), np.ones(2), None)).all()


@pytest.mark.parametrize("came", [0, 1, 7, 40])
def test_a_rate_has_wilsons_interval(came):
    y = np.r_[np.ones(came), np.zeros(40 - came)]
    expected = proportion_confint(came, 40, method="wilson")
    assert rate_interval(y, np.ones(40), None) == pytest.approx(expected, abs=1e-12)


def test_a_rate_of_clusters_has_that_of_fewer_contacts():
    y, _, w, label = rows(2000, clusters=25, apart=1.0)
    rate = y.mean()
    parts = np.array([(y - rate)[label == g].sum() for g in range(25)])
    half = students.ppf(0.975, 24) * np.sqrt(25 / 24 * (parts**2).sum()) / 2000
    told = rate * (1 - rate) * (norm.ppf(0.975) / half) ** 2
    assert told < 2000
    expected = proportion_confint(rate * told, told, method="wilson")
    assert rate_interval(y, w, label) == pytest.approx(expected, abs=1e-12)
    spread = np.arange(2000)  # a cluster each is no cluster
    alone = rate_interval(y, w, spread)
    assert alone == pytest.approx(proportion_confint(y.sum(), 2000, method="wilson"), rel=0.01)


@pytest.mark.parametrize("m", [1, 2, 7, 40])
def test_holm_is_that_of_statsmodels(m):
    p_values = np.random.default_rng(m).random(m) ** 3
    p_values[m // 2] = p_values[0]  # a tie
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_passes_over_what_is_not_known():
    assert holm([0.02, np.nan, 0.04]) == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)


@pytest.mark.parametrize("confidence", [0.8, 0.99, 0.999])
def test_other_levels_have_their_own_ends(confidence):
    y, p, w, _ = rows()
    found = ratio_of(y, p, w, None, confidence=confidence)
    came, expected, variance = y.sum(), p.sum(), (p * (1 - p)).sum()
    q = norm.ppf(0.5 + confidence / 2)
    for end in (found.low, found.high):
        assert (came - end * expected) ** 2 == pytest.approx(q**2 * end * variance)
    assert found.p_value == ratio_of(y, p, w, None).p_value
    low, high = rate_interval(y, w, None, confidence=confidence)
    theirs = proportion_confint(y.sum(), len(y), 1 - confidence, "wilson")
    assert (low, high) == pytest.approx(theirs)


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_clusters_take_students_quantile_of_the_level(confidence):
    y, p, w, label = rows(clusters=12, apart=1.0)
    found = ratio_of(y, p, w, label, confidence=confidence)
    sums = np.bincount(label, y - found.ratio * p)
    variance = 12 / 11 * (sums**2).sum() / found.ratio
    q = students.ppf(0.5 + confidence / 2, 11)
    for end in (found.low, found.high):
        apart = (y.sum() - end * p.sum()) ** 2
        assert apart == pytest.approx(q**2 * end * variance)
