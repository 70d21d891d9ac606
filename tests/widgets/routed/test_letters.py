"""A page reads letters, spaces and small letters as the Python that learned the n-grams does."""

import json
import re
import sys

import pytest

from tests.widgets.routed.texts_to_read import TRAPS
from workbench.texts.routing.text_columns import TextColumns
from workbench.widgets.routed.letters import letters_of_python

EVERY = [code for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
OF_EVERY = """
import { readFileSync } from "node:fs";
import { inSmallLetters, lettersOf, tokensOf, wordsIn } from "../routed/letters.js";
const letters = lettersOf(JSON.parse(readFileSync(0, "utf8")));
const found = { word: [], space: [], ends: [], after: [], before: [], small: {} };
for (let code = 0; code <= 0x10ffff; code += 1) {
  if (code >= 0xd800 && code <= 0xdfff) continue;
  const one = String.fromCodePoint(code);
  if (tokensOf([one, one], letters).length) found.word.push(code);
  if (!wordsIn([one], letters).length) found.space.push(code);
  const small = (...characters) => inSmallLetters(characters, letters).join("");
  if (small(one) !== one) found.small[code] = small(one);
  if (small(one, "Σ").endsWith("ς")) found.ends.push(code);
  if (small("a", one, "Σ").endsWith("ς")) found.after.push(code);
  if (small("a", "Σ", one, "b").includes("ς")) found.before.push(code);
}
console.log(JSON.stringify(found));
"""
OF_TEXTS = """
import { readFileSync } from "node:fs";
import { bareWord, charactersOf, inSmallLetters, lettersOf } from "../routed/letters.js";
import { piecesOf, tokensOf, wordsIn } from "../routed/letters.js";
const { tables, texts } = JSON.parse(readFileSync(0, "utf8"));
const letters = lettersOf(tables);
console.log(JSON.stringify(texts.map((text) => {
  const words = wordsIn(charactersOf(text), letters);
  const small = words.map((word) => inSmallLetters(word, letters));
  return {
    tokens: small.flatMap((word) => tokensOf(word, letters)),
    pieces: small.flatMap((word) => piecesOf(word, 2, 4)),
    bare: words.map((word) => bareWord(word, letters)),
  };
})));
"""


@pytest.mark.slow
def test_every_character_is_read_as_python_reads_it(node):
    found = node(OF_EVERY, letters_of_python())
    every = [chr(code) for code in EVERY]
    assert found["word"] == [ord(one) for one in every if re.match(r"\w", one)]
    assert found["space"] == [ord(one) for one in every if not one.split()]
    small = {ord(one): one.lower() for one in every if one.lower() != one}
    assert {int(code): text for code, text in found["small"].items()} == small
    ends = {"ends": "{}Σ", "after": "a{}Σ"}
    for name, text in ends.items():
        expected = [ord(c) for c in every if text.format(c).lower().endswith("ς")]
        assert found[name] == expected, name
    assert found["before"] == [ord(c) for c in every if "ς" in f"aΣ{c}b".lower()]


def test_texts_are_cut_as_the_router_cuts_them(node):
    given = {"tables": letters_of_python(), "texts": TRAPS}
    columns = TextColumns([(1, 1, "words"), (2, 4, "letters")], least=1).fit(["some text"])
    words = columns.vectorizer("words").build_analyzer()
    pieces = columns.vectorizer("letters").build_analyzer()
    for text, found in zip(TRAPS, node(OF_TEXTS, given), strict=True):
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        assert found["tokens"] == words(whole)
        assert sorted(found["pieces"]) == sorted(pieces(whole))
        assert len(found["bare"]) == len(whole.split())


def test_the_tables_are_small():
    assert len(json.dumps(letters_of_python(), separators=(",", ":"))) < 12_000
