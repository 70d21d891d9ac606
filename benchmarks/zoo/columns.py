"""Columns as people's systems write them, with what they mean: the reader never sees this."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MISSING_WORDS = (
    *("", " ", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "None", "?", "-", "--", "."),
    *("#DIV/0!", "#VALUE!", "(null)", "\\N", "n.a.", "k.A.", "unknown", "missing", "(leer)"),
)
SPECIAL_BLANK, NARROW_BLANK = "\u00a0", "\u202f"
MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "de": ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    "fr": [
        "janv",
        "févr",
        "mars",
        "avril",
        "mai",
        "juin",
        "juil",
        "août",
        "sept",
        "oct",
        "nov",
        "déc",
    ],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
}
FULL = "January February March April May June July August September October November December"


@dataclass(frozen=True)
class Column:
    """What stands in the file, and what it means.

    `open_to_two` marks what nobody can know from the column alone: it must be refused, or said.
    """

    name: str
    kind: str
    values: Sequence[Any]
    written: Sequence[str]
    quirk: str = ""
    open_to_two: bool = False


def pick(rng, options):
    """Draw one of some options, whatever their type."""
    return options[int(rng.integers(len(options)))]


# --- numbers


def grouped(digits, mark):
    """Set thousands apart; 'lakh' groups as in India."""
    if mark == "lakh":
        head, tail = digits[:-3], digits[-3:]
        parts = []
        while head:
            parts.insert(0, head[-2:])
            head = head[:-2]
        return ",".join([*parts, tail])
    return f"{int(digits):,}".replace(",", mark)


@dataclass(frozen=True)
class NumberStyle:
    """How a system writes numbers."""

    decimal: str = "."
    thousands: str = ""
    places: int = 2
    before: str = ""
    after: str = ""
    negative: str = "-{}"


def write_number(value, style):
    """Write a number in a style; all digits of the value stand there."""
    if value is None:
        return None
    whole, _, part = f"{abs(value):.{style.places}f}".partition(".")
    text = grouped(whole, style.thousands) if style.thousands else whole
    text = f"{style.before}{text}{style.decimal + part if part else ''}{style.after}"
    return style.negative.format(text) if value < 0 else text


SIGNS = (
    *(("$", ""), ("€", ""), ("", " €"), ("", "€"), ("£", ""), ("", " EUR"), ("USD ", "")),
    *(("CHF ", ""), ("", " kr"), ("", " zł"), ("R$ ", ""), ("¥", ""), ("US$", ""), ("", " грн")),
)
NEGATIVES = ("-{}", "({})", "{}-", "\u2212{}", "- {}")


def amounts(rng, n, quirk):
    """Amounts of money, scores and rates, in one of the world's spellings."""
    decimal = pick(rng, (".", ","))
    thousands = pick(rng, ("", ".", ",", " ", SPECIAL_BLANK, NARROW_BLANK, "'", "’"))
    thousands = "" if thousands == decimal else thousands
    places = int(pick(rng, (0, 1, 2, 2, 2, 3, 4)))
    before, after = pick(rng, SIGNS) if quirk == "money" else ("", "")
    negative = pick(rng, NEGATIVES) if rng.random() < 0.4 else "-{}"
    if quirk == "percent":
        after, thousands = pick(rng, ("%", " %")), ""
    style = NumberStyle(decimal, thousands, places, before, after, negative)
    if quirk == "lakh":
        style = NumberStyle(".", "lakh", 2)
    raw = rng.lognormal(pick(rng, (0.0, 3.0, 7.0, 12.0)), 1.2, n) * rng.choice([1, 1, 1, -1], n)
    if quirk == "percent":
        raw = rng.uniform(0, 100, n)
    values = [round(float(v), style.places) for v in raw]
    written = [write_number(v, style) for v in values]
    told = [v / 100 for v in values] if quirk == "percent" else values
    return told, written


