"""Steps under one slider, with the other columns eliminated, against whole steps."""

import numpy as np
import pytest

TOGETHER = """
import { readFileSync } from "node:fs";
import { Steps } from "./few_moved.js";
import { stepped } from "./solver.js";
const { told, asked } = JSON.parse(readFileSync(0, "utf8"));
const flat = (rows) => Float64Array.from(rows.flat());
const folds = told.folds.map(({ gram, score, ...one }) => (
  { gram: flat(gram), score: Float64Array.from(score), ...one }));
const stats = { ...told, folds, b: Float64Array.from(told.b), total: flat(told.total),
  moment: flat(told.moment), totalScore: Float64Array.from(told.totalScore) };
const said = (found) => found && Object.fromEntries(
  Object.entries(found).map(([name, values]) => [name, Array.from(values)]));
const steps = new Steps(stats);
console.log(JSON.stringify(asked.map((penalties) => ({
  few: said(steps.stepped(penalties)), quick: steps.near !== null,
  whole: said(stepped(stats, penalties)),
}))));
"""


def statistics(columns, *, folds=4, twins=False, seed=0):
    """Make statistics of folds; with `twins` the last two columns are one."""
    rng = np.random.default_rng(seed)
    told = []
    for _ in range(folds):
        Z = np.column_stack(
            [np.ones(50), rng.normal(size=(50, columns)) + rng.normal(size=(50, 1))]
        )
        if twins:
            Z[:, -1] = Z[:, -2]
        score = Z.T @ rng.normal(size=50) / 500
        told.append(
            {"gram": Z.T @ Z / 50 / folds, "score": score, "loss": 0.3 / folds, "share": 1 / folds}
        )
    total = sum(one["gram"] for one in told)
    stats = {
        "n": columns + 1,
        "b": rng.normal(0, 0.3, columns + 1),
        "held": folds,
        "weight": 50.0 * folds,
    }
    sums = {"total": total, "moment": total, "totalScore": sum(one["score"] for one in told)}
    return {**stats, **sums, "folds": told}


def plain(value):
    """Arrays as lists, however deep."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def slid(columns, seed):
    """Return penalties as sliders leave them: of a group, of one column, of all, and jumps."""
    rng = np.random.default_rng(seed)
    penalties = 10 ** rng.uniform(-4, 1, columns)
    asked = [penalties]
    for kind in rng.integers(0, 4, 12):
        groups = [
            np.arange(columns) % 3 == rng.integers(3),
            np.arange(columns) == rng.integers(columns),
        ]
        moves = [*groups, np.ones(columns, dtype=bool), rng.random(columns) < 0.5][kind]
        for _ in range(3):
            penalties = np.where(moves, penalties * 10 ** rng.uniform(-1, 1), penalties)
            asked.append(penalties)
    asked.append(np.where(np.arange(columns) == 1, 0.0, penalties))  # no penalty at all
    return asked


@pytest.mark.parametrize("columns", [2, 7, 30])
def test_a_slider_shows_what_a_whole_step_says(node, columns):
    asked = slid(columns, columns)
    done = node(TOGETHER, plain({"told": statistics(columns, seed=columns), "asked": asked}))
    assert any(one["quick"] for one in done)
    assert not all(one["quick"] for one in done)
    for one in done:
        assert one["few"].keys() == one["whole"].keys()
        for name, values in one["whole"].items():
            np.testing.assert_allclose(
                one["few"][name], values, rtol=1e-9, atol=1e-11, err_msg=name
            )


def test_columns_that_determine_one_another_are_refused_alike(node):
    columns = 8
    some = np.full(columns, 0.1)
    free = np.where(np.arange(columns) >= columns - 2, 0.0, some)  # the twins
    moved = [np.where(np.arange(columns) == 0, by, free) for by in (0.2, 0.3)]  # others move
    asked = [some, free, *moved, np.where(np.arange(columns) == columns - 1, 0.5, moved[-1]), free]
    stats = statistics(columns, twins=True)
    done = node(TOGETHER, plain({"told": stats, "asked": asked}))
    assert [one["whole"] is None for one in done] == [False, True, True, True, False, True]
    assert [one["few"] is None for one in done] == [one["whole"] is None for one in done]
    assert [one["quick"] for one in done] == [False, True, True, True, True, True]
