// Whom to contact: depth, cost and margin, and what follows. All of it is worked out here, from
// binned aggregates; a notebook is only told where the sliders stand.
import { buttons, moneyInput } from "../front/controls.js";
import { make, padded, themed } from "../front/drawing.js";
import { say, speak } from "../front/language.js";
import { bestDepth, followed, gross, key, nobody, profitChart } from "../front/panels.js";
import { amount, contactsOf, percent, rangeOf, spent, tenths } from "../front/words.js";

const FEW_CAMPAIGNS = 10;

/** What is added up over contacts: responses, or the money that each of them brings. */
function responses() {
  return {
    margin: say("margin of a response"),
    expected: say("responses expected"),
    came: say("responses that came"),
    realised: say("profit that came"),
    arrived: say("came"),
    written: { expected: tenths, came: responsesIn },
    known: (found) => say("Of {contacts} with a known outcome, {came} responded, where {expected} were expected.", found),
    interval: say("responses over expected responses"),
    unseen: say("Contacts of a campaign of the fit are scored without that campaign."),
    itself: say("Scored by the model itself, which flatters it on contacts that it was fitted on."),
    more: [],
  };
}

const byValue = () => say("The margin is a share of each contact's amount. Contacts are ranked by propensity times amount, which is one order for every share and cost.");

function given() {
  return {
    ...responses(),
    margin: say("margin, as a share of the amount"),
    expected: say("amount expected"),
    came: say("amount that came"),
    written: { expected: amount, came: amount },
    known: (found) => say("Of {contacts} with a known outcome, responses brought {came}, where {expected} was expected.", found),
    interval: say("the amount of responses over the expected amount"),
    more: [byValue()],
  };
}

function predicted() {
  return {
    ...given(),
    came: say("came, at expected amounts"),
    realised: say("profit at expected amounts"),
    arrived: say("came, at expected amounts"),
    known: (found) => say("Of {contacts} with a known outcome, the responses have expected amounts of {came}, where {expected} was expected.", found),
    unseen: say("Propensities of contacts of a campaign of the fit are those without that campaign."),
    itself: say("Propensities are the model's own, which flatters it on contacts that it was fitted on."),
    more: [
      byValue(),
      say("Amounts are those of their own model, which also scores contacts that it was fitted on."),
      say("Where outcomes are known, what came is the responses at their expected amounts, not the money that came."),
    ],
  };
}

function wordsOf(state) {
  return ({ given, predicted }[state.amounts] ?? responses)();
}

/** Contacts best first: where each bin ends, with what is expected and, if known, what came. */
export function earnings(state, money) {
  const [contacts, expected, responses] = state.bins;
  const points = followed([contacts, expected, responses ?? contacts.map(() => 0)], money);
  let chances = 0;
  let came = 0;
  return points.map((one, k) => {
    chances += k ? expected[k - 1] : 0;
    came += k && responses ? responses[k - 1] : 0;
    const point = { ...one, responses: chances, came: responses ? came : null };
    if (!responses) point.realised = null;
    return { ...point, ...bounds(state.known, point, money) };
  });
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
  const point = Object.fromEntries(["contacts", "responses", "came", "expected", "realised"].map((name) => [name, read(name)]));
  return { ...point, depth, ...bounds(state.known, { ...point, depth }, money) };
}

export function renderTargeting({ model, el }) {
  // without it JupyterLab takes the arrow keys for its own
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  speak(model.get("spoken"), el);
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const view = new TargetingView(root, model);
  return () => view.close();
}

