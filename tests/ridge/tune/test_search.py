import numpy as np
import pytest

from workbench.ridge.penalties.plan import CoData, PenaltyPlan
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.exact_loss import ExactLoss
from workbench.ridge.tune.search import LADDER, descend, everywhere, ladder, least, proposal


def exact_loss(problem, plan):
    fit = minimise(problem, start=problem.base_rate_start())
    return ExactLoss(
        problem, plan, "loss", DenseStatistics.take(problem.rows, problem.scaling, fit.b)
    )


@pytest.fixture(scope="module")
def rungs(problem, by_group):
    return ladder(exact_loss(problem, by_group))


def test_the_best_rung_is_the_best_of_nine_exact_losses(problem, by_group, rungs):
    exact = exact_loss(problem, by_group)
    losses = [exact.at(everywhere(by_group, s)).value for s in LADDER]
    best = least(rungs)
    assert best.parameters[0] == LADDER[int(np.argmin(losses))]
    assert best.value == pytest.approx(min(losses), rel=2e-6)
    for rung, loss in zip(rungs, losses, strict=False):  # far rungs are known roughly
        assert rung.value == pytest.approx(loss, rel=5e-3)


class Asked(ExactLoss):
    """Keeps which common strength it was asked for, and how closely."""

    def at(self, parameters, *, close=None, **more):
        self.asked.append((float(np.exp(parameters[0])), close))
        return super().at(parameters, **more if close is None else {"close": close, **more})


def test_the_ladder_goes_from_the_middle_and_looks_closely_where_the_best_may_be(problem, by_group):
    fit = minimise(problem, start=problem.base_rate_start())
    stats = DenseStatistics.take(problem.rows, problem.scaling, fit.b)
    exact = Asked(problem, by_group, "loss", stats)
    exact.asked = []
    values = np.array([rung.value for rung in ladder(exact)])
    rough = [strength for strength, close in exact.asked if close is not None]
    down = np.exp(LADDER[5:])
    assert rough == pytest.approx([0.01, 0.1, 1, 10, 100, *down[: len(rough) - 5]])
    again = {round(np.log10(strength)) for strength, close in exact.asked if close is None}
    decades = 2 - np.arange(len(values))
    assert again >= set(decades[values <= 1.001 * values.min()].tolist())
    assert again <= set(decades[values <= 1.004 * values.min()].tolist())
    assert len(again) < len(values) / 2


def test_hopelessly_weak_rungs_are_left_out(as_they_are):
    """As many columns as rows: the loss at 1e-6 is many times the least."""
    rng = np.random.default_rng(13)
    X, y = rng.normal(size=(60, 50)), (np.arange(60) % 2).astype(float)
    small = as_they_are(X, y, np.ones(60), np.full(50, 0.3), 60.0, fold=np.arange(60) // 10)
    plan = PenaltyPlan(np.ones(50), np.zeros(50, dtype=int), ("all",))
    found = ladder(exact_loss(small, plan))
    assert 5 <= len(found) < len(LADDER)
    assert found[-1].value > 1.25 * least(found).value


def test_the_way_down_ends_below_the_ladder(problem, by_group, rungs):
    start = least(rungs)
    found, model = descend(exact_loss(problem, by_group), start)
    assert found.value < start.value
    assert model.summed(found.parameters) == pytest.approx(found.value, rel=1e-6)
    exact = exact_loss(problem, by_group)
    rng = np.random.default_rng(0)
    around = [exact.at(found.parameters + rng.normal(0, 0.3, 3)).value for _ in range(20)]
    assert min(around) > found.value * (1 - 2e-5)


def test_no_single_set_that_is_moved_far_from_the_end_loses_less(as_they_are):
    """Few rows, of which one column nearly tells all: there are several valleys."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(80, 6))
    y = (rng.random(80) < 1 / (1 + np.exp(-6 * X[:, 0] - 1.5 * X[:, 1]))).astype("float64")
    few = as_they_are(X, y, np.ones(80), np.ones(6), 80.0, fold=np.arange(80) // 16)
    plan = PenaltyPlan(np.ones(6), np.minimum(np.arange(6), 2), ("strong", "weak", "noise"))
    start = DenseStatistics.take(few.rows, few.scaling, few.base_rate_start())
    exact = ExactLoss(few, plan, "loss", start)
    found, _ = descend(exact, least(ladder(exact)))
    for k in range(3):
        for strength in LADDER:
            moved = np.where(np.arange(3) == k, strength, found.parameters)
            assert exact.at(moved).value > found.value * (1 - 2e-5)


@pytest.mark.parametrize("lowest", [0.0, -0.1, -np.inf])
def test_a_proposed_slope_is_not_below_the_least_that_is_allowed(problem, by_group, rungs, lowest):
    """A score that is high where columns tell most: weaker penalties there would lose less."""
    scores = np.array([0.0, 3.0, 0.0, 0.0, 0.0])[:, None]
    co_data = CoData(("score",), scores, np.array([1e-6]), np.array([lowest]))
    plan = by_group.with_co_data(co_data)
    start = everywhere(plan, least(rungs).parameters[0])
    exact = exact_loss(problem, plan)
    found = proposal(exact.model(exact.at(start)), start, np.inf)
    assert found[-1] == lowest if np.isfinite(lowest) else -8.0 <= found[-1] < -0.1


def test_a_proposal_keeps_within_reach_and_limits(problem, by_group, rungs):
    exact = exact_loss(problem, by_group)
    model = exact.model(least(rungs))
    start = np.array([0.0, 0.0, np.log(1e3)])
    near = proposal(model, start, 0.5)
    assert np.abs(near - start).max() <= 0.5 + 1e-12
    assert near.max() <= np.log(1e3) + 1e-12
    assert model(near)[0] < model(start)[0]
