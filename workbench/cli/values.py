"""What is typed after an option, as the value that it stands for."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

from workbench.cli.typed_values import literal_of
from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed

ORDERS = ("first-seen", "day-first", "month-first")


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


def _number(text: str) -> float:
    """Return the number that is typed, or none: it lies in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan
