// What follows from a depth, a cost and a margin: sums over contacts, best first, and the profit.
import { followed } from "../front/panels.js";

/** Contacts best first: where each bin ends, with what is expected and, if known, what came. */
export function earnings(state, money) {
  const [contacts, expected, third] = state.bins;
  const points = followed([contacts, expected, third ?? contacts.map(() => 0)], money);
  const sums = { responses: running(expected), third: third ? running(third) : null };
  const kept = state.kept?.map(running);
  return points.map((one, k) => {
    const [responses, came] = [sums.responses[k], sums.third ? sums.third[k] : null];
    const point = { ...one, responses, ...keptBack(state, kept?.map((sum) => sum[k]), one, money) };
    if (state.uplift) return { ...point, came, gross: one.realised, ...measuredAt(state, point, money) };
    return { ...point, came, realised: third ? one.realised : null, ...bounds(state.known, { ...point, came }, money) };
  });
}

function running(values) {
  const sums = [0];
  for (const one of values) sums.push(sums[sums.length - 1] + one);
  return sums;
}

/** Who is kept back down to a point, and what that costs: of a released view their share of all. */
function keptBack(state, sums, point, money) {
  if (!state.keep) return {};
  if (!sums) return { kept: state.keep * point.contacts, forgone: state.keep * point.expected };
  return { kept: sums[0], forgone: money.margin * sums[1] - money.cost * sums[0] };
}

/** What contacts added down to a point as a test tells, where it is of those ranked. */
function measuredAt(state, { depth, contacts }, money) {
  const nothing = { added: null, realised: null, low: null, high: null };
  if (!state.measured || !state.judged) return nothing;
  const total = depth > 0 ? contacts / depth : 0;
  const [at, low, high] = ["added", "low", "high"].map((name) => total * between(state.measured.depth, state.measured[name], depth));
  const earned = (sum) => money.margin * sum - money.cost * contacts;
  return { added: at, realised: earned(at), low: earned(low), high: earned(high) };
}

/** The interval of the profit at a point: none above the first depth with enough contacts. */
function bounds(known, point, money) {
  if (!known || !(point.depth >= known.depth[0] - 1e-9)) return { low: null, high: null };
  const earned = (ratios) => money.margin * point.responses * between(known.depth, ratios, point.depth) - money.cost * point.contacts;
  return { low: earned(known.low), high: earned(known.high) };
}

/** What is straight between (at, values), read at x. */
export function between(at, values, x) {
  const k = at.findIndex((one) => one >= x - 1e-12);
  if (k < 0) return values[values.length - 1];
  if (k === 0) return values[0];
  const part = (x - at[k - 1]) / (at[k] - at[k - 1]);
  return values[k - 1] + part * (values[k] - values[k - 1]);
}

/** The point at a depth: sums are straight between the ends of bins. */
export function pointAt(state, points, money, depth) {
  const at = points.map((one) => one.depth);
  const read = (name) => (points[0][name] === null ? null : between(at, points.map((one) => one[name]), depth));
  const names = ["contacts", "responses", "came", "expected", "realised", "gross", "kept", "forgone"].filter((name) => name in points[0]);
  const point = { ...Object.fromEntries(names.map((name) => [name, read(name)])), depth };
  return { ...point, ...(state.uplift ? measuredAt(state, point, money) : bounds(state.known, point, money)) };
}

/** The share of what comes with the contact that would have come without it; none where contacts are expected to add nothing, or to lose responses. */
export function anywayShare({ responses, came }) {
  return responses > 0 && came > 0 ? 1 - responses / came : null;
}
