// What is said of a depth: the advice, the figures beside it, and the notes below.
import { make } from "../front/drawing.js";
import { say } from "../front/language.js";
import { gross } from "../front/panels.js";
import { amount, contactsOf, percent, rangeOf, spent, tenths } from "../front/words.js";
import { anywayShare } from "./sums.js";

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

/** Of an uplift: what a contact adds, beside what comes with it (gross). */
function added(state) {
  const plain = {
    ...responses(),
    expected: say("extra responses expected"),
    with: say("responses expected with the contact"),
    measured: say("extra responses measured"),
    written: { expected: tenths, with: tenths },
    tested: (found) => say("In a test of {contacts}, contacting all of them added {added} responses (95% interval {range}), where {expected} were expected.", found),
    more: [],
  };
  if (!state.amounts) return plain;
  return {
    ...plain,
    margin: say("margin, as a share of the amount"),
    expected: say("extra amount expected"),
    with: say("amount expected with the contact"),
    measured: say("extra amount measured"),
    written: { expected: amount, with: amount },
    tested: (found) => say("In a test of {contacts}, contacting all of them added an amount of {added} (95% interval {range}), where {expected} was expected.", found),
    more: [
      say("The margin is a share of each contact's amount. Contacts are ranked by uplift times amount, which is one order for every share and cost."),
      ...(state.amounts === "predicted" ? [say("Amounts are those of a model of their own. What was measured is responses at these amounts, not the money that came.")] : []),
    ],
  };
}

export function wordsOf(state) {
  if (state.uplift) return added(state);
  return ({ given, predicted }[state.amounts] ?? responses)();
}

export function bestOf(state, found) {
  return state.uplift
    ? say("Best depth {depth}: {profit} of incremental profit expected", found)
    : say("Best depth {depth}: {profit} expected", found);
}

export function advice(here, state) {
  const made = Math.round(here.contacts);
  if (made === 0) return say("Contact nobody.");
  const said = state.uplift ? addedAdvice(here, state) : grossAdvice(here, state);
  return [said, ...(state.keep ? [keptAdvice(here, state)] : [])].join(" ");
}

function grossAdvice(here, state) {
  const { currency } = state;
  const sure = here.low === null ? "" : say(" (95% interval {range})", { range: boundsOf(here, currency) });
  const came = here.realised === null ? "" : `; ${spent(Math.round(here.realised), currency)} ${wordsOf(state).arrived}`;
  const profit = spent(Math.round(here.expected), currency);
  return say("Contact the best {count}: profit {profit} expected{sure}{came}.", { count: amount(Math.round(here.contacts)), profit, sure, came });
}

function addedAdvice(here, state) {
  const { currency } = state;
  const found = { count: amount(Math.round(here.contacts)), profit: spent(Math.round(here.expected), currency) };
  const measured = here.realised === null
    ? ""
    : say("; {profit} measured (95% interval {range})", { profit: spent(Math.round(here.realised), currency), range: boundsOf(here, currency) });
  const said = say("Contact the best {count}: incremental profit {profit} expected{measured}.", { ...found, measured });
  return `${said} ${anyway(here, state)}`;
}

/** Say which share of what comes with the contact would have come without it. */
function anyway(here, state) {
  const share = anywayShare(here);
  if (share === null) return say("Contacting them is expected to add no response.");
  return state.amounts
    ? say("Of what they are expected to bring, {share} would have come without the contact.", { share: percent(share) })
    : say("Of the responses expected from them, {share} would have come without the contact.", { share: percent(share) });
}

function keptAdvice(here, state) {
  const found = { count: responsesIn(here.kept), cost: spent(Math.round(here.forgone), state.currency) };
  if (state.uplift) return say("Of these contacts, {count} are kept back at random as a control group, which costs {cost} of expected profit.", found);
  if (state.kept) return say("Of these contacts, {count} are kept back at random as a control group, which costs at most {cost} of expected profit.", found);
  return say("Of these contacts, about {count} are kept back at random as a control group, which costs at most {cost} of expected profit.", { ...found, count: amount(Math.round(here.kept)) });
}

function boundsOf({ low, high }, currency) {
  return rangeOf(amount(Math.round(low)), spent(Math.round(high), currency));
}

