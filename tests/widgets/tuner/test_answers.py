"""Curves and nudges against the left-out loss asked for one setting at a time."""

import json

import numpy as np
import pytest

from workbench import RidgePropensity
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.tuner import answers


def loss_at(model, moves):
    penalties = model.penalties_.copy()
    for group, by in moves.items():
        penalties[model.columns_["group"] == group] *= by
    stats, fit = model.workspace_.stats, model.workspace_
    one_step, tuned = (
        stats.without_folds(some).loss for some in (penalties.to_numpy(), fit.penalties)
    )
    return fit.left_out()["loss"].to_numpy() + (one_step - tuned) / stats.weight


def mean_at(model, moves):
    weight = model.workspace_.stats.weight
    return float(weight @ loss_at(model, moves) / weight.sum())


def test_a_groups_curve_moves_that_group_alone(model):
    facts = Facts.of(model)
    found = answers.curve(facts, facts.tuned, "promo")
    here = np.log10(model.penalties_[model.columns_["group"] == "promo"]).mean()
    for at, loss in zip(found["at"], found["loss"], strict=True):
        assert loss == pytest.approx(mean_at(model, {"promo": 10 ** (at - here)}), rel=1e-9)


def test_the_curve_of_all_groups_multiplies_all(model):
    facts = Facts.of(model)
    found = answers.curve(facts, facts.tuned, None)
    here = np.log10(model.penalties_).mean()
    assert found["at"] == pytest.approx([here + x for x in np.linspace(-3, 3, 13)])
    expected = [
        mean_at(model, {"promo": 10**x, "behaviour": 10**x}) for x in np.linspace(-3, 3, 13)
    ]
    assert found["loss"] == pytest.approx(expected, rel=1e-9)


def test_nudges_are_eight_times_more_and_less(model):
    facts = Facts.of(model)
    found = answers.nudges(facts, facts.tuned)
    for group in ("behaviour", "promo"):
        for k, by in enumerate((1 / 8, 8)):
            assert found[group][k] == pytest.approx(loss_at(model, {group: by}), rel=1e-9)


def test_without_campaigns_there_is_no_loss_to_follow(frame):
    facts = Facts.of(RidgePropensity(alpha=0.1).fit(frame.X, frame.y))
    assert answers.nudges(facts, facts.tuned) == {}
    assert answers.curve(facts, facts.tuned, None)["loss"] == []


def test_what_is_sent_is_json(model):
    facts = Facts.of(model)
    said = answers.core(answer(facts, facts.tuned), revision=3, kind="exact", penalties=facts.tuned)
    assert json.loads(json.dumps(said)) == said
    assert said["revision"] == 3


def test_the_typical_penalty_is_the_geometric_mean_of_those_above_zero():
    assert answers.typical(np.array([0.0, 0.01, 1.0])) == pytest.approx(-1.0)
    assert answers.typical(np.zeros(2)) == 0.0
