// Features and their effects over campaigns: a list, the worst first, and two charts of the one
// that is chosen. All figures come with the state; a notebook is told which column is shown.
import { chart, make, themed, ticks } from "../front/drawing.js";
import { marked, percentMark, say, speak } from "../front/language.js";
import { key } from "../front/panels.js";
import { amount, contactsOf, featuresOf, fixed, percent, rangeOf, short, shortened } from "../front/words.js";

const HEIGHT = 230;
const LEFT = 62;
const FAR = 3; // times the usual half interval: what is vaguer does not set the scale

/** What columns can be ordered by: words, how a value is written, and whether the list has it. */
function orders() {
  return {
    badness: [say("spikes, the worst first"), percent],
    concentration: [say("concentration"), percent],
    i_squared: [say("effect differs, I²"), percent],
    psi: [say("drift, PSI"), two],
    score_share: [say("share of the score"), percent],
    name: [say("name"), null],
  };
}

/** A column in the reader's own words, where there are some. */
function calledOf(columns, j) {
  return columns.called?.[j] ?? columns.name[j];
}

/** Places of the columns in an order; what has no value comes last, ties as they were. */
export function ordered(columns, by) {
  const places = columns.name.map((_, j) => j);
  if (by === "name") return places.sort((a, b) => calledOf(columns, a).localeCompare(calledOf(columns, b)));
  const rank = (j) => columns[by][j] ?? -Infinity;
  return places.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)));
}

/** Places of the columns whose name or group has every word. */
export function matching(columns, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (j) => `${columns.name[j]} ${calledOf(columns, j)} ${columns.group[j]}`.toLowerCase();
  return columns.name.map((_, j) => j).filter((j) => wanted.every((word) => has(j).includes(word)));
}

/** The range of an effect's chart: zero, and what is known well. */
export function effectRange(cells, pooled) {
  const known = cells.filter((one) => one.effect !== null);
  const halves = known.map((one) => (one.effect_high - one.effect_low) / 2).sort((a, b) => a - b);
  const usual = (halves[Math.floor((halves.length - 1) / 2)] + halves[Math.ceil((halves.length - 1) / 2)]) / 2;
  const best = known.filter((one) => (one.effect_high - one.effect_low) / 2 <= FAR * usual).map((one) => one.effect);
  const low = Math.min(0, pooled, Math.min(...best) - usual);
  const high = Math.max(0, pooled, Math.max(...best) + usual);
  const margin = 0.06 * (high - low || 1);
  return [low - margin, high + margin];
}

/** The campaigns of a column: one object each. */
export function cellsOf(state, j) {
  return state.campaigns.map((campaign, g) => {
    const values = Object.entries(state.cells).map(([name, rows]) => [name, rows[j][g]]);
    return { campaign, contacts: state.contacts[g], ...Object.fromEntries(values) };
  });
}

export function renderShift({ model, el }) {
  // without it JupyterLab takes the arrow keys for its own
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  speak(model.get("spoken"), el);
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const view = new ShiftOverCampaigns(root, model);
  return () => view.close();
}

