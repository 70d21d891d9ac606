// One contact: a waterfall from the average contact to it, and fields that change its values. It
// speaks with the notebook in messages alone: what it shows is not in the widget's saved state.
import { buttons } from "../front/controls.js";
import { chart, LETTER, make, padded, rows, shape, themed, widestName } from "../front/drawing.js";
import { say, sayCount, speak } from "../front/language.js";
import { short, shortened, signed } from "../front/words.js";

const SHOWN_FIELDS = 8;
const SILENT_AFTER = 8000; // milliseconds
const TICK_ROOM = 46; // pixels
const ADDS = 48; // pixels, of what a step adds
const NARROW = 480; // pixels

export function renderExplained({ model, el }) {
  // without it JupyterLab takes the arrow keys for its own
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  speak(model.get("spoken"), el);
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const view = new ExplainedView(root, model);
  return () => view.close();
}

/** Of ticks [place, text], those that have room for their text; the first stays. */
export function roomyTicks(ticks, toPixels, room = TICK_ROOM) {
  const kept = [];
  for (const tick of ticks) {
    if (!kept.length || toPixels(tick[0]) - toPixels(kept[kept.length - 1][0]) >= room) kept.push(tick);
  }
  return kept;
}

/** Write features with their values in so many letters: names are cut first, and stay different. */
export function namesWithValues(steps, most) {
  const values = steps.map(({ value }) => (value ? ` = ${short(value, Math.max(6, Math.floor(most / 2)))}` : ""));
  const room = most - Math.max(...values.map((one) => [...one].length));
  const words = shortened(steps.map((one) => one.words), Math.max(room, 8));
  return words.map((one, k) => `${one}${values[k]}`);
}

