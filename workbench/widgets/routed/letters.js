// Text as Python reads it: its small letters, words and spaces, by tables that Python wrote. The
// browser's own would differ: by its version of Unicode, and as its \w is of ASCII alone.

const WORD = 1;
const SPACE = 2;
const CASED = 4;
const IGNORED = 8;
const CAPITAL_SIGMA = 0x3a3;
const NO_LETTER = "\ufffd";

/** Read the tables of `letters_of_python`. */
export function lettersOf(tables) {
  const flags = new Uint8Array(0x110000);
  for (const [name, flag] of [["word", WORD], ["space", SPACE], ["cased", CASED], ["ignored", IGNORED]]) {
    let at = 0;
    for (let k = 0; k < tables[name].length; k += 2) {
      at += tables[name][k];
      for (const end = at + tables[name][k + 1]; at < end; at += 1) flags[at] |= flag;
    }
  }
  const small = new Map(tables.longer.map(([code, codes]) => [code, codes.map((one) => String.fromCodePoint(one))]));
  for (const [first, count, step, distance] of tables.small) {
    for (let k = 0; k < count; k += 1) small.set(first + k * step, [String.fromCodePoint(first + k * step + distance)]);
  }
  return { flags, small };
}

/** Return the characters of a text; half of one, which is none, becomes U+FFFD. */
export function charactersOf(text) {
  return Array.from(text, (one) => (one.length === 1 && one >= "\ud800" && one <= "\udfff" ? NO_LETTER : one));
}

/** Return the characters of small letters. */
export function inSmallLetters(characters, letters) {
  const out = [];
  characters.forEach((one, k) => {
    const code = one.codePointAt(0);
    if (code === CAPITAL_SIGMA) out.push(endsWord(characters, k, letters) ? "ς" : "σ");
    else if (letters.small.has(code)) out.push(...letters.small.get(code));
    else out.push(one);
  });
  return out;
}

/** Say whether a sigma is at the end of a word: a cased letter before it, and none behind it. */
function endsWord(characters, k, letters) {
  const cased = (step) => {
    let at = k + step;
    while (at >= 0 && at < characters.length && has(characters[at], IGNORED, letters)) at += step;
    return at >= 0 && at < characters.length && has(characters[at], CASED, letters);
  };
  return cased(-1) && !cased(1);
}

function has(character, flag, letters) {
  return (letters.flags[character.codePointAt(0)] & flag) !== 0;
}

/** Return what stands between spaces, each as its characters. */
export function wordsIn(characters, letters) {
  return runsOf(characters, (one) => !has(one, SPACE, letters));
}

/** Return the tokens of a word: runs of letters, digits and underscores, as `\w+` finds them in Python. */
export function tokensOf(characters, letters) {
  return runsOf(characters, (one) => has(one, WORD, letters)).map((run) => run.join(""));
}

/** Return a word in small letters without signs around it; one of signs alone as it is. */
export function bareWord(characters, letters) {
  const letter = (one) => one !== "_" && has(one, WORD, letters);
  const first = characters.findIndex(letter);
  if (first < 0) return characters.join("");
  return inSmallLetters(characters.slice(first, characters.findLastIndex(letter) + 1), letters).join("");
}

/** Return the pieces of a word, with a space at its ends, from the shortest to the longest. */
export function piecesOf(characters, shortest, longest) {
  const padded = [" ", ...characters, " "];
  const out = [];
  for (let n = shortest; n <= longest; n += 1) {
    for (let k = 0; k === 0 || k + n <= padded.length; k += 1) out.push(padded.slice(k, k + n).join(""));
    if (n >= padded.length) break; // a short word counts once
  }
  return out;
}

function runsOf(characters, within) {
  const out = [];
  let run = [];
  for (const one of characters) {
    if (within(one)) run.push(one);
    else if (run.length) {
      out.push(run);
      run = [];
    }
  }
  if (run.length) out.push(run);
  return out;
}