class ShiftOverCampaigns {
  constructor(root, model) {
    this.model = model;
    this.state = model.get("state");
    this.columns = this.state.columns;
    this.words = shortened(this.columns.name.map((_, j) => calledOf(this.columns, j)), 40);
    this.order = "badness";
    this.at = 0;
    this.build(root);
    this.heard = () => this.take({ column: model.get("column"), order: model.get("order") });
    for (const name of ["column", "order"]) model.on(`change:${name}`, this.heard);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.frame);
    this.unthemed = themed(this.frame);
    this.list();
    this.heard();
    const row = this.mark()?.closest("label");
    if (row) this.rows.scrollTop = row.offsetTop - (this.rows.clientHeight - row.clientHeight) / 2;
  }

  build(root) {
    this.search = make("input", { type: "search", placeholder: say("part of a name or group"), "aria-label": say("Search features") });
    this.search.addEventListener("input", () => this.list());
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      const input = this.rows.querySelector("input:checked") ?? this.rows.querySelector("input");
      input?.focus();
      if (input && !input.checked) input.click();
    });
    this.orders = make("select", { "aria-label": say("Order by") });
    for (const [name, [words]] of Object.entries(orders())) {
      if (name === "name" || this.columns[name]) this.orders.append(make("option", { value: name }, words));
    }
    this.orders.addEventListener("change", () => this.tell({ order: this.orders.value }));
    this.count = make("p", { class: "small", role: "status" });
    this.rows = make("div", { class: "choices", role: "radiogroup", "aria-label": say("Feature") });
    this.rows.addEventListener("change", (event) => this.tell({ column: this.columns.name[event.target.value] }));
    this.title = make("h3", { class: "chosen" });
    this.sentence = make("p", { class: "sentence", role: "status" });
    this.panels = make("div", { class: "panels" });
    this.scores = make("div", { class: "compare scores" });
    this.figures = make("div", { class: "compare", tabindex: 0, role: "group" });
    const more = make("details", {}, make("summary", {}, say("The figures, campaign by campaign")), this.figures);
    this.figures.setAttribute("aria-label", more.textContent);
    const notes = make("div", {}, ...[meaning(), ...this.state.notes].map((one) => make("p", { class: "small" }, one)));
    const order = make("label", { class: "money" }, say("order by"), this.orders);
    const side = make("div", { class: "side" }, this.search, order, this.count, this.rows);
    const main = make("div", { class: "main" }, this.title, this.sentence, this.panels, this.scores, more, notes);
    const layout = make("div", { class: "layout" }, side, main);
    this.frame = make("div", { class: "tuner shift", role: "group", "aria-label": say("Features over campaigns") }, layout);
    root.replaceChildren(make("style", {}, STYLE), this.frame);
  }

  close() {
    for (const name of ["column", "order"]) this.model.off(`change:${name}`, this.heard);
    this.sizes.disconnect();
    this.unthemed();
  }

  /** Keep what was chosen, draw it, and let a notebook know. */
  tell(chosen) {
    this.take(chosen);
    for (const [name, value] of Object.entries(chosen)) this.model.set(name, value);
    this.model.save_changes();
  }

  take({ column, order }) {
    const at = this.columns.name.indexOf(column);
    if (at >= 0) this.at = at;
    const before = this.order;
    if (order !== undefined) this.order = order === "name" || this.columns[order] ? order : "badness";
    // only then: a list that is made again loses the focus of the keyboard
    if (this.order !== before) this.list();
    this.mark();
    this.draw();
  }

  /** Check the column that is shown, where the list has it. */
  mark() {
    const input = this.rows.querySelector(`input[value="${this.at}"]`);
    if (input) input.checked = true;
    return input;
  }

  list() {
    this.orders.value = this.order;
    const found = new Set(matching(this.columns, this.search.value));
    const shown = ordered(this.columns, this.order).filter((j) => found.has(j));
    this.rows.replaceChildren(...shown.map((j) => choice(this.columns, j, this.order, this.words[j])));
    this.mark();
    const all = featuresOf(this.columns.name.length);
    const some = shown.length
      ? say("{some} of {features}", { some: amount(shown.length), features: all })
      : say("None of {features} has that in its name or group", { features: all });
    this.count.textContent = shown.length === this.columns.name.length ? all : some;
  }

  draw() {
    const { columns, at } = this;
    const cells = cellsOf(this.state, at);
    const known = columns.group[at] === calledOf(columns, at);
    const group = known ? "" : make("span", { class: "tick" }, " · ", make("bdi", {}, short(columns.group[at], 40)));
    this.title.replaceChildren(make("bdi", { title: columns.name[at] }, calledOf(columns, at)), group);
    this.sentence.textContent = columns.sentence[at];
    const wide = this.panels.clientWidth;
    const width = Math.max(230, wide > 540 ? (wide - 20) / 2 : wide);
    this.panels.replaceChildren(valuePanel(columns, at, cells, width), effectPanel(columns, at, cells, width));
    this.scores.replaceChildren(scoreTable(this.state, at));
    this.figures.replaceChildren(cellTable(columns.by_mean[at], cells));
    this.frame.dataset.column = columns.name[at];
  }
}

function choice(columns, j, order, words) {
  const value = order === "name" ? null : columns[order][j];
  const most = order === "name" ? 1 : Math.max(1e-9, ...columns[order].filter((one) => one !== null));
  const input = make("input", { type: "radio", name: "feature", value: j });
  const said = order === "name" ? "" : value === null ? "–" : orders()[order][1](value);
  const spiky = columns.spiky[j] ? make("span", { class: "spiky" }, say("spiky")) : null;
  const name = make("bdi", { class: "name", title: `${columns.name[j]} (${columns.group[j]})` }, words);
  const row = make("label", { class: "choice" }, input, name, spiky, make("span", { class: "value" }, said));
  row.style.setProperty("--part", Math.max(0, value ?? 0) / most);
  return row;
}

