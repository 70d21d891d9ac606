// Sliders: a native range input for each group, and for each feature of an opened group.
import { make } from "./drawing.js";
import { columnsOf, typicalOf } from "./engine.js";
import { decimalMark, groupMark, marked, say } from "./language.js";
import { called, cutNames, featuresOf, strength, times } from "./words.js";

const LOWEST = -6;
const HIGHEST = 4;
const STEP = 0.05;

/**
 * Build the sliders. `moved(columns, from, to, group, final)` is called with log10 of the
 * typical penalty; `looked(group)` when a slider is about to be moved.
 */
export function sliders(facts, { moved, looked }) {
  const rows = [];
  const low = Math.min(LOWEST, ...facts.penalties.filter((one) => one > 0).map(Math.log10));
  const high = Math.max(HIGHEST, ...facts.penalties.filter((one) => one > 0).map(Math.log10));
  const add = (name, words, columns, group, parent) => {
    const value = make("output", { class: "value" });
    const input = make("input", {
      type: "range",
      min: low,
      max: high,
      step: STEP,
      "aria-label": say("Penalty of {name}", { name: called(facts, name) }),
    });
    const row = { input, value, columns, tuned: typicalOf(facts, facts.penalties, columns), at: 0 };
    const go = (final) => moved(columns, row.at, Number(input.value), group, final);
    input.addEventListener("focus", () => looked(group));
    input.addEventListener("input", () => go(false));
    input.addEventListener("change", () => go(true));
    const label = make("label", { class: "slider" }, make("span", { class: "name", title: name }, words), value, input);
    row.mark = make("span", { class: "tuned", "aria-hidden": "true" });
    row.mark.style.setProperty("--at", (row.tuned - low) / (high - low));
    label.append(row.mark);
    rows.push(row);
    parent.append(label);
    return label;
  };
  const box = make("div", { class: "sliders" });
  const groups = [...new Set(facts.groups)];
  const words = cutNames(facts, groups, 30);
  if (groups.length > 1) add(say("all groups"), say("All groups"), columnsOf(facts, null), null, box);
  for (const group of groups) {
    const columns = columnsOf(facts, group);
    const features = [...new Set(columns.map((j) => facts.features[j]))];
    const count = features.length;
    add(group, words.get(group), columns, group, box);
    if (count < 2) continue;
    const list = make("div", { class: "features" });
    const fold = make("details", {}, make("summary", {}, featuresOf(count)), list);
    // made when they are first seen: a group may have hundreds
    fold.addEventListener("toggle", () => {
      if (list.childElementCount) return;
      const ofFeatures = cutNames(facts, features, 30);
      for (const feature of features) {
        const own = columns.filter((j) => facts.features[j] === feature);
        add(feature, ofFeatures.get(feature), own, group, list);
      }
      show(shown);
    });
    box.append(fold);
  }
  let shown = facts.penalties;
  const show = (penalties, busy = null) => {
    shown = penalties;
    for (const row of rows) {
      const free = row.columns.every((j) => penalties[j] === 0);
      row.at = free ? low : typicalOf(facts, penalties, row.columns);
      if (row.input !== busy) row.input.value = row.at;
      const now = free ? 0 : 10 ** row.at;
      const ratio = 10 ** (row.at - row.tuned);
      const same = free || Math.abs(ratio - 1) < 1e-9;
      row.value.textContent = same ? strength(now) : `${strength(now)}, ${times(ratio)}`;
      row.input.setAttribute("aria-valuetext", row.value.textContent);
    }
  };
  return { box, show };
}

/** Penalties with some columns moved from one typical strength to another, in log10. */
export function movedPenalties(penalties, columns, from, to) {
  const out = Array.from(penalties);
  for (const j of columns) {
    // what had no penalty gets the one that the slider says; the others keep their ratios
    out[j] = out[j] > 0 ? out[j] * 10 ** (to - from) : 10 ** to;
  }
  return out;
}

export function buttons(entries) {
  const made = {};
  const box = make("div", { class: "buttons", role: "toolbar", "aria-label": say("Penalties") });
  for (const [name, words, act] of entries) {
    made[name] = make("button", { type: "button", "data-do": name }, words);
    made[name].addEventListener("click", act);
    box.append(made[name]);
  }
  return { box, made };
}

const MONEY = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^\d{1,3}(\.\d{3})+(?=,|$)/;

/** Say what is wrong with what was typed, in the reader's marks. */
export function wrongMoney(text) {
  if (decimalMark() === ".") return say("Write a number from 0, such as 1200 or 0.8: digits, and a point before decimals.");
  return /^\d{1,3}\.\d{3}$/.test(text.trim())
    ? say("Is that a whole number or a decimal one? Write 1200 without a point, or 1,2 with a comma.")
    : say("Write a number from 0, such as 1200 or 0,8: digits, and a comma before decimals.");
}

/**
 * Read an amount of money; null where it is none. Where a point is before decimals, a comma may
 * mean either, and is none. Where a comma is, points between thousands are read if nothing else can
 * be meant: 1.234,5 and 1.234.567, but not 1.234.
 */
export function moneyOf(text) {
  const spaced = text.replace(/[\s\u00a0\u202f]/g, "");
  const typed = ".,".includes(groupMark()) ? spaced : spaced.replaceAll(groupMark(), "");
  const plain = decimalMark() === "." ? typed : pointed(typed);
  const value = MONEY.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(value) ? value : null;
}

/** Write what was typed with a comma as programs do; nothing that is a number where it is ambiguous. */
function pointed(typed) {
  const [whole] = THOUSANDS.exec(typed) ?? [""];
  const surely = typed.includes(",") || whole.split(".").length > 2;
  const joined = surely ? whole.replaceAll(".", "") + typed.slice(whole.length) : typed;
  return joined.includes(".") ? "" : joined.replace(",", ".");
}

/**
 * An input for an amount of money: `changed` gets a finite number from 0, or null where what is
 * typed is none, which is marked. `show` writes another amount in.
 */
export function moneyInput(name, words, value, changed, currency = "") {
  const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-money": name });
  const wrong = make("span", { class: "wrong", role: "alert" });
  let last = value;
  const fit = () => input.style.setProperty("width", `${Math.max(7, [...input.value].length + 2)}ch`);
  const mark = (valid) => {
    if (valid) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    wrong.textContent = valid ? "" : wrongMoney(input.value);
  };
  input.addEventListener("input", () => {
    const given = moneyOf(input.value);
    fit();
    mark(given !== null);
    if (given !== null) last = given;
    changed(given);
  });
  const write = () => {
    input.value = marked(String(last));
    fit();
    mark(true);
  };
  write();
  const box = make("label", { class: "money" }, make("span", {}, words), make("span", { class: "amount" }, input, currency ? ` ${currency}` : null), wrong);
  const show = (other) => {
    if (other === last) return false;
    last = other;
    write();
    return true;
  };
  return { box, show };
}
