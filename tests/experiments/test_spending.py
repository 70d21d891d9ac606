"""Bounds of planned looks, against published tables, scipy's normal distribution and draws."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from workbench.errors import ParameterError
from workbench.experiments.spending import boundaries, crossed, drift_for, looks_of, spent

LOOKS = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(
    lambda steps: np.cumsum(steps) / np.sum(steps)
)


@pytest.mark.parametrize(
    ("looks", "published"),
    [  # Reboussin, DeMets, Kim & Lan (2000), and gsDesign's sfLDOF: two-sided 0.05
        (1, [1.960]),
        (2, [2.963, 1.969]),
        (3, [3.710, 2.511, 1.993]),
        (4, [4.333, 2.963, 2.359, 2.014]),
        (5, [4.877, 3.357, 2.680, 2.290, 2.031]),
    ],
)
def test_bounds_are_those_of_published_tables(looks, published):
    assert boundaries(looks_of(looks)).round(3).tolist() == published


def within(fractions, bounds, drift=0.0):
    """The chance that no look is beyond its bound, by the joint distribution of all z."""
    t = np.asarray(fractions)
    cov = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    joint = multivariate_normal(np.sqrt(t) * drift, cov)
    return joint.cdf(bounds, lower_limit=-np.asarray(bounds), rng=np.random.default_rng(0))


@pytest.mark.parametrize("fractions", [[0.3, 1.0], [0.5, 0.55, 1.0], [0.1, 0.8, 0.9]])
@pytest.mark.parametrize("drift", [0.0, 1.5, -3.0])
def test_the_chance_to_cross_is_that_of_the_joint_normal_distribution(fractions, drift):
    bounds = boundaries(fractions, 0.9)
    found = crossed(fractions, bounds, drift)
    for k in range(len(fractions)):
        by_scipy = 1 - within(fractions[: k + 1], bounds[: k + 1], drift)
        assert found[k] == pytest.approx(by_scipy, abs=2e-5)


def test_walks_cross_as_often_as_integrated():
    rng, fractions, drift = np.random.default_rng(5), np.array([0.1, 0.4, 0.5, 0.7, 1.0]), 2.5
    bounds = boundaries(fractions, 0.9)
    steps = np.diff(fractions, prepend=0.0)
    walk = np.cumsum(drift * steps + np.sqrt(steps) * rng.normal(size=(200_000, 5)), axis=1)
    beyond = np.abs(walk) >= bounds * np.sqrt(fractions)
    share = np.logical_or.accumulate(beyond, axis=1).mean(axis=0)
    assert np.abs(share - crossed(fractions, bounds, drift)).max() < 0.005  # 4 standard errors


@settings(derandomize=True, max_examples=25, deadline=None)
@given(fractions=LOOKS, level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_what_is_spent_is_what_a_test_without_an_effect_crosses(fractions, level):
    bounds = boundaries(fractions, level)
    assert crossed(fractions, bounds, 0.0) == pytest.approx(spent(fractions, level), abs=1e-9)
    assert spent(1.0, level) == pytest.approx(1 - level)


@settings(derandomize=True, max_examples=10, deadline=None)
@given(fractions=LOOKS)
def test_a_bound_does_not_depend_on_looks_to_come(fractions):
    whole = boundaries(fractions)
    for k in range(1, len(fractions)):
        assert boundaries(fractions[:k]) == pytest.approx(whole[:k])


def test_a_look_that_comes_too_early_never_ends_a_test():
    assert boundaries([0.001, 1.0]) == pytest.approx([np.inf, norm.isf(0.025)])


def test_a_hundred_looks_are_integrated_too():
    at = looks_of(100)
    assert crossed(at, boundaries(at), 0.0)[-1] == pytest.approx(0.05, abs=1e-9)


@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_the_drift_of_one_look_is_a_sum_of_two_quantiles(power):
    drift = drift_for(power, [1.0], [norm.isf(0.025)])
    # the other side adds next to nothing
    assert drift == pytest.approx(norm.isf(0.025) + norm.ppf(power), abs=2e-4)


@pytest.mark.parametrize(
    "looks", [0, 101, True, 2.5, [], [0.5, 0.5, 1.0], [0.0, 1.0], [0.5, 1.2], [np.nan, 1.0], "four"]
)
def test_looks_that_are_none_are_refused(looks):
    message = (
        "`looks` must be a whole number from 1 to 100, or increasing shares of the planned "
        f"contacts above 0 and up to 1, 0.001 apart at least; got {looks!r}. Give 4, or [0.25, "
        "0.5, 0.75, 1]; to look more often, read the test at any time."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        looks_of(looks)


@pytest.mark.parametrize("level", [0.5, 1.0, np.nan, 95])
def test_a_level_lies_between_one_half_and_one(level):
    message = f"`level` must be above 0.5 and below 1; got {level!r}. 0.95 is usual."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        boundaries([1.0], level)