/** Write responses: whole at the end of a bin, with a decimal inside of one. */
function responsesIn(value) {
  return Math.abs(value - Math.round(value)) < 1e-6 ? amount(Math.round(value)) : tenths(value);
}

export function figures(here, state) {
  const rows = [
    ["contacts", say("contacts"), amount(Math.round(here.contacts))],
    ...(state.uplift ? addedFigures(here, state) : grossFigures(here, state)),
    ...(state.keep ? [
      ["kept", say("kept back as a control group"), state.kept ? responsesIn(here.kept) : amount(Math.round(here.kept))],
      ["forgone", state.uplift ? say("expected profit of those kept back") : say("expected profit of those kept back, gross"), spent(here.forgone, state.currency)],
    ] : []),
  ].filter(([, , text]) => text !== null);
  const cells = rows.map(([name, said, text]) => make("tr", {}, make("th", { scope: "row" }, said), make("td", { "data-figure": name }, text)));
  return make("table", {}, make("caption", {}, say("At this depth")), make("tbody", {}, ...cells));
}

function grossFigures(here, state) {
  const { currency } = state;
  const words = wordsOf(state);
  return [
    ["responses", words.expected, words.written.expected(here.responses)],
    ["came", words.came, here.came === null ? null : words.written.came(here.came)],
    ["expected", say("profit expected"), spent(here.expected, currency)],
    ["interval", say("its 95% interval"), here.low === null ? "–" : boundsOf(here, currency)],
    ["realised", words.realised, here.realised === null ? null : spent(here.realised, currency)],
  ];
}

function addedFigures(here, state) {
  const { currency } = state;
  const words = wordsOf(state);
  const share = anywayShare(here);
  return [
    ["responses", words.expected, words.written.expected(here.responses)],
    ["with", words.with, words.written.with(here.came)],
    ["anyway", say("would have come without the contact"), share === null ? "–" : percent(share)],
    ["expected", say("incremental profit expected"), spent(here.expected, currency)],
    ["gross", say("gross profit expected"), spent(here.gross, currency)],
    ["added", words.measured, here.added === null ? null : words.written.expected(here.added)],
    ["realised", say("incremental profit measured"), here.realised === null ? null : spent(here.realised, currency)],
    ["interval", say("its 95% interval"), here.realised === null ? null : boundsOf(here, currency)],
  ];
}

export function notes(state) {
  const words = wordsOf(state);
  const about = state.uplift ? addedNotes(state, words) : grossNotes(state, words);
  const kept = state.keep
    ? [say("The control group is {share} of all contacts, drawn at random before a depth is chosen: whoever is in it stays in it.", { share: percent(state.keep) })]
    : [];
  return [state.unseen ? words.unseen : words.itself, ...words.more, ...about, ...kept, ...(state.notes ?? [])];
}

function grossNotes({ known, outcomes }, words) {
  const said = [];
  if (outcomes) {
    const [contacts, expected, came] = outcomes.map(Math.round);
    said.push(words.known({ contacts: contactsOf(contacts), came: amount(came), expected: amount(expected) }));
  }
  return [...said, known ? intervalNote(known, words) : say("No interval: it needs known outcomes of at least two campaigns."), gross()];
}

function addedNotes({ measured }, words) {
  const said = [];
  if (measured) {
    const [added, low, high] = ["added", "low", "high"].map((name) => amount(Math.round(measured.contacts * measured[name].at(-1))));
    const expected = amount(Math.round(measured.expected));
    said.push(words.tested({ contacts: contactsOf(Math.round(measured.contacts)), added, range: rangeOf(low, high), expected }));
  }
  return [
    ...said,
    say("Incremental: without responses that would have come without the contact. Gross: with them."),
    say("A contact is worth it where uplift times margin is more than its cost."),
  ];
}

function intervalNote({ clusters, repeats }, words) {
  const found = { ratio: words.interval, campaigns: clusters, repeats: amount(repeats) };
  const note = say("Interval: {ratio} down to this depth, {campaigns} campaigns drawn again {repeats} times; it stands on contacts of known outcome.", found);
  return clusters < FEW_CAMPAIGNS ? `${note} ${say("With so few campaigns it is too narrow.")}` : note;
}
