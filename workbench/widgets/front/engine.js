// Where answers come from: the kernel in a notebook, the aggregates in a mailed file.
//
// An engine has `facts`, `ask(move)` and `close()`. A move is {revision, penalties, group,
// final}; what comes back goes to `hear(part)`: {answer}, {extras}, {compared}, {silent}.
import { outcomesAt, statedErrors } from "./between.js";
import { Steps } from "./few_moved.js";
import { say } from "./language.js";
import { arraysIn, arraysOf, decoded, distance, meanLoss, statsOf, step } from "./solver.js";

const NUDGE = 8;
const SPAN = Array.from({ length: 13 }, (_, k) => -3 + k / 2);
const STRENGTHS = Array.from({ length: 21 }, (_, k) => -6 + k / 2);
const PATIENCE_MS = 5000;
// An answer waits in the server until the browser acknowledges the message before it (Nagle), which
// browsers put off by 40 ms. What is sent meanwhile takes that along: an empty message, where the
// answer takes a usual and a longer time.
const PULSES_MS = [20, 36];
// A step of the page that takes longer makes a slider heavy, if more of them follow: the first one
// under a slider is slow everywhere.
const SLOW_STEP_MS = 50;
const MOST_SLOW_STEPS = 3;

/**
 * log10 of the geometric mean of the penalties above zero; 0 where there is none. In a file a
 * column may stand for several of the fit, and counts as so many.
 */
export function typicalOf(facts, penalties, columns) {
  const above = columns.filter((j) => penalties[j] > 0);
  const count = (j) => facts.counts?.[j] ?? 1;
  const total = above.reduce((all, j) => all + count(j), 0);
  return total ? above.reduce((all, j) => all + count(j) * Math.log10(penalties[j]), 0) / total : 0;
}

/** Multiply the penalties of some columns. */
export function scaled(penalties, columns, factor) {
  const moved = Array.from(penalties);
  for (const j of columns) moved[j] *= factor;
  return moved;
}

export function columnsOf(facts, group) {
  const all = facts.groups.map((_, j) => j);
  return group == null ? all : all.filter((j) => facts.groups[j] === group);
}

/**
 * Ask Python: moves and answers are traits, so that the newest of each is what counts. While its
 * answer is on its way, the page takes one Newton step by itself, if it was sent what that needs, and is no slow machine.
 */
