// Whom to contact: depth, cost and margin, and what follows. All of it is worked out here, from
// binned aggregates; a notebook is only told where the sliders stand.
import { buttons, moneyInput } from "../front/controls.js";
import { make, padded, themed } from "../front/drawing.js";
import { say, speak } from "../front/language.js";
import { bestDepth, key, nobody, profitChart } from "../front/panels.js";
import { percent, spent } from "../front/words.js";
import { advice, bestOf, figures, notes, wordsOf } from "./sentences.js";
import { earnings, pointAt } from "./sums.js";

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
      : advice(here, this.state);
    this.title.textContent = best.depth === 0
      ? nobody()
      : bestOf(this.state, { depth: percent(best.depth), profit: spent(best.expected, this.state.currency) });
    const width = Math.max(230, this.body.clientWidth);
    this.body.replaceChildren(...curve(points, best, here, width, this.state));
    this.table.replaceChildren(figures(here, this.state));
    this.notes.replaceChildren(...notes(this.state).map((one) => make("p", { class: "small" }, one)));
    this.frame.dataset.depth = here.depth;
  }
}

function curve(points, best, here, width, state) {
  const words = wordsOf(state);
  const known = points[0].realised !== null;
  const sure = points.filter((one) => one.low !== null);
  const all = points.flatMap((one) => [one.expected, one.realised, one.gross ?? null, one.low, one.high]).filter((one) => one !== null);
  const ys = padded(all, 0.06);
  const drawn = profitChart(points, best, {
    width,
    height: 290,
    ys,
    ticks: 5,
    label: state.uplift
      ? say("Incremental and gross profit against the share contacted")
      : say("Profit against the share contacted, with its interval"),
    currency: state.currency,
    beneath: (under) => under.band(sure.map((one) => [one.depth, one.low, one.high]), state.uplift ? "measured" : ""),
  });
  if (state.uplift) drawn.line(points.map((one) => [one.depth, one.gross]), "before");
  if (here.low !== null) drawn.rule([here.depth, here.low], [here.depth, here.high], state.uplift ? "interval measured" : "interval");
  drawn.dot([here.depth, here.expected], "now", say("{depth}: {profit} expected", { depth: percent(here.depth), profit: spent(here.expected, state.currency) }), 6);
  const late = best.depth > 0.75;
  drawn.text(say("best depth"), [drawn.x(best.depth) + (late ? -5 : 5), drawn.y(ys[0]) - 6], { class: "tick", "text-anchor": late ? "end" : "start" });
  const named = state.uplift
    ? [["now", say("incremental, expected")], ["before", say("gross, expected")], ...(known ? [["other", say("incremental, measured")], ["band measured", say("95% interval of the measured")]] : [])]
    : [["now", say("expected")], ...(known ? [["other", words.arrived]] : []), ...(sure.length ? [["band", say("95% interval")]] : [])];
  return [drawn.svg, key(named, "line")];
}

export default { render: renderTargeting };
