"""What somebody says of a file, where the file itself leaves it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.reading.column import KINDS
from workbench.reading.headerless import check_names

SAID_OF_COLUMNS = tuple(kind for kind in KINDS if kind != "empty")
ORDERS = ("day-first", "month-first")
MARKS = (".", ",")


class Saying(TypedDict, total=False):
    """What can be said of a file, as keyword arguments of whoever reads one.

    Examples
    --------
    >>> said: Saying = {"dates": "day-first", "kinds": {"zip": "category"}}
    >>> Told.of(**said).dates
    'day-first'
    """

    dates: str | None
    decimal: str | None
    encoding: str | None
    kinds: Mapping[str, str] | None
    columns: Sequence[str] | None


@dataclass(frozen=True)
class Told:
    """What is said of a file; what is not said is found out.

    Parameters
    ----------
    dates : {"", "day-first", "month-first"}
        How to read 05/03/2023 where the column does not show it.
    decimal : {"", ".", ","}
        How to read 1.234 where the column does not show it.
    encoding : str
        A name that Python knows, such as "cp1251".
    kinds : mapping of column to kind
    columns : sequence of str
        The names of all columns of a text file without a header line.

    Raises
    ------
    ParameterError
        A value is none of these.

    Examples
    --------
    >>> Told.of(dates="day-first", kinds={"zip": "category"}).kinds
    {'zip': 'category'}
    """

    dates: str = ""
    decimal: str = ""
    encoding: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.dates:
            check_choice(self.dates, ORDERS, name="dates")
        if self.decimal:
            check_choice(self.decimal, MARKS, name="decimal")
        for column, kind in self.kinds.items():
            if kind not in SAID_OF_COLUMNS:
                raise ParameterError(
                    f"A column must be one of {', '.join(SAID_OF_COLUMNS)}; {column!r} is said to "
                    f"be {kind!r}."
                )
        check_names(self.columns)
        if self.encoding:
            _check_encoding(self.encoding)

    @classmethod
    def of(
        cls,
        dates: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        kinds: Mapping[str, str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Told:
        """Make it of arguments that may be None."""
        names = columns if isinstance(columns, str) else tuple(columns or ())
        return cls(dates or "", decimal or "", encoding or "", dict(kinds or {}), names)


def _check_encoding(name: str) -> None:
    try:
        "".encode(name)
    except LookupError:
        raise ParameterError(
            f"`encoding` must be a name such as utf-8, cp1252, cp1251 or utf-16; got {name!r}."
        ) from None