/** Ticks that read: as many decimals as tell them apart, thousands separated. */
function evenTicks([low, high]) {
  const at = ticks(low, high, 4);
  const gap = at.length > 1 ? at[1] - at[0] : Math.abs(at[0]) || 1;
  const digits = Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9));
  return at.map((one) => [one, digits > 4 ? marked(one.toPrecision(2)) : digits ? fixed(one, digits) : amount(Math.round(one))]);
}

function overCampaigns({ cells, width, ys, yTicks, yName, label }) {
  const count = cells.length;
  const words = shortened(cells.map((one) => one.campaign), 11);
  const needed = 12 + 7 * Math.max(...words.map((one) => one.length));
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor((width - LEFT) / needed))));
  const xs = [-0.6, count - 0.4];
  const place = (g) => LEFT + ((g + 0.6) / (count + 0.2)) * (width - LEFT - 18);
  // a name that would run over the edge is left to the dot's title
  const fits = ([g, one]) => g % every === 0 && place(g) + 3.2 * one.length <= width;
  const xTicks = words.map((one, g) => [g, one]).filter(fits);
  return chart({ width, height: HEIGHT, xs, ys, xTicks, yTicks, xName: say("campaigns, in their order"), yName, label, left: LEFT });
}

function valueWords(byMean) {
  return byMean ? (value) => plainNumber(value) : percent;
}

/** Write a slope or an index: what rounds to zero has no sign. */
function two(value) {
  return fixed(Math.abs(value) < 0.005 ? 0 : value, 2);
}

function plainNumber(value) {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return amount(value);
  return size > 0 && size < 0.01 ? marked(value.toPrecision(3).replace(/^-/, "−")) : fixed(value, 2);
}

/** Where a column lives: its share of contacts, or its mean, with a band for its interval. */
function valuePanel(columns, j, cells, width) {
  const byMean = columns.by_mean[j];
  const write = valueWords(byMean);
  const usual = columns.usual[j];
  const what = byMean ? say("Mean") : usual === 0 ? say("Contacts that have it") : say("Contacts away from {usual}, the usual value", { usual: plainNumber(usual) });
  const known = cells.filter((one) => one.value !== null);
  const ends = known.flatMap((one) => [one.low, one.high]);
  const ys = byMean ? spread(ends) : [0, Math.max(0.001, ...ends) * 1.06];
  const yTicks = byMean ? evenTicks(ys) : ticks(ys[0], ys[1], 4).map((one) => [one, percent(one)]);
  const yName = byMean ? say("mean, in its unit") : say("share of contacts");
  const label = say("{what}, campaign by campaign, with 95% intervals", { what });
  const drawn = overCampaigns({ cells, width, ys, yTicks, yName, label });
  for (const run of runs(cells)) {
    drawn.band(run.map(([g, one]) => [g, one.low, one.high]));
    drawn.line(run.map(([g, one]) => [g, one.value]), "now");
  }
  cells.forEach((one, g) => {
    if (one.value === null) return;
    const range = rangeOf(write(one.low), write(one.high));
    const found = { campaign: one.campaign, value: write(one.value), range, contacts: contactsOf(Math.round(one.contacts)) };
    drawn.dot([g, one.value], "now", say("{campaign}: {value} (95% interval {range}) of {contacts}", found));
  });
  const legend = key([["now", yName], ["band", say("95% interval")]], "line");
  return make("section", { class: "panel", "data-panel": "value" }, make("h3", {}, what), drawn.svg, legend);
}

/** Neighbouring campaigns with a value: a line does not bridge what is not known. */
function runs(cells) {
  const found = [];
  cells.forEach((one, g) => {
    if (one.value === null) return;
    if (g > 0 && cells[g - 1].value !== null) found[found.length - 1].push([g, one]);
    else found.push([[g, one]]);
  });
  return found;
}

function spread(values) {
  if (!values.length) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}

