// Numbers and sentences as they are read: every number with its unit, names in one line.
import { grouped, marked, percentMark, say, sayCount } from "./language.js";

export function fixed(value, digits) {
  return marked(value.toFixed(digits).replace(/^-/, "−"));
}

/** Write a share as a percentage, small ones with a decimal, below 0.2% with two digits that count. */
export function percent(share) {
  const value = Math.abs(share) < 1e-6 ? 0 : 100 * share;
  const size = Math.abs(value);
  const digits = size < 0.2 ? 1 - Math.floor(Math.log10(size)) : size < 9.95 ? 1 : 0;
  return `${fixed(value, value === 0 ? 0 : digits)}${percentMark()}`;
}

/** Write what a step adds, with its sign. */
export function signed(value) {
  if (Math.abs(value) < 0.005) return fixed(0, 2);
  return `${value < 0 ? "" : "+"}${fixed(value, Math.abs(value) < 10 ? 2 : 0)}`;
}

/** Write a mean loss with four decimals, below 0.01 with four digits that count. */
export function lossOf(value) {
  const size = Math.abs(value);
  return fixed(value, size > 0 && size < 0.01 ? 3 - Math.floor(Math.log10(size)) : 4);
}

/** Write an amount or a count with thousands separated. */
export function amount(value) {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  return `${value < 0 ? "−" : ""}${grouped(Math.abs(value).toFixed(digits))}`;
}

/** Write a count or a sum with a decimal and thousands separated. */
export function tenths(value) {
  return grouped(value.toFixed(1).replace(/^-/, "−"));
}

/** Write money: an amount, and its currency where there is one. */
export function spent(value, currency) {
  return currency ? `${amount(value)} ${currency}` : amount(value);
}

/** Write by how much an exact refit may differ, rounded up; nothing where it may not. */
export function offBy(error, digits, unit = "") {
  if (!(error > 0)) return "";
  const places = digits ?? (error >= 100 ? 0 : 2);
  const up = Math.ceil(error * 10 ** places - 1e-9) / 10 ** places;
  return ` (±${digits === undefined ? amount(up) : fixed(up, places)}${unit})`;
}

/** Write a range of two texts, from low to high. */
export function rangeOf(low, high) {
  return say("{low} to {high}", { low, high });
}

/** Write a range of depths, or the depth where it is one. */
export function depthsOf([low, high], depth) {
  return low === high ? percent(depth) : `${percent(depth)} (${rangeOf(percent(low), percent(high))})`;
}

/** Write a penalty: three digits, a power of ten where it is far from one. */
export function strength(value) {
  if (value === 0) return say("none");
  if (value >= 0.001 && value < 1000) return twoDigits(value);
  const power = Math.floor(Math.log10(value) + 1e-12);
  const digits = twoDigits(value / 10 ** power);
  return `${digits === "1" ? "" : `${digits} × `}10${superscript(power)}`;
}

function twoDigits(value) {
  return marked(String(Number(value.toPrecision(2))));
}

function superscript(power) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return [...String(power)].map((one) => (one === "-" ? "⁻" : digits[one])).join("");
}

/** Write how many times something is what it was. */
export function times(ratio) {
  return ratio >= 1 ? `× ${twoDigits(ratio)}` : `÷ ${twoDigits(1 / ratio)}`;
}

/**
 * Write names on one line each, cut in the middle so that different names stay different: where
 * cuts are the same, they are made elsewhere, and where that does not help they get a number.
 */
export function shortened(names, most = 26) {
  const whole = names.map((name) => short(name, Infinity));
  const out = whole.map((name) => short(name, most));
  const known = new Map();
  whole.forEach((name, k) => known.set(out[k], (known.get(out[k]) ?? new Set()).add(name)));
  const taken = new Set(out.filter((one) => known.get(one).size === 1));
  const given = new Map();
  return whole.map((name, k) => {
    if (known.get(out[k]).size === 1) return out[k];
    if (!given.has(name)) given.set(name, apart(name, [...known.get(out[k])], most, taken));
    return given.get(name);
  });
}

/** A feature or group in the reader's own words, where there are some. */
export function called(facts, name) {
  return facts.called?.[name] ?? name;
}

/** What a list shows of each of its names: in the reader's words, cut so that they stay different. */
export function cutNames(facts, names, most) {
  const cut = shortened(names.map((name) => called(facts, name)), most);
  return new Map(names.map((name, k) => [name, cut[k]]));
}

/** Cut a name so that what differs from the others stays, or number it. */
function apart(name, others, most, taken) {
  const letters = [...name];
  for (let tail = 1; tail <= most - 2; tail++) {
    const cut = (one) => `${[...one].slice(0, most - 1 - tail).join("").trimEnd()}…${[...one].slice(-tail).join("").trimStart()}`;
    if (!taken.has(cut(name)) && others.every((one) => one === name || cut(one) !== cut(name))) {
      taken.add(cut(name));
      return cut(name);
    }
  }
  const start = letters.slice(0, Math.max(1, most - 5)).join("").trimEnd();
  let number = 1;
  while (taken.has(`${start}… ${number}`)) number++;
  taken.add(`${start}… ${number}`);
  return `${start}… ${number}`;
}

/** Write a name on one line, cut in the middle: both ends tell names apart. */
export function short(name, most = 26) {
  const line = [...String(name).replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim()];
  if (line.length <= most) return line.join("");
  const tail = Math.floor((most - 1) / 2);
  return `${line.slice(0, most - 1 - tail).join("").trimEnd()}…${line.slice(-tail).join("").trimStart()}`;
}

/** How many columns are kept, and how many of them are effective, where that is known. */
export function keptSentence(facts, edf, error) {
  if (edf === null) {
    return sayCount(
      "{kept} of {n} column kept: the penalty shrinks a coefficient, it does not drop it.",
      "{kept} of {n} columns kept: the penalty shrinks a coefficient, it does not drop it.",
      facts.all_columns,
      { kept: facts.kept_columns },
    );
  }
  const effective = `${fixed(edf, 1)}${offBy(error, 1)}`;
  return sayCount(
    "{kept} of {n} column kept, {effective} effective: the penalty shrinks a coefficient, it does not drop it.",
    "{kept} of {n} columns kept, {effective} effective: the penalty shrinks a coefficient, it does not drop it.",
    facts.all_columns,
    { kept: facts.kept_columns, effective },
  );
}

export function contactsOf(count) {
  return sayCount("{n} contact", "{n} contacts", count);
}

export function featuresOf(count) {
  return sayCount("{n} feature", "{n} features", count);
}

/** A setting of the penalties by its name: those that have names of their own, or a step of a group. */
export function settingOf(name) {
  const own = { tuned: say("tuned"), uniform: say("uniform"), mine: say("mine") };
  if (Object.hasOwn(own, name)) return own[name];
  const [, group, step] = /^(.*) × (\S+)$/s.exec(name) ?? [null, name, ""];
  const words = group === "all groups" ? say("all groups") : group;
  return step ? `${words} × ${marked(step)}` : words;
}
