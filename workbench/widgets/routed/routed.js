// Texts routed while they are typed: by the router in Python, or in a mailed file by a small router
// of its own. What is typed is neither stored nor sent: it goes to the notebook's kernel at most.
import { chart, LETTER, make, padded, rows, shape, themed, ticks, widestName } from "../front/drawing.js";
import { percentMark, say, sayCount, speak } from "../front/language.js";
import { amount, fixed, percent, shortened, signed } from "../front/words.js";
import { routeText, smallRouter } from "./small_router.js";

const SHOWN_LABELS = 4;
const SHOWN_STEPS = 10;
const LOST_AFTER = 8000; // milliseconds
const PAUSE = 60; // milliseconds after a key
const SPOKEN_AFTER = 900; // milliseconds without a key, so that not every letter is read aloud
const VALUES = 56; // pixels, beside a bar
const NARROW_PANEL = 300; // pixels
const WIDE = 500; // pixels
const NOT_SURE = 0.9999;

export function renderRouted({ model, el }) {
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  speak(model.get("spoken"), el);
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const state = model.get("state");
  const view = new RoutedView(root, state ? inFile(state) : inNotebook(model));
  return () => view.close();
}

/** The small router of a file: it answers by itself. */
function inFile(state) {
  const router = smallRouter(state);
  const of = ({ labels, words, ngrams, ...one }) => ({
    ...one,
    answer: one.answer === null ? null : router.labels[one.answer],
    labels: labels.slice(0, SHOWN_LABELS).map(([k, chance]) => [router.labels[k], chance]),
    steps: { word: strongestSteps(words), ngram: strongestSteps(ngrams) },
    bar: router.threshold,
  });
  return { who: say("The small router of this file"), notes: state.notes, small: true, ask: (text, hear) => hear(of(routeText(router, text))), close() {} };
}

/** Keep the steps that are shown; of the others how many there are, and their sum. */
export function strongestSteps(steps, most = SHOWN_STEPS) {
  const others = steps.slice(most);
  return { shown: steps.slice(0, most), others: others.length, rest: others.reduce((sum, [, adds]) => sum + adds, 0) };
}

/** The router in Python: one question at a time, while the newest of the others waits. */
function inNotebook(model) {
  const asker = Math.random().toString(36).slice(2); // other views of this router ask, too
  let current = null;
  let waiting = null;
  let number = 0;
  let timer = null;
  const send = (question) => {
    number += 1;
    current = { ...question, number, open: true };
    model.send({ asked: "route", text: question.text, asker, number });
    clearTimeout(timer);
    timer = setTimeout(lost, LOST_AFTER);
  };
  const lost = () => {
    const newest = waiting ?? current;
    waiting = null;
    if (newest !== current) send(newest); // it is answered once the kernel is back
    newest.tell({ lost: true });
    clearTimeout(timer);
    current.open = false;
  };
  const heard = (message) => {
    if (message.asker !== asker || message.number !== current.number) return;
    clearTimeout(timer);
    const { tell } = current;
    current.open = false;
    if (waiting) send(waiting);
    waiting = null;
    tell(message);
  };
  model.on("msg:custom", heard);
  const ask = (text, tell) => {
    if (current?.open) waiting = { text, tell };
    else send({ text, tell });
  };
  const close = () => {
    model.off("msg:custom", heard);
    clearTimeout(timer);
  };
  return { who: say("The router"), notes: model.get("notes") ?? [], small: false, ask, close };
}

