// Numbers and sentences as they are read: every number with its unit, names in one line.

export function fixed(value, digits) {
  return value.toFixed(digits).replace(/^-/, "−");
}

/** Write a share as a percentage, small ones with a decimal, below 0.2% with two digits that count. */
export function percent(share) {
  const value = Math.abs(share) < 1e-6 ? 0 : 100 * share;
  const size = Math.abs(value);
  const digits = size < 0.2 ? 1 - Math.floor(Math.log10(size)) : size < 9.95 ? 1 : 0;
  return `${fixed(value, value === 0 ? 0 : digits)}%`;
}

/** Write a mean loss with four decimals, below 0.01 with four digits that count. */
export function lossOf(value) {
  const size = Math.abs(value);
  return fixed(value, size > 0 && size < 0.01 ? 3 - Math.floor(Math.log10(size)) : 4);
}

/** Write an amount or a count with thousands separated. */
export function amount(value) {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 ? "−" : ""}${grouped}${rest ? `.${rest}` : ""}`;
}

/** Write a penalty: three digits, a power of ten where it is far from one. */
export function strength(value) {
  if (value === 0) return "none";
  if (value >= 0.001 && value < 1000) return String(Number(value.toPrecision(2)));
  const power = Math.floor(Math.log10(value) + 1e-12);
  const digits = Number((value / 10 ** power).toPrecision(2));
  return `${digits === 1 ? "" : `${digits} × `}10${superscript(power)}`;
}

function superscript(power) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return [...String(power)].map((one) => (one === "-" ? "⁻" : digits[one])).join("");
}

/** Write how many times something is what it was. */
export function times(ratio) {
  return ratio >= 1 ? `× ${Number(ratio.toPrecision(2))}` : `÷ ${Number((1 / ratio).toPrecision(2))}`;
}

/** Write a name on one line, cut in the middle: both ends tell names apart. */
export function short(name, most = 26) {
  const line = [...String(name).replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim()];
  if (line.length <= most) return line.join("");
  const tail = Math.floor((most - 1) / 2);
  return `${line.slice(0, most - 1 - tail).join("").trimEnd()}…${line.slice(-tail).join("").trimStart()}`;
}

export function keptSentence(facts, edf) {
  return (
    `${facts.kept_columns} of ${facts.all_columns} column${facts.all_columns === 1 ? "" : "s"} kept, ${fixed(edf, 1)} effective: ` +
    "the penalty shrinks a coefficient, it does not drop it."
  );
}

export function plural(count, word) {
  return `${amount(count)} ${word}${count === 1 ? "" : "s"}`;
}
