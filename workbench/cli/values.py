"""What is typed after an option, as the value that it stands for."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence

from workbench.cli.typed_values import literal_of, read_either_way
from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed

ORDERS = ("first-seen", "day-first", "month-first")
DATES, MARKS = ("day-first", "month-first"), (".", ",")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_POINT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+")
_THOUSANDS_COMMA = re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
KINDS = ("number", "flag", "date", "category", "text", "identifier")
"""As `workbench.reading.told` has them, which stands on pandas; help must not wait for that."""
CONDITIONS = ("leak", "undated", "perfect", "drift", "readiness")
"""As `workbench.reports.signs` has them, which takes a second to import; a shell must not wait."""


def order_of(text: str | None) -> str | list[str] | None:
    """Return a word of --order, or the campaigns that it lists."""
    if text is None or text in ("auto", *ORDERS):
        return text
    literal = literal_of(text)
    names = literal if isinstance(literal, list) else [name.strip() for name in text.split(",")]
    if len(names) < 2:
        raise ParameterError(
            f"`order` must be one of {listed(ORDERS)}, or every campaign, the earliest first, "
            f"as in 'spring,summer'; got {text!r}.{did_you_mean(text, ORDERS)}"
        )
    return names


def amount_of(text: str) -> float:
    """Return an amount of money, from 0."""
    amount = _number(text)
    if not 0 <= amount < math.inf:
        raise argparse.ArgumentTypeError(f"must be an amount of money, as in 1.50; got {text!r}")
    return amount


def groups_of(entries: Sequence[str] | None) -> dict[str, str]:
    """Return the group of each pattern."""
    return _pairs(entries, "--group must be PATTERN=NAME, as in 'mail_*=mail'")


def kinds_of(entries: Sequence[str] | None) -> dict[str, str]:
    """Return the kind of each column."""
    return _pairs(entries, "--as must be COL=KIND, as in 'zip=category'")


def allowed_of(entries: Sequence[str] | None) -> dict[str, str]:
    """Return the reason why each column with personal data may be a feature.

    Examples
    --------
    >>> allowed_of(["geb_dat=age is needed; agreed on 2026-03-01", "konf=a = b"])
    {'geb_dat': 'age is needed; agreed on 2026-03-01', 'konf': 'a = b'}
    """
    reasons = {}
    for entry in entries or ():
        column, _, reason = entry.partition("=")  # a reason may hold the sign, a name hardly
        if not (column.strip() and reason.strip()):
            raise ParameterError(
                f"--allow must be COL=REASON, as in 'birth_date=the reason'; got {entry!r}."
            )
        reasons[column] = reason.strip()
    return reasons


def _pairs(entries: Sequence[str] | None, rule: str) -> dict[str, str]:
    pairs = {}
    for entry in entries or ():
        first, _, second = entry.rpartition("=")
        if not (first and second):
            raise ParameterError(f"{rule}; got {entry!r}.")
        pairs[first] = second
    return pairs


def names_of(text: str) -> list[str]:
    """Return the names that a list holds, cut by commas.

    Examples
    --------
    >>> names_of("customer, day,amount")
    ['customer', 'day', 'amount']
    """
    names = [name.strip() for name in text.split(",")]
    if len(names) < 2 or not all(names):
        raise argparse.ArgumentTypeError(
            f"must be the names of all columns, as in customer,day,amount; got {text!r}"
        )
    return names


def days_of(text: str) -> float:
    """Return a number of days above 0."""
    days = _number(text)
    if not 0 < days < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of days above 0; got {text!r}")
    return days


def whole_of(text: str) -> int:
    """Return a whole number, in digits alone."""
    if not _WHOLE.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f"must be a whole number, as in 3; got {text!r}")
    return int(text)


def _number(text: str) -> float:
    """Return the number that is typed, or none: it lies in no range.

    A comma or a point is taken where it can mean one thing only.

    Examples
    --------
    >>> [_number(text) for text in ("0.8", "0,8", "1.234,50", "1,234.50", "1,234,567", "8 EUR")]
    [0.8, 0.8, 1234.5, 1234.5, 1234567.0, nan]
    """
    plain = text.strip()
    if read_either_way(plain):
        decimal = plain.replace(",", ".")
        thousands = decimal.replace(".", "")
        raise argparse.ArgumentTypeError(
            f"must be a number that can be read in one way; {text!r} may be {decimal} or "
            f"{thousands}. Write {decimal}0 or {thousands}"
        )
    if _POINT.fullmatch(plain):
        return float(plain)
    if _DECIMAL_COMMA.fullmatch(plain):
        return float(plain.replace(".", "").replace(",", "."))
    return float(plain.replace(",", "")) if _THOUSANDS_COMMA.fullmatch(plain) else math.nan
