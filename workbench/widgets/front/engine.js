// Where answers come from: the kernel in a notebook, the aggregates in a mailed file.
//
// An engine has `facts`, `ask(move)` and `close()`. A move is {revision, penalties, group,
// final}; what comes back goes to `hear(part)`: {answer}, {extras}, {compared}, {silent}.
import { decoded, distance, leftOut, meanLoss, shares, statsOf, step } from "./solver.js";

const NUDGE = 8;
const SPAN = Array.from({ length: 13 }, (_, k) => -3 + k / 2);
const STRENGTHS = Array.from({ length: 21 }, (_, k) => -6 + k / 2);
const PATIENCE_MS = 5000;
// An answer waits in the server until the browser acknowledges the message before it (Nagle), which
// browsers put off by 40 ms. What is sent meanwhile takes that along: an empty message, where the
// answer takes a usual and a longer time.
const PULSES_MS = [20, 36];

/** log10 of the geometric mean of the penalties above zero; 0 where there is none. */
export function typicalOf(penalties, columns) {
  const above = columns.map((j) => penalties[j]).filter((one) => one > 0);
  return above.length ? above.reduce((sum, one) => sum + Math.log10(one), 0) / above.length : 0;
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

/** Ask Python: moves and answers are traits, so that the newest of each is what counts. */
export function kernelEngine(model, hear) {
  let waiting = 0;
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
  const listeners = [
    ["change:answer", answered],
    ["change:extras", more],
    ["change:compared", compared],
    ["change:mine", compared],
    ["comm:close", lost],
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
    },
    ask(move) {
      if (move.revision > waiting || !timer) {
        clearTimeout(timer);
        timer = move.revision > waiting ? setTimeout(overdue, PATIENCE_MS) : null;
      }
      waiting = move.revision;
      model.set("asked", { ...move, penalties: Array.from(move.penalties) });
      model.save_changes();
      still();
      pulses = PULSES_MS.map((ms) => setTimeout(() => model.send({}), ms));
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
  const stats = statsOf(state);
  const facts = { ...state, b: Array.from(stats.b) };
  const stored = state.settings.map((one) => ({
    name: one.name,
    penalties: Array.from(decoded(one.penalties, Float32Array)),
    b: Array.from(decoded(one.b, Float32Array)),
    bins: one.bins,
  }));
  stored[0].penalties = state.penalties; // in full: what was tuned is shown as tuned
  let newest = 0;
  let timer = null;
  const loss = (penalties) => {
    const losses = facts.folds.length > 1 ? leftOut(stats, penalties) : null;
    return losses && meanLoss(losses, state.weights).mean;
  };
  const answerTo = ({ revision, penalties }) => {
    const found = step(stats, penalties);
    const losses = facts.folds.length > 1 ? leftOut(stats, penalties) : [];
    if (!found || !losses) {
      return { revision, refused: "Under these penalties the coefficients are not unique." };
    }
    const share = shares(stats.moment, stats.n, found.b);
    return { revision, kind: "step", penalties, ...found, share, loss: losses };
  };
  const nearest = (b) => {
    const away = stored.map((one) => distance(stats.moment, stats.n, b, one.b));
    const k = away.indexOf(Math.min(...away));
    return { name: stored[k].name, bins: stored[k].bins, away: away[k] };
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
  const more = ({ revision, penalties, group }, b) => {
    const columns = columnsOf(facts, group);
    const here = typicalOf(penalties, columns);
    const curve = { group: group ?? null, at: group == null ? SPAN.map((x) => here + x) : STRENGTHS };
    curve.loss = curve.at.map(() => null);
    const nudges = {};
    const pieces = curve.at.map((x, k) => () => {
      curve.loss[k] = loss(scaled(penalties, columns, 10 ** (x - here)));
      if (k === curve.at.length - 1) hear({ extras: { revision, curve } });
    });
    for (const name of new Set(facts.groups)) {
      pieces.push(() => {
        const own = columnsOf(facts, name);
        nudges[name] = [1 / NUDGE, NUDGE].map((by) => leftOut(stats, scaled(penalties, own, by)));
      });
    }
    pieces.push(() => hear({ extras: { revision, nudges } }));
    hear({ extras: { revision, evidence: nearest(b) } });
    if (facts.folds.length > 1) slices(revision, pieces);
  };
  const compare = (mine) => {
    const named = stored.filter((one) => ["tuned", "uniform"].includes(one.name));
    const kept = mine && { name: "mine", penalties: mine };
    return [...named, ...(kept ? [kept] : [])].map((one) => {
      const found = answerTo({ penalties: one.penalties });
      const bins = one.bins ?? nearest(found.b).bins;
      return { ...one, b: found.b, edf: sum(found.edf), loss: found.loss, bins };
    });
  };
  let mine = stored.find((one) => one.name === "mine")?.penalties ?? null;
  return {
    facts,
    live: false,
    nextRevision: () => newest + 1,
    start() {
      hear({ compared: compare(mine), mine });
      this.ask({ revision: 1, penalties: state.shown, group: null, final: true });
    },
    ask(move) {
      newest = move.revision;
      const answer = answerTo(move);
      hear({ answer });
      if (!answer.refused) more(move, answer.b);
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
