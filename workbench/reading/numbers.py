"""Numbers as people write them: money and per cent signs, decimal marks, thousands set apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_CURRENCIES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES "
    "KRW KZT MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD "
    "UAH USD UYU VND ZAR"
)
_SIGNS = (
    *(r"(?:[A-Z]{1,3})?[$€£¥₹₽₺₩₪฿₫₴₦]", *_CURRENCIES.split()),
    *(r"kr\.?", "zł", "Kč", "Ft", "lei", r"лв\.?", r"руб\.?", r"р\.", r"грн\.?"),
    *(r"Rs\.?", r"S?Fr\.", "TL", "원", "円", "元", "%", "‰"),
)
_UNIT = f"(?:{'|'.join(_SIGNS)})"
_WRITTEN = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-]?)\s*(?P<before>{_UNIT})?\s*(?P<inner>[+-]?)\s*"
    r"(?P<core>\d[\d.,' ]*(?<! )|[.,]\d+)(?P<power>[eE][+-]?\d+)?"
    rf"\s*(?P<after>{_UNIT})?\s*(?P<behind>-)?(?P<close>\))?",
    re.IGNORECASE,
)
_LIKE_OTHERS = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
        **dict.fromkeys("’´`", "'"),
        "\u2212": "-",
        **{digit: str(k) for k, digit in enumerate("٠١٢٣٤٥٦٧٨٩")},
        **{digit: str(k) for k, digit in enumerate("۰۱۲۳۴۵۶۷۸۹")},
        "\u066b": ".",  # the marks of Arabic digits have one meaning each
        "\u066c": ",",
    }
)
_PLAIN = re.compile(
    r"(?![+-]?(?:0\d+|\d{16,})\Z)"
    r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE](?:[+-]\d+|\d\d+))?|inf)"
)
"""A number as programs write it, and no name made of digits."""
_NAME = re.compile(r"[+-]?0\d+|[+-]?\d{16,}|\d+[eE]\d")
"""Digits that are a name: 01067, a card's number, a part 12E4."""
PARTS = {"%": 0.01, "‰": 0.001}
_OPEN = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""Open to two readings: 1.234 is a little more than one, or more than a thousand."""


@dataclass(frozen=True)
class NumberSpelling:
    """How the numbers of a column are written.

    Parameters
    ----------
    decimal : {".", ",", ""}
        Empty where no value has any.
    thousands : str
        Marks that set thousands apart: among ``. , '`` and a blank.
    unit : str
        A sign of money, "%" or "‰"; per cent are read as parts of one.
    """

    decimal: str = ""
    thousands: str = ""
    unit: str = ""


@dataclass(frozen=True)
class _Written:
    """One value taken apart."""

    text: str
    negative: bool
    core: str
    power: str
    unit: str


def _take_apart(text: str) -> _Written | None:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    found = _WRITTEN.fullmatch(plain.strip().translate(_LIKE_OTHERS))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [found["sign"], found["inner"], found["behind"], "-" if found["open"] else ""]
    units = [unit for unit in (found["before"], found["after"]) if unit]
    if sum(bool(sign) for sign in signs) > 1 or len(set(units)) > 1:
        return None
    return _Written(
        text=text,
        negative="-" in signs,
        core=found["core"],
        power=found["power"] or "",
        unit=units[0].strip() if units else "",
    )


_OF_MARK = {
    ".": re.compile(
        r"(?:[1-9]\d{0,2}([,' ])\d{3}(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3}|\d+)(?:\.\d*)?|\.\d+"
    ),
    ",": re.compile(r"(?:[1-9]\d{0,2}([.' ])\d{3}(?:\1\d{3})*|\d+)(?:,\d*)?|,\d+"),
}
"""Numbers by their decimal mark: thousands set apart (as in India too), or not."""


def spelling_of(texts: Iterable[str], *, decimal: str = "") -> tuple[NumberSpelling | None, str]:
    """Find how the numbers of a column are written.

    Parameters
    ----------
    texts : iterable of str
        The distinct values that stand for numbers.
    decimal : {"", ".", ","}
        The mark to take where both would do; empty: say that it is open.

    Returns
    -------
    spelling : NumberSpelling or None
        None: these are no numbers, or not of one spelling.
    doubt : str
        Why it is none, or an example of what is open to two readings; else empty.

    Examples
    --------
    >>> spelling_of(["$84,835.00", "-$3.50"])
    (NumberSpelling(decimal='.', thousands=',', unit='$'), '')
    >>> spelling_of(["1.234", "2.500"])
    (NumberSpelling(decimal='', thousands='', unit=''), '1.234')
    """
    parts = [_take_apart(text) for text in texts]
    written = [part for part in parts if part is not None]
    named = any(_NAME.fullmatch(part.core + part.power) for part in written)
    if named or not written or len(written) < len(parts):
        return None, ""
    unit, doubt = _one_unit(written)
    if doubt:
        return None, doubt
    return _of_cores([part.core for part in written], unit, decimal)


def _of_cores(cores: Sequence[str], unit: str, told: str) -> tuple[NumberSpelling | None, str]:
    """Settle the marks over all values."""
    fitting = [mark for mark in (".", ",") if all(map(_OF_MARK[mark].fullmatch, cores))]
    marked = [core for core in cores if "." in core or "," in core]
    if not fitting:
        return None, ""
    if not marked:
        return NumberSpelling("", _thousands(cores, "."), unit), ""
    if len(fitting) == 2:
        fitting = [told] if told in fitting else _likelier(cores, marked)
    if len(fitting) != 1:
        return NumberSpelling("", "", unit), min(marked)
    return NumberSpelling(fitting[0], _thousands(cores, fitting[0]), unit), ""


def _likelier(cores: Sequence[str], marked: Sequence[str]) -> list[str]:
    """Whole thousands without a mark beside marked ones tell that the mark is a decimal one."""
    bare = [core for core in cores if core.isdigit()]
    marks = {mark for core in marked for mark in ".," if mark in core}
    if len(marks) == 1 and any(len(core) > 3 for core in bare):
        return list(marks)
    return [".", ","]


def _thousands(cores: Sequence[str], decimal: str) -> str:
    marks = {mark for core in cores for mark in ".,' " if mark in core and mark != decimal}
    return "".join(sorted(marks))


def _one_unit(written: Sequence[_Written]) -> tuple[str, str]:
    """Return the sign of all values; parts of a hundred and plain numbers do not mix."""
    units = sorted({part.unit for part in written if part.unit}, key=str.lower)
    if len({unit.lower() for unit in units}) > 1:
        return "", f"signs of several kinds: {', '.join(units)}"
    unit = units[0] if units else ""
    bare = [part for part in written if not part.unit and part.core.strip("0.,")]
    if unit in PARTS and bare:
        return "", f"some values have {unit!r} and some have none, such as {bare[0].text!r}"
    return unit, ""


def values_of(texts: Sequence[str], spelling: NumberSpelling) -> npt.NDArray[np.float64]:
    """Read numbers in a spelling; NaN where a text is no number in it.

    Thousands that the spelling does not name are taken only where nothing is left open:
    1,234.50 is, 1,234 is not.

    Examples
    --------
    >>> values_of(["(1.234,50 €)", "0,5", "1.5"], NumberSpelling(",", ".", "€")).tolist()
    [-1234.5, 0.5, nan]
    """
    return np.array([_value(text, spelling) for text in texts], dtype="float64")


def _value(text: str, spelling: NumberSpelling) -> float:
    if text.strip().lower().lstrip("+-") in ("inf", "infinity"):
        return -np.inf if text.strip().startswith("-") else np.inf
    part = _take_apart(text)
    decimal = spelling.decimal or "."
    if part is None or not _OF_MARK[decimal].fullmatch(part.core):
        return np.nan
    mark = "," if decimal == "." else "."
    unnamed = mark in part.core and mark not in spelling.thousands
    if unnamed and part.core.count(mark) == 1 and decimal not in part.core:
        return np.nan  # 1,234 where no thousands were set apart: it may be 1.234 of another system
    if not spelling.decimal and _OPEN.fullmatch(part.core):
        return np.nan
    if _other_share(part, spelling):
        return np.nan
    whole = part.core.translate(str.maketrans("", "", f"' {mark}")).replace(decimal, ".")
    value = float(whole + part.power) * PARTS.get(part.unit, 1.0)
    return -value if part.negative else value


def _other_share(part: _Written, spelling: NumberSpelling) -> bool:
    """Whether a value is of another unit: per cent and plain numbers, or another money."""
    if part.unit.lower() == spelling.unit.lower():
        return False
    if part.unit in PARTS or (spelling.unit in PARTS and part.core.strip("0.,")):
        return True
    return bool(part.unit and spelling.unit)


_DAY_OR_NUMBER = re.compile(r"\d{8}")
_THOUSANDS_ORPARTS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_SHORT = re.compile(r"[+-]?\d{1,3}")


def all_plain(texts: Iterable[str]) -> bool:
    """Whether every value is a number as programs write it, and no name made of digits.

    Examples
    --------
    >>> all_plain(["1.50", "-2e-05"]), all_plain(["01067"])
    (True, False)
    """
    return all(map(_PLAIN.fullmatch, texts))


def open_to_two(texts: Collection[str]) -> bool:
    """Whether all plain numbers that have a point could be thousands: 1.234 and 45.678."""
    return has_point(texts) and all(
        _SHORT.fullmatch(text) or _THOUSANDS_ORPARTS.fullmatch(text) for text in texts
    )


def has_point(texts: Iterable[str]) -> bool:
    """Whether a value has a decimal point."""
    return any("." in text for text in texts)


def plain_mark(texts: Collection[str]) -> str | None:
    """Return the decimal mark of numbers that are plain beyond doubt; else None.

    Examples
    --------
    >>> plain_mark(["2.50", "17"]), plain_mark(["20240131"]), plain_mark(["1.234"])
    ('.', None, None)
    """
    if not texts or not all_plain(texts) or any(map(_DAY_OR_NUMBER.fullmatch, texts)):
        return None
    if open_to_two(texts):
        return None
    return "." if has_point(texts) else ""
