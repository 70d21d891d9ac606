// What a careful colleague would point at, in words, each with the statistic that says so.
import { meanLoss } from "./solver.js";
import { called, fixed, lossOf, percent } from "./words.js";

const FEW = 0.5; // a group that lives in at most half of the campaigns is spiky
const LEANS = 0.1; // of the score's variance
const WORTH = 0.001; // a change of the left-out loss that is worth a sentence
export const FEWEST_FOLDS = 3; // two tell a standard error by a single difference: too little to say
const FREE = 0.9; // effective degrees of freedom a column
const GONE = 0.02;

/** Add up what the columns of each group are: see `groupFacts` for the fields. */
export function groupFacts(facts, answer) {
  const groups = new Map();
  facts.groups.forEach((name, j) => {
    if (!groups.has(name)) groups.set(name, { name, said: called(facts, name), columns: [], edf: 0, share: 0 });
    const group = groups.get(name);
    group.columns.push(j);
    group.edf += answer.edf[j];
    group.share += answer.share[j];
  });
  for (const group of groups.values()) {
    group.campaigns = median(group.columns.map((j) => facts.campaigns[j]));
    group.spiky = group.campaigns > 0 && group.campaigns <= FEW * facts.lived_in;
  }
  return [...groups.values()];
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Return the mean difference of two settings' losses, fold by fold, and its standard error. */
export function paired(losses, others, weights) {
  return meanLoss(
    losses.map((loss, g) => loss - others[g]),
    weights,
  );
}

/**
 * Return hints `{kind, text, numbers}`, the weightiest first; `numbers` are those in the text.
 *
 * `nudges`: of each group the left-out losses with its penalties ÷ 8 and × 8; may be absent.
 */
export function hints({ facts, answer, nudges, tuned }) {
  const found = [];
  const groups = groupFacts(facts, answer);
  const out = facts.folds.length > 1 ? meanLoss(answer.loss, facts.weights) : null;
  const comparable = facts.folds.length >= FEWEST_FOLDS;
  if (comparable && tuned && !answer.penalties.every((one, j) => one === facts.penalties[j])) {
    found.push(against(facts, answer, tuned));
  }
  for (const group of groups) {
    const nudge = comparable && nudges?.[group.name];
    if (out && group.spiky && group.share >= LEANS) found.push(leaning(group, facts, answer, out, nudge));
    else if (nudge) found.push(...better(group, facts, answer, out, nudge));
  }
  if (out) found.push(worst(facts, answer, out));
  for (const group of groups) found.push(...shrinking(group));
  return found;
}

function against(facts, answer, tuned) {
  const { weights } = facts;
  const now = meanLoss(answer.loss, weights).mean;
  const before = meanLoss(tuned.loss, weights).mean;
  const { mean, se } = paired(answer.loss, tuned.loss, weights);
  const told = Math.abs(mean) > 2 * se;
  const numbers = { now, before, change: mean / before, difference: mean, se };
  const direction = mean > 0 ? "above" : "below";
  const verdict = told ? "more than" : "within";
  return {
    kind: "against tuned",
    text:
      `These penalties: loss on ${facts.left_out} left out ${lossOf(now)}, ${percent(Math.abs(mean / before))} ` +
      `${direction} the tuned ${lossOf(before)}, ${verdict} two standard errors of the ` +
      `difference (${lossOf(se)}).`,
    numbers,
  };
}

function leaning(group, facts, answer, out, nudge) {
  const numbers = { campaigns: group.campaigns, of: facts.lived_in, share: group.share };
  let text =
    `${group.said} is concentrated in ${fixed(group.campaigns, 1)} of ${facts.lived_in} campaigns and ` +
    `carries ${percent(group.share)} of the score`;
  if (nudge?.[1]) {
    Object.assign(numbers, changed(nudge[1], answer, out, facts.weights));
    text += `: × 8 ${numbers.change < 0 ? "lowers" : "raises"} the loss on ${facts.left_out} left out by `;
    text += byHowMuch(numbers);
  }
  return { kind: "spiky", group: group.name, text: `${text}.`, numbers };
}

function better(group, facts, answer, out, nudge) {
  const sides = nudge.map((losses) => losses && changed(losses, answer, out, facts.weights));
  const known = sides.filter(Boolean).sort((a, b) => a.change - b.change);
  if (!known.length || known[0].change > -WORTH) return [];
  const words = known[0] === sides[1] ? "× 8" : "÷ 8";
  const text = `${group.said} ${words} lowers the loss on ${facts.left_out} left out by ${byHowMuch(known[0])}.`;
  return [{ kind: "nudge", group: group.name, text, numbers: known[0] }];
}

/** Return a change of the mean loss, and its standard error, as shares of the loss. */
function changed(losses, answer, out, weights) {
  const { mean, se } = paired(losses, answer.loss, weights);
  return { change: mean / out.mean, error: se / out.mean };
}

function byHowMuch({ change, error }) {
  const told = Math.abs(change) > 2 * error ? "" : ", within chance";
  const within = error < 0.0005 ? `${fixed(100 * error, 2)}%` : percent(error);
  return `${percent(Math.abs(change))} (standard error ${within}${told})`;
}

function worst(facts, answer, out) {
  const g = answer.loss.indexOf(Math.max(...answer.loss));
  return {
    kind: "worst",
    text:
      `Left out, ${facts.folds[g]} is predicted worst: loss ${fixed(answer.loss[g], 4)} a contact, ` +
      `against ${fixed(out.mean, 4)} over all.`,
    numbers: { loss: answer.loss[g], mean: out.mean, fold: facts.folds[g] },
  };
}

function shrinking(group) {
  const count = group.columns.length;
  const part = group.edf / count;
  if (count < 2 || (part > GONE && part < FREE)) return [];
  const words = part >= FREE ? "is hardly shrunk" : "is all but shrunk out";
  return [
    {
      kind: part >= FREE ? "free" : "gone",
      group: group.name,
      text: `${group.said} ${words}: ${fixed(group.edf, 1)} of ${count} columns effective.`,
      numbers: { edf: group.edf, count },
    },
  ];
}
