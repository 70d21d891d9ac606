"""Words for true and false, in the languages that tables are written in."""

from __future__ import annotations

FLAG_PAIRS = (
    *(("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("ja", "nein"), ("j", "n")),
    *(("oui", "non"), ("si", "no"), ("sí", "no"), ("s", "n"), ("sim", "não"), ("да", "нет")),
    *(("wahr", "falsch"), ("vrai", "faux"), ("verdadero", "falso"), ("verdadeiro", "falso")),
    *(("vero", "falso"), ("waar", "onwaar"), ("prawda", "fałsz"), ("ja", "nee"), ("ja", "nej")),
    *(("ja", "nei"), ("tak", "nie"), ("ano", "ne"), ("igen", "nem"), ("kyllä", "ei")),
    *(("evet", "hay\u0131r"), ("evet", "hayir"), ("da", "nu"), ("da", "ne"), ("так", "ні")),
    *(("\u03bd\u03b1\u03b9", "όχι"), ("نعم", "لا"), ("כן", "לא"), ("是", "否")),
    *(("はい", "いいえ"), ("예", "아니오"), ("có", "không"), ("ya", "tidak"), ("ใช่", "ไม่ใช่")),
)
"""True and false, in small letters: a column of both words of a pair, and no other, is a flag."""

POSITIVE_WORDS = frozenset({"1", *(yes for yes, _ in FLAG_PAIRS)})
NEGATIVE_WORDS = frozenset({"0", *(no for _, no in FLAG_PAIRS)})