export function kernelEngine(model, hear) {
  let waiting = 0;
  let steps = null;
  let slow = 0;
  let timer = null;
  let pulses = [];
  const still = () => pulses.forEach((one) => clearTimeout(one));
  const heard = () => {
    clearTimeout(timer);
    timer = null;
    still();
    hear({ silent: false });
  };
  const overdue = () => {
    timer = null;
    hear({ silent: true });
  };
  const answered = () => {
    const answer = model.get("answer");
    if (answer.revision >= waiting) heard();
    hear({ answer });
  };
  const more = () => hear({ extras: model.get("extras") });
  const compared = () => hear({ compared: model.get("compared"), mine: model.get("mine") });
  const lost = () => hear({ silent: true });
  const sent = (content, buffers) => {
    if (content.step) steps = new Steps(statsOf(content.step, arraysIn(content.arrays, buffers)));
  };
  const nearby = (penalties) => {
    const began = performance.now();
    const found = steps.stepped(penalties);
    slow = performance.now() - began > SLOW_STEP_MS ? slow + 1 : 0;
    if (slow >= MOST_SLOW_STEPS) steps = null;
    return found;
  };
  const listeners = [
    ["change:answer", answered],
    ["change:extras", more],
    ["change:compared", compared],
    ["change:mine", compared],
    ["comm:close", lost],
    ["msg:custom", sent],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  return {
    facts: model.get("facts"),
    live: true,
    nextRevision: () => Math.max(waiting, model.get("asked").revision ?? 0) + 1,
    start() {
      hear({ answer: model.get("answer") });
      more();
      compared();
      model.send({ want: "step" });
    },
    ask(move) {
      const isNew = move.revision > waiting;
      if (isNew || !timer) {
        clearTimeout(timer);
        timer = isNew ? setTimeout(overdue, PATIENCE_MS) : null;
      }
      waiting = move.revision;
      model.set("asked", { ...move, penalties: Array.from(move.penalties) });
      model.save_changes();
      still();
      pulses = PULSES_MS.map((ms) => setTimeout(() => model.send({}), ms));
      const near = isNew && steps && nearby(move.penalties);
      const { revision, penalties } = move;
      if (near) hear({ answer: { revision, kind: "step", penalties: Array.from(penalties), ...near } });
    },
    keep(penalties) {
      model.set("mine", Array.from(penalties));
      model.save_changes();
    },
    spend(money) {
      model.set("money", money);
      model.save_changes();
    },
    money: () => model.get("money"),
    close() {
      clearTimeout(timer);
      still();
      for (const [event, listener] of listeners) model.off(event, listener);
    },
  };
}

/** Answer from an exported state, without a kernel. */
export function fileEngine(state, hear) {
  const stats = statsOf(state, arraysOf(state));
  const [steps, along] = [new Steps(stats), new Steps(stats)]; // of moves, and of curves
  // penalties are shown as the notebook writes them; a pooled column's is a multiple of that
  const shownAs = state.displayed ?? state.penalties;
  const unit = state.penalties.map((one, j) => (shownAs[j] > 0 ? one / shownAs[j] : 1));
  const inside = (penalties) => penalties.map((one, j) => one * unit[j]);
  const outside = (penalties) => penalties.map((one, j) => (one === state.penalties[j] ? shownAs[j] : one / unit[j]));
  const facts = { ...state, penalties: shownAs, b: Array.from(stats.b) };
  const stored = state.settings.map((one) => ({
    name: one.name,
    penalties: outside(Array.from(decoded(one.penalties, Float32Array))),
    bins: one.bins,
    place: one.place ?? null,
  }));
  stored[0].penalties = shownAs; // in full: what was tuned is shown as tuned
  const scale = state.edf === undefined ? 1 : state.edf / (sum(step(stats, state.penalties).edf) || 1);
  let newest = 0;
  let timer = null;
  const movedBy = (b) => distance(stats.moment, stats.n, b, stats.b);
  /** Losses left out, null where there are none, and by how much their mean may be off. */
  const losing = (penalties) => {
    const found = along.stepped(inside(penalties));
    const errors = found && statedErrors(state.checked, movedBy(found.b));
    return errors ? { losses: found.loss, off: errors.loss ?? 0 } : { losses: null, off: Infinity };
  };
  const answerTo = ({ revision, penalties }) => {
    const found = steps.stepped(inside(penalties));
    if (!found) return { revision, refused: say("Under these penalties the coefficients are not unique.") };
    const move = movedBy(found.b);
    const known = { edfOfAll: scale * sum(found.edf), errors: statedErrors(state.checked, move), move };
    return { revision, kind: "step", penalties, ...found, ...known };
  };
  /** Do one piece of work after another, each in a task of its own, until a newer move. */
  const slices = (revision, pieces) => {
    clearTimeout(timer);
    const next = () => {
      if (revision !== newest || !pieces.length) return;
      pieces.shift()();
      timer = setTimeout(next, 0);
    };
    timer = setTimeout(next, 120);
  };
  const evidenceOf = ({ penalties, errors }) => {
    return { ...outcomesAt(facts, stored, penalties), errors, stored: stored.map(({ name }) => name) };
  };
  const more = ({ revision, penalties, group }) => {
    const columns = columnsOf(facts, group);
    const here = typicalOf(facts, penalties, columns);
    const curve = { group: group ?? null, at: group == null ? SPAN.map((x) => here + x) : STRENGTHS };
    curve.loss = curve.at.map(() => null);
    curve.off = curve.at.map(() => 0);
    const nudges = {};
    const offs = {};
    const pieces = curve.at.map((x, k) => () => {
      const { losses, off } = losing(scaled(penalties, columns, 10 ** (x - here)));
      curve.loss[k] = losses && meanLoss(losses, state.weights).mean;
      curve.off[k] = off;
      if (k === curve.at.length - 1) hear({ extras: { revision, curve } });
    });
    for (const name of new Set(facts.groups)) {
      pieces.push(() => {
        const own = columnsOf(facts, name);
        const both = [1 / NUDGE, NUDGE].map((by) => losing(scaled(penalties, own, by)));
        nudges[name] = both.map(({ losses }) => losses);
        offs[name] = both.map(({ off }) => off);
      });
    }
    pieces.push(() => hear({ extras: { revision, nudges, offs } }));
    if (facts.folds.length > 1) slices(revision, pieces);
  };
  const compare = (mine) => {
    const named = stored.filter((one) => ["tuned", "uniform"].includes(one.name));
    const kept = mine && { name: "mine", penalties: mine, bins: outcomesAt(facts, stored, mine).bins };
    return [...named, ...(kept ? [kept] : [])].map((one) => {
      const { b, edfOfAll, loss: losses, errors } = answerTo(one);
      return { ...one, b, edf: edfOfAll, loss: losses ?? [], errors };
    });
  };
  let mine = stored.find((one) => one.name === "mine")?.penalties ?? null;
  return {
    facts,
    live: false,
    stored: (name) => stored.find((one) => one.name === name)?.penalties,
    nextRevision: () => newest + 1,
    start() {
      hear({ compared: compare(mine), mine });
      this.ask({ revision: 1, penalties: outside(state.shown), group: null, final: true });
    },
    ask(move) {
      newest = move.revision;
      const answer = answerTo(move);
      if (answer.refused) return hear({ answer });
      hear({ answer, extras: { revision: move.revision, evidence: evidenceOf(answer) } });
      more(move);
    },
    keep(penalties) {
      mine = Array.from(penalties);
      hear({ compared: compare(mine), mine });
    },
    spend() {},
    money: () => state.money,
    close() {
      newest = -1;
      clearTimeout(timer);
    },
  };
}

export function sum(values) {
  return Array.from(values).reduce((total, one) => total + one, 0);
}
