"""A live page steps by itself to what Python says one Newton step away, and asks for it once."""

import base64
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity, Tuner
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.tuner.page_step import MOST_WORK, WANTED, PageStep

IN_THE_PAGE = """
import { readFileSync } from "node:fs";
import { kernelEngine } from "./engine.js";
const { content, buffers, penalties, took } = JSON.parse(readFileSync(0, "utf8"));
const views = buffers.map((text) => {
  const held = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const message = new Uint8Array(3 + held.length); // an array does not begin where its message does
  message.set(held, 3);
  return new DataView(message.buffer, 3, held.length);
});
const listeners = {};
const sent = [];
const traits = { asked: {}, answer: { revision: 0, kind: "exact" }, facts: {}, compared: [] };
const model = {
  get: (name) => traits[name],
  set: (name, value) => { traits[name] = value; },
  save_changes: () => {},
  send: (content) => sent.push(content),
  on: (event, act) => { listeners[event] = act; },
  off: () => {},
};
const heard = [];
const engine = kernelEngine(model, ({ answer }) => answer && heard.push(answer));
engine.start();
const move = { penalties, group: null, final: false };
engine.ask({ revision: 1, ...move });
const before = heard.length;
listeners["msg:custom"](content, views);
engine.ask({ revision: 2, ...move });
engine.ask({ revision: 2, ...move, final: true });
let clock = 0;
if (took) performance.now = () => (clock += took);
for (let k = 0; took && k < 5; k++) engine.ask({ revision: 3 + k, ...move });
engine.close();
const listed = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
console.log(JSON.stringify({ sent, before, heard }, listed));
process.exit(0);
"""


@pytest.mark.parametrize("by", [0.05, 1.0, 30.0])
def test_the_page_says_what_python_says(node, model, by):
    facts = Facts.of(model)
    penalties = facts.tuned * np.where(np.array(facts.groups) == "promo", by, 1.0)
    message = PageStep.of(facts)
    buffers = [base64.b64encode(one).decode() for one in message.buffers]
    given = {"content": message.content, "buffers": buffers, "penalties": penalties.tolist()}
    found = node(IN_THE_PAGE, given)
    assert found["sent"][0] == WANTED
    assert found["before"] == 1, "without statistics the kernel alone answers"
    assert [one["revision"] for one in found["heard"]] == [0, 2], "one step a revision"
    by_page, by_python = found["heard"][1], answer(facts, penalties)
    assert by_page["kind"] == "step"
    assert by_page["penalties"] == penalties.tolist()
    for name, wanted in by_python._asdict().items():
        np.testing.assert_allclose(by_page[name], wanted, rtol=2e-5, atol=2e-6, err_msg=name)


def test_a_page_asks_and_is_sent_statistics(model, frame, monkeypatch):
    tuner, sent = Tuner(model, frame), []
    monkeypatch.setattr(tuner, "send", lambda content, buffers: sent.append((content, buffers)))
    from_the_page = tuner._handle_custom_msg  # noqa: SLF001 - what ipywidgets calls
    from_the_page({}, [])  # what keeps a connection awake
    assert sent == []
    from_the_page(WANTED, [])
    assert sent == [tuple(PageStep.of(Facts.of(model)))]


def test_a_step_that_would_be_slow_is_left_to_the_kernel(model):
    facts = Facts.of(model)
    many = int((6 * MOST_WORK / (len(facts.folds) + 3)) ** (1 / 3))
    assert PageStep.of(replace(facts, names=tuple(map(str, range(many))))) is None


@pytest.mark.parametrize(("took", "steps"), [(51.0, 3), (49.0, 5)])
def test_a_slow_machine_gives_its_steps_up(node, model, took, steps):
    facts = Facts.of(model)
    message = PageStep.of(facts)
    buffers = [base64.b64encode(one).decode() for one in message.buffers]
    given = {"content": message.content, "buffers": buffers, "took": took}
    found = node(IN_THE_PAGE, given | {"penalties": facts.tuned.tolist()})
    of_the_clock = [one["revision"] for one in found["heard"] if one["revision"] > 2]
    assert of_the_clock == [3, 4, 5, 6, 7][:steps]


def test_a_step_that_is_refused_is_left_to_the_kernel(node, make_frame):
    frame = make_frame(campaigns=5)
    table = pd.DataFrame({"once": frame.X.iloc[:, 0], "again": frame.X.iloc[:, 0]})
    facts = Facts.of(RidgePropensity(0.01).fit(table, frame.y))
    message = PageStep.of(facts)
    buffers = [base64.b64encode(one).decode() for one in message.buffers]
    given = {"content": message.content, "buffers": buffers, "penalties": [0, 0]}
    assert [one["revision"] for one in node(IN_THE_PAGE, given)["heard"]] == [0]


def test_nothing_to_leave_out_has_no_losses(node, make_frame):
    frame = make_frame(campaigns=5)
    model = RidgePropensity(0.01).fit(frame.X, frame.y)
    facts = Facts.of(model)
    message = PageStep.of(facts)
    buffers = [base64.b64encode(one).decode() for one in message.buffers]
    penalties = facts.tuned * 3
    given = {"content": message.content, "buffers": buffers, "penalties": penalties.tolist()}
    step = node(IN_THE_PAGE, given)["heard"][1]
    wanted = answer(facts, penalties)
    np.testing.assert_allclose(step["loss"], wanted.loss, rtol=1e-5)
    np.testing.assert_allclose(step["b"], wanted.b, atol=2e-6)
