// The Tuner's view. It depends on the front-end contract of anywidget alone: `render` gets a
// model with get, set, save_changes, send, on and off, and returns what cleans up after it.
import { buttons, movedPenalties, moneyInput, sliders } from "../front/controls.js";
import { make } from "../front/drawing.js";
import { fileEngine, kernelEngine, sum } from "../front/engine.js";
import { hints } from "../front/hints.js";
import {
  bestDepth,
  calibrationPanel,
  campaignPanel,
  coefficientPanel,
  followed,
  liftOf,
  liftPanel,
  lossPanel,
  plusMinus,
  profitPanel,
  reliancePanel,
} from "../front/panels.js";
import { meanLoss } from "../front/solver.js";
import { amount, fixed, keptSentence, percent, plural } from "../front/words.js";

const MOST_HISTORY = 200;
const MOST_HINTS = 5;
const OF_OUTCOMES = ["lift", "calibration", "profit"];

export function render({ model, el }) {
  // without it JupyterLab takes the arrow keys for its own
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const view = new View(root, model);
  return () => view.close();
}

class View {
  constructor(root, model) {
    this.root = root;
    this.answer = null;
    this.extras = {};
    this.compared = [];
    this.focus = null;
    this.past = [];
    this.future = [];
    this.drawn = {};
    this.asked = -1; // so that the first answer sets the sliders
    const hear = (part) => this.hear(part);
    const state = model.get("state");
    this.engine = state ? fileEngine(state, hear) : kernelEngine(model, hear);
    this.facts = this.engine.facts;
    this.penalties = Array.from(this.facts.penalties);
    this.money = this.engine.money();
    this.build();
    this.controls.show(this.penalties);
    this.watch();
    this.engine.start();
  }

  build() {
    const controls = sliders(this.facts, {
      moved: (...move) => this.moved(...move),
      looked: (group) => this.look(group),
    });
    this.controls = controls;
    const toolbar = buttons([
      ["tuned", this.facts.is_tuned ? "Back to tuned" : "Back to the fit", () => this.jump(this.facts.penalties)],
      ["undo", "Undo", () => this.travel(this.past, this.future)],
      ["redo", "Redo", () => this.travel(this.future, this.past)],
      ["keep", "Save as mine", () => this.engine.keep(this.penalties)],
    ]);
    this.toolbar = toolbar.made;
    this.status = make("p", { class: "status", role: "status" });
    this.sentence = make("p", { class: "sentence" });
    this.hints = make("ul", { class: "hints" });
    this.table = make("div", { class: "compare" });
    this.notes = make("p", { class: "small notes" });
    this.panels = {};
    const grid = make("div", { class: "panels" });
    for (const name of ["loss", "campaigns", "coefficients", "reliance", "lift", "calibration", "profit"]) {
      const title = make("h3", {});
      const body = make("div", { class: "body" });
      const panel = make("section", { class: "panel", "data-panel": name }, title);
      if (name === "profit") panel.append(this.moneyInputs());
      panel.append(body);
      this.panels[name] = { panel, title, body };
      grid.append(panel);
    }
    const side = make("div", { class: "side" }, toolbar.box, this.status, controls.box);
    const main = make("div", { class: "main" }, this.sentence, this.hints, grid, this.table, this.notes);
    this.frame = make("div", { class: "tuner", role: "group", "aria-label": "Tuner" }, make("div", { class: "layout" }, side, main));
    this.root.replaceChildren(make("style", {}, STYLE), this.frame);
  }

  moneyInputs() {
    const change = (name) => (value) => {
      this.money = { ...this.money, [name]: value };
      this.engine.spend(this.money);
      this.later();
    };
    return make(
      "div",
      { class: "moneys" },
      moneyInput("cost", "cost of a contact", this.money.cost, change("cost")),
      moneyInput("margin", "margin of a response", this.money.margin, change("margin")),
    );
  }