class ExplainedView {
  constructor(root, model) {
    this.model = model;
    this.contact = null;
    this.answer = null;
    this.entered = {};
    this.wrong = {};
    this.by = "feature";
    this.revision = 0;
    this.build(root);
    this.heard = (message) => this.hear(message);
    model.on("msg:custom", this.heard);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.body);
    this.unthemed = themed(this.frame);
    this.ask({ asked: "contact" });
  }

  build(root) {
    const toolbar = buttons([["back", say("Back to this contact"), () => this.back()]]);
    toolbar.box.setAttribute("aria-label", say("Values"));
    this.toBack = toolbar.made.back;
    this.toBack.disabled = true;
    this.status = make("p", { class: "status", role: "status" }, say("Waiting for the kernel …"));
    this.fields = make("div", { class: "fields" });
    this.who = make("h3", { class: "chosen" });
    this.sentence = make("p", { class: "sentence", role: "status" });
    this.grouping = make("select", { "aria-label": say("Steps by") }, make("option", { value: "feature" }, say("by feature")), make("option", { value: "group" }, say("by group")));
    this.grouping.addEventListener("change", () => {
      this.by = this.grouping.value;
      this.draw();
    });
    this.title = make("h3", {}, say("From the average contact to this one"));
    this.body = make("div", { class: "body" });
    const panel = make("section", { class: "panel", "data-panel": "waterfall" }, this.title, make("label", { class: "steps" }, say("Steps"), " ", this.grouping), this.body);
    this.notes = make("div", {});
    const heading = make("h3", {}, say("What if"));
    const side = make("div", { class: "side" }, heading, toolbar.box, this.status, this.fields);
    const main = make("div", { class: "main" }, this.who, this.sentence, panel, this.notes);
    this.frame = make("div", { class: "tuner explained", role: "group", "aria-label": say("One contact explained") }, make("div", { class: "layout" }, main, side));
    root.replaceChildren(make("style", {}, STYLE), this.frame);
  }

  close() {
    this.closed = true;
    this.model.off("msg:custom", this.heard);
    this.sizes.disconnect();
    this.unthemed();
    clearTimeout(this.timer);
  }

  /** Ask the notebook; while it answers one question, the newest of the others waits. */
  ask(question) {
    if (this.busy) {
      this.waiting = question;
      return;
    }
    this.busy = true;
    this.model.send(question);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.silent(), SILENT_AFTER);
  }

  silent() {
    this.busy = false; // the next change asks again
    this.status.textContent = say("No answer from the kernel: it is busy, was restarted, or is gone. The chart belongs to the last answer. Run the cell again.");
    this.status.classList.add("lost");
  }

  hear({ contact, answer }) {
    if (this.closed) return;
    if (contact) this.take(contact);
    if (!answer || !this.contact) return;
    clearTimeout(this.timer);
    this.busy = false;
    this.status.classList.remove("lost");
    const next = this.waiting;
    this.waiting = null;
    if (next) this.ask(next);
    if (answer.revision < this.revision) return; // a newer question is under way
    const others = answer.revision > this.revision;
    this.revision = answer.revision;
    this.frame.dataset.asked = answer.revision;
    this.frame.dataset.answered = answer.revision;
    this.wrong = answer.wrong ?? {};
    if (!answer.wrong && !answer.refused) {
      this.answer = answer;
      if (others || !Object.keys(this.entered).length) this.follow(answer.entered);
    }
    this.status.textContent = answer.refused ?? "";
    this.draw();
  }

  /** Show values that were changed elsewhere: in Python, or in another view of this contact. */
  follow(entered) {
    this.entered = { ...entered };
    for (const field of Object.values(this.made)) field.show(entered[field.name] === undefined ? field.own : entered[field.name]);
  }

  take(contact) {
    this.contact = contact;
    this.who.textContent = contact.title;
    this.made = {};
    const first = contact.fields.slice(0, SHOWN_FIELDS);
    const rest = contact.fields.slice(SHOWN_FIELDS);
    this.fields.replaceChildren(...first.map((field) => this.fieldOf(field)));
    if (rest.length) this.fields.append(this.folded(rest));
    this.notes.replaceChildren(...contact.notes.map((one) => make("p", { class: "small" }, one)));
  }

  /** The weaker columns: made when they are first opened, with a search among them. */
  folded(fields) {
    const search = make("input", { type: "search", placeholder: say("Search columns"), "aria-label": say("Search columns") });
    const list = make("div", { class: "fields" });
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const [k, node] of [...list.children].entries()) {
        const text = `${fields[k].name} ${fields[k].words} ${fields[k].about} ${fields[k].group}`.toLowerCase();
        node.hidden = !words.every((one) => text.includes(one));
      }
    });
    const fold = make("details", {}, make("summary", {}, sayCount("{n} more column", "{n} more columns", fields.length)), search, list);
    fold.addEventListener("toggle", () => {
      if (list.childElementCount) return;
      list.append(...fields.map((field) => this.fieldOf(field)));
      this.mark();
    });
    return fold;
  }

  fieldOf(field) {
    const input = field.kind === "number" ? numberField() : levelField(field);
    input.setAttribute("data-field", field.name);
    const adds = make("output", { class: "value" });
    const told = make("span", { class: "told" });
    const wrong = make("span", { class: "wrong", role: "alert" });
    const name = make("span", { class: "name", title: field.about || field.name }, make("bdi", {}, field.words));
    const about = field.about ? make("span", { class: "about" }, field.about) : null;
    const unit = field.unit ? make("span", { class: "unit" }, field.unit) : null;
    const box = make("label", { class: "field" }, name, adds, about, make("span", { class: "entry" }, input, unit), told, wrong);
    const made = { name: field.name, own: field.entered, box, input, adds, told, wrong, show: (text) => put(input, text) };
    this.made[field.name] = made;
    put(input, this.entered[field.name] === undefined ? field.entered : this.entered[field.name]);
    const change = () => this.change(made);
    input.addEventListener(field.kind === "number" || input.type === "text" ? "input" : "change", change);
    return box;
  }

  change(field) {
    const text = field.input.value === "" ? null : field.input.value;
    if (text === field.own) delete this.entered[field.name];
    else this.entered[field.name] = text;
    this.score();
  }

  back() {
    this.entered = {};
    for (const field of Object.values(this.made)) field.show(field.own);
    this.score();
  }

  score() {
    this.revision += 1;
    this.frame.dataset.asked = this.revision;
    this.ask({ asked: "score", revision: this.revision, changes: { ...this.entered } });
    this.mark();
  }

  /** Mark what was changed, what it adds and counts as, and what is no value. */
  mark() {
    this.toBack.disabled = !Object.keys(this.entered).length;
    for (const field of Object.values(this.made ?? {})) {
      field.box.classList.toggle("changed", field.name in this.entered);
      const wrong = this.wrong[field.name] ?? "";
      field.wrong.textContent = wrong;
      if (wrong) field.input.setAttribute("aria-invalid", "true");
      else field.input.removeAttribute("aria-invalid");
      if (!this.answer) continue;
      field.told.textContent = this.answer.told[field.name] ?? "";
      field.adds.textContent = signed(this.answer.adds[field.name] ?? 0);
    }
  }

  draw() {
    if (!this.answer || this.closed) return;
    const wrong = Object.keys(this.wrong).length > 0;
    this.frame.classList.toggle("wrong-money", wrong);
    this.sentence.textContent = wrong ? say("The figures wait: a field does not hold a number.") : this.answer.sentence;
    this.frame.dataset.score = this.answer.score;
    const width = Math.max(230, this.body.clientWidth);
    this.body.replaceChildren(waterfall(this.answer, this.by, width));
    this.mark();
  }
}

