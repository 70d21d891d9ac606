"""Whole files of such columns: encodings, separators, and what exports put around a table."""

import csv
import gzip
import io
import json
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zoo import columns as made
from zoo.books import book
from zoo.columns import pick

ENCODINGS = {
    "plain": ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp437"),
    "west": ("utf-8", "utf-8-sig", "cp1252", "cp1252", "utf-16", "utf-16-le", "utf-16-be"),
    "central": ("utf-8", "cp1250", "iso8859_2", "utf-16"),
    "turkish": ("utf-8", "cp1254", "cp1254"),
    "cyrillic": ("utf-8", "cp1251", "cp1251", "koi8_r", "utf-16-le"),
    "arabic": ("utf-8", "cp1256"),
    "greek": ("utf-8", "cp1253"),
    "japanese": ("utf-8", "cp932", "cp932", "euc_jp", "utf-16"),
    "chinese": ("utf-8", "gb18030", "utf-16"),
}
ACCIDENTS = (
    *("", "", "", "", "title", "title and blank", "two titles", "units", "second header"),
    *("wholly quoted lines", "empty rows", "total row", "unnamed index", "sep=", "old Mac"),
    *("no last newline", "trailing separator", "footer", "blanks in header", "comments"),
    *("csv that is xlsx", "xlsx", "gzip", "jsonl", "repeated header", "wide"),
)
_WITHOUT = {"é": "e", "û": "u", "ł": "l", "€": "EUR", "£": "GBP", "¥": "JPY"}
"""What people write where an encoding has no such letter."""
SEPARATORS = (",", ",", ";", ";", "\t", "|")


@dataclass
class Specimen:
    """A file's bytes, its name, and what it holds."""

    seed: int
    suffix: str
    raw: bytes
    columns: list[made.Column]
    traits: dict[str, str] = field(default_factory=dict)


def specimen(seed):
    """Make file number `seed`."""
    rng = np.random.default_rng([20, seed])
    n = int(pick(rng, (15, 60, 60, 200, 700)))
    words = pick(rng, list(ENCODINGS))
    columns = _columns(rng, n, words)
    accident = pick(rng, ACCIDENTS)
    accident = "" if accident == "wide" and seed % 5 else accident  # it takes its time
    encoding = pick(rng, ENCODINGS[words])
    separator = pick(rng, SEPARATORS)
    traits = {"encoding": encoding, "separator": separator, "accident": accident, "words": words}
    if accident in ("csv that is xlsx", "xlsx"):
        suffix, raw = (".csv" if accident != "xlsx" else ".xlsx"), _as_excel(columns)
        return Specimen(seed, suffix, raw, columns, traits | {"encoding": "", "separator": ""})
    if accident == "jsonl":
        traits |= {"encoding": "utf-8", "separator": ""}
        return Specimen(seed, ".jsonl", _as_json_lines(columns), columns, traits)
    columns = [_encodable(column, encoding) for column in columns]
    text = _as_text(rng, columns, separator, accident)
    raw = text.encode(encoding)
    raw = gzip.compress(raw) if accident == "gzip" else raw
    suffix = ".csv.gz" if accident == "gzip" else pick(rng, (".csv", ".csv", ".txt", ".tsv"))
    return Specimen(seed, suffix, raw, columns, traits)


def _columns(rng, n, words):
    """Draw two to nine columns of different kinds; the first words are of the file's language."""
    number = [
        lambda name, q=q: made.numbers(rng, name, n, q)
        for q in ("", "", "money", "money", "percent", "scientific", "counts", "signed", "lakh")
    ]
    date = [
        *(lambda name, q=q: made.dates(rng, name, n, q) for q in ("", "", "", "early", "month")),
        lambda name: made.zoned(rng, name, n),
    ]
    other = [
        lambda name: made.flags(rng, name, n),
        lambda name: made.countries(rng, name, n),
        lambda name: made.codes(rng, name, n),
        lambda name: made.identifiers(rng, name, n),
        lambda name: made.remarks(rng, name, n),
    ]
    drawn = [pick(rng, number), pick(rng, date), pick(rng, other)]
    drawn += [pick(rng, pick(rng, (number, date, other))) for _ in range(int(rng.integers(0, 6)))]
    order = rng.permutation(len(drawn))
    columns = [drawn[k](f"{pick(rng, ('amount', 'when', 'field', 'Wert'))}{k}") for k in order]
    town = made.categories(rng, "town", n, words)
    place = int(rng.integers(0, len(columns) + 1))
    return [*columns[:place], town, *columns[place:]]