class RoutedView {
  constructor(root, router) {
    this.router = router;
    this.answer = null;
    this.by = "word";
    this.asked = 0;
    this.build(root);
    this.unthemed = themed(this.frame);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.panels);
  }

  build(root) {
    // a spelling checker may send what is typed to its maker
    this.field = make("textarea", { rows: "4", spellcheck: "false", autocomplete: "off", autocorrect: "off", "data-gramm": "false", placeholder: say("Type or paste a text") });
    this.field.addEventListener("input", () => this.type());
    const label = make("label", { class: "typed" }, make("span", { class: "name" }, say("Text to be routed")), this.field);
    this.who = make("h3", { class: "chosen" });
    this.sentence = make("p", { class: "sentence" });
    this.known = make("p", { class: "small" });
    this.aloud = make("p", { class: "aloud", role: "status" });
    this.labels = panel("labels", say("The likeliest labels"));
    this.steps = panel("steps", "");
    this.grouping = make("select", { "aria-label": say("Steps by") }, make("option", { value: "word" }, say("by word")), make("option", { value: "ngram" }, say("by n-gram")));
    this.grouping.addEventListener("change", () => {
      this.by = this.grouping.value;
      this.draw();
    });
    this.steps.title.after(make("label", { class: "steps" }, say("Steps"), " ", this.grouping));
    this.panels = make("div", { class: "panels", hidden: "" }, this.labels.box, this.steps.box);
    const [first, ...notes] = this.router.notes.map((one) => make("p", { class: "small" }, one));
    this.frame = make("div", { class: "tuner routed", role: "group", "aria-label": this.router.small ? say("Texts routed by a small router") : say("Texts routed") }, first, label, this.who, this.sentence, this.known, this.aloud, this.panels, ...notes);
    root.replaceChildren(make("style", {}, STYLE), this.frame);
    this.empty();
  }

  close() {
    this.closed = true;
    this.router.close();
    this.sizes.disconnect();
    this.unthemed();
    clearTimeout(this.timer);
    clearTimeout(this.speaking);
  }

  type() {
    this.asked += 1;
    this.frame.dataset.asked = this.asked;
    this.frame.classList.add("behind");
    clearTimeout(this.timer);
    clearTimeout(this.speaking);
    const text = this.field.value;
    const asked = this.asked;
    if (!text.trim()) this.empty();
    else this.timer = setTimeout(() => this.router.ask(text, (answer) => this.hear(answer, asked)), PAUSE);
  }

  empty() {
    this.answer = null;
    this.show("", say("Type a text: it is routed at once."), "");
    this.panels.hidden = true;
    this.done();
  }

  done() {
    this.frame.dataset.answered = this.asked;
    this.frame.classList.remove("behind");
  }

  show(who, sentence, known) {
    this.who.textContent = who;
    this.who.hidden = !who;
    this.sentence.textContent = sentence;
    this.known.textContent = known;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.aloud.textContent = `${who}. ${sentence}`), who ? SPOKEN_AFTER : 0);
  }

  hear(answer, asked) {
    if (this.closed || asked !== this.asked) return; // a newer text is under way
    this.sentence.classList.toggle("lost", Boolean(answer.lost));
    if (answer.lost || answer.refused) {
      this.answer = null;
      this.panels.hidden = true;
      this.show(say("No answer"), answer.refused ?? say("No answer from the kernel: it is busy, was restarted, or is gone. Run the cell again."), "");
      return;
    }
    this.answer = answer;
    this.frame.dataset.chance = answer.labels[0][1];
    const known = say("It knows {known} of {there} n-grams of this text.", { known: amount(answer.known), there: amount(answer.there) });
    this.show(answer.answer ?? say("To a person"), sentenceOf(answer, this.router.who), answer.why === "unknown" ? "" : known);
    this.panels.hidden = answer.why === "unknown";
    this.done();
    this.draw();
  }

  draw() {
    if (this.closed || !this.answer || this.panels.hidden) return;
    const [label] = this.answer.labels[0];
    this.steps.title.textContent = this.by === "word" ? say("What words add to {label}", { label }) : say("What n-grams add to {label}", { label });
    const width = (box) => Math.max(230, box.clientWidth);
    this.labels.body.replaceChildren(labelChart(this.answer, width(this.labels.box)));
    this.steps.body.replaceChildren(stepChart(this.answer, this.by, width(this.steps.box), this.steps.title.textContent));
  }
}

function panel(name, words) {
  const title = make("h3", {}, words);
  const body = make("div", { class: "body" });
  return { title, body, box: make("section", { class: "panel", "data-panel": name }, title, body) };
}

/** Say what the router makes of a text, and why a person should look. */
export function sentenceOf({ why, labels, bar }, who) {
  if (why === "unknown") return say("{who} knows no n-gram of this text.", { who });
  const [label, chance] = labels[0];
  const told = { who, label, chance: shareBeside(chance, bar), bar: bar === null ? "" : shareBeside(bar, chance) };
  if (why === "always") return say("{who}: {label}, with a probability of {chance}. Texts of this label always go to a person.", told);
  if (bar === null) return say("{who}: {label}, with a probability of {chance}. No threshold is as precise as was asked for, so that every text goes to a person.", told);
  return say("{who}: {label}, with a probability of {chance}. It answers from {bar} on.", told);
}

