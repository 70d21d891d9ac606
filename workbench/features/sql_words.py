"""How values and sources are written in SQL: the words that all queries of features share."""

from __future__ import annotations

from workbench.features.measures import MICRO, Source
from workbench.sql.names import quoted


def millionths(value: str) -> str:
    """Write a value as a whole number of millionths: integers add up in any order."""
    number = f"CAST({value} AS DOUBLE)"
    whole = f"CAST(round({number} * {MICRO}.0) AS BIGINT)"
    return f"CASE WHEN NOT isnan({number}) THEN {whole} END"


def present(value: str, kind: str) -> str:
    """Write the condition that a value of a type is there; NULL or false where it is not.

    Examples
    --------
    >>> present("e.spend", "DOUBLE"), present("e.channel", "VARCHAR")
    ('(NOT isnan(CAST(e.spend AS DOUBLE)))', '(e.channel IS NOT NULL)')
    """
    floating = kind.startswith(("FLOAT", "DOUBLE"))
    return f"(NOT isnan(CAST({value} AS DOUBLE)))" if floating else f"({value} IS NOT NULL)"


OURS = "customer IN (SELECT customer FROM all_contacts)"
"""Events of customers with contacts: others make no row, and must not change anybody's."""


def known_at(*, late: bool) -> tuple[str, str]:
    """Write when an event ``e`` was known, and the condition that it ever was.

    Parameters
    ----------
    late : bool
        Whether the events become known after they happen. One without an arrival never
        does; ``greatest`` alone would take its time.

    Examples
    --------
    >>> known_at(late=True)
    ('greatest(e.time, e.arrived)', ' AND e.arrived IS NOT NULL')
    """
    if not late:
        return "e.time", ""
    return "greatest(e.time, e.arrived)", " AND e.arrived IS NOT NULL"


def select_all(source: Source | str) -> str:
    """Write the SELECT that gives all rows of a table or source."""
    if isinstance(source, Source) and source.sql is not None:
        return source.sql
    return f"SELECT * FROM {quoted(source if isinstance(source, str) else source.name)}"
