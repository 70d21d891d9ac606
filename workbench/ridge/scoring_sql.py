"""A fitted model as a query: scores where the features are, without moving a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sklearn.utils.validation import check_is_fitted

from workbench.errors import ParameterError
from workbench.ridge.design import Column
from workbench.ridge.fitted_columns import FittedColumns
from workbench.ridge.trained_range import ranges_of

if TYPE_CHECKING:
    from workbench.ridge.propensity import RidgePropensity

FURTHEST = 700  # beyond it exp leaves the doubles, which some databases take for an error
TERMS_A_SUM = 20


def scoring_sql(
    model: RidgePropensity,
    *,
    dialect: str = "duckdb",
    table: str = "features",
    key: str = "contact",
) -> str:
    """Write the query that scores a table of features as `predict_proba` does.

        1 / (1 + e^{−η}) ,  η = b0 + Σ_j b_j x_j

    with a training mean in the place of a gap, a term of its own where training had gaps,
    and one term a level of a category; a level that training did not have adds nothing. A
    number outside of the trained range counts as the nearest inside, unless the model has
    ``extrapolate=True``.

    Parameters
    ----------
    model : RidgePropensity
        Fitted, or loaded from a file.
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}
    table : str
        Holds the key and a column each feature, as ``FeatureSet.sql`` gives them.
    key : str
        The column that the rows of the result are told apart, and ordered, by.

    Returns
    -------
    str
        Gives the key and ``propensity``.

    Raises
    ------
    NotFittedError
        From scikit-learn: the model has not been fitted.
    ParameterError
        The dialect is unknown, or PostgreSQL would cut off a column's name.
    FitError
        Numbers are to be held in ranges that the model's file does not tell.

    References
    ----------
    The propensity is the model's own: see `RidgePropensity`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgePropensity
    >>> from workbench.ridge import scoring_sql
    >>> X = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0]})
    >>> model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
    >>> print(scoring_sql(model, dialect="postgres"))
    WITH "given" AS (
      SELECT
        "contact",
    ...
    """
    from workbench._sql_dialects import translated
    from workbench._sql_statement import one_select

    if not isinstance(model, FittedColumns):
        raise ParameterError(
            f"`model` must be a RidgePropensity; got {type(model).__name__}. Fit or load one."
        )
    check_is_fitted(model, "columns_")
    columns = model.design_.columns
    log_odds = _sum([_number(float(model.intercept_[0])), *_terms(model, columns)])
    given = ",\n".join(["  " + _quoted(key), *(f"  {_given(column)}" for column in columns)])
    query = f"""WITH given AS (
SELECT
{given}
FROM {_quoted(table)}
),
scored AS (
SELECT {_quoted(key)}, {log_odds} AS log_odds
FROM given
)
SELECT {_quoted(key)}, {_logistic("log_odds")} AS propensity
FROM scored
ORDER BY {_quoted(key)}"""
    return one_select(translated(query, dialect), dialect)


def _given(column: Column) -> str:
    """Write a feature as the design reads it, NaN being a gap."""
    name = _quoted(column.name)
    if column.levels is not None:
        return f"CAST({name} AS VARCHAR) AS {name}"
    number = f"CAST({name} AS DOUBLE)"
    return f"CASE WHEN NOT isnan({number}) THEN {number} END AS {name}"


def _terms(model: RidgePropensity, columns: Sequence[Column]) -> Iterator[str]:
    weights, edges, start = model.coef_[0].tolist(), _edges(model), 0
    for column in columns:
        name, width = _quoted(column.name), len(column.design_names)
        own, first = weights[start : start + width], edges[start]
        start += width
        cases = [f"WHEN {name} IS NULL THEN {_number(own.pop())}"] if column.flag else []
        if column.levels is None:
            yield f"{_number(own[0])} * {_held(name, column.mean, first)}"
        else:
            levels = zip(column.levels, own, strict=True)
            cases += [f"WHEN {name} = {_literal(level)} THEN {_number(b)}" for level, b in levels]
        if cases:
            yield f"CASE {' '.join(cases)} ELSE 0 END"


def _edges(model: RidgePropensity) -> list[tuple[float, float] | None]:
    """Return the range in which each design column is held, if it is."""
    if model.extrapolate:
        return [None] * len(model.columns_)
    low, high = ranges_of(model)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _held(name: str, mean: float, edges: tuple[float, float] | None) -> str:
    """Write a number, the mean in its gaps, held between the edges of its range."""
    if edges is None:
        return f"coalesce({name}, {_number(mean)})"
    low, high = map(_number, edges)
    cases = f"WHEN {name} IS NULL THEN {_number(mean)}"
    cases += f" WHEN {name} < {low} THEN {low} WHEN {name} > {high} THEN {high}"
    return f"CASE {cases} ELSE {name} END"


def _sum(terms: Sequence[str]) -> str:
    """Add up in brackets of a few: a thousand terms in a row are too deep for some parsers."""
    while len(terms) > TERMS_A_SUM:
        starts = range(0, len(terms), TERMS_A_SUM)
        terms = [f"({' + '.join(terms[i : i + TERMS_A_SUM])})" for i in starts]
    return " + ".join(terms)


def _logistic(log_odds: str) -> str:
    high = f"WHEN {log_odds} > {FURTHEST} THEN {FURTHEST}"
    low = f"WHEN {log_odds} < -{FURTHEST} THEN -{FURTHEST}"
    return f"CAST(1 AS DOUBLE) / (1 + exp(-CASE {high} {low} ELSE {log_odds} END))"


def _number(value: float) -> str:
    # a bare literal is a decimal in some databases, and loses digits beside others
    return f"CAST({float(value)!r} AS DOUBLE)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
