"""How the view writes numbers and names."""

SAY = """
import { readFileSync } from "node:fs";
import * as words from "./words.js";
const asked = JSON.parse(readFileSync(0, "utf8"));
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
    ("plural", 1, "contact"): "1 contact",
    ("plural", 2000, "contact"): "2,000 contacts",
}


def test_numbers_and_names_are_written_as_they_are_read(node):
    assert dict(zip(CASES, node(SAY, list(CASES)), strict=True)) == CASES
