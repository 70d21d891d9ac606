from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from scipy.optimize import brentq

from tests.experiments.contacts_of_tests import frame_of, read
from workbench.experiments import read_out
from workbench.experiments.assignment import assigned
from workbench.experiments.effects import difference, row_of
from workbench.experiments.together import correlations, largest_of, level_of_each
from workbench.experiments.validity import validity_of


def dunnett(m, level):
    """The quantile of max |Z_k| of m arms as large as their control: Dunnett's integral."""

    def inside(c):
        def given(u):  # the control's own error
            low, high = (stats.norm.cdf(np.sqrt(2) * side + u) for side in (-c, c))
            return stats.norm.pdf(u) * (high - low) ** m

        return integrate.quad(given, -8, 8)[0] - level

    return brentq(inside, 1.0, 5.0)


@pytest.mark.parametrize("m", [2, 3, 6])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_arms_that_share_their_control_have_dunnetts_quantile(m, level):
    R = np.full((m, m), 0.5) + 0.5 * np.eye(m)
    assert largest_of(R, level) == pytest.approx(dunnett(m, level), abs=0.015)


def test_all_pairs_have_tukeys_quantile():
    """Three means of one size: the studentised range, of many degrees of freedom."""
    pairs = np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1]]) / np.sqrt(2)
    expected = stats.studentized_range.ppf(0.95, 3, 10_000) / np.sqrt(2)
    assert largest_of(pairs @ pairs.T, 0.95) == pytest.approx(expected, abs=0.01)


def test_the_level_lies_between_that_of_one_and_that_of_independent_ones():
    rng = np.random.default_rng(0)
    shared = rng.normal(size=500)
    for weight in (0.0, 0.5, 1.0, 5.0):
        influences = [rng.normal(size=500) + weight * shared for _ in range(4)]
        level = level_of_each(0.9, influences, once=True)
        assert 0.9 < level <= 0.9 ** (1 / 4)
    assert level_of_each(0.9, influences, once=False) == pytest.approx(0.9 ** (1 / 4))
    assert level_of_each(0.9, influences[:1], once=False) == 0.9


def test_correlations_are_those_of_the_effects():
    """Arms of shares 0.5 (control), 0.3 and 0.2 of an outcome of one variance."""
    frame, y = frame_of(40_000, kind="amount", arms=("none", "a", "b"), share=[0.5, 0.3, 0.2])
    arm = frame.treatment.to_numpy()
    influences = []
    for name in ("a", "b"):
        part = np.zeros(len(y))
        for side, sign in ((name, 1), ("none", -1)):
            here = arm == side
            part[here] = sign * (y[here] - y[here].mean()) / here.sum()
        influences.append(part)
    expected = (1 / 0.5) / np.sqrt((1 / 0.3 + 1 / 0.5) * (1 / 0.2 + 1 / 0.5))
    assert correlations(influences)[0, 1] == pytest.approx(expected, abs=0.01)


def test_an_effect_without_error_does_no_harm():
    assert 0.95 <= level_of_each(0.95, [np.zeros(5), np.ones(5)], once=True) <= 0.975


def test_intervals_are_those_of_one_comparison_made_wider():
    frame, y = frame_of(900, kind="amount", arms=("none", "app", "mail"))
    told = {"outcome": y, "valid": "at_end", "covariates": None}
    both, alone = read_out(frame, **told), read_out(frame, together=False, **told)
    assert (both.together, alone.together) == (True, False)
    widths = [
        (one.effects["high"] - one.effects["low"]) / one.effects["std_error"]
        for one in (both, alone)
    ]
    np.testing.assert_allclose(widths[1], 2 * 1.96, rtol=0.01)
    np.testing.assert_allclose(widths[0], 2 * dunnett(2, 0.95), rtol=0.01)
    assert both.together_ratio == pytest.approx(dunnett(2, 0.95) / 1.96, rel=0.01)
    pd.testing.assert_series_equal(both.effects["p_value"], alone.effects["p_value"])
    assert "valid for one look, for all arms together)" in both.sentence()
    assert "valid for one look)" in alone.sentence()
    assert alone.notes[-1] == (
        "2 comparisons: each interval stands for itself, and p-values are corrected by Holm's "
        "method."
    )


def test_one_comparison_is_as_it_was():
    frame, _ = frame_of(600)
    one, other = (read_out(frame, together=so) for so in (True, False))
    pd.testing.assert_frame_equal(one.effects, other.effects)
    assert (one.together, one.together_ratio) == (False, 1.0)


@pytest.mark.parametrize("pairs", [False, True])
def test_all_intervals_hold_together(pairs):
    """By simulation: 95% of tests have no interval that misses, and alone they would not."""
    rng = np.random.default_rng(0)
    frame, y = frame_of(
        240, kind="amount", arms=("none", "a", "b", "c"), share=[0.4, 0.2, 0.2, 0.2]
    )
    found, given = assigned(read(frame, y), None)
    which = list(found.pairs(every=pairs))
    rule = validity_of("at_end", level=0.95, planned_contacts=None)
    held = []
    for _ in range(500):
        drawn = replace(found, y=rng.permutation(y) + rng.exponential(size=240))
        differences = [difference(drawn, given, pair) for pair in which]
        influences = [one.influence for one in differences]
        wide = rule.at(level_of_each(0.95, influences, once=rule.once))
        rows = [[row_of(one, how) for one in differences] for how in (wide, rule)]
        held.append([all(one["low"] <= 0 <= one["high"] for one in row) for row in rows])
    together, alone = np.mean(held, axis=0)
    assert together == pytest.approx(0.95, abs=0.025)
    assert alone < 0.92


def walks(rng, times, arms):
    """z of arms against one control of the same size, contact by contact; (arms, times)."""
    steps = np.diff(times, prepend=0)
    moved = np.cumsum(rng.normal(size=(arms + 1, len(times))) * np.sqrt(steps), axis=1)
    return (moved[1:] - moved[0]) / np.sqrt(2 * times)


@pytest.mark.parametrize(("valid", "least"), [("any_time", 0.95), ("planned", 0.945)])
def test_they_hold_together_at_all_looks(valid, least):
    rng = np.random.default_rng(1)
    if valid == "any_time":
        times, rule = (
            np.arange(50, 10_001, 50),
            validity_of(valid, level=0.95, planned_contacts=5000),
        )
    else:
        times = np.array([500, 1000, 1500, 2000])

        class Plan:
            looks, contacts = (0.25, 0.5, 0.75, 1.0), 2000.0

        rule = validity_of(Plan(), level=0.95, planned_contacts=None)
    wide = rule.at(level_of_each(0.95, [np.eye(3)[k] for k in range(3)], once=rule.once))
    bound, alone = (np.array([one.bound(t) for t in times]) for one in (wide, rule))
    drawn = [np.abs(walks(rng, times, 3)) for _ in range(3000)]
    held, apart = ([(one <= limit).all() for one in drawn] for limit in (bound, alone))
    assert least - 0.005 <= np.mean(held)
    assert np.mean(apart) < np.mean(held) - 0.01