def _open_number(written):
    """Whether every value could be a number of thousands as well as one with three places."""
    bare = [re.sub(r"[^\d.,]", "", w) for w in written]
    one_mark = [sum(w.count(m) for m in ".,") for w in bare]
    marked = [w for w, marks in zip(bare, one_mark, strict=True) if marks]
    cut = [w.replace(",", ".").split(".") for w in marked]
    return bool(cut) and all(
        len(parts) == 2
        and len(parts[1]) == 3
        and parts[1][:3].isdigit()
        and 0 < len(parts[0]) <= 3
        and parts[0].isdigit()
        and not parts[0].startswith("0")
        for parts in cut
    )


def numbers(rng, name, n, quirk=""):
    """Write a numeric column, perhaps with words where nothing is known."""
    if quirk == "scientific":
        values = [float(f"{v:.3e}") for v in rng.lognormal(0, 8, n)]
        made = values, [f"{v:.3E}" for v in values]
    elif quirk == "counts":
        values = rng.integers(0, pick(rng, (5, 40, 3000)), n).tolist()
        made = values, [str(v) for v in values]
    elif quirk == "signed":
        values = np.round(rng.normal(0, 30, n), 1).tolist()
        made = values, [f"{v:+.1f}" for v in values]
    else:
        made = amounts(rng, n, quirk)
    values, written = with_gaps(rng, *made)
    present = [w for v, w in zip(values, written, strict=True) if v is not None]
    return Column(name, "number", values, written, quirk, _open_number(present))