def _encodable(column, encoding):
    """Leave out signs that an encoding cannot write: people would see question marks."""

    def kept(text):
        return text.encode(encoding, errors="ignore").decode(encoding)

    if column.kind in ("category", "text"):
        return column
    if all(kept(w) == w for w in column.written):
        return column
    plain = str.maketrans({"\u202f": " ", "\u00a0": " ", "’": "'", "\u2212": "-", **_WITHOUT})
    written = [
        w.replace("zł", "PLN").replace("грн", "UAH").translate(plain) for w in column.written
    ]
    if any(kept(w) != w for w in written):
        written = [kept(w).strip() if any(c.isdigit() for c in w) else w for w in written]
    if any(kept(w) != w for w in written):  # words of another alphabet
        plainer = ["yes" if v else "no" if v is not None else "" for v in column.values]
        return made.Column(column.name, "flag", column.values, plainer, "yes/no")
    return made.Column(
        column.name, column.kind, column.values, written, column.quirk, column.open_to_two
    )


def _rows(columns):
    return [list(row) for row in zip(*(column.written for column in columns), strict=True)]


def _as_text(rng, columns, separator, accident):
    header, rows = [column.name for column in columns], _rows(columns)
    width = len(header)
    if accident == "blanks in header":
        header = [f" {name} " for name in header]
    if accident == "unnamed index":
        header, rows = ["", *header], [[str(k), *row] for k, row in enumerate(rows)]
    if accident == "units":
        rows = [[pick(rng, ("", "[EUR]", "(kg)", "%", "pcs")) for _ in header], *rows]
        rows[0][0] = "[unit]"
    if accident == "second header":
        rows = [[f"{name} (description)" for name in header], *rows]
    if accident == "repeated header":
        rows = [*rows[: len(rows) // 2], header, *rows[len(rows) // 2 :]]
    if accident == "empty rows":
        rows = [*rows[:7], [""] * width, *rows[7:], [""] * width, [""] * width]
    if accident == "total row":
        rows = [
            *rows,
            [pick(rng, ("Total", "Summe", "Gesamt", "TOTAL", "Somme")), *[""] * (width - 1)],
        ]
    if accident == "trailing separator":
        header, rows = [*header, ""], [[*row, ""] for row in rows]
    if accident == "wide":
        header = [*header, *(f"extra_{k}" for k in range(20_000))]
        rows = [[*row, *["0"] * 20_000] for row in rows[:30]]
        for place, column in enumerate(columns):
            columns[place] = made.Column(
                column.name,
                column.kind,
                column.values[:30],
                column.written[:30],
                column.quirk,
                True,
            )
    quoting = pick(rng, (csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    quoting = csv.QUOTE_ALL if accident == "old Mac" else quoting  # else a break inside is none
    ends = "\r" if accident == "old Mac" else pick(rng, ("\n", "\r\n"))
    body = _written([header, *rows], separator, quoting, ends)
    if accident == "wholly quoted lines":
        body = "".join(
            '"' + line.replace('"', '""') + '"' + ends for line in _lines(header, rows, separator)
        )
    above = {
        "title": f"Report of all customers{ends}",
        "title and blank": f"Export 2024-05-01 10:22{ends}{ends}",
        "two titles": f"Shop data{ends}Period: 01.01.2023 - 31.12.2023{ends}",
        "sep=": f"sep={separator}{ends}",
        "comments": f"# made by export 3.1{ends}# all rights reserved{ends}",
    }.get(accident, "")
    below = {"footer": f"{ends}Source: the warehouse{ends}"}.get(accident, "")
    body = body.rstrip("\r\n") if accident == "no last newline" else body
    return above + body + below


def _written(rows, separator, quoting, ends):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ends).writerows(rows)
    return out.getvalue()


def _lines(header, rows, separator):
    """Lines as a spreadsheet saved them that took each for one field: no field breaks a line."""
    for row in [header, *rows]:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerow(row)
        yield out.getvalue().removesuffix("\n")


def _as_excel(columns):
    """Write a book as Excel does: true numbers, dates and flags; percent is a format."""
    rows = zip(*(_cells(column) for column in columns), strict=True)
    return book([[column.name for column in columns], *rows])


def _cells(column):
    typed = column.kind in ("number", "flag", "date")
    for value, text in zip(column.values, column.written, strict=True):
        if typed and value is not None:
            yield value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
        else:
            yield text or None


def _as_json_lines(columns):
    lines = []
    for k in range(len(columns[0].values)):
        row = {}
        for column in columns:
            value, text = column.values[k], column.written[k]
            plain = column.kind in ("number", "flag")
            row[column.name] = value if plain else None if value is None else text
        lines.append(json.dumps(row))
    return ("\n".join(lines) + "\n").encode()
