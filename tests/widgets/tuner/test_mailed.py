"""What a mailed Tuner's state holds, of each of the three ways to leave."""

import json

import numpy as np
import pytest

from workbench import Tuner
from workbench.errors import ParameterError
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.tuner.state import facts_of


@pytest.fixture(scope="module")
def state(model, frame):
    return json.loads(json.dumps(Tuner(model, frame).state(), allow_nan=False))


def test_a_private_state_answers_near_the_exact_one(state, model):
    facts, exact = facts_of(state), Facts.of(model)
    told, true = answer(facts, facts.tuned), answer(exact, exact.tuned)
    assert np.sqrt(np.mean(((told.b - true.b) / np.append(1, true.error))[1:] ** 2)) < 0.5
    mean = np.average(told.loss, weights=facts.stats.weight)
    assert mean == pytest.approx(true.loss.mean(), rel=0.02)


def test_it_says_how_far_it_is_and_under_what(state):
    said = " ".join(state["notes"])
    assert "Not differentially private; tested against reconstruction" in said
    assert (
        "The mean loss and the effective columns under the tuned penalties are the report's, "
        "without noise. Measured at export, under these: coefficients are 0."
    ) in said
    assert state["guarantee"]["release"] == "private"
    assert 0.5 < state["guarantee"]["average"] < 0.6
    assert state["guarantee"]["sentence"] in said


def test_outcomes_are_stored_of_few_settings(state):
    names = [one["name"] for one in state["settings"]]
    assert names == ["tuned", "uniform", "all groups × 0.1", "all groups × 10"]


def test_static_has_no_state_and_exact_says_so(model, frame):
    assert Tuner(model, frame, release="static").state() is None
    exact = Tuner(model, frame, release="exact").state()
    assert exact["guarantee"]["release"] == "exact"
    assert exact["notes"][-1].startswith("Exact statistics, for readers inside the house")
    with pytest.raises(ParameterError, match="`release` must be one of"):
        Tuner(model, frame, release="open")


def test_counts_are_not_the_exact_ones(state, model):
    assert state["contacts"] != model.training_["contacts"]
    assert state["contacts"] == pytest.approx(model.training_["contacts"], rel=0.1)