class TargetingView {
  constructor(root, model) {
    this.model = model;
    this.state = model.get("state");
    this.money = model.get("money");
    this.depth = model.get("depth") ?? null;
    this.build(root);
    this.heard = () => this.hear();
    for (const name of ["money", "depth"]) model.on(`change:${name}`, this.heard);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.frame);
    this.unthemed = themed(this.frame);
    this.draw();
  }

  build(root) {
    this.slider = make("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": say("Depth: share of the contacts to make") });
    this.slider.addEventListener("input", () => this.tell({ depth: Number(this.slider.value) / 100 }));
    this.value = make("output", { class: "value" });
    const name = make("span", { class: "name" }, say("Depth"));
    this.mark = make("span", { class: "tuned", "aria-hidden": "true" });
    const toolbar = buttons([["best", say("Best depth"), () => this.tell({ depth: null })]]);
    toolbar.box.setAttribute("aria-label", say("Depth"));
    this.best = toolbar.made.best;
    this.wrong = new Set();
    const share = Boolean(this.state.amounts); // of each contact's amount: no money by itself
    this.inputs = {
      cost: this.moneyOf("cost", say("cost of a contact"), this.state.currency),
      margin: this.moneyOf("margin", wordsOf(this.state).margin, share ? "" : this.state.currency),
    };
    const moneys = make("div", { class: "moneys" }, ...Object.values(this.inputs).map(({ box }) => box));
    this.sentence = make("p", { class: "sentence", role: "status" });
    this.table = make("div", { class: "compare" });
    this.title = make("h3", {});
    this.body = make("div", { class: "body" });
    this.notes = make("div", {});
    const slider = make("label", { class: "slider" }, name, this.value, this.slider, this.mark);
    const side = make("div", { class: "side" }, slider, toolbar.box, moneys, this.table);
    const panel = make("section", { class: "panel", "data-panel": "profit" }, this.title, this.body);
    const main = make("div", { class: "main" }, this.sentence, panel, this.notes);
    const layout = make("div", { class: "layout" }, side, main);
    this.frame = make("div", { class: "tuner targeting", role: "group", "aria-label": say("Targeting") }, layout);
    root.replaceChildren(make("style", {}, STYLE), this.frame);
  }

  /** An input whose wrong entries grey what is drawn until they are mended. */
  moneyOf(name, words, currency) {
    return moneyInput(name, words, this.money[name], (value) => {
      if (value === null) this.wrong.add(name);
      else this.wrong.delete(name);
      if (value === null) this.draw();
      else this.tell({ money: { ...this.money, [name]: value } });
    }, currency);
  }

  close() {
    for (const name of ["money", "depth"]) this.model.off(`change:${name}`, this.heard);
    this.sizes.disconnect();
    this.unthemed();
  }

  /** Keep what was moved, draw it, and let a notebook know. */
  tell(moved) {
    Object.assign(this, moved);
    this.draw();
    for (const [name, value] of Object.entries(moved)) this.model.set(name, value);
    this.model.save_changes();
  }

  hear() {
    this.money = this.model.get("money");
    this.depth = this.model.get("depth") ?? null;
    // what was typed stays as it is, also where it is no amount, until another amount comes
    for (const [name, input] of Object.entries(this.inputs)) {
      if (input.show(this.money[name])) this.wrong.delete(name);
    }
    this.draw();
  }

  draw() {
    const points = earnings(this.state, this.money);
    const best = bestDepth(points);
    const here = pointAt(this.state, points, this.money, this.depth ?? best.depth);
    this.slider.value = 100 * here.depth;
    this.value.textContent = percent(here.depth);
    this.slider.setAttribute("aria-valuetext", say("{depth} of the contacts", { depth: percent(here.depth) }));
    this.mark.style.setProperty("--at", best.depth);
    this.best.disabled = this.depth === null;
    const wrong = this.wrong.size > 0;
    this.frame.classList.toggle("wrong-money", wrong);
    this.sentence.textContent = wrong
      ? say("The figures wait: cost and margin must be numbers from 0.")
      : advice(here, wordsOf(this.state), this.state.currency);
    this.title.textContent = best.depth === 0
      ? nobody()
      : say("Best depth {depth}: {profit} expected", { depth: percent(best.depth), profit: spent(best.expected, this.state.currency) });
    const width = Math.max(230, this.body.clientWidth);
    this.body.replaceChildren(...curve(points, best, here, width, this.state));
    this.table.replaceChildren(figures(here, wordsOf(this.state), this.state.currency));
    this.notes.replaceChildren(...notes(this.state).map((one) => make("p", { class: "small" }, one)));
    this.frame.dataset.depth = here.depth;
  }
}