  watch() {
    // widths are told, not asked for: a question between changes lays the page out anew
    this.widths = {};
    this.sizes = new ResizeObserver((resized) => {
      for (const { target } of resized) this.widths[target.dataset.panel] = target.clientWidth;
      this.sized = true;
      this.later();
    });
    for (const { panel } of Object.values(this.panels)) this.sizes.observe(panel);
    const theme = () => this.frame.classList.toggle("dark", isDark());
    this.themes = new MutationObserver(theme);
    this.themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    theme();
  }

  close() {
    this.closed = true;
    this.sizes.disconnect();
    this.themes.disconnect();
    this.engine.close();
    cancelAnimationFrame(this.due);
  }

  hear({ answer, extras, compared, mine, silent }) {
    if (this.closed) return;
    if (silent !== undefined) this.silent = silent;
    if (compared) {
      this.compared = compared;
      this.mine = mine ?? this.mine;
    }
    if (extras && (extras.revision ?? 0) >= (this.extras.revision ?? 0)) {
      this.extras = { ...this.extras, ...extras };
    }
    if (answer && (!this.answer || answer.revision >= this.answer.revision)) this.take(answer);
    // the newest answer is drawn for this frame, not for the next one
    if (answer?.revision === this.asked) this.drawNow();
    else this.later();
  }

  take(answer) {
    this.refused = answer.refused ?? null;
    if (answer.refused) {
      this.asked = Math.max(this.asked, answer.revision);
      return;
    }
    this.answer = answer;
    // another view of the same Tuner, or Python, may have moved on
    if (answer.revision > this.asked) {
      this.asked = answer.revision;
      this.penalties = Array.from(answer.penalties);
      this.controls.show(this.penalties);
    }
  }

  look(group) {
    if (group === this.focus) return;
    this.focus = group;
    this.ask(true, this.asked);
    this.later();
  }

  moved(columns, from, to, group, final) {
    this.focus = group;
    if (!this.moving) this.remember();
    this.moving = !final;
    this.penalties = movedPenalties(this.penalties, columns, from, to);
    this.controls.show(this.penalties, this.root.activeElement);
    this.ask(final);
  }

  remember() {
    this.past.push(this.penalties);
    if (this.past.length > MOST_HISTORY) this.past.shift();
    this.future.length = 0;
  }

  jump(penalties) {
    this.remember();
    this.show(penalties);
  }

  travel(from, to) {
    if (!from.length) return;
    to.push(this.penalties);
    this.show(from.pop());
  }

  show(penalties) {
    this.penalties = Array.from(penalties);
    this.controls.show(this.penalties);
    this.ask(true);
  }

  ask(final, revision = Math.max(this.asked + 1, this.engine.nextRevision())) {
    this.asked = revision;
    this.frame.dataset.asked = revision;
    // nothing is drawn before the answer: only what may be clicked
    this.allow();
    this.engine.ask({ revision, penalties: this.penalties, group: this.focus, final });
  }

  allow() {
    this.toolbar.undo.disabled = !this.past.length;
    this.toolbar.redo.disabled = !this.future.length;
    this.toolbar.tuned.disabled = same(this.penalties, this.facts.penalties);
  }

  /** Draw once in the next frame, however much has changed. */
  later() {
    if (this.due || this.closed) return;
    this.due = requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    cancelAnimationFrame(this.due);
    this.due = null;
    if (!this.closed && this.answer && this.sized) this.draw();
  }

