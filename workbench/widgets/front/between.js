// What a mailed file knows of a setting: outcomes by score as stored, or between two stored ones,
// and how far its numbers are from an exact refit. See workbench/widgets/tuner/between.py and
// checked.py, which say the same in Python.

const SAME = 1e-4; // of log10 of a penalty: less than any slider moves

/** log10 of what each penalty is multiplied by; null where one without a penalty got one. */
function factors(penalties, tuned) {
  const out = [];
  for (let j = 0; j < tuned.length; j++) {
    if (tuned[j] === 0 || penalties[j] === 0) {
      if (tuned[j] !== penalties[j]) return null;
      out.push(null);
    } else out.push(Math.log10(penalties[j] / tuned[j]));
  }
  return out;
}

/** Where a setting lies: {group, at}, all of them (null) or one group times 10^at; null where on no line. */
export function placeOf(facts, penalties) {
  const by = factors(penalties, facts.penalties);
  if (!by) return null;
  const near = (a, b) => Math.abs(a - b) < SAME;
  const told = by.map((x, j) => [x, facts.groups[j]]).filter(([x]) => x !== null);
  const moved = told.filter(([x]) => !near(x, 0));
  if (!moved.length) return { group: null, at: 0 };
  const [[at, group]] = moved;
  if (moved.some(([x]) => !near(x, at))) return null;
  if (moved.length === told.length) return { group: null, at };
  const whole = told.filter(([, name]) => name === group);
  return moved.length === whole.length && moved.every(([, name]) => name === group) ? { group, at } : null;
}

/** The stored setting that penalties are, if they are one. */
export function storedAs(stored, penalties) {
  return stored.find((one) => one.penalties.every((value, j) => {
    return value === penalties[j] || Math.abs(Math.log10(value / penalties[j])) < SAME;
  })) ?? null;
}

/** Outcomes by score under penalties: {name, bins}; bins are null where they are not known. */
export function outcomesAt(facts, stored, penalties) {
  const same = storedAs(stored, penalties);
  if (same) return { name: same.name, bins: same.bins };
  const place = placeOf(facts, penalties);
  if (!place) return { name: null, bins: null };
  // one group alone: a line of all of them is a line of its own, too
  const own = (one) => one.place && (one.place.at === 0 || one.place.group === place.group);
  const line = stored.filter(own).sort((a, b) => a.place.at - b.place.at);
  for (let k = 0; k + 1 < line.length; k++) {
    const [low, high] = [line[k], line[k + 1]];
    if (low.place.at <= place.at && place.at <= high.place.at) {
      const part = (place.at - low.place.at) / (high.place.at - low.place.at);
      return { name: null, bins: mixedBins(low.bins, high.bins, part), sides: [low.name, high.name] };
    }
  }
  return { name: null, bins: null };
}

/** Bins at a part of the way from some to others: sums down to each depth are straight. */
export function mixedBins(first, second, part) {
  const [a, b] = [first, second].map((bins) => bins.map(addedUp));
  const [da, db] = [a, b].map(([contacts]) => contacts.map((one) => one / contacts[contacts.length - 1]));
  const depth = [...da, ...db].sort((x, y) => x - y).filter((x, k, all) => k === 0 || x > all[k - 1]);
  return a.map((sums, m) => {
    const one = read(depth, da, sums);
    const two = read(depth, db, b[m]);
    const mixed = one.map((x, k) => (1 - part) * x + part * two[k]);
    return mixed.slice(1).map((x, k) => x - mixed[k]);
  });
}

function addedUp(values) {
  let total = 0;
  return [0, ...values.map((one) => (total += one))];
}

/** Read what is straight between (at, values) at rising places. */
function read(places, at, values) {
  let k = 1;
  return places.map((x) => {
    while (k < at.length - 1 && at[k] < x) k++;
    const part = Math.min(1, (x - at[k - 1]) / (at[k] - at[k - 1] || 1));
    return values[k - 1] + part * (values[k] - values[k - 1]);
  });
}

/** By how much each number may be off after log-odds moved by so much; null beyond what was checked. */
export function statedErrors(checked, move) {
  if (!checked) return {};
  const place = checked.moves.findIndex((m) => move <= m * (1 + 1e-6) + 1e-6);
  if (place < 0) return null;
  return Object.fromEntries(Object.entries(checked.errors).map(([name, upTo]) => [name, upTo[place]]));
}

const LIFT = 2; // few lists reach a lift of three, and one at random has one
const HALF = 0.5; // of a range: so far from its middle lies all of it

/**
 * Whether a stated error is as wide as the range that the numbers of a panel can be in.
 *
 * `about`: the numbers: `loss` of each fold, their `mean`, `edf`, `b` without the intercept, and of
 * outcomes `bins` and `money`, as profit lies between the cost of all and the margin of who respond.
 */
export function tellsNothing(panel, errors, about) {
  const off = errors ?? {};
  const spans = (error, size) => error > 0 && error >= size;
  const largest = (values) => Math.max(...Array.from(values ?? [0], Math.abs));
  const profit = ({ bins, money }) => {
    if (!bins || !money) return false;
    const [all, foretold, responded] = bins.map((one) => one.reduce((a, b) => a + b, 0));
    const most = money.margin * Math.max(foretold, responded) + money.cost * all;
    return spans(money.margin * (off.expected ?? 0) + money.cost * (off.contacts ?? 0), HALF * most);
  };
  const known = {
    loss: () => spans(off.loss, about.mean),
    campaigns: () => spans(off.fold, largest(about.loss)),
    coefficients: () => spans(off.coefficient, 2 * largest(about.b)), // of either sign
    effective: () => spans(off.edf, about.edf),
    reliance: () => spans(off.share, HALF),
    calibration: () => spans(Math.max(off.said ?? 0, off.came ?? 0), HALF),
    lift: () => spans(off.lift, LIFT),
    profit: () => profit(about),
  };
  return known[panel]();
}

/**
 * What profits are, by how much they may be off: along all depths, at the best depth, and between
 * which depths the best one lies. Sums down to a depth are within `errors`.
 */
export function profitErrors(points, best, errors, money) {
  const expected = money.margin * (errors.expected ?? 0) + money.cost * (errors.contacts ?? 0);
  const realised = money.margin * (errors.responses ?? 0) + money.cost * (errors.contacts ?? 0);
  // sums are straight between ends of bins: the best depth may lie in the bins beside those ends
  const ends = points.map((one, k) => (one.expected >= best.expected - 2 * expected ? k : -1)).filter((k) => k >= 0);
  const beside = expected > 0 ? 1 : 0;
  const first = beside ? ends[0] - 1 : points.indexOf(best);
  const last = beside ? ends[ends.length - 1] + 1 : first;
  const near = points.slice(Math.max(0, first), last + 1);
  const came = near.map((one) => one.realised);
  return {
    expected,
    contacts: errors.contacts ?? 0,
    depths: [near[0].depth, near[near.length - 1].depth],
    realised: [Math.min(...came) - realised, Math.max(...came) + realised],
  };
}
