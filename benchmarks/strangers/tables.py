"""One table: some personal columns among many that are not, headers in one style, gaps."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from strangers import headers, held_out_headers, public_headers, public_headers_too
from strangers.people import draw_people

_PREFIXES = ("", "", "", "tbl_", "KD_", "cust_", "x_", "crm.")
_SUFFIXES = ("", "", "", "_1", "_neu", "_raw")
_COUNTRIES = (("german", "austrian"), ("british", "american"))
_FOLDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


@dataclass(frozen=True)
class Made:
    """A table, with the class and the kind of each column; a column that is nothing has "" twice."""

    name: str
    data: pd.DataFrame
    truth: dict


def made_table(number, *, held_out):
    """Make the table of a number; the held-out ones have other headers, people and seeds."""
    rng = np.random.default_rng([number, int(held_out), 2026])
    german = number % 2 == 0
    source = held_out_headers if held_out else headers
    countries = ("austrian", "american") if held_out else ("german", "british")
    rows = int(rng.integers(80, 400))
    who = draw_people(rng, rows, country=countries[not german])
    style = _style(rng, german) if not held_out else str
    columns, truth = {}, {}
    for place in rng.permutation(len(source.PERSONAL))[: rng.integers(7, 12)]:
        class_, kind, write, *names = source.PERSONAL[place]
        _add(
            columns,
            truth,
            style(str(rng.choice(names[not german]))),
            (class_, kind),
            write(rng, who),
        )
    for place in rng.permutation(len(source.OTHERS))[: rng.integers(8, 14)]:
        write, *names = source.OTHERS[place]
        _add(columns, truth, style(str(rng.choice(names[not german]))), ("", ""), write(rng, rows))
    order = rng.permutation(list(columns))
    data = pd.DataFrame({str(name): _with_gaps(rng, columns[str(name)]) for name in order})
    return Made(f"{'held-out' if held_out else 'tuning'} {number}", data, truth)


PUBLIC = (public_headers.TABLES, public_headers_too.TABLES)


def public_table(number, *, later=False):
    """Make the table of a number with the headers of a public one, of the first or later lot."""
    rng = np.random.default_rng([number, 2 + later, 2026])
    name, german, described = PUBLIC[later][number]
    rows = int(rng.integers(80, 400))
    who = draw_people(rng, rows, country=str(rng.choice(_COUNTRIES[not german])))
    columns, truth = {}, {}
    for header, class_, kind, write in described:
        values = write(rng, rows if _counts(write) else who)
        _add(columns, truth, header, (class_, kind), values)
    data = pd.DataFrame({header: _with_gaps(rng, each) for header, each in columns.items()})
    return Made(name, data, truth)


def _counts(write):
    """Whether a writer takes the number of rows, and not people."""
    return write.__code__.co_varnames[:2] == ("rng", "n")


def _add(columns, truth, name, what, values):
    if name not in columns:
        columns[name], truth[name] = values, what


def _with_gaps(rng, values):
    """Leave some values out, as files do; text becomes a text, and numbers stay numbers."""
    column = pd.Series(values)
    share = rng.choice([0.0, 0.0, 0.0, 0.05, 0.3])
    lost = rng.random(len(column)) < share
    if not lost.any():
        return column
    blank = column.dtype == object and rng.random() < 0.5
    return column.mask(lost, rng.choice(["", "-"]) if blank else None)


def _style(rng, german):
    """Return how this table writes a header: one way for all of its columns."""
    way = int(rng.integers(0, 7))
    prefix = str(rng.choice(_PREFIXES)) if rng.random() < 0.5 else ""
    suffix = str(rng.choice(_SUFFIXES)) if rng.random() < 0.3 else ""
    fold = german and rng.random() < 0.6

    def write(phrase):
        text = phrase.translate(_FOLDED) if fold else phrase
        words = re.findall(r"[^\W_]+", text)
        ways = (
            text,
            "_".join(words).lower(),
            "_".join(words).upper(),
            words[0].lower() + "".join(w[:1].upper() + w[1:] for w in words[1:]),
            "".join(w[:1].upper() + w[1:] for w in words),
            "".join(words).lower(),
            "-".join(words).lower(),
        )
        return f"{prefix}{ways[way]}{suffix}"

    return write
