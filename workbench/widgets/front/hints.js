// What a careful colleague would point at, in words, each with the statistic that says so.
import { meanLoss } from "./solver.js";
import { percentMark, say } from "./language.js";
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
 * `nudges`: of each group the left-out losses with its penalties ÷ 8 and × 8; may be absent. `offs`:
 * by how much their means may be off in a mailed file: a smaller change says nothing there.
 */
export function hints({ facts, answer, nudges, offs, tuned }) {
  const found = [];
  const groups = groupFacts(facts, answer);
  const out = facts.folds.length > 1 ? meanLoss(answer.loss, facts.weights) : null;
  const comparable = facts.folds.length >= FEWEST_FOLDS;
  if (comparable && tuned && !answer.penalties.every((one, j) => one === facts.penalties[j])) {
    found.push(...against(facts, answer, tuned));
  }
  for (const group of groups) {
    const nudge = comparable && nudges?.[group.name]?.map((losses, k) => certain(losses, answer, out, offs?.[group.name][k], facts.weights));
    const leans = group.share >= Math.max(LEANS, answer.errors?.share ?? 0);
    if (out && group.spiky && leans) found.push(leaning(group, facts, answer, out, nudge));
    else if (nudge) found.push(...better(group, facts, answer, out, nudge));
  }
  if (out && worstFold(answer) >= 0) found.push(worst(facts, answer, out));
  for (const group of groups) found.push(...shrinking(group, answer.errors?.edf ?? 0));
  return found;
}

/** Return losses, or null where the change of their mean is within what it may be off. */
function certain(losses, answer, out, off, weights) {
  if (!losses || !(off > 0)) return losses;
  return Math.abs(changed(losses, answer, out, weights).change) * out.mean > off ? losses : null;
}

function against(facts, answer, tuned) {
  const { weights } = facts;
  const now = meanLoss(answer.loss, weights).mean;
  const before = meanLoss(tuned.loss, weights).mean;
  const { mean, se } = paired(answer.loss, tuned.loss, weights);
  if (Math.abs(mean) <= (answer.errors?.loss ?? 0)) return [];
  const told = Math.abs(mean) > 2 * se;
  const numbers = { now, before, change: mean / before, difference: mean, se };
  const written = {
    left_out: facts.left_out,
    now: lossOf(now),
    percent: percent(Math.abs(mean / before)),
    direction: mean > 0 ? say("above") : say("below"),
    before: lossOf(before),
    verdict: told ? say("more than") : say("within"),
    se: lossOf(se),
  };
  const text = say("These penalties: loss on {left_out} left out {now}, {percent} {direction} the tuned {before}, {verdict} two standard errors of the difference ({se}).", written);
  return [{ kind: "against tuned", text, numbers }];
}

function leaning(group, facts, answer, out, nudge) {
  const numbers = { campaigns: group.campaigns, of: facts.lived_in, share: group.share };
  const written = { group: group.said, campaigns: fixed(group.campaigns, 1), all: facts.lived_in, share: percent(group.share) };
  let text = say("{group} is concentrated in {campaigns} of {all} campaigns and carries {share} of the score", written);
  if (nudge?.[1]) {
    Object.assign(numbers, changed(nudge[1], answer, out, facts.weights));
    const effect = { left_out: facts.left_out, change: byHowMuch(numbers) };
    text += numbers.change < 0
      ? say(": × 8 lowers the loss on {left_out} left out by {change}", effect)
      : say(": × 8 raises the loss on {left_out} left out by {change}", effect);
  }
  return { kind: "spiky", group: group.name, text: `${text}.`, numbers };
}

function better(group, facts, answer, out, nudge) {
  const sides = nudge.map((losses) => losses && changed(losses, answer, out, facts.weights));
  const known = sides.filter(Boolean).sort((a, b) => a.change - b.change);
  if (!known.length || known[0].change > -WORTH) return [];
  const words = known[0] === sides[1] ? "× 8" : "÷ 8";
  const written = { group: group.said, factor: words, left_out: facts.left_out, change: byHowMuch(known[0]) };
  const text = say("{group} {factor} lowers the loss on {left_out} left out by {change}.", written);
  return [{ kind: "nudge", group: group.name, text, numbers: known[0] }];
}

/** Return a change of the mean loss, and its standard error, as shares of the loss. */
function changed(losses, answer, out, weights) {
  const { mean, se } = paired(losses, answer.loss, weights);
  return { change: mean / out.mean, error: se / out.mean };
}

function byHowMuch({ change, error }) {
  const written = {
    percent: percent(Math.abs(change)),
    error: error < 0.0005 ? `${fixed(100 * error, 2)}${percentMark()}` : percent(error),
  };
  return Math.abs(change) > 2 * error
    ? say("{percent} (standard error {error})", written)
    : say("{percent} (standard error {error}, within chance)", written);
}

/** The fold of the largest loss; -1 where losses may be off by so much that it may be another. */
export function worstFold({ loss, errors }) {
  const g = loss.indexOf(Math.max(...loss));
  const next = Math.max(...loss.filter((_, k) => k !== g));
  return loss[g] - next > 2 * (errors?.fold ?? 0) ? g : -1;
}

function worst(facts, answer, out) {
  const g = worstFold(answer);
  return {
    kind: "worst",
    text: say("Left out, {fold} is predicted worst: loss {loss} a contact, against {mean} over all.", {
      fold: facts.folds[g],
      loss: fixed(answer.loss[g], 4),
      mean: fixed(out.mean, 4),
    }),
    numbers: { loss: answer.loss[g], mean: out.mean, fold: facts.folds[g] },
  };
}

function shrinking(group, off) {
  const count = group.columns.length;
  const part = group.edf / count;
  if (count < 2 || (part > GONE && part < FREE) || off > (1 - FREE) * count) return [];
  const written = { group: group.said, edf: fixed(group.edf, 1), count };
  return [
    {
      kind: part >= FREE ? "free" : "gone",
      group: group.name,
      text: part >= FREE
        ? say("{group} is hardly shrunk: {edf} of {count} columns effective.", written)
        : say("{group} is all but shrunk out: {edf} of {count} columns effective.", written),
      numbers: { edf: group.edf, count },
    },
  ];
}
