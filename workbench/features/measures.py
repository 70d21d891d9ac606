"""What to aggregate, where, and over which window: declared once, executed by a plan.

A `Measure` is exact by construction (a count, a sum of integers, a moment in time),
so that the order in which rows are read cannot change a bit of it. A feature is an
`Expression` over measures, evaluated row by row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.errors import ParameterError

How = Literal["count", "sum", "decayed", "first", "last", "distinct", "gap_mean", "gap_variance"]
Level = str | int | float | bool

# Sums are sums of integers: a value is rounded to a millionth of its unit first.
MICRO = 1_000_000
# A decayed value is a fraction of one: it is rounded to a millionth of a millionth.
PICO = 1_000_000_000_000
MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Source:
    """Where events or items come from: a table of the data, or SQL over its tables.

    Parameters
    ----------
    name : str
        A table of the data; with `sql`, what to call the result.
    sql : str, optional
        A SELECT over the tables of the data. As events it must give ``customer`` and
        ``time``, and ``arrived`` where events become known later than they happen. Each
        of its rows may draw on nothing that was known only after its own time.

    Examples
    --------
    >>> Source("evenings", "SELECT * FROM visits WHERE hour(time) >= 18").name
    'evenings'
    """

    name: str
    sql: str | None = None


@dataclass(frozen=True)
class Equals:
    """Only events whose column has this value.

    Parameters
    ----------
    column : str
        Of the event table.
    level : str, int, float or bool
        Its value.

    Examples
    --------
    >>> Measure(Source("visits"), "count", where=(Equals("channel", "app"),)).where
    (Equals(column='channel', level='app'),)
    """

    column: str
    level: Level

    def __post_init__(self) -> None:
        _check_finite(self.level, name="level")


@dataclass(frozen=True)
class Listed:
    """Only events whose column holds an item that is listed for the row's campaign.

    Parameters
    ----------
    items : Source
        Gives ``campaign`` and ``item``; known when the campaign starts.
    column : str
        The column of the events that is compared with ``item``.

    Examples
    --------
    >>> offered = Source("leaflets", "SELECT campaign, product AS item FROM leaflets")
    >>> bought = Measure(Source("visits"), "count", where=(Listed(offered, "product"),))
    """

    items: Source
    column: str


@dataclass(frozen=True)
class Present:
    """Only events whose column has a value: neither missing nor, in a number, NaN.

    Parameters
    ----------
    column : str
        Of the event table.

    Examples
    --------
    >>> visits, priced = Source("visits"), (Present("spend"),)
    >>> mean = Measure(visits, "sum", "spend") / Measure(visits, "count", where=priced)
    """

    column: str


Condition = Equals | Listed | Present


class Expression:
    """Something with one value a contact; arithmetic on expressions gives expressions."""

    def __add__(self, other: Expression | float) -> Formula:
        return Formula("({0} + {1})", (self, other))

    def __sub__(self, other: Expression | float) -> Formula:
        return Formula("({0} - {1})", (self, other))

    def __mul__(self, other: Expression | float) -> Formula:
        return Formula("({0} * {1})", (self, other))

    def __truediv__(self, other: Expression | float) -> Formula:
        """Divide; missing where the divisor is 0."""
        return Formula("({0} / nullif({1}, 0))", (self, other))


@dataclass(frozen=True)
class Measure(Expression):
    """One aggregate over a customer's events before `as_of`.

    Parameters
    ----------
    source : Source
    how : {"count", "sum", "decayed", "first", "last", "distinct", "gap_mean", "gap_variance"}
        ``decayed`` is Σ value · 2^(−age / half-life) with the age at `as_of`; where there
        is no column, the value is 1. ``first`` and ``last`` are moments. ``distinct``
        counts the distinct values of the column. The gaps are between distinct moments that
        follow each other, in days and in days squared (sample variance).
    column : str, optional
        What to sum, or to count the distinct values of.
    where : tuple of conditions
        All must hold.
    lookback_days : int, optional
        Only events in ``[as_of − lookback, as_of)``; None means all history.
    half_life_days : float, optional
        After how many days a value counts half; of ``decayed`` alone.

    Raises
    ------
    ParameterError
        A sum or distinct count has no column, another measure has one, gaps have
        conditions, or a half-life stands where it does not belong.

    Examples
    --------
    >>> Measure(Source("visits"), "sum", "spend", lookback_days=28).column
    'spend'
    """

    source: Source
    how: How
    column: str | None = None
    where: tuple[Condition, ...] = ()
    lookback_days: int | None = None
    half_life_days: float | None = None

    def __post_init__(self) -> None:
        _check_tuple(self, "where")
        for name in ("lookback_days", "half_life_days"):
            days = getattr(self, name)
            if isinstance(days, int | float) and not 0 < days < math.inf:
                raise ParameterError(f"`{name}` must be a finite number above 0; got {days!r}.")
        if (self.half_life_days is None) == (self.how == "decayed"):
            raise ParameterError(
                "A measure has a half-life where it is 'decayed', and has none where it is not; "
                f"got how={self.how!r} with half_life_days={self.half_life_days!r}."
            )
        may_lack = self.how == "decayed"
        if not may_lack and (self.column is None) == (self.how in ("sum", "distinct")):
            raise ParameterError(
                "A measure needs a column where it is a 'sum' or 'distinct', and has none where "
                f"it is not; got how={self.how!r} with column={self.column!r}."
            )
        if self.where and self.how.startswith("gap"):
            raise ParameterError(
                f"A measure of gaps is over all events of its source; got {len(self.where)} "
                "conditions. Put them into the SQL of the source."
            )


@dataclass(frozen=True)
class Lookup(Expression):
    """A column of a table with at most one row a customer, a campaign, or a moment.

    Parameters
    ----------
    source : Source
        Has the key column, and where `dated`, ``valid_from`` (and ``valid_until``).
    column : str
    key : {"customer", "campaign", "as_of"}
    dated : bool
        Take the row that was valid just before `as_of`: ``valid_from < as_of`` and not
        ``valid_until < as_of``; the latest ``valid_from`` where several were.
    number : bool
        Give a number; text otherwise.

    Examples
    --------
    >>> Lookup(Source("segments"), "segment", "customer", dated=True).number
    False
    """

    source: Source
    column: str
    key: Literal["customer", "campaign", "as_of"]
    dated: bool = False
    number: bool = False


@dataclass(frozen=True)
class Formula(Expression):
    """SQL over other expressions, row by row: ``{0}`` is the first of them, and so on.

    ``c.as_of`` is the moment of the row's decision. Numbers come as DOUBLE. A sum over no
    events, or over none with a value, is 0. The first and last moment come as TIMESTAMP
    (NULL without events), a text column as VARCHAR. Write a literal brace twice. With
    `text` it gives a category.

    Parameters
    ----------
    template : str
        SQL of DuckDB.
    operands : sequence of Expression or number
        What ``{0}``, ``{1}``, … stand for.
    text : bool
        Whether it gives text: a category.

    Raises
    ------
    ParameterError
        The template has braces for which there is no operand, or a number is not finite.

    Examples
    --------
    >>> visits = Measure(Source("visits"), "count")
    >>> Formula("ln(1 + {0})", (visits,)) / 2  # doctest: +ELLIPSIS
    Formula(template='({0} / nullif({1}, 0))', operands=(Formula(...), 2), text=False)
    """

    template: str
    operands: tuple[Expression | float, ...] = ()
    text: bool = False

    def __post_init__(self) -> None:
        _check_tuple(self, "operands")
        for operand in self.operands:
            _check_finite(operand, name="operands")
        try:
            self.template.format(*("" for _ in self.operands))
        except (IndexError, KeyError, ValueError, AttributeError, TypeError):
            raise ParameterError(
                f"`template` must have {{0}}, {{1}} and so on for its operands, {{{{ and }}}} for "
                f"braces; got {self.template!r} with {len(self.operands)} operands."
            ) from None


@dataclass(frozen=True)
class Feature:
    """A column of the feature table, and its row in the catalogue.

    Parameters
    ----------
    name : str
    value : Expression
    group : str
        What penalties are set by: features that are useful, or spiky, together.
    unit : str
    description : str
        In words that the reader of a report understands.

    Examples
    --------
    >>> month = Measure(Source("visits"), "count", lookback_days=28)
    >>> busy = Feature("visits_a_day", month / 28, "pace", "count", "Visits a day, 28 days.")
    >>> busy.source, busy.lookback_days
    ('visits', 28.0)
    """

    name: str
    value: Expression
    group: str
    unit: str
    description: str

    @property
    def source(self) -> str:
        """The tables it is computed from; ``contacts`` where it needs only `as_of`."""
        names = dict.fromkeys(leaf.source.name for leaf in leaves(self.value))
        return ", ".join(names) or "contacts"

    @property
    def lookback_days(self) -> float:
        """The longest look-back in it: infinite is all history, 0 is without events."""
        found = [leaf.lookback_days for leaf in leaves(self.value) if isinstance(leaf, Measure)]
        return max((float("inf") if days is None else float(days) for days in found), default=0.0)


def _check_tuple(made: object, name: str) -> None:
    """Make a tuple of a list: what declares a feature can be told apart by its content."""
    given = getattr(made, name)
    if isinstance(given, list):
        object.__setattr__(made, name, tuple(given))
    elif not isinstance(given, tuple):
        raise ParameterError(f"`{name}` must be a tuple; got a {type(given).__name__}.")


def _check_finite(value: object, *, name: str) -> None:
    """Raise ParameterError of a number that SQL cannot be given."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(f"`{name}` must hold finite numbers alone; got {float(value)!r}.")


def leaves(expression: Expression | float) -> Iterator[Measure | Lookup]:
    """Give the measures and look-ups of an expression, from left to right.

    Examples
    --------
    >>> a, b = Measure(Source("visits"), "count"), Measure(Source("visits"), "last")
    >>> [leaf.how for leaf in leaves((a + 1) / b)]
    ['count', 'last']
    """
    if isinstance(expression, Measure | Lookup):
        yield expression
    elif isinstance(expression, Formula):
        for operand in expression.operands:
            yield from leaves(operand)