function advice(here, words, currency) {
  const made = Math.round(here.contacts);
  if (made === 0) return say("Contact nobody.");
  const sure = here.low === null ? "" : say(" (95% interval {range})", { range: boundsOf(here, currency) });
  const came = here.realised === null ? "" : `; ${spent(Math.round(here.realised), currency)} ${words.arrived}`;
  const profit = spent(Math.round(here.expected), currency);
  return say("Contact the best {count}: profit {profit} expected{sure}{came}.", { count: amount(made), profit, sure, came });
}

function boundsOf({ low, high }, currency) {
  return rangeOf(amount(Math.round(low)), spent(Math.round(high), currency));
}

/** Write responses: whole at the end of a bin, with a decimal inside of one. */
function responsesIn(value) {
  return Math.abs(value - Math.round(value)) < 1e-6 ? amount(Math.round(value)) : tenths(value);
}

function figures(here, words, currency) {
  const rows = [
    ["contacts", say("contacts"), amount(Math.round(here.contacts))],
    ["responses", words.expected, words.written.expected(here.responses)],
    ["came", words.came, here.came === null ? null : words.written.came(here.came)],
    ["expected", say("profit expected"), spent(here.expected, currency)],
    ["interval", say("its 95% interval"), here.low === null ? "–" : boundsOf(here, currency)],
    ["realised", words.realised, here.realised === null ? null : spent(here.realised, currency)],
  ].filter(([, , text]) => text !== null);
  const cells = rows.map(([name, said, text]) => make("tr", {}, make("th", { scope: "row" }, said), make("td", { "data-figure": name }, text)));
  return make("table", {}, make("caption", {}, say("At this depth")), make("tbody", {}, ...cells));
}

function curve(points, best, here, width, state) {
  const words = wordsOf(state);
  const known = points[0].realised !== null;
  const sure = points.filter((one) => one.low !== null);
  const all = points.flatMap((one) => [one.expected, one.realised, one.low, one.high]).filter((one) => one !== null);
  const ys = padded(all, 0.06);
  const drawn = profitChart(points, best, {
    width,
    height: 290,
    ys,
    ticks: 5,
    label: say("Profit against the share contacted, with its interval"),
    currency: state.currency,
    beneath: (under) => under.band(sure.map((one) => [one.depth, one.low, one.high])),
  });
  if (here.low !== null) drawn.rule([here.depth, here.low], [here.depth, here.high], "interval");
  drawn.dot([here.depth, here.expected], "now", say("{depth}: {profit} expected", { depth: percent(here.depth), profit: spent(here.expected, state.currency) }), 6);
  const late = best.depth > 0.75;
  drawn.text(say("best depth"), [drawn.x(best.depth) + (late ? -5 : 5), drawn.y(ys[0]) - 6], { class: "tick", "text-anchor": late ? "end" : "start" });
  const named = [["now", say("expected")], ...(known ? [["other", words.arrived]] : []), ...(sure.length ? [["band", say("95% interval")]] : [])];
  return [drawn.svg, key(named, "line")];
}

function notes(state) {
  const { known, outcomes, unseen } = state;
  const words = wordsOf(state);
  const said = [unseen ? words.unseen : words.itself, ...words.more];
  if (outcomes) {
    const [contacts, expected, came] = outcomes.map(Math.round);
    said.push(words.known({ contacts: contactsOf(contacts), came: amount(came), expected: amount(expected) }));
  }
  said.push(known ? intervalNote(known, words) : say("No interval: it needs known outcomes of at least two campaigns."));
  return [...said, gross(), ...(state.notes ?? [])];
}

function intervalNote({ clusters, repeats }, words) {
  const found = { ratio: words.interval, campaigns: clusters, repeats: amount(repeats) };
  const note = say("Interval: {ratio} down to this depth, {campaigns} campaigns drawn again {repeats} times; it stands on contacts of known outcome.", found);
  return clusters < FEW_CAMPAIGNS ? `${note} ${say("With so few campaigns it is too narrow.")}` : note;
}

export default { render: renderTargeting };
