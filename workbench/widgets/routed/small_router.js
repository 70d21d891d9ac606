// A mailed file's own small router: n-grams that ten customers wrote under a label, their weights,
// and what it says of a text. Python's `TextScores` of the same numbers says the same.
import { bareWord, charactersOf, inSmallLetters, lettersOf, piecesOf, tokensOf, wordsIn } from "./letters.js";

const HUNDREDTHS = 100;

/** Unpack the state of a file: what `SmallRouter` holds. */
export function smallRouter(state) {
  const labels = state.labels.length;
  const blocks = [];
  const ngrams = [];
  for (const { pieces, shortest, longest, grams, seen, cells } of state.blocks) {
    const places = new Map(grams.map((gram, k) => [gram, ngrams.length + k]));
    blocks.push({ pieces, shortest, longest, places, first: ngrams.length });
    grams.forEach((gram, k) => {
      const told = [];
      for (let c = 0; c < cells[k].length; c += 2) told.push([cells[k][c], cells[k][c + 1] / HUNDREDTHS]);
      const sum = told.reduce((total, [, weight]) => total + weight, 0);
      const rest = told.length < labels ? -sum / (labels - told.length) : 0;
      const mean = (sum + rest * (labels - told.length)) / labels;
      const rarity = Math.log((1 + state.texts) / (1 + Math.min(seen[k], state.texts))) + 1;
      ngrams.push({ name: pieces === "letters" ? pieceText(gram) : gram, told, rest, mean, rarity });
    });
  }
  const intercepts = state.intercepts.map((one) => one / HUNDREDTHS);
  return { ...state, blocks, ngrams, intercepts, letters: lettersOf(state.letters) };
}

/** Route a text: {answer, why, labels, words, ngrams, before, known, there}, labels by number. */
export function routeText(router, text) {
  const read = readText(router, text);
  const counted = router.blocks.map((block) => (block.pieces === "letters" ? countPieces(block, read) : countWords(block, read)));
  const weights = new Map();
  for (const { counts } of counted) {
    const weighed = [...counts].sort(([a], [b]) => a - b).map(([at, count]) => [at, count * router.ngrams[at].rarity]);
    const length = Math.sqrt(weighed.reduce((sum, [, one]) => sum + one * one, 0));
    for (const [at, one] of weighed) weights.set(at, one / length);
  }
  const chances = chancesOf(router, weights);
  const labels = chances.map((chance, k) => [k, chance]).sort((a, b) => b[1] - a[1]);
  const k = labels[0][0];
  const why = whyAPerson(router, k, chances[k], weights.size);
  const adds = new Map([...weights].map(([at, weight]) => [at, weight * (weightOf(router.ngrams[at], k) - router.ngrams[at].mean)]));
  return {
    answer: why ? null : k,
    why,
    labels,
    words: strongest(addedByWords(router, read, counted, adds)),
    ngrams: strongest([...adds].map(([at, value]) => [router.ngrams[at].name, value])),
    before: router.intercepts[k] - router.intercepts.reduce((sum, one) => sum + one, 0) / router.intercepts.length,
    known: counted.reduce((sum, { counts }) => sum + [...counts.values()].reduce((some, one) => some + one, 0), 0),
    there: counted.reduce((sum, one) => sum + one.there, 0),
  };
}

/** Write a piece of a word: a dot where the word ends, and more dots where it goes on. */
function pieceText(piece) {
  return `${piece.startsWith(" ") ? "" : "…"}${piece.replaceAll(" ", "·")}${piece.endsWith(" ") ? "" : "…"}`;
}

function whyAPerson(router, k, chance, known) {
  if (!known) return "unknown";
  if (router.handed_over.includes(k)) return "always";
  return chance >= router.threshold ? "" : "unsure";
}

function weightOf(ngram, k) {
  return ngram.told.find(([label]) => label === k)?.[1] ?? ngram.rest;
}

function chancesOf(router, weights) {
  const scores = [...router.intercepts];
  for (const [at, weight] of weights) {
    const { told, rest } = router.ngrams[at];
    for (let k = 0; k < scores.length; k += 1) scores[k] += weight * rest;
    for (const [k, one] of told) scores[k] += weight * (one - rest);
  }
  const most = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const sum = parts.reduce((total, one) => total + one, 0);
  return parts.map((one) => one / sum);
}

/** Read a text once: its words in their order, and each different word with what is in it. */
function readText(router, text) {
  const kinds = new Map();
  const words = wordsIn(charactersOf(text), router.letters).map((characters) => {
    const word = characters.join("");
    if (!kinds.has(word)) {
      const small = inSmallLetters(characters, router.letters);
      kinds.set(word, { small, bare: bareWord(characters, router.letters), tokens: tokensOf(small, router.letters), times: 0 });
    }
    kinds.get(word).times += 1;
    return kinds.get(word);
  });
  return { words, kinds: [...kinds.values()] };
}

function countPieces({ places, shortest, longest }, { kinds }) {
  const counts = new Map();
  const own = new Map();
  let there = 0;
  for (const word of kinds) {
    const found = new Map();
    const pieces = piecesOf(word.small, shortest, longest);
    for (const piece of pieces) {
      const at = places.get(piece);
      if (at !== undefined) found.set(at, (found.get(at) ?? 0) + 1);
    }
    for (const [at, count] of found) counts.set(at, (counts.get(at) ?? 0) + count * word.times);
    there += pieces.length * word.times;
    own.set(word, found);
  }
  const spread = (adds, give) => {
    for (const word of kinds) {
      let sum = 0;
      for (const [at, count] of own.get(word)) sum += (adds.get(at) * count) / counts.get(at);
      give(word, sum * word.times);
    }
  };
  return { counts, there, spread };
}

function countWords({ places, shortest, longest }, { words }) {
  const tokens = words.flatMap((word) => word.tokens.map((token) => [token, word]));
  const counts = new Map();
  const found = [];
  let there = 0;
  for (let n = shortest; n <= Math.min(longest, tokens.length); n += 1) {
    for (let k = 0; k + n <= tokens.length; k += 1) {
      const owned = tokens.slice(k, k + n);
      const at = places.get(owned.map(([token]) => token).join(" "));
      there += 1;
      if (at === undefined) continue;
      counts.set(at, (counts.get(at) ?? 0) + 1);
      found.push([at, owned]);
    }
  }
  const spread = (adds, give) => {
    for (const [at, owned] of found) {
      for (const [, word] of owned) give(word, adds.get(at) / counts.get(at) / owned.length);
    }
  };
  return { counts, there, spread };
}

/** A piece belongs to the words that have it, a pair of words to both: all of it is told. */
function addedByWords(router, { kinds }, counted, adds) {
  const added = new Map(kinds.map(({ bare }) => [bare, 0]));
  for (const { spread } of counted) spread(adds, (word, value) => added.set(word.bare, added.get(word.bare) + value));
  return [...added];
}

function strongest(adds) {
  return adds.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
}
