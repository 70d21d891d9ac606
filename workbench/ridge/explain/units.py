"""Values as a reader knows them: three visits, where the column holds ln(1 + 3)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.language import number_text, say

_LOGGED = re.compile(r"ln\(1 \+ (.+)\)")
_NO_UNITS = {
    "amount",
    "category",
    "count",
    "cycle",
    "flag",
    "rate",
    "share",
}  # of what, they leave open
_LARGE = 600.0  # e to a little more is no number


@dataclass(frozen=True)
class Unit:
    """What the numbers of a feature count, and whether the column holds their logarithm.

    Parameters
    ----------
    name : str
        Such as "days"; "" where it has none.
    logged : bool
        The column holds ln(1 + x) of x.

    Examples
    --------
    >>> since = Unit.of("ln(1 + days)")
    >>> since, since.shown(math.log1p(3.0)), since.kept(3.0) == math.log1p(3.0)
    (Unit(name='days', logged=True), 3.0, True)
    """

    name: str = ""
    logged: bool = False

    @classmethod
    def of(cls, text: Any) -> Unit:
        """Read the ``unit`` of a catalogue."""
        if not isinstance(text, str):
            return cls()
        found = _LOGGED.fullmatch(text)
        name = found[1] if found else text
        return cls("" if name in _NO_UNITS else name, logged=found is not None)

    def shown(self, number: float) -> float:
        """Return what a reader knows a number of the column as, to twelve digits."""
        if not self.logged or math.isnan(number):
            return number
        return float(f"{math.expm1(min(number, _LARGE)):.12g}")

    def kept(self, number: float) -> float:
        """Return what the column holds for a number that a reader gave.

        Raises
        ------
        ValueError
            It is -1 or below, which has no logarithm here.
        """
        return math.log1p(number) if self.logged else number

    def written(self, value: Any) -> str:
        """Write a value of the column with its unit.

        Examples
        --------
        >>> Unit.of("ln(1 + days)").written(math.log1p(41.0)), Unit.of("category").written("north")
        ('41 days', 'north')
        >>> Unit.of("days").written(float("nan"))
        'missing'
        """
        if not self.logged or isinstance(value, str) or pd.isna(value):
            plain = value
        else:
            plain = self.shown(float(value))
        number = not isinstance(value, str) and not is_missing(value)
        return f"{written(plain)} {self.said}" if number and self.name else written(plain)

    @property
    def said(self) -> str:
        """The name in the language of now, where it is the workbench's own."""
        return say("days") if self.name == "days" else self.name


PLAIN = Unit()


def units_of(catalogue: pd.DataFrame | None) -> Mapping[str, Unit]:
    """Return the unit of each feature that a catalogue names.

    Examples
    --------
    >>> units_of(pd.DataFrame({"unit": ["days", None]}, index=["age", "town"]))["age"]
    Unit(name='days', logged=False)
    """
    if catalogue is None or "unit" not in catalogue:
        return {}
    return {str(name): Unit.of(text) for name, text in catalogue["unit"].items()}


def written(value: Any) -> str:
    """Write a value in the language of now: numbers with four digits, from a thousand on whole.

    Examples
    --------
    >>> written(0.123456), written(12345.6), written(None), written("north")
    ('0.1235', '12,346', 'missing', 'north')
    """
    if is_missing(value):
        return say("missing")
    if isinstance(value, float):
        return number_text(value, ".4g" if abs(value) < 1000 else ",.0f")
    return str(value)


def is_missing(value: Any) -> bool:
    """Whether a cell is a gap; what is no scalar, such as a list, is none."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
