// The panels: each takes what is known and a width, and returns {title, nodes}.
import { profitErrors } from "./between.js";
import { chart, make, padded, rows, ticks } from "./drawing.js";
import { columnsOf, typicalOf } from "./engine.js";
import { FEWEST_FOLDS, groupFacts, worstFold } from "./hints.js";
import { say } from "./language.js";
import { meanLoss } from "./solver.js";
import { amount, called, depthsOf, fixed, offBy, percent, rangeOf, short, shortened, spent, strength } from "./words.js";

const MOST_ROWS = 14;
const Z95 = 1.96;
const LEAST_LOSS = 0.001; // that an axis of losses spans
export const gross = () => say("Gross response: customers who would have responded without the contact are counted in.");

export const steps = (low, high, write, most) => ticks(low, high, most).map((one) => [one, write(one)]);

/** Write a standard error over folds, where there are enough to tell one. */
export const plusMinus = (facts, se) => (facts.folds.length >= FEWEST_FOLDS ? ` ± ${fixed(se, 4)}` : "");

/** Write ticks with as many decimals as tell them apart. */
function plain(values) {
  const gap = values.length > 1 ? Math.abs(values[1] - values[0]) : Math.abs(values[0]) || 1;
  const digits = Math.max(0, Math.min(5, Math.ceil(-Math.log10(gap) - 1e-9)));
  return values.map((one) => [one, fixed(one, digits)]);
}

/** Say how far numbers may be from an exact refit, by a function of that; nothing where they may not. */
function within(error, digits, words, unit = "") {
  const off = offBy(error, digits, unit).slice(3, -1);
  return off ? make("p", { class: "small checked" }, words({ off })) : null;
}

/** What a panel is of, in a word. */
export function lossPanel({ facts, answer, curve, focus, width }) {
  if (facts.folds.length < 2) return null;
  const columns = columnsOf(facts, focus);
  const here = typicalOf(facts, answer.penalties, columns);
  const tuned = typicalOf(facts, facts.penalties, columns);
  const out = meanLoss(answer.loss, facts.weights);
  const fresh = curve && (curve.group ?? null) === focus;
  const known = fresh ? curve.at.map((x, k) => [x, curve.loss[k]]).filter((p) => p[1] !== null) : [];
  const offs = fresh ? curve.at.map((x, k) => [x, curve.loss[k], curve.off?.[k] ?? 0]).filter((p) => p[2] > 0) : [];
  const points = known.length ? known : [[here - 1, out.mean], [here + 1, out.mean]];
  const xs = padded([...points.map((p) => p[0]), here, tuned], 0.03);
  const ys = padded([...points.map((p) => p[1]), out.mean], 0.12);
  const drawn = chart({
    width,
    height: 210,
    xs,
    ys,
    xTicks: ticks(xs[0], xs[1], 6).filter(Number.isInteger).map((one) => [one, strength(10 ** one)]),
    yTicks: plain(ticks(ys[0], ys[1], 4)),
    xName: focus === null
      ? say("penalty of all, stronger →")
      : say("penalty of {group}, stronger →", { group: short(called(facts, focus), width > 300 ? 24 : 12) }),
    yName: say("log loss a contact"),
    label: say("Loss on {left_out} left out against the strength of the penalty", facts),
    left: 70,
  });
  drawn.rule([tuned, ys[0]], [tuned, ys[1]], "mark");
  const late = drawn.x(tuned) > width - 60;
  drawn.text(facts.is_tuned ? say("tuned") : say("as fitted"), [drawn.x(tuned) + (late ? -5 : 5), drawn.box.top + 10], {
    class: "tick",
    "text-anchor": late ? "end" : "start",
  });
  drawn.band(offs.map(([x, y, off]) => [x, Math.max(ys[0], y - off), Math.min(ys[1], y + off)]));
  drawn.line(known, "now");
  const loss = fixed(out.mean, 4);
  drawn.dot([here, out.mean], "now", say("loss {loss} at {penalty}", { loss, penalty: strength(10 ** here) }), 6);
  const written = { left_out: facts.left_out, loss, error: plusMinus(facts, out.se) };
  return {
    title: say("Loss on {left_out} left out: {loss} a contact{error}", written),
    nodes: [
      drawn.svg,
      within(answer.errors?.loss, 4, (off) => say("Without a kernel the loss is within {off} of an exact refit.", off)),
      offs.length ? make("p", { class: "small" }, say("Shaded: where exact refits may lie along the curve.")) : null,
    ],
  };
}

