"""How names, values and sources are written in SQL: the words that all queries share."""

from __future__ import annotations

import json

from workbench.features.measures import MICRO, Level, Source


def quoted(name: str) -> str:
    """Write a name as an SQL identifier.

    Examples
    --------
    >>> print(quoted('2" nails'))
    "2"" nails"
    """
    return '"' + name.replace('"', '""') + '"'


def in_comment(name: str) -> str:
    r"""Write a name so that it cannot end the comment that it stands in.

    A name of letters, digits and plain signs stays as it is. Any other is written as JSON
    writes it, on one line, and with no ``/`` that could close or open a comment.

    Examples
    --------
    >>> print(in_comment("basket value"))
    basket value
    >>> print(in_comment("amount\nDROP TABLE contacts; --"))
    "amount\nDROP TABLE contacts; --"
    >>> print(in_comment("*/ SELECT 1"))
    "*\/ SELECT 1"
    """
    # not printable: line ends of every kind, and marks that turn the reading direction
    plain = name.isprintable() and not any(sign in name for sign in ("*/", "/*", "\\", '"'))
    return name if plain else json.dumps(name).replace("/", "\\/")


def literal(value: Level, kind: str = "") -> str:
    """Write a value as an SQL literal.

    Parameters
    ----------
    value : str, int, float or bool
    kind : str
        DuckDB's type of the column that it is compared with, where it is known.

    Examples
    --------
    >>> literal("Levi's"), literal(True), literal(2), literal(0.5)
    ("'Levi''s'", 'TRUE', '2', 'CAST(0.5 AS DOUBLE)')
    >>> literal(True, "INTEGER"), literal(1, "BOOLEAN")
    ('1', 'TRUE')
    """
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    # few databases compare a flag with a number; to Python, True is 1
    if kind == "BOOLEAN" or (isinstance(value, bool) and not kind):
        return "TRUE" if value else "FALSE"
    if isinstance(value, bool):
        return repr(int(value))
    # a bare decimal is an exact one in some databases, and a double in others
    return f"CAST({value!r} AS DOUBLE)" if isinstance(value, float) else repr(value)


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