function waterfall(answer, by, width) {
  const steps = answer.steps[by];
  const ends = [steps[0].start, ...steps.map(({ end }) => end)];
  const said = [say("average contact"), ...steps.map(({ words, value }) => (value ? `${words} = ${value}` : words)), say("this contact")];
  const about = { width, xs: padded(ends, 0.08), xName: answer.axis, label: `${by === "group" ? say("Steps by group") : say("Steps by feature")}: ${answer.sentence}` };
  const { drawn, middle, write } = width < NARROW ? namesAbove(steps, said, about, answer.ticks) : namesBeside(steps, said, about, answer.ticks);
  drawn.svg.classList.add("waterfall");
  ends.forEach((end, k) => drawn.rule([end, k + middle], [end, k + 1 + middle], "zero"));
  steps.forEach(({ contribution, start, end }, k) => {
    drawn.rule([start, k + 1 + middle], [end, k + 1 + middle], `bar ${contribution < 0 ? "down" : "up"}`);
  });
  drawn.dot([ends[0], middle], "before", say("average contact"));
  drawn.dot([ends[ends.length - 1], said.length - 1 + middle], "now", answer.sentence, 5);
  write(); // over the lines
  return drawn.svg;
}

/** Names at the left of their bars, and what each step adds at the right. */
function namesBeside(steps, said, about, ticks) {
  const { width, xs } = about;
  const names = [say("average contact"), ...namesWithValues(steps, Math.floor((widestName(width) - 8) / LETTER)), say("this contact")];
  const toPixels = (value) => ((value - xs[0]) / (xs[1] - xs[0])) * (width - ADDS - widestName(width) - 18);
  const xTicks = roomyTicks(ticks, toPixels);
  const drawn = rows({ ...about, names, said, height: 22, xTicks, side: ADDS });
  for (const [at] of xTicks) drawn.rule([at, 0], [at, names.length], "grid");
  const write = () => steps.forEach(({ contribution }, k) => add(drawn, contribution, [width - 4, drawn.y(k + 1.5) + 4]));
  return { drawn, middle: 0.5, write };
}

/** On a narrow screen: names above their bars, over the whole width. */
function namesAbove(steps, said, about, ticks) {
  const { width, xs } = about;
  const xTicks = roomyTicks(ticks, (value) => ((value - xs[0]) / (xs[1] - xs[0])) * (width - 26));
  const most = Math.floor((width - ADDS - 8) / LETTER);
  const drawn = chart({ ...about, height: 38 * said.length + 44, ys: [said.length, 0], xTicks, yTicks: [], left: 8 });
  for (const [at] of xTicks) drawn.rule([at, 0], [at, said.length], "grid");
  const write = () => {
    [say("average contact"), ...namesWithValues(steps, most), say("this contact")].forEach((name, k) => {
      drawn.text(name, [0, drawn.y(k) + 13], { class: "name" }).append(shape("title", {}, said[k]));
    });
    steps.forEach(({ contribution }, k) => add(drawn, contribution, [width - 4, drawn.y(k + 1) + 13]));
  };
  return { drawn, middle: 0.68, write };
}

function add(drawn, contribution, at) {
  drawn.text(signed(contribution), at, { "text-anchor": "end", class: "tick" });
}

function numberField() {
  return make("input", { type: "text", inputmode: "decimal", autocomplete: "off", placeholder: say("missing") });
}

/** A list of the levels that the model knows; where they are too many, a field to type one. */
function levelField({ kind, options, entered }) {
  if (kind === "level" && !options.length) return make("input", { type: "text", autocomplete: "off", placeholder: say("missing") });
  const known = kind === "flag" ? [["1", say("yes")], ["0", say("no")]] : [...options];
  if (entered !== null && !known.some(([value]) => value === entered)) known.push([entered, entered]);
  return make("select", {}, ...[...known, ["", say("missing")]].map(([value, words]) => make("option", { value }, words)));
}

function put(input, text) {
  input.value = text ?? "";
}

export default { render: renderExplained };