export function campaignPanel({ facts, answer, tuned, width }) {
  if (facts.folds.length < 2) return null;
  const count = facts.folds.length;
  const worst = worstFold(answer);
  const label = say("Loss of each of {count} {left_out}, left out", { count, left_out: facts.left_out });
  const ys = padded([...answer.loss, ...(tuned ? tuned.loss : [])], 0.12, LEAST_LOSS);
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor((width - 76) / 90))));
  const drawn = chart({
    width,
    height: 190,
    xs: [-0.6, count - 0.4],
    ys,
    xTicks: shortened(facts.folds, 11).map((name, g) => [g, name]).filter((_, g) => g % every === 0),
    yTicks: plain(ticks(ys[0], ys[1], 4)),
    xName: say("{left_out} left out", facts),
    yName: say("log loss a contact"),
    label,
    left: 70,
  });
  answer.loss.forEach((loss, g) => {
    if (tuned) {
      drawn.rule([g, tuned.loss[g]], [g, loss], "move");
      const written = { fold: facts.folds[g], loss: fixed(tuned.loss[g], 4) };
      drawn.dot([g, tuned.loss[g]], "before", say("{fold}, tuned: {loss}", written));
    }
    drawn.dot([g, loss], g === worst ? "worst" : "now", `${facts.folds[g]}: ${fixed(loss, 4)}`);
  });
  return {
    title: worst < 0 ? label : say("Worst: {fold}, loss {loss}", { fold: short(facts.folds[worst], 34), loss: fixed(answer.loss[worst], 4) }),
    nodes: [
      drawn.svg,
      key([["now", say("these penalties")], ["before", say("tuned")]]),
      within(answer.errors?.fold, 4, (off) => say("Without a kernel losses are within {off} of an exact refit.", off)),
    ],
  };
}

/** A column in the reader's own words, where there are some. */
export function named(facts, j) {
  return facts.words?.[j] ?? facts.columns[j];
}

/** A column's whole name, and what it is. */
function described(facts, j) {
  const column = facts.columns[j];
  const more = [facts.words?.[j], facts.descriptions?.[j]].filter((one) => one && one !== column);
  return [column, ...new Set(more)].join("\n");
}

export function coefficientPanel({ facts, answer, width }) {
  const before = facts.b.slice(1);
  const now = Array.from(answer.b).slice(1);
  const order = now
    .map((value, j) => [Math.max(Math.abs(value), Math.abs(before[j])), j])
    .sort((a, b) => b[0] - a[0])
    .slice(0, MOST_ROWS)
    .map(([, j]) => j);
  const reach = order.flatMap((j) => [before[j], now[j] - Z95 * answer.error[j], now[j] + Z95 * answer.error[j]]);
  const xs = padded([0, ...reach]);
  const drawn = rows({
    width,
    names: order.map((j) => named(facts, j)),
    said: order.map((j) => described(facts, j)),
    xs,
    xTicks: plain(ticks(xs[0], xs[1], 4)),
    xName: width > 300 ? say("log-odds per standard deviation, 95% interval") : say("log-odds per deviation"),
    label: say("The strongest coefficients, before and after"),
  });
  drawn.rule([0, 0], [0, order.length], "mark");
  order.forEach((j, k) => {
    const at = k + 0.5;
    drawn.rule([now[j] - Z95 * answer.error[j], at], [now[j] + Z95 * answer.error[j], at], "interval");
    drawn.dot([before[j], at], "before", say("{column}, as fitted: {value}", { column: named(facts, j), value: fixed(before[j], 3) }));
    drawn.dot([now[j], at], "now", `${named(facts, j)}: ${fixed(now[j], 3)}`);
  });
  const more = now.length - order.length;
  return {
    title: more > 0
      ? say("The {count} strongest of {all} coefficients", { count: order.length, all: now.length })
      : say("Coefficients"),
    nodes: [
      drawn.svg,
      key([["now", say("these penalties")], ["before", say("as fitted")]]),
      within(answer.errors?.coefficient, 3, (off) => say("Without a kernel coefficients are within {off} of an exact refit.", off)),
    ],
  };
}

