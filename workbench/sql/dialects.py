"""A DuckDB query in the SQL of a warehouse, with the meaning that it has here.

sqlglot knows how each database writes a thing; it does not promise that the thing then
means the same. The rules of `meanings` mend the places where it would not, and a function that
no rule and no test knows is refused: better no query than another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.messages import listed
from workbench.sql.meanings import (
    COMPARED,
    DIVIDES_EXACTLY,
    HUGE,
    LETTERS,
    MEANINGS,
    SAME_PATTERN,
    SUMMED_AS,
)

DIALECTS = ("duckdb", "spark", "bigquery", "snowflake", "postgres")
POSTGRES_NAME_BYTES = 63  # what is longer is cut off there, without an error


def check_dialect(dialect: str) -> None:
    """Raise ParameterError unless the dialect is known; the closest is offered."""
    check_choice(dialect, DIALECTS, name="dialect")


def translated(query: str, dialect: str) -> str:
    """Write a DuckDB query in another dialect, so that it means the same there.

    Names are quoted throughout: the tables must have them letter by letter. Moments are
    those of the clock that the tables keep (TIMESTAMP_NTZ in Spark and Snowflake, DATETIME
    in BigQuery, TIMESTAMP in PostgreSQL): no session's time zone takes part.

    Parameters
    ----------
    query : str
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}

    Returns
    -------
    str
        The query as it came, for DuckDB.

    Raises
    ------
    ParameterError
        The dialect is unknown; or the query uses a function whose meaning there was not
        compared; or a column's name is too long for PostgreSQL.

    Examples
    --------
    >>> print(translated("SELECT isodow(t) AS d FROM visits", "spark"))
    SELECT
      (
        WEEKDAY(`t`) + 1
      ) AS `d`
    FROM `visits`
    """
    check_dialect(dialect)
    if dialect == "duckdb":
        return query
    try:
        tree = sqlglot.parse_one(query, read="duckdb")
        _check_functions(tree, dialect)
        tree = _mended(tree, dialect)
        if dialect == "postgres":
            _check_names(tree)
        return tree.sql(
            dialect=dialect, pretty=True, identify=True, unsupported_level=ErrorLevel.RAISE
        )
    except SqlglotError as error:
        raise ParameterError(
            f"The query must have a counterpart in {dialect}; sqlglot finds none: {error}. Let "
            "a table or view of the warehouse hold what the SQL of the source computes."
        ) from None


def _mended(tree: exp.Expr, dialect: str) -> exp.Expr:
    _name_subqueries(tree)
    _group_by_places(tree)
    for mend in (_signs, _whole_numbers, _functions, _patterns, _divisions, _collations):
        # from the leaves up: what stands inside is mended before it is moved
        for node in reversed(list(tree.walk())):
            other = mend(node, dialect)
            if other is not node:
                node.replace(other)
    return tree


def _name_subqueries(tree: exp.Expr) -> None:
    """PostgreSQL before version 16 demands a name for each."""
    taken = {identifier.name.casefold() for identifier in tree.find_all(exp.Identifier)}
    names = (name for number in range(1, 10_000) if (name := f"q{number}") not in taken)
    for subquery in tree.find_all(exp.Subquery):
        if isinstance(subquery.parent, exp.From | exp.Join) and not subquery.alias:
            subquery.set("alias", exp.TableAlias(this=exp.to_identifier(next(names))))


def _group_by_places(tree: exp.Expr) -> None:
    """GROUP BY ALL is not everywhere: name the places of what is not an aggregate."""
    for group in tree.find_all(exp.Group):
        if group.args.get("all") and isinstance(group.parent, exp.Select):
            places = [
                exp.Literal.number(place)
                for place, column in enumerate(group.parent.selects, 1)
                if column.find(exp.AggFunc) is None
            ]
            group.replace(exp.Group(expressions=places))


def _signs(node: exp.Expr, dialect: str) -> exp.Expr:
    """Write sign(a) · double(abs(a)) as double(a): DuckDB alone casts better without a sign."""
    del dialect
    if not (isinstance(node, exp.Mul) and isinstance(node.left, exp.Sign)):
        return node
    number, cast = node.left.this, node.right
    same = isinstance(cast, exp.Cast) and cast.this == exp.Abs(this=number)
    return _cast(number, "DOUBLE", "duckdb") if same and _is_double(cast) else node


def _whole_numbers(node: exp.Expr, dialect: str) -> exp.Expr:
    """Give whole numbers a type that holds them and their sums."""
    if isinstance(node, exp.Cast):
        if node.to.is_type(exp.DataType.Type.INT128):
            return _cast(node.this, HUGE.get(dialect, "DECIMAL(38, 0)"), dialect)
        rounded = isinstance(node.this, exp.Round) and node.to.is_type("BIGINT")
        if rounded and dialect in SUMMED_AS:
            return _cast(node.this, SUMMED_AS[dialect], dialect)
    return node


def _functions(node: exp.Expr, dialect: str) -> exp.Expr:
    """Put the dialect's own words in the place of DuckDB's."""
    if isinstance(node, exp.IgnoreNulls):
        inner: exp.Expr = node.this  # of any_value, which becomes MIN
        return inner
    is_difference = isinstance(node, exp.DateDiff) and node.text("unit") == "MICROSECOND"
    words = MEANINGS[dialect].get("microseconds" if is_difference else type(node).__name__)
    if words is None:
        return node
    if is_difference:
        return _worded(words, dialect, a=node.expression, b=node.this)
    if isinstance(node, exp.Least | exp.Greatest):
        made: exp.Expr = node.this
        for other in node.expressions:
            made = _worded(words, dialect, a=made, b=other)
        return made
    return _worded(words, dialect, a=node.this)


def _patterns(node: exp.Expr, dialect: str) -> exp.Expr:
    """Replace every match: by a flag in PostgreSQL, without one elsewhere."""
    if not isinstance(node, exp.RegexpReplace):
        return node
    if dialect != "postgres":
        node.set("modifiers", None)
        return node
    pattern = node.expression.name
    for ours, theirs in LETTERS.items():
        pattern = pattern.replace(ours, theirs)
    rules = exp.to_identifier("und-x-icu")
    node.set("this", exp.Collate(this=_bracketed(node.this.copy()), expression=rules))
    node.set("expression", exp.Literal.string(pattern))
    return node


def _worded(words: str, dialect: str, **arguments: exp.Expr | None) -> exp.Expr:
    """Read a phrase in the dialect, with arguments in the place of `a` and `b`."""
    phrase = sqlglot.parse_one(words, read=dialect)
    for column in list(phrase.find_all(exp.Column)):
        argument = arguments[column.name]
        if argument is not None:
            inside = isinstance(column.parent, exp.Binary)
            column.replace(_bracketed(argument.copy()) if inside else argument.copy())
    return exp.paren(phrase) if isinstance(phrase, exp.Binary) else phrase


def _bracketed(node: exp.Expr) -> exp.Expr:
    return exp.paren(node) if isinstance(node, exp.Binary | exp.Unary | exp.Case) else node


def _divisions(node: exp.Expr, dialect: str) -> exp.Expr:
    """DuckDB divides in floating point, whatever the operands are."""
    if isinstance(node, exp.Div) and dialect in DIVIDES_EXACTLY:
        if not _is_double(node.this):
            node.set("this", _cast(node.this, "DOUBLE", "duckdb"))
        node.set("typed", True)  # noqa: FBT003 - a flag of the tree: nothing is left to add
    return node


def _is_double(node: exp.Expr) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.is_type(exp.DataType.Type.DOUBLE)
    if isinstance(node, exp.Paren | exp.Neg | exp.Abs):
        return _is_double(node.this)
    if isinstance(node, exp.Div):
        return True  # mended before, being further inside
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return _is_double(node.left) or _is_double(node.right)
    return False


def _collations(node: exp.Expr, dialect: str) -> exp.Expr:
    """Text is ordered by its code points; PostgreSQL alone must be told."""
    if not isinstance(node, exp.Collate):
        return node
    if dialect == "postgres":
        node.set("expression", exp.to_identifier(node.expression.name, quoted=True))
        return node
    plain: exp.Expr = node.this
    return plain


def _cast(node: exp.Expr, kind: str, dialect: str) -> exp.Expr:
    return exp.Cast(this=node.copy(), to=exp.DataType.build(kind, dialect=dialect))


def _function_names(tree: exp.Expr, dialect: str) -> Iterator[str]:
    for node in tree.find_all(exp.Func, exp.Binary):
        by_code_points = isinstance(node, exp.Collate) and node.expression.name.upper() == "C"
        if type(node).__name__ not in COMPARED and not by_code_points:
            unnamed = isinstance(node, exp.Anonymous)
            yield node.name.lower() if unnamed else type(node).__name__.lower()
        elif isinstance(node, exp.DateDiff) and node.text("unit") not in ("DAY", "MICROSECOND"):
            yield f"date_diff of a {node.text('unit').lower()}"
        elif isinstance(node, exp.Round) and node.args.get("decimals") is not None:
            yield "round to decimals"
        elif isinstance(node, exp.RegexpReplace):
            yield from _pattern_names(node, dialect)


def _pattern_names(node: exp.RegexpReplace, dialect: str) -> Iterator[str]:
    pattern, text = node.expression, node.args["replacement"]
    if node.text("modifiers") != "g":
        yield "regexp_replace without 'g'"
    elif not (pattern.is_string and SAME_PATTERN.fullmatch(pattern.name)):
        yield f"regexp_replace of {pattern.name or pattern.sql('duckdb')}"
    elif not (text.is_string and re.fullmatch(r"[^\\$]*", text.name)):
        yield f"regexp_replace by {text.name or text.sql('duckdb')}"
    elif dialect == "snowflake" and any(letters in pattern.name for letters in LETTERS):
        yield "regexp_replace of letters beyond ASCII"


def _check_functions(tree: exp.Expr, dialect: str) -> None:
    unknown = list(dict.fromkeys(_function_names(tree, dialect)))
    if unknown:
        raise ParameterError(
            f"A query for {dialect} may use only functions that were compared with DuckDB's; "
            f"{listed(unknown)} were not. Let a table or view of the warehouse hold what they "
            "compute, or take out the builder that uses them."
        )


def _check_names(tree: exp.Expr) -> None:
    names = (identifier.name for identifier in tree.find_all(exp.Identifier))
    long = [name for name in dict.fromkeys(names) if len(name.encode()) > POSTGRES_NAME_BYTES]
    if long:
        raise ParameterError(
            f"PostgreSQL cuts names off after {POSTGRES_NAME_BYTES} bytes; {listed(long, 3)} are "
            "longer. Give their builders a shorter `prefix`, or rename the columns."
        )
