"""Forty tables with columns of text such as a first run meets: odd levels, few, many, and new ones.

Each has eight campaigns, of which the last is open, 1 to 6 columns of text of 2 to 2,000 levels,
and a number. What a column holds, and how many levels, follows from the number of the table.
"""

import numpy as np
import pandas as pd

COUNT = 40
CAMPAIGNS = 8
UNICODE = "東京 Zürich Ωmega مرحبا 🎉 é é x̌ ﬁ"


def plain(rng, levels, campaign):
    """Few common levels and many rare ones."""
    weight = 1 / np.arange(1, levels + 1)
    return [f"level {k}" for k in rng.choice(levels, len(campaign), p=weight / weight.sum())]


def later(rng, levels, campaign):
    """Levels that first appear in the last campaigns, those to judge on and to score."""
    old = rng.integers(0, levels, len(campaign))
    return [
        f"{'new' if c >= CAMPAIGNS - 3 else 'old'} {k}" for k, c in zip(old, campaign, strict=True)
    ]


def with_blanks(rng, levels, campaign):
    """Empty texts, blanks and gaps among levels."""
    names = ["", " ", None, *(f"l{k}" for k in range(max(levels - 3, 1)))]
    return [names[k] for k in rng.integers(0, len(names), len(campaign))]


def numeric(rng, levels, campaign):
    """Levels that look like numbers, codes and dates, beside some that do not."""
    forms = ("{:03d}", "{}", "{}.0", "{}e3", "1.{:03d},50", "2024-01-{:02d}", "+{}", "{}a")
    names = [forms[k % len(forms)].format(k // len(forms) + 1) for k in range(levels)]
    return [names[k] for k in rng.integers(0, levels, len(campaign))]


def unicode(rng, levels, campaign):
    """Letters of many scripts, composed and not, right to left, pictures."""
    words = UNICODE.split()
    names = [f"{words[k % len(words)]}{k // len(words) or ''}" for k in range(levels)]
    return [names[k] for k in rng.integers(0, levels, len(campaign))]


def spellings(rng, levels, campaign):
    """Levels that differ by case and blanks alone."""
    forms = (str, str.upper, str.title, " {}".format, "{} ".format, "{}  x".format, "{} x".format)
    names = [forms[k % len(forms)](f"town {k // len(forms)}") for k in range(levels)]
    return [names[k] for k in rng.integers(0, levels, len(campaign))]


def marks(rng, levels, campaign):
    """What means something to files, formulas, pages and names of columns."""
    signs = (
        "=1+1",
        "a=b",
        "a, b",
        'say "x"',
        "it's",
        "<b>x</b>",
        "x (missing)",
        "$5 off$",
        "a\\b",
        "-",
    )
    names = [f"{signs[k % len(signs)]}{k // len(signs) or ''}" for k in range(levels)]
    return [names[k] for k in rng.integers(0, levels, len(campaign))]


def same(rng, levels, campaign):
    """One level only."""
    del rng, levels
    return ["always"] * len(campaign)


def distinct(rng, levels, campaign):
    """A level of its own in every row."""
    del rng, levels
    return [f"note of {k:05d}, by hand" for k in range(len(campaign))]


KINDS = (plain, later, with_blanks, numeric, unicode, spellings, marks, same, distinct)


def text_table(number):
    """Make the table of a number below `COUNT`."""
    rng = np.random.default_rng(number)
    count = 1 + number % 6
    levels = np.geomspace(2, 2000, COUNT).round().astype(int)[(7 * number + 5) % COUNT]
    rows = 1200 if levels < 400 else 3200
    campaign = np.sort(rng.integers(0, CAMPAIGNS, rows))
    table = pd.DataFrame({"month": [f"2024-{c + 1:02d}" for c in campaign]})
    for k in range(count):
        kind = KINDS[(number + k * (1 + number % 4)) % len(KINDS)]
        of_column = max(2, int(levels) // (k + 1))
        table[f"{kind.__name__}_{k}"] = kind(rng, of_column, campaign)
    table["visits"] = rng.poisson(2.0, rows)
    effect = pd.factorize(table.iloc[:, 1])[0] % 2
    chance = 1 / (1 + np.exp(2 - 0.4 * table["visits"] - 0.8 * effect))
    bought = (rng.random(rows) < chance).astype(float)
    table["bought"] = np.where(campaign == CAMPAIGNS - 1, np.nan, bought)
    return table
