"""Each number of a mailed Tuner: within its stated error of an exact refit, or not shown."""

import numpy as np
import pytest

from workbench import RidgePropensity, Tuner
from workbench.digits import loss_text
from workbench.errors import FitError
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.tuner.between import Followed, difference
from workbench.widgets.tuner.checked import rounded_up, stated, stated_error
from workbench.widgets.tuner.settings import Judged

SHOWN = """
import { readFileSync } from "node:fs";
import { fileEngine } from "./engine.js";
import { profitErrors } from "./between.js";
import { bestDepth, followed } from "./panels.js";
import { meanLoss } from "./solver.js";
const { state, factors, money } = JSON.parse(readFileSync(0, "utf8"));
let now = {};
const engine = fileEngine(state, (part) => { now = { ...now, ...part }; });
const out = factors.map((by, k) => {
  now = {};
  const penalties = by.map((one, j) => one * engine.facts.penalties[j]);
  engine.ask({ revision: k + 2, penalties, group: null, final: true });
  const { answer, extras } = now;
  if (answer.refused || answer.errors === null) return { errors: null };
  const { errors, b, loss, edfOfAll } = answer;
  const said = { errors, b: [...b], loss: meanLoss(loss, state.weights).mean, edf: edfOfAll };
  const { bins } = extras.evidence;
  if (!bins) return { ...said, bins };
  const points = followed(bins, money);
  const best = bestDepth(points);
  return { ...said, bins, best, off: profitErrors(points, best, errors, money) };
});
process.stdout.write(JSON.stringify(out), () => process.exit(0));
"""
MONEY = {"cost": 1.0, "margin": 5.0}


def settings(groups, count, seed):
    """Draw log10 factors by group: a third of all together, of one group, and of each its own."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        steps = rng.uniform(-2, 2.5, len(groups))
        if k % 3 == 0:
            steps[:] = rng.uniform(-1, 2)
        elif k % 3 == 1:
            steps = np.where(rng.permutation(len(groups)) == 0, rng.uniform(-1, 2), 0.0)
        yield dict(zip(groups, steps, strict=True))


def by_column(groups, steps):
    return np.array([10 ** steps[group] for group in groups])


def numbers(model, frame, node, release, *, count, seed=77):
    """Yield the name, the error and the stated error of each number shown, and the setting."""
    state = Tuner(model, frame, release=release).state()
    facts, judged = Facts.of(model), Judged.of(model, frame, Facts.of(model))
    drawn = list(settings(list(dict.fromkeys(facts.groups)), count, seed))
    factors = [by_column(state["groups"], steps).tolist() for steps in drawn]
    shown = node(SHOWN, {"state": state, "factors": factors, "money": MONEY})
    for steps, found in zip(drawn, shown, strict=True):
        if found["errors"] is None:
            continue
        off = found["errors"]
        penalties = facts.tuned * by_column(facts.groups, steps)
        try:
            exact = model.workspace_.refit(penalties).retaken()
            left = exact.left_out()
        except FitError:  # there is no such fit to differ from
            continue
        mean = np.average(left["loss"], weights=left["contacts"])
        yield "loss", abs(found["loss"] - mean), off["loss"] + 1e-9, steps
        yield "edf", abs(found["edf"] - exact.edf()), off["edf"] + 1e-6, steps
        place = [facts.names.index(name) for name in state["columns"] if name in facts.names]
        ours = [found["b"][1 + k] for k, name in enumerate(state["columns"]) if name in facts.names]
        away = np.abs(np.array(ours) - exact.coefficients[1:][place]).max()
        yield "coefficient", away, off["coefficient"] + 1e-9, steps
        if not found["bins"]:
            continue
        true = judged.bins(exact, [penalties], [exact.coefficients])[0]
        bins = Bins(*(np.array(part) for part in found["bins"]))
        for name, error in difference(bins, true).items():
            yield name, error, off[name] + 1e-4, steps
        earned = Followed.of(true)
        expected = MONEY["margin"] * earned.expected - MONEY["cost"] * earned.contacts
        came = MONEY["margin"] * earned.responses - MONEY["cost"] * earned.contacts
        best = int(expected.argmax())
        away = abs(found["best"]["expected"] - expected[best])
        yield "best profit", away, found["off"]["expected"] + 1e-2, steps
        low, high = found["off"]["realised"]
        yield "came", max(low - came[best], came[best] - high, 0.0), 1e-2, steps


def check(model, frame, node, release, *, count, seed=77):
    """Count the settings that are shown, and those whose outcomes are; all within their errors."""
    told = {"loss": 0, "best profit": 0}
    for name, error, stated_as, steps in numbers(
        model, frame, node, release, count=count, seed=seed
    ):
        assert error <= stated_as, (name, steps)
        if name in told:
            told[name] += 1
    return tuple(told.values())


@pytest.mark.parametrize("release", ["exact", "private"])
def test_each_number_is_within_its_stated_error_or_not_shown(model, frame, node, release):
    told, outcomes = check(model, frame, node, release, count=12)
    assert told >= 10
    assert outcomes >= 2


@pytest.mark.slow
@pytest.mark.parametrize("release", ["exact", "private"])
def test_three_hundred_settings(model, frame, node, release):
    told, outcomes = check(model, frame, node, release, count=300)
    assert told >= 250
    assert outcomes >= 60


@pytest.fixture(scope="module")
def many(make_frame):
    """More columns than a private release keeps, so that the others of a group are pooled."""
    return RidgePropensity().fit(make_frame(seed=5, campaigns=4, each=400, plain=40, spiky=20))


@pytest.mark.parametrize("release", ["exact", "private"])
def test_a_mailed_tuner_starts_from_the_numbers_of_the_notebook(many, node, release):
    tuner = Tuner(many, release=release)
    state = tuner.state()
    live, left = tuner.answer, many.workspace_.left_out()
    mean = np.average(left["loss"], weights=left["contacts"])
    assert np.average(live["loss"], weights=tuner.facts["weights"]) == pytest.approx(mean, rel=1e-6)
    (found,) = node(
        SHOWN, {"state": state, "factors": [[1.0] * len(state["groups"])], "money": MONEY}
    )
    assert loss_text(found["loss"]) == loss_text(mean)
    assert f"{found['edf']:.1f}" == f"{many.edf_:.1f}" == f"{sum(live['edf']):.1f}"
    for count in ("kept_columns", "all_columns"):
        assert state[count] == tuner.facts[count]
    logs = np.log10(state["displayed"]) * state["counts"]
    for group in set(state["groups"]):
        here = np.array(state["groups"]) == group
        typical = 10 ** (logs[here].sum() / np.array(state["counts"])[here].sum())
        of_fit = many.penalties_[many.columns_["group"] == group]
        assert f"{typical:.2g}" == f"{10 ** np.log10(of_fit).mean():.2g}"


def test_errors_grow_from_what_was_measured():
    rows = [
        {"move": 0.0, "edf": 0.1, "lift": 0.0},
        {"move": 0.5, "edf": 0.3, "lift": 0.2},
        {"move": 0.125, "edf": 0.4},
    ]
    assert stated(rows) == {
        "moves": [0.0, 0.125, 0.5],
        "errors": {
            "edf": [rounded_up(3 * each) for each in (0.1, 0.4, 0.4)],
            "lift": [0.0, 0.0, rounded_up(0.6)],
        },
    }
    assert stated_error(stated(rows), "edf", 0.1) == rounded_up(1.2)
    assert stated_error(stated(rows), "lift", 0.125) == 0.0
    assert stated_error(stated(rows), "lift", 0.51) is None