/** Write a probability with as many digits as tell it from another; 100% is said of 1 alone. */
export function shareBeside(share, other = null) {
  if (share > NOT_SURE && share < 1 && !(other > NOT_SURE)) return say("over {p}", { p: `${fixed(100 * NOT_SURE, 2)}${percentMark()}` });
  if (share < 0.002 && !(other < 0.002)) return percent(share);
  const written = (one, digits) => `${fixed(100 * one, digits)}${percentMark()}`;
  let digits = 1;
  while (digits < 12 && ((share < 1 && written(share, digits).startsWith("100")) || (other !== null && other !== share && written(share, digits) === written(other, digits)))) digits += 1;
  return written(share, digits);
}

function labelChart({ labels, bar }, width) {
  const names = labels.map(([label]) => label);
  const values = labels.map(([, chance]) => shareBeside(chance));
  const said = labels.map(([label], k) => `${label}: ${values[k]}`);
  const xTicks = [0, 0.5, 1].map((one) => [one, percent(one)]);
  const about = { width, names, said, xs: [0, 1], xTicks, xName: bar === null ? say("probability") : say("probability; dashed: answered from here on"), label: said.join("; ") };
  const { drawn, middle, write } = barRows(about, values);
  labels.forEach(([, chance], k) => drawn.rule([0, k + middle], [chance, k + middle], "bar up"));
  if (bar !== null) drawn.rule([bar, 0], [bar, names.length], "mark");
  write();
  return drawn.svg;
}

function stepChart({ steps, before }, by, width, title) {
  const { shown, others, rest } = steps[by];
  const lines = [...shown];
  if (others) lines.push([by === "word" ? sayCount("{n} other word", "{n} other words", others) : sayCount("{n} other n-gram", "{n} other n-grams", others), rest]);
  lines.push([say("before any word"), before]);
  const adds = lines.map(([, one]) => one);
  const values = adds.map(signed);
  const said = lines.map(([name], k) => `${name}: ${values[k]}`);
  const xs = padded([0, ...adds], 0.05);
  const xTicks = ticks(...xs, width < WIDE ? 4 : 8).map((one) => [one, signed(one)]);
  const about = { width, names: lines.map(([name]) => name), said, xs, xTicks, xName: say("log-odds against the average label"), label: `${title}: ${said.join("; ")}` };
  const { drawn, middle, write } = barRows(about, values);
  drawn.rule([0, 0], [0, lines.length], "zero");
  adds.forEach((one, k) => drawn.rule([0, k + middle], [one, k + middle], `bar ${one < 0 ? "down" : "up"}`));
  write(); // over the lines
  return drawn.svg;
}

/** Rows of bars, their values at the right; on a narrow screen names stand above their bars. */
function barRows(about, values) {
  const { width, names, said, xs, xTicks } = about;
  const value = (drawn, k, y) => drawn.text(values[k], [width - 4, y], { "text-anchor": "end", class: "tick" });
  if (width >= NARROW_PANEL) {
    const drawn = rows({ ...about, names: shortened(names, Math.floor((widestName(width) - 8) / LETTER)), height: 22, side: VALUES });
    for (const [at] of xTicks) drawn.rule([at, 0], [at, names.length], "grid");
    return { drawn, middle: 0.5, write: () => names.forEach((_, k) => value(drawn, k, drawn.y(k + 0.5) + 4)) };
  }
  const drawn = chart({ ...about, xs, height: 38 * names.length + 44, ys: [names.length, 0], yTicks: [], left: 8 });
  for (const [at] of xTicks) drawn.rule([at, 0], [at, names.length], "grid");
  const cut = shortened(names, Math.floor((width - VALUES - 8) / LETTER));
  const write = () =>
    names.forEach((_, k) => {
      drawn.text(cut[k], [4, drawn.y(k) + 13], { class: "name" }).append(shape("title", {}, said[k]));
      value(drawn, k, drawn.y(k) + 13);
    });
  return { drawn, middle: 0.68, write };
}

export default { render: renderRouted };
