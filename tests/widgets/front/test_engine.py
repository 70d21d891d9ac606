"""Where answers come from, without a page: both engines under Node."""

import numpy as np

from workbench import Tuner
from workbench.widgets.fitted.facts import answer
from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.tuner import answers
from workbench.widgets.tuner.between import between
from workbench.widgets.tuner.state import facts_of

IN_A_FILE = """
import { readFileSync } from "node:fs";
import { fileEngine } from "./engine.js";
const { state, penalties } = JSON.parse(readFileSync(0, "utf8"));
const heard = {};
const engine = fileEngine(state, (part) => {
  if (part.extras) Object.assign(heard, part.extras);
  if (part.answer) heard.answer = part.answer;
  if (part.compared) heard.compared = part.compared;
  if (heard.nudges && heard.answer.revision === 2) {
    console.log(JSON.stringify({ ...heard, b: [...heard.answer.b] }));
    process.exit(0);
  }
});
engine.start();
engine.ask({ revision: 2, penalties, group: "promo", final: true });
"""

IN_A_NOTEBOOK = """
import { kernelEngine } from "./engine.js";
const listeners = [];
const sent = [];
const traits = { asked: {}, answer: { revision: 0 }, facts: {}, compared: [] };
const model = {
  get: (name) => traits[name],
  set: (name, value) => { traits[name] = value; },
  save_changes: () => sent.push(traits.asked.revision),
  send: (content) => sent.push(content),
  on: (event, act) => listeners.push([event, act]),
  off: (event, act) => {
    const k = listeners.findIndex((one) => one[0] === event && one[1] === act);
    if (k >= 0) listeners.splice(k, 1);
  },
};
const heard = [];
const engine = kernelEngine(model, (part) => heard.push(Object.keys(part)[0]));
const before = listeners.length;
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const move = { penalties: [1], group: null, final: false };
const ask = () => engine.ask({ revision: engine.nextRevision(), ...move });
ask();
traits.answer = { revision: 1 };
listeners.filter(([event]) => event === "change:answer").forEach(([, act]) => act());
await pause(60);
ask();
await pause(120);
ask();
engine.close();
await pause(60);
console.log(JSON.stringify({ before, after: listeners.length, sent, heard }));
"""


def test_a_file_answers_as_python_does(model, frame, node):
    state = Tuner(model, frame, release="exact").state()
    facts = facts_of(state)
    penalties = facts.tuned * np.where(np.array(facts.groups) == "promo", 0.001, 3.0)
    heard = node(IN_A_FILE, {"state": state, "penalties": penalties.tolist()})
    expected = answer(facts, penalties)
    np.testing.assert_allclose(heard["b"], expected.b, atol=1e-9)
    curve = answers.curve(facts, penalties, "promo")
    assert heard["curve"]["group"] == "promo"
    np.testing.assert_allclose(heard["curve"]["at"], curve["at"], atol=1e-12)
    np.testing.assert_allclose(heard["curve"]["loss"], curve["loss"], rtol=1e-9)
    for group, both in answers.nudges(facts, penalties).items():
        np.testing.assert_allclose(heard["nudges"][group], both, rtol=1e-9)
    assert [one["name"] for one in heard["compared"]] == ["tuned", "uniform"]


def test_outcomes_of_another_setting_are_not_shown(model, frame, node):
    state = Tuner(model, frame, release="exact").state()
    facts = facts_of(state)
    promo = np.array(facts.groups) == "promo"
    bins = {one["name"]: one["bins"] for one in state["settings"]}

    def evidence(factors):
        given = {"state": state, "penalties": (facts.tuned * factors).tolist()}
        return node(IN_A_FILE, given)["evidence"]

    assert evidence(np.where(promo, 100.0, 1.0))["bins"] == bins["promo × 100"]
    assert evidence(np.where(promo, 95.0, 2.0))["bins"] is None
    assert evidence(np.where(promo, 1e4, 1.0))["bins"] is None, "beyond what is stored"
    half = evidence(np.where(promo, 10**1.5, 1.0))
    assert half["sides"] == ["promo × 10", "promo × 100"]
    ends = [Bins(*(np.array(part) for part in bins[name])) for name in half["sides"]]
    for ours, theirs in zip(half["bins"], between(*ends, 0.5), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_the_notebooks_engine_listens_and_stops_listening(node):
    done = node(IN_A_NOTEBOOK)
    assert done["before"] == 6
    assert done["after"] == 0
    # an answer that lets wait is helped along, one that has come is not
    assert done["sent"] == [1, 2, {}, {}, 3]
    assert done["heard"] == ["silent", "answer"]
