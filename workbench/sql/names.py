"""How names and values are written in SQL, so that none of them can be anything else."""

from __future__ import annotations

import json
import re
from os import PathLike, fspath


def quoted(name: str) -> str:
    """Write a name as an SQL identifier.

    Examples
    --------
    >>> print(quoted('2" nails'))
    "2"" nails"
    """
    return '"' + name.replace('"', '""') + '"'


def no_pattern(path: str | PathLike[str]) -> str:
    """Write a path so that DuckDB takes no sign in it for a pattern of several files.

    Examples
    --------
    >>> print(no_pattern("visits[12].parquet"))
    visits[[]12].parquet
    """
    return re.sub(r"[\[*?]", r"[\g<0>]", fspath(path))


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


def literal(value: str | float, kind: str = "") -> str:
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