def with_gaps(rng, values, written, words=MISSING_WORDS):
    """Write one or two words in a few rows, in place of what nobody knows."""
    values, written = list(values), list(written)
    if rng.random() < 0.5:
        chosen = [pick(rng, words) for _ in range(int(pick(rng, (1, 1, 2))))]
        for row in rng.choice(len(values), max(1, len(values) // 12), replace=False):
            values[row], written[row] = None, pick(rng, chosen)
    return values, written


# --- moments


def day_styles():
    """Spellings of a day: name -> (function of a Timestamp, whether its order may be open)."""

    def numeric(order, mark, *, padded=True, short=False):
        def write(t):
            parts = {"d": t.day, "m": t.month, "y": t.year % 100 if short else t.year}
            wide = {"d": 2 if padded else 1, "m": 2 if padded else 1, "y": 2 if short else 4}
            return mark.join(f"{parts[k]:0{wide[k]}d}" for k in order)

        return write

    def named(form, language="en"):
        def write(t):
            month = MONTHS[language][t.month - 1]
            full = FULL.split()[t.month - 1]
            return form.format(d=t.day, m=month, M=full, y=t.year, s=t.year % 100, u=month.upper())

        return write

    return {
        "2024-01-31": (numeric("ymd", "-"), False),
        "2024/01/31": (numeric("ymd", "/"), False),
        "2024.01.31": (numeric("ymd", "."), False),
        "2024-1-31": (numeric("ymd", "-", padded=False), False),
        "31.01.2024": (numeric("dmy", "."), False),
        "31.1.2024": (numeric("dmy", ".", padded=False), False),
        "31.01.24": (numeric("dmy", ".", short=True), False),
        "31/01/2024": (numeric("dmy", "/"), True),
        "01/31/2024": (numeric("mdy", "/"), True),
        "1/31/2024": (numeric("mdy", "/", padded=False), True),
        "1/31/24": (numeric("mdy", "/", padded=False, short=True), True),
        "31-01-2024": (numeric("dmy", "-"), True),
        "01-31-2024": (numeric("mdy", "-"), True),
        "31-Jan-2024": (named("{d:02d}-{m}-{y}"), False),
        "31-JAN-24": (named("{d:02d}-{u}-{s:02d}"), False),
        "Jan 31, 2024": (named("{m} {d}, {y}"), False),
        "31 January 2024": (named("{d} {M} {y}"), False),
        "31. Mrz 2024": (named("{d}. {m} {y}", "de"), False),
        "31 janv 2024": (named("{d} {m} {y}", "fr"), False),
        "31-ene-2024": (named("{d:02d}-{m}-{y}", "es"), False),
        "20240131": (numeric("ymd", ""), False),
    }


MONTH_STYLES = {
    "Jan-23": lambda t: f"{MONTHS['en'][t.month - 1]}-{t.year % 100:02d}",
    "Jan 2023": lambda t: f"{MONTHS['en'][t.month - 1]} {t.year}",
    "January 2023": lambda t: f"{FULL.split()[t.month - 1]} {t.year}",
    "2023-01": lambda t: f"{t.year}-{t.month:02d}",
    "01/2023": lambda t: f"{t.month:02d}/{t.year}",
    "Mrz 23": lambda t: f"{MONTHS['de'][t.month - 1]} {t.year % 100:02d}",
}
CLOCKS = {
    "": "",
    "07:05": " {:%H:%M}",
    "07:05:09": " {:%H:%M:%S}",
    "T07:05:09": "T{:%H:%M:%S}",
    "7:05 PM": " {:%I:%M %p}",
    "07:05:09.120": " {:%H:%M:%S}.120",
}
ZONES = ("Z", "+01:00", "-0500", " UTC", "+00:00")


def dates(rng, name, n, quirk=""):
    """Days or moments in one spelling; `early` keeps all days to the 12th."""
    if quirk == "month":
        style = pick(rng, list(MONTH_STYLES))
        days = [pd.Timestamp(2021 + k // 12, 1 + k % 12, 1) for k in rng.integers(0, 48, n)]
        written = [MONTH_STYLES[style](t) for t in days]
        return Column(
            name, "date", *with_gaps(rng, days, written, ("", "NA", "-")), f"month {style}"
        )
    style = pick(rng, list(day_styles()))
    write, may_be_open = day_styles()[style]
    span = int(pick(rng, (40, 400, 4000)))
    days = [
        pd.Timestamp("2014-03-01") + pd.Timedelta(days=int(k)) for k in rng.integers(0, span, n)
    ]
    if quirk == "early":
        days = [t.replace(day=1 + t.day % 12) for t in days]
    clock = pick(rng, list(CLOCKS)) if style != "20240131" and rng.random() < 0.4 else ""
    if clock:
        days = [
            t + pd.Timedelta(seconds=int(s))
            for t, s in zip(days, rng.integers(0, 86_400, n), strict=True)
        ]
        unit = "min" if clock in ("07:05", "7:05 PM") else "s"
        days = [t.floor(unit) + pd.Timedelta(milliseconds=120 * (".120" in clock)) for t in days]
    written = [write(t) + (CLOCKS[clock].format(t) if clock else "") for t in days]
    values, written = with_gaps(rng, days, written, ("", "NA", "NULL", "-", "0000-00-00", "NaT"))
    known = [t for t in values if t is not None]
    unclear = (
        may_be_open and all(t.day <= 12 for t in known) and any(t.day != t.month for t in known)
    )
    return Column(name, "date", values, written, f"{quirk} {style}{clock}".strip(), unclear)


def zoned(rng, name, n):
    """Moments with a zone: the instant is what counts."""
    zone = pick(rng, ZONES)
    shift = {"+01:00": 1, "-0500": -5}.get(zone, 0)
    walls = [
        pd.Timestamp("2023-05-01") + pd.Timedelta(minutes=int(k))
        for k in rng.integers(0, 400_000, n)
    ]
    written = [f"{t:%Y-%m-%dT%H:%M:%S}{zone}" for t in walls]
    return Column(name, "zoned", [t - pd.Timedelta(hours=shift) for t in walls], written, zone)


# --- flags, categories, names


FLAGS = (
    *(
        ("yes", "no"),
        ("Yes", "No"),
        ("YES", "NO"),
        ("Y", "N"),
        ("true", "false"),
        ("TRUE", "FALSE"),
    ),
    *(("True", "False"), ("T", "F"), ("ja", "nein"), ("oui", "non"), ("sí", "no"), ("да", "нет")),
)


def flags(rng, name, n):
    """Two words for true and false, perhaps with blanks around, in more than one spelling."""
    words = pick(rng, FLAGS)
    values = (rng.random(n) < 0.4).tolist()
    values[:2] = [True, False]
    written = [words[0] if v else words[1] for v in values]
    if rng.random() < 0.3:
        written = [w.upper() if rng.random() < 0.5 else f" {w.lower()} " for w in written]
    values, written = with_gaps(rng, values, written, ("", "NA", "N/A", "null"))
    return Column(name, "flag", values, written, "/".join(words))


WORDS = {
    "plain": ["cook", "smith", "clerk", "nurse", "pilot"],
    "west": ["Köln", "Münster", "Besançon", "A Coruña", "Århus", "Straße", "Été"],
    "central": ["Łódź", "Kraków", "Gdańsk", "Győr", "Plzeň", "Děčín", "Šumperk", "Wrocław"],
    "turkish": ["İstanbul", "Iğdır", "Şanlıurfa", "Muğla", "Çankırı", "Ağrı", "Eskişehir"],
    "cyrillic": ["Москва", "Казань", "Омск", "Санкт-Петербург", "Тверь", "Уфа"],
    "arabic": ["القاهرة", "الرياض", "دبي", "عمّان", "بيروت", "الدوحة"],
    "greek": ["Αθήνα", "Πάτρα", "Θεσσαλονίκη", "Λάρισα", "Βόλος"],
    "japanese": ["東京", "大阪", "京都", "名古屋", "カタカナ", "ひらがな", "札幌市"],
    "chinese": ["北京", "上海", "广州", "深圳", "杭州市", "成都"],
}


def categories(rng, name, n, words):
    """Write a few levels, perhaps with blanks around and gaps."""
    levels = WORDS[words]
    values = [levels[k] for k in rng.integers(0, len(levels), n)]
    written = (
        [f" {v}" if rng.random() < 0.1 else v for v in values] if rng.random() < 0.3 else values
    )
    values, written = with_gaps(rng, values, written, ("", " ", "NA", "NULL", "N/A"))
    return Column(name, "category", values, written, words)


def countries(rng, name, n):
    """Two letters a country: NA is Namibia, NO is Norway."""
    codes = ["DE", "FR", "NA", "US", "ZA", "NO", "IT", "SE"]
    values = [codes[k] for k in rng.integers(0, len(codes), n)]
    return Column(name, "category", values, values, "countries")


def codes(rng, name, n):
    """Digits that are names: postcodes with zeros before, card numbers, parts with an E."""
    quirk = pick(rng, ("postcode", "card", "part", "branch"))
    make = {
        "postcode": lambda k: f"{k * 997 % 99_999:05d}",
        "card": lambda k: f"4{k * 7_919_111:017d}",
        "part": lambda k: f"{k % 90 + 10}{'EFAB'[k % 4]}{k % 7}",
        "branch": lambda k: f"{k % 30:02d}",
    }[quirk]
    drawn = rng.integers(0, 90, n)
    drawn[:2] = [1, 2]
    values = [make(int(k)) for k in drawn]
    return Column(name, "category", values, values, quirk)


def identifiers(rng, name, n):
    """Every row its own: numbers in order or not, or made-up names."""
    del rng
    return Column(
        name, "identifier", list(range(5001, 5001 + n)), [str(k) for k in range(5001, 5001 + n)]
    )


def remarks(rng, name, n):
    """Free text with everything in it that cuts rows and fields."""
    parts = [
        "called; no answer",
        'said "maybe", later',
        "a|b\tc",
        "two\nlines",
        "50% off, really",
        "x",
    ]
    values = [f"{pick(rng, parts)} {k}" for k in range(n)]
    return Column(name, "text", values, values, "remarks")
