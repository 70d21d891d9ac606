// The reader's language, as Python sends it with a view: sentences from its catalogue, and the
// marks of its numbers. Without it all is in English, whose sentences are the keys.

const ENGLISH = { messages: {}, decimal: ".", group: ",", percent: "%" };
let spoken = ENGLISH;

/**
 * Write in a language from here on: what `workbench/widgets/front/spoken.py` made, or nothing. The
 * element that is written into says so, to those who have it read aloud.
 */
export function speak(given, el = null) {
  spoken = { ...ENGLISH, ...given };
  if (given?.language) el?.setAttribute("lang", given.language);
}

/** Return a message in the reader's language, with its fields filled in by texts. */
export function say(message, values = {}) {
  const words = Object.hasOwn(spoken.messages, message) ? spoken.messages[message] : message;
  return words.replace(/\{(\w+)\}/g, (field, name) => (Object.hasOwn(values, name) ? values[name] : field));
}

/** Say how many there are: a message for one, and one for several, with the field {n}. */
export function sayCount(one, many, n, values = {}) {
  return say(n === 1 ? one : many, { ...values, n: grouped(String(n)) });
}

/** Return a number that is written in English with the reader's decimal mark. */
export function marked(number) {
  return number.replace(".", spoken.decimal);
}

/** The same with thousands separated. */
export function grouped(number) {
  const [whole, ...rest] = number.split(".");
  const mark = () => spoken.group;
  return [whole.replace(/\B(?=(\d{3})+$)/g, mark), ...rest].join(spoken.decimal);
}

export function percentMark() {
  return spoken.percent;
}

export function decimalMark() {
  return spoken.decimal;
}

export function groupMark() {
  return spoken.group;
}
