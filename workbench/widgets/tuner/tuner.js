// The Tuner's view. It depends on the front-end contract of anywidget alone: `render` gets a
// model with get, set, save_changes, send, on and off, and returns what cleans up after it.
import { buttons, movedPenalties, moneyInput, sliders } from "../front/controls.js";
import { make, themed } from "../front/drawing.js";
import { profitErrors, tellsNothing } from "../front/between.js";
import { fileEngine, kernelEngine, sum } from "../front/engine.js";
import { hints } from "../front/hints.js";
import { marked, say, speak } from "../front/language.js";
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
import { OF_OUTCOMES, PANELS, elsewherePanel, untoldOf, untoldPanel } from "../front/untold.js";
import { amount, contactsOf, depthsOf, fixed, keptSentence, offBy, rangeOf, settingOf, spent } from "../front/words.js";

const MOST_HISTORY = 200;
const MOST_HINTS = 5;

export function render({ model, el }) {
  // without it JupyterLab takes the arrow keys for its own
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  speak(model.get("spoken"), el);
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
      ["tuned", this.facts.is_tuned ? say("Back to tuned") : say("Back to the fit"), () => this.jump(this.facts.penalties)],
      ["undo", say("Undo"), () => this.travel(this.past, this.future)],
      ["redo", say("Redo"), () => this.travel(this.future, this.past)],
      ["keep", say("Save as mine"), () => this.engine.keep(this.penalties)],
    ]);
    this.toolbar = toolbar.made;
    this.status = make("p", { class: "status", role: "status" });
    this.sentence = make("p", { class: "sentence" });
    this.hints = make("ul", { class: "hints" });
    this.table = make("div", { class: "compare" });
    this.notes = make("p", { class: "small notes" });
    this.panels = {};
    const grid = make("div", { class: "panels" });
    for (const name of [...PANELS, "untold"]) {
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
    this.frame = make("div", { class: "tuner", role: "group", "aria-label": say("Tuner") }, make("div", { class: "layout" }, side, main));
    this.root.replaceChildren(make("style", {}, STYLE), this.frame);
  }

  moneyInputs() {
    this.wrong = new Set();
    const change = (name) => (value) => {
      if (value === null) this.wrong.add(name);
      else {
        this.wrong.delete(name);
        this.money = { ...this.money, [name]: value };
        this.engine.spend(this.money);
      }
      this.later();
    };
    const input = (name, words) => moneyInput(name, words, this.money[name], change(name), this.facts.currency).box;
    return make("div", { class: "moneys" }, input("cost", say("cost of a contact")), input("margin", say("margin of a response")));
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
    this.unthemed = themed(this.frame);
  }

  close() {
    this.closed = true;
    this.sizes.disconnect();
    this.unthemed();
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
    const waiting = this.waiting();
    const about = this.about();
    const untold = untoldOf(answer, evidence, about);
    const go = (to) => this.jump(this.engine.stored(to));
    const moved = !same(answer.penalties, facts.penalties);
    makers.untold = () => untoldPanel(untold, { far: this.beyond(), moved, go });
    for (const [name, { panel, title, body }] of Object.entries(this.panels)) {
      const width = Math.max(230, this.widths[name] ?? 0);
      const outcomes = OF_OUTCOMES.includes(name);
      panel.classList.toggle("waiting", outcomes && (waiting || (name === "profit" && this.wrong.size > 0)));
      // what follows from outcomes alone stays while a slider moves: painting is what costs
      const used = outcomes
        ? [width, evidence, money, tuned, untold.includes(name)]
        : [width, answer, focus, tuned, extras.curve, untold.join()];
      if (this.drawn[name]?.every((one, k) => one === used[k])) continue;
      this.drawn[name] = used;
      const made = untold.includes(name) ? null : elsewherePanel(name, evidence, go) ?? makers[name]?.({ ...known, width });
      panel.hidden = !made;
      if (!made) continue;
      title.textContent = made.title;
      body.replaceChildren(...made.nodes.filter(Boolean));
    }
    this.sentence.textContent = this.beyond() ? "" : this.kept(about);
    const asked = extras.revision === answer.revision;
    const said = hints({ facts, answer, tuned, nudges: asked ? extras.nudges : null, offs: asked ? extras.offs : null });
    this.hints.replaceChildren(...(this.beyond() ? [] : said).slice(0, MOST_HINTS).map((one) => make("li", { "data-hint": one.kind }, one.text)));
    this.table.replaceChildren(this.comparison(about));
    this.notes.replaceChildren(...this.footnotes().map((one) => make("span", {}, `${one} `)));
    this.status.textContent = this.standing();
    this.status.classList.toggle("lost", Boolean(this.silent || this.refused));
    this.allow();
    this.frame.dataset.asked = this.asked;
    this.frame.dataset.revision = answer.revision;
    this.frame.dataset.kind = answer.kind;
  }

  /** Whether lift, calibration and profit are those of other penalties still. */
  waiting() {
    return (this.extras.revision ?? 0) !== this.answer.revision || this.asked > this.answer.revision;
  }

  /** Whether a file has gone farther from the fit than its numbers hold. */
  beyond() {
    return this.answer.errors === null;
  }

  effective(answer) {
    return answer.edfOfAll ?? sum(answer.edf);
  }

  kept(about) {
    const { facts, answer } = this;
    const edf = tellsNothing("effective", answer.errors, about) ? null : this.effective(answer);
    return keptSentence(facts, edf, answer.errors?.edf);
  }

  /** The numbers that errors are held against: those shown or those of the fit, the larger. */
  about() {
    const { answer, facts, money, extras } = this;
    const fitted = this.compared.find((one) => one.name === "tuned") ?? { loss: [], b: [], edf: 0 };
    const means = [answer.loss, fitted.loss].map((one) => (one?.length > 1 ? meanLoss(one, facts.weights).mean : 0));
    return {
      mean: Math.max(...means) || Infinity,
      loss: [...answer.loss, ...(fitted.loss ?? [])],
      b: [...answer.b.slice(1), ...fitted.b.slice(1)],
      edf: Math.max(this.effective(answer), fitted.edf),
      bins: extras.evidence?.bins,
      money,
    };
  }

  standing() {
    if (this.refused) return this.refused;
    if (this.silent && this.answer.kind === "step") {
      return say("No answer from the kernel: it is busy, was restarted, or is gone. Coefficients and losses are one Newton step from the fit; nothing is refitted. Run the cell again.");
    }
    if (this.silent) {
      return say("No answer from the kernel: it is busy, was restarted, or is gone. The charts belong to the last answer, not to these sliders. Run the cell again.");
    }
    const { kind, bound, revision } = this.answer;
    if (this.engine.live && revision < this.asked) return say("Waiting for the kernel …");
    if (kind === "exact" && this.answer.losses === "near") {
      return say("Exact: fitted under these penalties. Losses are near ones: each campaign is being left out …");
    }
    if (kind === "exact") return say("Exact: fitted under these penalties.");
    if (kind === "preview") {
      const near = marked(String(Number(bound.toPrecision(1))));
      return say("Preview, log-odds within {near} of the refit; exact when you let go.", { near });
    }
    if (this.engine.live) return say("One Newton step from the fit; the kernel's closer preview is on its way …");
    if (this.beyond()) return say("Farther from the fit than numbers hold: none is shown.");
    if (same(this.penalties, this.facts.penalties)) return say("Works without a kernel. These are the notebook's penalties, loss and columns.");
    return say("Works without a kernel: one Newton step from the fit. Beside the numbers stands how far an exact refit may be.");
  }

  footnotes() {
    const notes = [say("Lift, calibration and profit: {judged}.", this.facts)];
    const sides = this.extras.evidence?.sides;
    if (sides) {
      const [low, high] = sides.map(settingOf);
      notes.unshift(say('Lift, calibration and profit lie between the stored settings "{low}" and "{high}".', { low, high }));
    }
    if (this.engine.live && this.waiting()) notes.unshift(say("Lift, calibration and profit follow when you let go."));
    if (this.facts.checked) {
      const count = this.facts.checked.moves.length;
      notes.push(say("Errors are five times the largest that {count} exact refits showed at export; in brackets (±) in the table.", { count }));
    }
    return [...notes, ...this.facts.notes];
  }

  /** The figures of a setting; a dash where they are not known. */
  compareOne(one, money, about) {
    if (one.errors === null || !one.loss) return Array(6).fill("–");
    const off = one.errors ?? {};
    const out = one.loss.length > 1 ? meanLoss(one.loss, this.facts.weights) : null;
    const points = one.bins ? followed(one.bins, money ?? this.money) : null;
    const best = points && money && bestDepth(points);
    const near = best && profitErrors(points, best, off, money);
    const currency = this.facts.currency;
    const lift = points && !tellsNothing("lift", off);
    const profit = best && !tellsNothing("profit", off, { bins: one.bins, money });
    const effective = !tellsNothing("effective", off, about);
    return [
      out && !tellsNothing("loss", off, about) ? `${fixed(out.mean, 4)}${plusMinus(this.facts, out.se)}${offBy(off.loss, 4)}` : "–",
      effective ? `${fixed(one.edf, 1)}${offBy(off.edf, 1)}` : "–",
      lift ? `${fixed(liftOf(points), 2)}${offBy(off.lift, 2)}` : "–",
      profit ? depthsOf(near.depths, best.depth) : "–",
      profit ? `${spent(best.expected, currency)}${offBy(near.expected)}` : "–",
      !profit ? "–" : near.expected > 0 ? rangeOf(amount(near.realised[0]), spent(near.realised[1], currency)) : spent(best.realised, currency),
    ];
  }

  comparison(about) {
    const { answer, money, extras } = this;
    const bins = this.waiting() ? null : extras.evidence?.bins;
    const now = { name: say("these penalties"), edf: this.effective(answer), loss: answer.loss, bins, errors: answer.errors };
    const heads = ["", say("loss, left out"), say("effective columns"), say("lift, best 10%"), say("best depth"), say("profit expected"), say("profit that came")];
    const cells = [now, ...this.compared].map((one) => this.compareOne(one, this.wrong.size ? null : money, about));
    const body = [now, ...this.compared].map((one, k) => {
      const name = make("th", { scope: "row" }, one.name);
      if (k > 0) {
        const go = make("button", { type: "button", "data-go": one.name }, settingOf(one.name));
        go.addEventListener("click", () => this.jump(one.penalties));
        name.replaceChildren(go);
      }
      return make("tr", {}, name, ...cells[k].map((text) => make("td", {}, text)));
    });
    const head = make("tr", {}, ...heads.map((text) => (text ? make("th", { scope: "col" }, text) : make("td"))));
    const contacts = contactsOf(Math.round(this.facts.contacts));
    const caption = this.facts.guarantee?.release === "private"
      ? say("Settings compared; about {contacts} in the fit", { contacts })
      : say("Settings compared; {contacts} in the fit", { contacts });
    return make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...body));
  }
}

function same(a, b) {
  return a.every((one, j) => one === b[j]);
}

export default { render };
