"""The exported state: JavaScript against Python, float32 against float64, and its size."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.tuner.state import facts_of

SOLVE = """
import { readFileSync } from "node:fs";
import * as solver from "./solver.js";
const { state, settings } = JSON.parse(readFileSync(0, "utf8"));
const stats = solver.statsOf(state, solver.arraysOf(state));
console.log(JSON.stringify(settings.map((penalties) => {
  const found = solver.step(stats, penalties);
  const loss = solver.leftOut(stats, penalties);
  return {
    b: [...found.b], edf: [...found.edf], error: [...found.error], loss,
    share: [...solver.shares(stats.moment, stats.n, found.b)],
    mean: solver.meanLoss(loss, state.weights),
  };
})));
"""


def wide(rows, columns, campaigns, seed=5):
    """Correlated columns of every kind: normal, skewed, mostly zero, far from zero."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(rows, columns)) + rng.normal(size=(rows, 1))
    Z[:, 1::4] = np.exp(Z[:, 1::4])
    Z[:, 2::4] *= rng.random((rows, Z[:, 2::4].shape[1])) < 0.2
    Z[:, 3::4] += 40.0
    fold = np.arange(rows) * campaigns // rows
    log_odds = -2 + Z[:, 0::4] @ rng.normal(0, 0.5 / np.sqrt(columns), len(Z[0, 0::4]))
    y = rng.random(rows) < 1 / (1 + np.exp(-log_odds - 0.3 * rng.normal(size=campaigns)[fold]))
    X = pd.DataFrame(Z.astype("float32"), columns=[f"x{j}" for j in range(columns)])
    groups = {f"x{j}": f"group {j % 8}" for j in range(columns)}
    return RidgePropensity(alpha=0.01).fit(X, y, campaign=fold, groups=groups)


@pytest.mark.parametrize("seed", [1, 2])
def test_javascript_and_python_agree_under_random_penalties(model, export, node, seed):
    state = export(model)
    facts, rng = facts_of(state), np.random.default_rng(seed)
    settings = [10 ** rng.uniform(-5, 2, len(facts.names)) for _ in range(100)]
    given = {"state": state, "settings": [some.tolist() for some in settings]}
    for penalties, found in zip(settings, node(SOLVE, given), strict=True):
        expected = answer(facts, penalties)
        for name in ("b", "edf", "error", "loss", "share"):
            np.testing.assert_allclose(found[name], getattr(expected, name), atol=1e-9, rtol=1e-7)
        weight = facts.stats.weight
        mean = weight @ expected.loss / weight.sum()
        surplus = weight * (expected.loss - mean)
        G = len(weight)
        se = np.sqrt(G / (G - 1) * surplus @ surplus) / weight.sum()
        assert found["mean"] == pytest.approx({"mean": mean, "se": se}, rel=1e-9)


def test_the_state_is_as_good_as_float64(model, export):
    facts, rng = Facts.of(model), np.random.default_rng(3)
    back = facts_of(export(model))
    for _ in range(50):
        penalties = facts.tuned * 10 ** rng.uniform(-2, 2, len(facts.names))
        exact, packed = answer(facts, penalties), answer(back, penalties)
        assert (np.abs(exact.b - packed.b)[1:] <= 1e-3 * exact.error).all()
        np.testing.assert_allclose(packed.edf, exact.edf, atol=1e-4)
        np.testing.assert_allclose(packed.loss, exact.loss, rtol=1e-5)


def test_at_the_fit_nothing_is_lost(model, export):
    back = facts_of(export(model))
    found = answer(back, back.tuned)
    np.testing.assert_allclose(found.b[1:], model.coef_standardised_, atol=1e-8)
    assert found.edf.sum() == pytest.approx(model.edf_, abs=1e-4)
    np.testing.assert_allclose(found.loss, model.workspace_.left_out()["loss"], rtol=1e-6)
    np.testing.assert_allclose(found.share, model.columns_["score_share"], atol=1e-5)


@pytest.mark.slow
def test_two_hundred_features_and_twelve_campaigns_fit_into_a_mail_and_agree(export, node):
    model = wide(24_000, 200, 12)
    state = export(model)
    facts, back, rng = Facts.of(model), facts_of(state), np.random.default_rng(4)
    assert len(json.dumps(state)) < 1_600_000
    assert back.stats.curvature.shape == (12, 201, 201)
    settings = [facts.tuned * 10 ** rng.uniform(-2, 2, 200) for _ in range(10)]
    given = {"state": state, "settings": [some.tolist() for some in settings]}
    for penalties, found in zip(settings, node(SOLVE, given), strict=True):
        expected, exact = answer(back, penalties), answer(facts, penalties)
        for name in ("b", "edf", "loss"):
            np.testing.assert_allclose(found[name], getattr(expected, name), atol=1e-8, rtol=1e-6)
        assert (np.abs(exact.b - found["b"])[1:] <= 1e-3 * exact.error).all()


def test_no_row_is_in_it(model, frame, export):
    state = export(model)
    text = json.dumps(state)
    values = frame.X["promo_0"][frame.X["promo_0"] > 0]
    assert not [value for value in values if repr(float(value)) in text]
    sizes = {name: len(part) for name, part in state.items() if isinstance(part, list)}
    assert max(sizes.values()) < 100, "nothing in it is as long as the table"


def test_coefficients_that_are_not_unique_are_refused(node, export, model):
    state = export(model)
    stats = facts_of(state).stats
    n = stats.curvature.shape[1]
    twin = stats.curvature.copy()
    twin[:, 1], twin[:, :, 1] = twin[:, 2], twin[:, :, 2]
    twin[:, 1, 1] = twin[:, 2, 2]
    import base64

    packed = twin[:, *np.tril_indices(n)].astype("<f4").tobytes()
    state["gram"] = base64.b64encode(packed).decode()
    source = """
    import { readFileSync } from "node:fs";
    import * as solver from "./solver.js";
    const { state } = JSON.parse(readFileSync(0, "utf8"));
    const free = state.penalties.map(() => 0);
    console.log(JSON.stringify(solver.step(solver.statsOf(state, solver.arraysOf(state)), free)));
    """
    assert node(source, {"state": state}) is None
