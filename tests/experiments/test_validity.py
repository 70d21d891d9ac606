from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from workbench.errors import DataError, ParameterError
from workbench.experiments.spending import boundaries
from workbench.experiments.validity import any_time, one_look, validity_of


def rule(valid, level=0.95, planned=None):
    return validity_of(valid, level=level, planned_contacts=planned)


def test_one_look_is_students_test():
    found = rule("at_end", 0.9)
    assert found.reach(100, 12) == pytest.approx(stats.t.ppf(0.95, 12))
    assert found.chance(2.3, 100, 12) == pytest.approx(2 * stats.t.sf(2.3, 12))
    assert found.chance(-40, 100, 500) == pytest.approx(2 * stats.t.sf(40, 500), rel=1e-6)
    assert one_look(0.9) == pytest.approx(stats.norm.ppf(0.95))


def test_the_sequence_is_that_of_the_paper():
    """Waudby-Smith et al. (2024), theorem 2.2: half the width at time t, in σ/√t."""
    alpha, rho, t = 0.05, 0.05, 3000
    paper = np.sqrt(
        2 * (t * rho**2 + 1) / (t**2 * rho**2) * np.log(np.sqrt(t * rho**2 + 1) / alpha)
    )
    found = any_time(0.95, planned=8.2 / rho**2)
    assert found.bound(t) / np.sqrt(t) == pytest.approx(paper)


def test_it_is_narrowest_at_the_planned_contacts():
    found = any_time(0.95, planned=5000)
    widths = [found.bound(t) for t in (2500, 4000, 5000, 6500, 20_000)]
    assert np.argmin(widths) in (1, 2, 3)
    assert found.bound(5000) / 1.96 == pytest.approx(1.55, abs=0.005)
    assert rule("any_time").bound(10_000) / 1.96 == pytest.approx(1.55, abs=0.005)


def test_a_walk_without_drift_is_hardly_ever_outside_at_any_time():
    rng = np.random.default_rng(0)
    times = np.arange(50, 20_001, 50)
    walks = np.cumsum(rng.normal(0, np.sqrt(50), (1000, len(times))), axis=1)
    bound = np.array([any_time(0.95, planned=5000).bound(t) for t in times]) * np.sqrt(times)
    outside = (np.abs(walks) > bound).any(axis=1).mean()
    assert 0.01 < outside <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize("t", [300, 10_000, 1e6])
def test_the_p_value_is_the_least_level_that_leaves_zero_out(t):
    for alpha in (0.3, 0.05, 0.001):
        z = any_time(1 - alpha, planned=5000).bound(t)
        assert any_time(0.95, planned=5000).p_value(z, t) == pytest.approx(alpha)
    assert any_time(0.95, planned=5000).p_value(0.1, t) == 1.0


PLAN = SimpleNamespace(looks=(0.25, 0.5, 0.75, 1.0), contacts=1000.0)


@pytest.mark.parametrize(
    ("contacts", "fractions"),
    [
        (250, [0.25]),
        (246, [0.246]),
        (510, [0.25, 0.51]),
        (740, [0.25, 0.5, 0.74]),
        (3000, PLAN.looks),
    ],
)
def test_a_plan_spends_what_is_left_at_its_looks(contacts, fractions):
    found = rule(PLAN)
    assert found.bound(contacts) == pytest.approx(boundaries(fractions)[-1])
    assert found.name == "planned"


def test_the_p_value_of_a_plan_is_the_least_level_that_leaves_zero_out():
    found = rule(PLAN)
    for level in (0.8, 0.95, 0.999):
        z = boundaries([0.25, 0.5], level)[-1]
        assert found.p_value(z, 500) == pytest.approx(1 - level, rel=1e-3)
    assert found.p_value(0.2, 500) == 1.0
    assert found.p_value(60.0, 500) == 1e-12


def test_parts_of_a_planned_test_have_the_bound_of_the_whole():
    part = rule(PLAN).of_parts(500)
    assert part.bound(30) == rule(PLAN).bound(500)
    assert part.p_value(2.0, 30) == rule(PLAN).p_value(2.0, 500)
    free = rule("any_time")
    assert free.of_parts(500) is free


def test_a_look_before_the_first_is_refused():
    with pytest.raises(DataError) as caught:
        rule(PLAN).bound(200)
    assert str(caught.value) == (
        "The first look of the plan must come at 250 contacts; there are 200. Wait for it, or read "
        "the test with `valid='any_time'`."
    )


def test_other_rules_are_refused():
    with pytest.raises(ParameterError) as caught:
        rule("always")
    assert str(caught.value) == (
        "`valid` must be 'any_time', 'at_end', or a plan of looks; got 'always'. Choose 'any_time' "
        "where a test may be looked at before its end."
    )
