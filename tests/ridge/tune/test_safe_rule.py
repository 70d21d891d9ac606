from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.exact_loss import ExactLoss, Judged
from workbench.ridge.tune.safe_rule import (
    HELD_MOST,
    MOST_RISE,
    TIE,
    Reference,
    not_held_too_hard,
    strengthened,
    ties_to_the_stronger,
)
from workbench.ridge.tune.search import descend
from workbench.ridge.tune.strengths import LIMITS


def judged(loss, held=0.0):
    return Judged(np.zeros(1), np.asarray(loss, dtype=float), held, np.zeros((len(loss), 2)))


def test_what_may_be_given_up_is_what_the_rules_promise_in_per_cent():
    """`tune` says 0.001% and 0.02% for ties, 0.2% for few campaigns, 2% for holding together."""
    of_a_thousand = Reference(judged([250.0, 250.0, 250.0, 250.0]))
    shares = (TIE["best"], TIE["safe"], MOST_RISE, HELD_MOST)
    assert [of_a_thousand.most(share) for share in shares] == pytest.approx([0.01, 0.2, 2.0, 20.0])


def test_a_rise_is_allowed_within_t_of_its_error_and_a_share_of_the_loss():
    reference = Reference(judged([100.0, 100.0, 100.0, 100.0]))
    mixed = np.array([0.3, -0.2, 0.2, 0.1])
    margin = student.ppf(0.95, 3) * 2 * mixed.std(ddof=1)
    assert mixed.sum() < margin
    assert reference.allows(100 + mixed, 0.0, 2e-3)
    assert not reference.allows(100 + mixed, 0.0, 5e-4)  # 0.4 of 400 is more than 0.05%
    agreed = np.array([0.1, 0.11, 0.1, 0.09])
    assert not reference.allows(100 + agreed, 0.0, 2e-3)  # little, and all folds say so
    assert not reference.allows(100 + mixed, 0.5, 2e-3)  # what holds them back counts too


def test_what_cannot_be_told_apart_in_floating_point_is_allowed_whatever_folds_say():
    reference = Reference(judged([100.0, 100.0]))
    assert reference.allows(np.array([100.00005, 100.00005]), 0.0, 2e-4)
    assert not reference.allows(np.array([100.0002, 100.0002]), 0.0, 2e-4)


def test_most_of_a_gain_that_folds_tell_is_left_alone():
    least, null = judged([100.0] * 4), judged([100.1, 100.12, 100.08, 100.1])
    reference = Reference.beside(least, null)
    assert reference.most(2e-3) == pytest.approx(0.25 * 0.4)
    assert reference.most(1e-4) == pytest.approx(0.04)
    untold = judged([101.0, 99.0, 100.5, 99.9])
    assert Reference.beside(least, untold).most(2e-3) == pytest.approx(0.8)


def test_a_fit_that_did_not_arrive_is_never_allowed():
    reference = Reference(judged([100.0, 100.0]))
    assert not reference.allows_exactly(judged([np.inf, np.inf]), 1.0)