function effectPanel(columns, j, cells, width) {
  const pooled = columns.effect[j];
  const known = cells.filter((one) => one.effect !== null);
  const panel = (words, ...nodes) => make("section", { class: "panel", "data-panel": "effect" }, make("h3", {}, words), ...nodes);
  if (!known.length || pooled === null) return panel(say("Effect"), make("p", { class: "small" }, say("No campaign here shows its effect.")));
  const ys = effectRange(cells, pooled);
  const inside = (value) => Math.min(ys[1], Math.max(ys[0], value));
  const label = say("Effect, campaign by campaign, with 95% intervals");
  const drawn = overCampaigns({ cells, width, ys, yTicks: evenTicks(ys), yName: say("log-odds per std. deviation"), label });
  const ends = [-0.6, cells.length - 0.4];
  drawn.rule([ends[0], 0], [ends[1], 0], "zero");
  drawn.line(ends.map((end) => [end, pooled]), "before");
  let against = 0;
  cells.forEach((one, g) => {
    if (one.effect === null) return;
    const other = Math.sign(one.effect) * Math.sign(pooled) < 0;
    against += other;
    const range = rangeOf(two(one.effect_low), two(one.effect_high));
    const said = say("{campaign}: {value} (95% interval {range})", { campaign: one.campaign, value: two(one.effect), range });
    drawn.rule([g, inside(one.effect_low)], [g, inside(one.effect_high)], other ? "interval against" : "interval");
    if (inside(one.effect) === one.effect) drawn.dot([g, one.effect], other ? "worst" : "now", said);
  });
  const cut = known.some((one) => inside(one.effect_low) !== one.effect_low || inside(one.effect_high) !== one.effect_high);
  const parts = [["now", say("a campaign, 95% interval")], ...(against ? [["against", say("one of the other sign")]] : []), ["before line", say("all together")]];
  const legend = key(parts);
  const note = cut ? make("p", { class: "small" }, say("Vague intervals are cut off at the edge.")) : null;
  return panel(say("Effect: {effect} all together", { effect: two(pooled) }), drawn.svg, legend, note);
}

function figureTable(caption, head, rows) {
  const columns = head ? make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))) : null;
  const body = rows.map(([name, first, ...rest]) => {
    const cells = rest.map((text) => make("td", { "data-figure": name }, text));
    return make("tr", {}, make("th", { scope: "row" }, make("bdi", {}, first)), ...cells);
  });
  return make("table", {}, caption ? make("caption", {}, caption) : null, columns, make("tbody", {}, ...body));
}

function scoreTable({ columns, all_campaigns: all }, j) {
  const said = (name, write, chance) => {
    if (columns[name][j] === null) return "–";
    const value = write(columns[name][j]);
    if (!chance || columns[chance][j] === null) return value;
    return say("{value}, {chance} by chance", { value, chance: write(columns[chance][j]) });
  };
  const rows = [
    ["active_campaigns", say("campaigns that have it"), say("{some} of {all}", { some: columns.active_campaigns[j], all })],
    ["concentration", say("concentration"), said("concentration", percent, "concentration_noise")],
    ["i_squared", say("effect differs, I²"), said("i_squared", percent)],
    ["false_discovery_rate", say("false discovery rate of that"), said("false_discovery_rate", (rate) => (rate < 0.0005 ? say("under {rate}", { rate: `${fixed(0.1, 1)}${percentMark()}` }) : percent(rate)))],
    ["psi", say("drift, PSI"), said("psi", two, "psi_noise")],
  ];
  if (columns.score_share) rows.push(["score_share", say("share of the score's variance"), said("score_share", percent)]);
  return figureTable(null, null, rows);
}

function cellTable(byMean, cells) {
  const write = valueWords(byMean);
  const between = (low, high, words) => (low === null ? "–" : rangeOf(words(low), words(high)));
  const names = shortened(cells.map((one) => one.campaign), 26);
  const rows = cells.map((one, g) => [
    "cell",
    names[g],
    amount(Math.round(one.contacts)),
    one.value === null ? "–" : write(one.value),
    between(one.low, one.high, write),
    one.effect === null ? "–" : two(one.effect),
    between(one.effect_low, one.effect_high, two),
  ]);
  const head = [say("campaign"), say("contacts"), byMean ? say("mean") : say("share"), say("95% interval"), say("effect"), say("95% interval")];
  return figureTable(null, head, rows);
}

const meaning = () => say(
  "Concentration: 0% where it is alike in all campaigns, 100% where it exists in one. I²: the part " +
  "of what the campaigns say of its effect that is not chance. PSI: how far the second half of the " +
  "campaigns is from the first. Spikes: concentration and I², as far as they are beyond " +
  "chance. Effect: one campaign's own slope in log-odds per standard deviation, the other features held.",
);

export default { render: renderShift };
