"""What is printed as SQL is one SELECT, whatever the names and values in it are."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from workbench.errors import ParameterError

WRITES = (exp.DDL, exp.DML, exp.Command, exp.Drop, exp.Alter, exp.Into)


def one_select(text: str, dialect: str, *, like: str | None = None) -> str:
    """Return printed SQL, after its dialect's own parser has read it as one SELECT.

    Names and values come from files that anybody may have written. What quotes them is
    tested; this is the second lock: text that could run as something else is not printed.

    Parameters
    ----------
    text : str
        With its comments.
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}
    like : str, optional
        The statement without its comments: `text` must mean the same.

    Raises
    ------
    ParameterError
        The text is no statement, or several, or another one than a SELECT.

    Examples
    --------
    >>> one_select("SELECT 1 AS x -- a comment", "postgres")
    'SELECT 1 AS x -- a comment'
    >>> one_select("SELECT 1; DROP TABLE contacts", "postgres")
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: Printed SQL must be one SELECT; a name or value in it would...
    """
    try:
        found = sqlglot.parse(text, read=dialect)
        same = like is None or found == sqlglot.parse(like, read=dialect)
    except (SqlglotError, RecursionError):
        found, same = [], False
    if len(found) != 1 or not isinstance(found[0], exp.Query) or found[0].find(*WRITES) or not same:
        raise ParameterError(
            "Printed SQL must be one SELECT; a name or value in it would make it something else in "
            f"{dialect}. Rename the columns and levels that hold signs of SQL or of control."
        )
    return text
