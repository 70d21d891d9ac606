"""What the front end makes of the reader's language: Node's Intl writes the same numbers.

What stands between thousands in Austria and Switzerland differs from one browser to the next.
"""

import pytest

from workbench.language import speaking
from workbench.language.current import LANGUAGES
from workbench.widgets.front.spoken import spoken
from workbench.widgets.views import TUNER

SAY = """
import { readFileSync } from "node:fs";
import { grouped, marked, percentMark, say, sayCount, speak } from "./language.js";
const { language, tag, numbers } = JSON.parse(readFileSync(0, "utf8"));
speak(language);
const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const ours = numbers.map((one) => [grouped(one.toFixed(2)), marked(one.toFixed(2)), percentMark()]);
const theirs = numbers.map((one) => [
  new Intl.NumberFormat(tag, digits).format(one),
  new Intl.NumberFormat(tag, { ...digits, useGrouping: false }).format(one),
  new Intl.NumberFormat(tag, { style: "percent" }).format(0.01).slice(1),
]);
const said = [
  say("{low} to {high}", { low: "$&", high: "{low}" }),
  sayCount("{n} contact", "{n} contacts", 1),
  sayCount("{n} contact", "{n} contacts", 1234),
  say("no such message {field}"),
  say("constructor"),
];
console.log(JSON.stringify({ ours, theirs, said }));
"""
NUMBERS = [0.5, 12.25, 1234.75, 1234567.5]
SAID = {
    "en": ["$& to {low}", "1 contact", "1,234 contacts", "no such message {field}", "constructor"],
    "de": ["$& bis {low}", "1 Kontakt", "1.234 Kontakte", "no such message {field}", "constructor"],
}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_numbers_are_those_of_the_browser_and_values_are_no_fields(tag, node):
    with speaking(tag):
        found = node(SAY, {"language": spoken(TUNER), "tag": tag, "numbers": NUMBERS})
    small = slice(None) if tag in SAID else slice(2)
    assert found["ours"][small] == found["theirs"][small]
    if tag in SAID:
        assert found["said"] == SAID[tag]


MONEY = """
import { readFileSync } from "node:fs";
import { moneyOf } from "./controls.js";
import { speak } from "./language.js";
const [language, typed] = JSON.parse(readFileSync(0, "utf8"));
speak(language);
console.log(JSON.stringify(typed.map(moneyOf)));
"""
TYPED = [
    "1200",
    "1 200",
    "0.8",
    "0,8",
    "1,234",
    "1.234",
    "1.234,5",
    "1.234.567",
    "1’200.5",
    "-1",
    "",
]
READ = {
    "en": [1200, 1200, 0.8, None, None, 1.234, None, None, None, None, None],
    "de": [1200, 1200, None, 0.8, 1.234, None, 1234.5, 1234567, None, None, None],
    "de-CH": [1200, 1200, 0.8, None, None, 1.234, None, None, 1200.5, None, None],
}


@pytest.mark.parametrize("tag", READ)
def test_money_is_read_in_the_readers_marks_and_never_guessed(tag, node):
    with speaking(tag):
        assert node(MONEY, [spoken(TUNER), TYPED]) == READ[tag]
