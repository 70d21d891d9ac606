"""The threshold against its rule written out slowly, and its promise in draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import beta, t

from workbench.texts.routing.bounds import at_most_worth
from workbench.texts.routing.threshold import GRID, curve_of, fewest, threshold_for


def lowest(right, cluster, confidence):
    """Write out the bound for answers of clusters, and what they are worth if all are alike."""
    n, groups = len(right), sorted(set(cluster))
    most = n * (t.ppf(confidence, n - 1) / t.ppf(confidence, len(groups) - 1)) ** 2
    if n < 2 or len(groups) < 2:
        most = min(n, len(groups))
    p = sum(right) / n
    ratio = 1.0
    if len(groups) > 1 and 0 < p < 1:
        squares = sum(
            sum(r - p for r, g in zip(right, cluster, strict=True) if g == group) ** 2
            for group in groups
        )
        variance = len(groups) / (len(groups) - 1) * squares / n**2
        ratio = max(1.0, variance / (p * (1 - p) / n))
    independent = most / ratio
    k = p * independent
    return (beta.ppf(1 - confidence, k, independent - k + 1) if p else 0.0), most


def by_the_rule(chance, right, cluster, precision, confidence):
    needed = fewest(precision, confidence, wrong=(1 - precision) / 2)
    if 2 * needed > len(chance):
        needed = fewest(precision, confidence)
    best, before = np.inf, 0
    for at in 1 / (1 + np.exp(-np.arange(180, -121, -1) / 20)):
        answered = [i for i in range(len(chance)) if chance[i] >= at]
        if not answered or len(answered) == before:
            continue
        before = len(answered)
        low, most = lowest([right[i] for i in answered], [cluster[i] for i in answered], confidence)
        if most < needed:
            continue
        if low < precision:
            break
        best = at
    return best


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    texts=st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.3, 0.5, 0.6, 0.8, 0.9, 0.97, 0.999, 1.0]),
            st.sampled_from([True, True, True, False]),
            st.integers(0, 30),
        ),
        min_size=1,
        max_size=60,
    ),
    precision=st.sampled_from([0.3, 0.5, 0.7]),
    confidence=st.sampled_from([0.55, 0.8]),
)
def test_it_is_the_rule_written_out(texts, precision, confidence):
    chance, right, cluster = (np.array(column) for column in zip(*texts, strict=True))
    found = threshold_for(chance, right, cluster, precision=precision, confidence=confidence)
    wanted = by_the_rule(chance, right.tolist(), cluster.tolist(), precision, confidence)
    assert found == pytest.approx(wanted)


def test_the_rule_finds_both_thresholds_and_none():
    """Else the test above could compare infinities alone."""
    chance = np.linspace(0.4, 0.99, 60)
    right = np.arange(60) % 10 > 0
    alone = np.arange(60)
    found = [by_the_rule(chance, right, alone, p, 0.8) for p in (0.5, 0.7, 0.95)]
    assert found[0] < 0.5 < found[2] == np.inf


@pytest.mark.parametrize(("precision", "confidence"), [(0.9, 0.95), (0.98, 0.95), (0.6, 0.7)])
def test_the_fewest_answers_are_found_by_looking_at_each_count(precision, confidence):
    wanted = next(n for n in range(1, 10_000) if (1 - confidence) ** (1 / n) >= precision)
    assert fewest(precision, confidence) == wanted
    share = (1 - precision) / 2

    def low(n):
        return beta.ppf(1 - confidence, n * (1 - share), n * share + 1)

    exact = next(n for n in range(1, 10_000) if low(n) >= precision)
    assert exact <= fewest(precision, confidence, wrong=share) <= exact + exact // 100 + 1


@pytest.mark.parametrize("clusters", [2, 3, 8, 300])
def test_the_fewest_answers_of_clusters_are_worth_the_fewest_alone(clusters):
    found, alone = fewest(0.9, 0.9, clusters=clusters), fewest(0.9, 0.9)
    assert at_most_worth(found, clusters, 0.9) >= alone
    assert found == clusters or at_most_worth(found - 1, clusters, 0.9) < alone


def drawn(rng, n=500, periods=None, spread=0.0):
    """Draw chances that are even from 0.5 to 1, and what comes true of them."""
    chance = rng.uniform(0.5, 1, n)
    if periods is None:
        return chance, rng.random(n) < chance, np.arange(n)
    cluster = rng.integers(0, periods, n)
    shift = rng.normal(0, spread, periods)[cluster]
    return chance, rng.random(n) < expit(logit(chance) + shift), cluster


def test_the_promise_holds_in_draws():
    """Of chances from 0.5 to 1, all alike, those above a are right in (1 + a) / 2 of cases."""
    rng = np.random.default_rng(0)
    found = np.array(
        [threshold_for(*drawn(rng), precision=0.85, confidence=0.95) for _ in range(120)]
    )
    broken = (1 + found) / 2 < 0.85
    assert broken.mean() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 120)
    assert np.median(found) < 0.85  # and it answers: from 0.7 on would be precise enough


def test_the_promise_holds_in_draws_of_periods_that_go_wrong_together():
    rng = np.random.default_rng(1)
    at, spread, target = GRID[(GRID > 0.5) & (GRID < 1)], 0.8, 0.8
    even = rng.uniform(0.5, 1, 200_000)
    truth = expit(logit(even) + rng.normal(0, spread, len(even)))
    precise = np.array([truth[even >= low].mean() for low in at])
    least = at[precise >= target].min()
    found, careless = [], []
    for _ in range(80):
        chance, right, cluster = drawn(rng, 400, periods=6, spread=spread)
        asked = {"precision": target, "confidence": 0.95}
        found.append(threshold_for(chance, right, cluster, **asked))
        careless.append(threshold_for(chance, right, np.arange(400), **asked))
    broken, otherwise = np.mean(found < least), np.mean(careless < least)
    assert broken <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 80) < otherwise
    assert np.isfinite(found).mean() > 0.3


def test_the_curve_counts_what_each_threshold_answers():
    chance = np.array([0.9, 0.2, 0.95, 0.6, 0.0])
    right = np.array([True, False, True, False, True])
    curve = curve_of(chance, right, np.arange(5), confidence=0.9)
    for row in curve.itertuples():
        answered = chance >= row.threshold
        assert row.answered == answered.sum()
        assert row.share == answered.mean()
        assert row.precision == right[answered].mean()
    assert curve["threshold"].is_monotonic_decreasing
    assert curve["answered"].max() == 4  # what is never answered is in no row
    assert len(curve) == (GRID <= 0.95).sum()


def test_a_mistake_at_the_very_top_does_not_end_it():
    chance = np.linspace(0.5, 0.9999, 400)
    right = np.ones(400, dtype=bool)
    right[-1] = False
    found = threshold_for(chance, right, np.arange(400), precision=0.9, confidence=0.95)
    assert found <= 0.5


def test_the_fewest_answers_are_found_at_once_where_they_are_millions():
    needed = fewest(0.98, 0.999, clusters=2)
    assert needed > 1_000_000
    alone = fewest(0.98, 0.999)
    assert at_most_worth(needed, 2, 0.999) >= alone > at_most_worth(needed - 1, 2, 0.999)
