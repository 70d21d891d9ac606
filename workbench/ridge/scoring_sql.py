"""A fitted model as a query: scores where the features are, without moving a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sklearn.utils.validation import check_is_fitted

from workbench.errors import ParameterError
from workbench.ridge.design import Column
from workbench.ridge.fitted_columns import FittedColumns

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
    and one term a level of a category; a level that training did not have adds nothing.

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
    weights = iter(model.coef_[0].tolist())
    for column in columns:
        name, own = _quoted(column.name), [next(weights) for _ in column.design_names]
        cases = [f"WHEN {name} IS NULL THEN {_number(own.pop())}"] if column.flag else []
        if column.levels is None:
            yield f"{_number(own[0])} * coalesce({name}, {_number(column.mean)})"
        else:
            levels = zip(column.levels, own, strict=True)
            cases += [f"WHEN {name} = {_literal(level)} THEN {_number(b)}" for level, b in levels]
        if cases:
            yield f"CASE {' '.join(cases)} ELSE 0 END"


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
