"""How the view writes numbers and names."""

from workbench.language import speaking
from workbench.widgets.front.spoken import spoken
from workbench.widgets.views import TUNER

SAY = """
import { readFileSync } from "node:fs";
import * as words from "./words.js";
import { speak } from "./language.js";
const [language, ...asked] = JSON.parse(readFileSync(0, "utf8"));
speak(language);
console.log(JSON.stringify(asked.map(([name, ...given]) => words[name](...given))));
"""
CASES = {
    ("percent", 0.384): "38%",
    ("percent", 0.0123): "1.2%",
    ("percent", -0.0000001): "0%",
    ("percent", -0.0123): "−1.2%",
    ("percent", 0.00023): "0.023%",
    ("percent", 0): "0%",
    ("lossOf", 0.69314): "0.6931",
    ("lossOf", 0.0019023): "0.001902",
    ("lossOf", 0): "0.0000",
    ("amount", 1234567): "1,234,567",
    ("amount", -12.345): "−12.35",
    ("amount", 1234.5): "1,235",
    ("strength", 0): "none",
    ("strength", 0.01234): "0.012",
    ("strength", 1000): "10³",
    ("strength", 9.2e-4): "9.2 × 10⁻⁴",
    ("times", 8): "× 8",
    ("times", 0.125): "÷ 8",
    ("short", "a name\nin two lines", 26): "a name in two lines",
    ("short", "abcdefghij", 6): "abc…ij",
    ("short", "زهرة", 3): "ز…ة",
    ("contactsOf", 1): "1 contact",
    ("contactsOf", 2000): "2,000 contacts",
    ("featuresOf", 1): "1 feature",
    ("settingOf", "tuned"): "tuned",
    ("settingOf", "all groups × 0.1"): "all groups × 0.1",
    ("settingOf", "a × b × 10"): "a × b × 10",
}
GERMAN = {
    ("percent", 0.0123): "1,2\u00a0%",
    ("percent", -0.384): "−38\u00a0%",
    ("lossOf", 0.69314): "0,6931",
    ("amount", 1234567): "1.234.567",
    ("amount", -1234.5): "−1.235",
    ("amount", -12.345): "−12,35",
    ("spent", 120000, "EUR"): "120.000 EUR",
    ("offBy", 0.123, 2): " (±0,13)",
    ("depthsOf", (0.1, 0.3), 0.2): "20\u00a0% (10\u00a0% bis 30\u00a0%)",
    ("strength", 0): "keiner",
    ("strength", 0.01234): "0,012",
    ("strength", 9.2e-4): "9,2 × 10⁻⁴",
    ("times", 2.5): "× 2,5",
    ("contactsOf", 2000): "2.000 Kontakte",
    ("settingOf", "all groups × 0.1"): "alle Gruppen × 0,1",
}


def test_numbers_and_names_are_written_as_they_are_read(node):
    assert dict(zip(CASES, node(SAY, [{}, *CASES]), strict=True)) == CASES


def test_in_german_the_marks_and_the_words_are_german(node):
    with speaking("de"):
        german = spoken(TUNER)
    assert dict(zip(GERMAN, node(SAY, [german, *GERMAN]), strict=True)) == GERMAN
