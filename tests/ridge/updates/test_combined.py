"""A round: steps that are cut, penalties that stay, and how wrong the last round was."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.ridge.owners import owners, rounds
from workbench import RidgePropensity
from workbench.ridge.statistics.drift import length
from workbench.ridge.updates import combined


@pytest.fixture(scope="module")
def steps():
    """All rounds of a tuned model, one after another."""
    made, found = owners(), []
    model = made.start
    while not found or not model.round_.converged:
        sums = [model.collect(one) for one in made.frames]
        model = RidgePropensity.combine(model, sums, again=True)
        found.append(model)
    return found


def test_a_round_squares_what_is_left(steps):
    moved = [model.round_.moved for model in steps]
    assert moved[1] < 0.3 * moved[0]
    assert moved[2] < 0.1 * moved[1]
    assert moved[-1] < 1e-10
    assert len(steps) <= 12


def test_the_bound_holds_in_every_round(steps):
    """Against the fit to all rows under the penalties of the round."""
    fit = RidgePropensity(half_life=None).fit(owners().together)
    for model in steps:
        exact = fit.refit(model.penalties_)
        A = exact.workspace_.retaken().stats.total_curvature()
        slopes = (model.coef_standardised_ - exact.coef_standardised_).to_numpy()
        away = np.concatenate([[-float(A[0, 1:] @ slopes) / A[0, 0]], slopes])
        assert length(A, away) <= model.training_["drift"] + 1e-9


def test_penalties_that_still_move_stay_after_some_rounds(monkeypatch):
    monkeypatch.setattr(combined, "_MOST_TUNED", 2)
    made = owners()
    model = rounds(made.start, made.frames)
    assert model.round_.settled
    assert model.round_.number <= 6
    assert list(model.tuning_.columns) == list(made.start.tuning_.columns)


def test_a_start_that_is_far_away_arrives_too():
    made = owners(alpha=0.02)
    far = RidgePropensity(0.02).fit(made.frames[0])
    far.columns_ = far.columns_.assign(coef_standardised=far.columns_["coef_standardised"] + 2.0)
    once = rounds(far, made.frames, most=1)
    assert once.round_.moved > 1
    assert "drift" not in once.training_
    found, near = rounds(far, made.frames, most=20), rounds(made.start, made.frames)
    assert_allclose(found.coef_, near.coef_, atol=1e-9)


def test_a_start_that_is_worse_than_none_begins_at_the_base_rate():
    """A seed whose weak penalties let a column of hardly any variance run away."""
    made = owners(alpha=0.02)
    wild = RidgePropensity(0.02).fit(made.frames[0])
    wild.columns_ = wild.columns_.assign(coef_standardised=30.0 * wild.coef_standardised_)
    once = rounds(wild, made.frames, most=1)
    assert once.round_.number == 0
    assert "drift" not in once.training_
    assert not once.coef_.any()
    found, near = rounds(wild, made.frames), rounds(made.start, made.frames)
    assert found.round_.converged
    assert_allclose(found.coef_, near.coef_, atol=1e-9)


def test_penalties_that_tuning_leaves_where_rounds_began_are_told_of(monkeypatch):
    """The first round from the base rate has no table of tuning that could stay."""
    monkeypatch.setattr(combined, "_SETTLED", 1e3)  # as if tuning gave the same again
    made = owners()
    wild = RidgePropensity(half_life=None).fit(made.frames[0])
    wild.columns_ = wild.columns_.assign(coef_standardised=30.0 * wild.coef_standardised_)
    begun = rounds(wild, made.frames, most=1)
    assert (begun.round_.number, begun.tuning_) == (0, None)
    first = rounds(begun, made.frames, most=1)
    assert list(first.tuning_.columns) == list(made.start.tuning_.columns)
    assert not first.round_.settled
    assert rounds(first, made.frames, most=1).round_.settled


def test_a_fit_that_was_reached_moves_no_more(steps):
    made, last = owners(), steps[-1]
    more = RidgePropensity.combine(last, [last.collect(one) for one in made.frames])
    assert_allclose(more.coef_, last.coef_, atol=1e-12)
    assert more.round_.moved < 1e-10
    assert replace(more.round_, number=1).settled