export function reliancePanel({ facts, answer, width }) {
  const all = groupFacts(facts, answer).sort((a, b) => b.share - a.share);
  const groups = all.slice(0, MOST_ROWS);
  const xs = [Math.min(0, ...groups.map((one) => one.share)) * 1.08, Math.max(0.01, ...groups.map((one) => one.share)) * 1.08];
  const side = 74;
  const drawn = rows({
    width,
    side,
    names: groups.map((one) => one.said),
    xs,
    xTicks: steps(xs[0], xs[1], percent, 3),
    xName: say("share of the score's variance"),
    label: say("How much of the score each group carries"),
  });
  const count = facts.lived_in;
  groups.forEach((one, k) => {
    drawn.rule([0, k + 0.5], [one.share, k + 0.5], one.spiky ? "bar spiky" : "bar");
    const some = () => say("{some} of {all}", { some: fixed(one.campaigns, 1), all: count });
    const lives = count < 2 ? "" : one.campaigns === 0 ? say("one value each") : some();
    drawn.text(lives, [width - 4, drawn.y(k + 0.5) + 4], { class: "tick", "text-anchor": "end" });
  });
  const spiky = all.filter((one) => one.spiky);
  const carried = spiky.reduce((total, one) => total + one.share, 0);
  return {
    title: spiky.length ? spikyTitle(spiky, percent(carried)) : say("What the score depends on"),
    nodes: [
      drawn.svg,
      count > 1
        ? make("p", { class: "small" }, say("At the right: in how many campaigns the group's columns vary. Orange: at most half of them."))
        : null,
      within(answer.errors && 100 * answer.errors.share, 1, (off) => say("Without a kernel shares are within {off} points of an exact refit.", off)),
    ],
  };
}

function spikyTitle(spiky, share) {
  if (spiky.length > 1) {
    return say("{count} groups are concentrated in few campaigns and carry {share} of the score", { count: spiky.length, share });
  }
  return say("{group} is concentrated in few campaigns and carries {share} of the score", { group: short(spiky[0].said, 24), share });
}

/** Join bins, best first, into parts of nearly equal size. */
export function joined(bins, parts) {
  const [contacts, expected, responses] = bins;
  const total = contacts.reduce((a, b) => a + b, 0);
  const out = [];
  let held = [0, 0, 0];
  let done = 0;
  contacts.forEach((n, k) => {
    held = [held[0] + n, held[1] + expected[k], held[2] + responses[k]];
    done += n;
    if (done >= ((out.length + 1) * total) / parts - 1e-6 || k === contacts.length - 1) {
      out.push(held);
      held = [0, 0, 0];
    }
  });
  return out;
}

/** Depth, share of responses, and profit as contacts are made, best first. */
export function followed(bins, money) {
  const [contacts, expected, responses] = bins;
  const all = contacts.reduce((a, b) => a + b, 0);
  const hits = responses.reduce((a, b) => a + b, 0);
  const points = [{ depth: 0, contacts: 0, gain: 0, expected: 0, realised: 0 }];
  contacts.forEach((n, k) => {
    const last = points[points.length - 1];
    const made = last.contacts + n;
    points.push({
      depth: made / all,
      contacts: made,
      gain: last.gain + (hits > 0 ? responses[k] / hits : 0),
      expected: last.expected + expected[k] * money.margin - n * money.cost,
      realised: last.realised + responses[k] * money.margin - n * money.cost,
    });
  });
  return points;
}

/** The depth that was expected to earn most, the smallest of such. */
export function bestDepth(points) {
  return points.reduce((best, one) => (one.expected > best.expected ? one : best), points[0]);
}

/** Lift of the best tenth: straight between bins. */
export function liftOf(points, depth = 0.1) {
  const k = points.findIndex((one) => one.depth >= depth);
  const [a, b] = [points[k - 1], points[k]];
  const part = (depth - a.depth) / (b.depth - a.depth);
  return (a.gain + part * (b.gain - a.gain)) / depth;
}

export function calibrationPanel({ evidence, width }) {
  const parts = joined(evidence.bins, 10).map(([n, p, y]) => ({ n, said: p / n, came: y / n }));
  const bar = ({ n, came }) => Z95 * Math.sqrt((came * (1 - came)) / n);
  const top = Math.max(...parts.map((one) => Math.max(one.said, one.came + bar(one)))) * 1.04 || 1;
  const scale = steps(0, top, percent, 4);
  const drawn = chart({
    width,
    height: 210,
    xs: [0, top],
    ys: [0, top],
    xTicks: scale,
    yTicks: scale,
    xName: say("propensity, mean of each tenth"),
    yName: say("response rate"),
    label: say("Responses against propensities, by tenths"),
  });
  drawn.rule([0, 0], [top, top], "mark");
  for (const one of parts) {
    drawn.rule([one.said, Math.max(0, one.came - bar(one))], [one.said, Math.min(top, one.came + bar(one))], "interval");
    drawn.dot([one.said, one.came], "now", say("said {said}, came {came}", { said: percent(one.said), came: percent(one.came) }));
  }
  const [said, came] = [1, 2].map((m) => evidence.bins[m].reduce((a, b) => a + b, 0));
  return {
    title: say("Calibration: {expected} responses expected, {came} came", { expected: amount(Math.round(said)), came: amount(Math.round(came)) }),
    nodes: [
      drawn.svg,
      within(evidence.errors && Math.max(evidence.errors.expected ?? 0, evidence.errors.responses ?? 0), 0, (off) => say("Without a kernel sums are within {off} of an exact refit.", off)),
      within(evidence.errors && 100 * Math.max(evidence.errors.said ?? 0, evidence.errors.came ?? 0), 1, (off) => say("Without a kernel rates are within {off} points of an exact refit.", off)),
    ],
  };
}