@pytest.fixture(scope="module")
def flat(as_they_are):
    """A strong column, and one that is nothing but noise in a set of its own."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(800, 2))
    y = (rng.random(800) < 1 / (1 + np.exp(-X[:, 0]))).astype("float64")
    problem = as_they_are(X, y, np.ones(800), np.ones(2), 800.0, fold=np.arange(800) // 100)
    plan = PenaltyPlan(np.ones(2), np.arange(2), ("strong", "noise"))
    start = DenseStatistics.take(problem.rows, problem.scaling, problem.base_rate_start())
    return ExactLoss(problem, plan, "loss", start)


def test_where_the_loss_is_flat_all_go_up_together(flat):
    """Next to no penalty, as found by a search that nothing stopped: 3e-8 is as good as 1e-4."""
    least = flat.at(np.log([3e-8, 3e-8]))
    chosen = ties_to_the_stronger(flat, flat.model(least), Reference(least), 2e-4)
    assert chosen.parameters[0] > np.log(1e-5)
    assert chosen.value <= least.value * (1 + 2e-4)


@pytest.mark.parametrize("weak", [1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 1e-2])
def test_all_go_up_by_the_largest_factor_that_exact_losses_allow(flat, weak):
    least = flat.at(np.log([weak, 1e3]))
    chosen = ties_to_the_stronger(flat, flat.model(least), Reference(least), 2e-4)

    def allowed(factor):
        rise = flat.at(np.log([weak * factor, 1e3])).loss - least.loss
        margin = student.ppf(0.95, 7) * np.sqrt(8) * rise.std(ddof=1)
        return rise.sum() <= max(min(margin, 2e-4 * least.value), 1e-6 * least.value)

    largest = max(factor for factor in (1, 3, 10, 30, 100, 1e3, 1e4) if allowed(factor))
    np.testing.assert_allclose(np.exp(chosen.parameters), [weak * largest, 1e3], rtol=1e-9)


def test_noise_is_shrunk_out_and_a_signal_is_not(flat):
    least = flat.at(np.log([1e-3, 100.0]))
    chosen = ties_to_the_stronger(flat, flat.model(least), Reference(least), 2e-4)
    assert chosen.parameters[1] == LIMITS[1]
    assert chosen.parameters[0] < np.log(0.1)


def test_only_what_lives_in_few_campaigns_is_strengthened(flat):
    least = flat.at(np.log([1e-3, 1.0]))
    model = flat.model(least)
    chosen, moved = strengthened(flat, model, Reference(least), least, np.array([8.0, 1.0]))
    assert moved == ("noise",)
    assert chosen.parameters[0] == least.parameters[0]
    assert chosen.parameters[1] > least.parameters[1]
    assert chosen.value <= least.value * (1 + 2e-3)


def test_three_campaigns_are_not_few_and_a_little_less_is(flat):
    least = flat.at(np.log([1e-3, 1.0]))
    model = flat.model(least)
    for lives in (8.0, 3.0):
        none, moved = strengthened(flat, model, Reference(least), least, np.array([8.0, lives]))
        assert moved == ()
        assert none is least
    _, moved = strengthened(flat, model, Reference(least), least, np.array([8.0, 2.999]))
    assert moved == ("noise",)


@pytest.fixture(scope="module")
def few(as_they_are):
    """Few rows, one column that nearly tells all, and many that tell nothing."""
    rng = np.random.default_rng(11)
    X = rng.normal(size=(120, 12))
    y = (rng.random(120) < 1 / (1 + np.exp(-6 * X[:, 0]))).astype("float64")
    problem = as_they_are(X, y, np.ones(120), np.ones(12), 120.0, fold=np.arange(120) // 20)
    plan = PenaltyPlan(np.ones(12), np.minimum(np.arange(12), 1), ("strong", "noise"))
    start = DenseStatistics.take(problem.rows, problem.scaling, problem.base_rate_start())
    return ExactLoss(problem, plan, "loss", start)


@pytest.mark.parametrize("together", [0.01, 1.0, 20.0])
def test_holding_penalties_together_costs_a_little_at_most(few, together):
    least, _ = descend(few, few.at(np.log([0.1, 0.1])))
    exact = few.under(replace(few.plan, precision=together))
    start = exact.at(np.log([0.1, 0.1]))
    held, model = descend(exact, start)
    found = not_held_too_hard(exact, model, held, start, exact.at(np.log([1e3, 1e3])))
    assert found.loss.sum() <= least.value * (1 + HELD_MOST + 1e-4)
    assert found.held == exact.held(found.parameters)
    if held.loss.sum() < least.value * (1 + HELD_MOST / 2):
        assert found is held
    else:
        apart = np.ptp(held.parameters), np.ptp(found.parameters), np.ptp(least.parameters)
        assert apart == tuple(sorted(apart))


def test_where_exact_losses_are_cheap_the_least_is_looked_for_whatever_one_step_says(few):
    least, _ = descend(few, few.at(np.log([0.1, 0.1])))
    exact = few.under(replace(few.plan, precision=20.0))
    start = exact.at(np.log([0.1, 0.1]))
    held, model = descend(exact, start)
    assert held.loss.sum() > 1.1 * least.value
    same = model.left_out(held.parameters)
    sees_nothing = replace(model, expand=lambda penalties: same)
    null = exact.at(np.log([1e3, 1e3]))
    found = not_held_too_hard(exact, sees_nothing, held, start, null)
    assert found.loss.sum() <= least.value * (1 + HELD_MOST + 1e-4)