  draw() {
    const { facts, answer, extras, money, focus } = this;
    const tuned = this.compared.find((one) => one.name === "tuned");
    const evidence = extras.evidence;
    const known = { facts, answer, money, focus, tuned, evidence, curve: extras.curve, tunedBins: tuned?.bins };
    const makers = {
      loss: lossPanel,
      campaigns: campaignPanel,
      coefficients: coefficientPanel,
      reliance: reliancePanel,
      ...(evidence ? { lift: liftPanel, calibration: calibrationPanel, profit: profitPanel } : {}),
    };
    for (const [name, { panel, title, body }] of Object.entries(this.panels)) {
      const width = Math.max(230, this.widths[name] ?? 0);
      // what follows from outcomes alone stays while a slider moves: painting is what costs
      const used = OF_OUTCOMES.includes(name)
        ? [width, evidence, money, tuned]
        : [width, answer, focus, tuned, extras.curve];
      if (this.drawn[name]?.every((one, k) => one === used[k])) continue;
      this.drawn[name] = used;
      const made = makers[name]?.({ ...known, width });
      panel.hidden = !made;
      if (!made) continue;
      title.textContent = made.title;
      body.replaceChildren(...made.nodes.filter(Boolean));
    }
    this.sentence.textContent = keptSentence(facts, sum(answer.edf));
    const said = hints({ facts, answer, tuned, nudges: extras.revision === answer.revision ? extras.nudges : null });
    this.hints.replaceChildren(...said.slice(0, MOST_HINTS).map((one) => make("li", { "data-hint": one.kind }, one.text)));
    this.table.replaceChildren(this.comparison());
    this.notes.replaceChildren(...this.footnotes().map((one) => make("span", {}, `${one} `)));
    this.status.textContent = this.standing();
    this.status.classList.toggle("lost", Boolean(this.silent || this.refused));
    this.allow();
    this.frame.dataset.asked = this.asked;
    this.frame.dataset.revision = answer.revision;
    this.frame.dataset.kind = answer.kind;
  }

  standing() {
    if (this.refused) return this.refused;
    if (this.silent) {
      return "No answer from the kernel: it is busy, was restarted, or is gone. The charts belong to the last answer, not to these sliders. Run the cell again.";
    }
    const { kind, bound, revision } = this.answer;
    if (this.engine.live && revision < this.asked) return "Waiting for the kernel …";
    if (kind === "exact") return "Exact: fitted under these penalties.";
    if (kind === "preview") return `Preview, log-odds within ${Number(bound.toPrecision(1))} of the refit; exact when you let go.`;
    return "Works without a kernel: one Newton step from the fit.";
  }

  footnotes() {
    const { evidence } = this.extras;
    const notes = [`Lift, calibration and profit: ${this.facts.judged}.`];
    if (evidence?.away > 0.005) {
      notes.unshift(`Lift, calibration and profit are those of the stored setting "${evidence.name}", the nearest; log-odds differ by ${fixed(evidence.away, 2)}.`);
    } else if (this.engine.live && this.extras.revision !== this.answer.revision) {
      notes.unshift("Lift, calibration and profit follow when you let go.");
    }
    return [...notes, ...this.facts.notes];
  }

  comparison() {
    const { answer, money, extras } = this;
    const now = { name: "these penalties", edf: sum(answer.edf), loss: answer.loss, bins: extras.evidence?.bins };
    const heads = ["", "loss, left out", "effective", "lift, best 10%", "best depth", "profit expected", "profit that came"];
    const cells = [now, ...this.compared].map((one) => {
      const out = one.loss.length > 1 ? meanLoss(one.loss, this.facts.weights) : null;
      const points = one.bins ? followed(one.bins, money) : null;
      const best = points && bestDepth(points);
      return [
        out ? `${fixed(out.mean, 4)}${plusMinus(this.facts, out.se)}` : "–",
        fixed(one.edf, 1),
        points ? fixed(liftOf(points), 2) : "–",
        best ? percent(best.depth) : "–",
        best ? amount(best.expected) : "–",
        best ? amount(best.realised) : "–",
      ];
    });
    const body = [now, ...this.compared].map((one, k) => {
      const name = make("th", { scope: "row" }, one.name);
      if (k > 0) {
        const go = make("button", { type: "button", "data-go": one.name }, one.name);
        go.addEventListener("click", () => this.jump(one.penalties));
        name.replaceChildren(go);
      }
      return make("tr", {}, name, ...cells[k].map((text) => make("td", {}, text)));
    });
    const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
    const about = `${plural(Math.round(this.facts.contacts), "contact")} in the fit`;
    return make("table", {}, make("caption", {}, `Settings compared; ${about}`), make("thead", {}, head), make("tbody", {}, ...body));
  }
}

function same(a, b) {
  return a.every((one, j) => one === b[j]);
}

/** JupyterLab and Notebook say so on the body; a report is light. */
function isDark() {
  return document.body.dataset.jpThemeLight === "false";
}

export default { render };