export function liftPanel({ evidence, tunedBins, width, money }) {
  const points = followed(evidence.bins, money);
  const drawn = chart({
    width,
    height: 210,
    xs: [0, 1],
    ys: [0, 1.02],
    xTicks: steps(0, 1, percent, 5),
    yTicks: steps(0, 1, percent, 5),
    xName: say("share contacted, best first"),
    yName: say("share of responses"),
    label: say("Share of responses reached against share contacted"),
  });
  drawn.rule([0, 0], [1, 1], "mark");
  if (tunedBins) drawn.line(followed(tunedBins, money).map((one) => [one.depth, one.gain]), "before");
  drawn.line(points.map((one) => [one.depth, one.gain]), "now");
  drawn.rule([0.1, 0], [0.1, 0.1 * liftOf(points)], "interval");
  drawn.dot([0.1, 0.1 * liftOf(points)], "now", say("the best tenth"));
  return {
    title: say("Lift: the best 10% respond {lift} times as often as all", { lift: fixed(liftOf(points), 2) }),
    nodes: [
      drawn.svg,
      key([["now", say("these penalties")], ["before", say("tuned")]], "line"),
      within(evidence.errors?.lift, 2, (off) => say("Without a kernel lift is within {off} of an exact refit.", off)),
    ],
  };
}

export function profitPanel({ evidence, width, money, facts }) {
  const points = followed(evidence.bins, money);
  const best = bestDepth(points);
  const off = profitErrors(points, best, evidence.errors ?? {}, money);
  const { currency } = facts;
  const ys = padded(points.flatMap((one) => [one.expected, one.realised]), 0.08);
  const drawn = profitChart(points, best, { width, height: 224, ys, ticks: 4, label: say("Profit against the share contacted"), currency });
  drawn.dot([best.depth, best.expected], "now", say("the best depth"));
  const written = {
    depth: depthsOf(off.depths, best.depth),
    contacts: amount(best.contacts),
    expected: `${spent(best.expected, currency)}${offBy(off.expected)}`,
    came: off.expected > 0 ? rangeOf(amount(off.realised[0]), spent(off.realised[1], currency)) : spent(best.realised, currency),
  };
  const title = best.depth === 0
    ? nobody()
    : say("Best {depth} of contacts, {contacts}: {expected} expected, {came} came", written);
  return {
    title,
    nodes: [
      drawn.svg,
      key([["now", say("expected")], ["other", say("came")]], "line"),
      within(off.expected, undefined, (off) => say("Without a kernel profits are within {off} of an exact refit.", off), currency ? ` ${currency}` : ""),
      make("p", { class: "small" }, gross()),
    ],
  };
}

export const nobody = () => say("Contact nobody: no contact is expected to earn its cost");

/** Profit against depth, what is expected and if known what came; `beneath` is drawn first. */
export function profitChart(points, best, { width, height, ys, ticks: most, label, beneath, currency }) {
  const yTicks = steps(ys[0], ys[1], amount, most);
  const longest = Math.max(...yTicks.map(([, text]) => text.length));
  const drawn = chart({
    width,
    height,
    xs: [0, 1],
    ys,
    xTicks: steps(0, 1, percent, 5),
    yTicks,
    xName: say("share contacted, best first"),
    yName: currency
      ? say("profit in {currency}", { currency: short(currency, 12) })
      : say("profit in the margin's unit"),
    label,
    left: Math.max(70, 26 + 7 * longest),
  });
  beneath?.(drawn);
  drawn.rule([0, 0], [1, 0], "grid zero");
  drawn.rule([best.depth, ys[0]], [best.depth, ys[1]], "mark");
  if (points[0].realised !== null) drawn.line(points.map((one) => [one.depth, one.realised]), "other");
  drawn.line(points.map((one) => [one.depth, one.expected]), "now");
  return drawn;
}

export function key(entries, kind = "dot") {
  const items = entries.map(([name, words]) => make("span", { class: `key ${kind} ${name}` }, words));
  return make("p", { class: "small keys" }, ...items);
}
