"""What is typed after an option, as the value that it stands for."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

from workbench._checks import did_you_mean, listed
from workbench.errors import ParameterError

ORDERS = ("first-seen", "day-first", "month-first")


def order_of(text: str | None) -> str | list[str] | None:
    """Return a word of --order, or the campaigns that it lists."""
    if text is None or text in ("auto", *ORDERS):
        return text
    names = [name.strip() for name in text.split(",")]
    if len(names) < 2:
        raise ParameterError(
            f"--order must be one of {listed(ORDERS)}, or every campaign, the earliest first, "
            f"as in 'spring,summer'; got {text!r}.{did_you_mean(text, ORDERS)}"
        )
    return names


def amount_of(text: str) -> float:
    """Return an amount of money, from 0."""
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < math.inf:
        raise argparse.ArgumentTypeError(f"must be an amount of money, as in 1.50; got {text!r}")
    return amount


def groups_of(entries: Sequence[str] | None) -> dict[str, str]:
    """Return the group of each pattern."""
    groups = {}
    for entry in entries or ():
        pattern, equals, name = entry.rpartition("=")
        if not (equals and pattern and name):
            raise ParameterError(
                f"--group must be PATTERN=NAME, as in 'mail_*=mail'; got {entry!r}."
            )
        groups[pattern] = name
    return groups


def kinds_of(entries: Sequence[str] | None) -> dict[str, str]:
    """Return the kind of each column."""
    kinds = {}
    for entry in entries or ():
        column, equals, kind = entry.rpartition("=")
        if not (equals and column and kind):
            raise ParameterError(f"--as must be COL=KIND, as in 'zip=category'; got {entry!r}.")
        kinds[column] = kind
    return kinds


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
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of days above 0; got {text!r}")
    return days
