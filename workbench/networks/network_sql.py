"""A fitted network as a query: its units are printed as its linear part is."""

from __future__ import annotations

from collections.abc import Iterator

from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.features.encode.unit_draws import PRODUCT, Unit
from workbench.networks.network_propensity import NetworkPropensity
from workbench.ridge.design.column import Column
from workbench.ridge.design.levels import GAP
from workbench.ridge.export.scoring_sql import (
    check_names,
    given_column,
    held_number,
    logistic,
    quoted_table,
    spelled_as,
    sql_number,
    sql_terms,
    summed,
)
from workbench.ridge.export.scoring_sql import scoring_sql as ridge_sql
from workbench.sql.names import quoted

DIALECTS = ("duckdb", "spark", "bigquery", "snowflake", "postgres")


def scoring_sql(
    model: NetworkPropensity,
    *,
    dialect: str = "duckdb",
    table: str = "features",
    key: str = "contact",
) -> str:
    """Write the query that scores a table of features as the network does in Python.

        1 / (1 + e^{−η}) ,  η = b0 + Σ_j b_j x_j + Σ_u c_u h_u ,  h = 2 / (1 + e^{−2a}) − 1 = tanh a

    with a the bias of a unit plus its weights times its standardised inputs, held in their trained
    range. A product of two multiplies one such h of each input. Features are read as
    `workbench.ridge.scoring_sql` reads them.

    Parameters
    ----------
    model : NetworkPropensity
        Fitted, or loaded from a file.
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}
    table : str
        Holds the key and a column each feature.
    key : str

    Returns
    -------
    str
        Gives the key and ``propensity``.

    Raises
    ------
    NotFittedError
        From scikit-learn: the model has not been fitted.
    ParameterError
        The model is no network, the dialect is unknown, or names cannot be told apart there.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.networks import NetworkPropensity, scoring_sql
    >>> X = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0]})
    >>> model = NetworkPropensity(2, 0.1, hidden="always").fit(X, [0, 1, 0, 1])
    >>> print(scoring_sql(model, dialect="postgres"))
    WITH "given" AS (
      SELECT
        "contact" AS "k",
    ...
    """
    from workbench.sql.dialects import translated
    from workbench.sql.statement import one_select

    if not isinstance(model, NetworkPropensity):
        raise ParameterError(
            f"`model` must be a NetworkPropensity; got {type(model).__name__}. A ridge model has "
            "its own: call `workbench.ridge.scoring_sql`."
        )
    check_is_fitted(model, "ridge_")
    if model.shrunk_out_:
        return ridge_sql(model.ridge_, dialect=dialect, table=table, key=key)
    check_choice(dialect, DIALECTS, name="dialect")
    columns = model.design_.columns
    check_names([key, *(column.name for column in columns)], dialect, ["propensity"])
    names = [f"f{j}" for j in range(len(columns))]
    inputs = dict(_inputs(model))
    units = [
        f"{_unit(unit, list(inputs))} AS f{j}"
        for j, unit in enumerate(model.layer_.units.units_, start=len(columns))
    ]
    ridge = model.ridge_
    score = summed(
        [sql_number(ridge.at_zero), *sql_terms(ridge, ridge.design_.columns, ridge.per_unit)]
    )
    given = [f"{given_column(column)} AS f{j}" for j, column in enumerate(columns)]
    standardised = [f"{written} AS z{i}" for i, written in enumerate(inputs.values())]
    query = f"""WITH given AS (
SELECT {_listed([f"{quoted(key)} AS k", *given])} FROM {quoted_table(table)}
),
inputs AS (
SELECT {_listed(["k", *names, *standardised])} FROM given
),
units AS (
SELECT {_listed(["k", *names, *units])} FROM inputs
),
scored AS (
SELECT k, {score} AS log_odds FROM units
)
SELECT k AS {quoted(key)}, {logistic("log_odds")} AS propensity
FROM scored
ORDER BY k"""
    return one_select(translated(query, dialect), dialect)


def _listed(parts: list[str]) -> str:
    return ",\n".join(parts)


def _inputs(model: NetworkPropensity) -> Iterator[tuple[str, str]]:
    """Write each standardised input of units, by its design column."""
    table = model.layer_.units.inputs_
    known = {str(name): facts for name, *facts in table.itertuples()}
    for j, column in enumerate(model.design_.columns):
        for name, value in _values(column, f"f{j}"):
            if name not in known:
                continue
            mean, scale, low, high = known[name]
            if name == column.name and column.levels is None:
                held = held_number(f"f{j}", column.mean, (low, high))
            else:
                held = value
            yield name, f"({held} - {sql_number(mean)}) / {sql_number(scale)}"


def _values(column: Column, name: str) -> Iterator[tuple[str, str]]:
    """Write what each design column of a feature holds: a number, or 0 or 1."""
    gaps = [f"{name} IS NULL"]
    if column.levels is None:
        yield column.name, name
    else:
        spelled = column.spellings.of_level()
        gaps += spelled_as(name, spelled.pop(GAP, []))
        for level, design_name in enumerate(column.design_names[: len(column.levels)]):
            is_it = spelled_as(name, spelled.get(level, []))
            yield design_name, _zero_or_one(is_it)
    if column.flag:
        yield column.design_names[-1], _zero_or_one(gaps)


def _zero_or_one(conditions: list[str]) -> str:
    one, zero = sql_number(1.0), sql_number(0.0)
    if not conditions:
        return zero
    return f"CASE WHEN {' OR '.join(conditions)} THEN {one} ELSE {zero} END"


def _unit(unit: Unit, inputs: list[str]) -> str:
    """Write a unit; its sum is of a few numbers of moderate size, so that exp can take it."""
    twice = [
        f"{sql_number(2 * weight)} * z{inputs.index(name)}"
        for name, weight in zip(unit.columns, unit.weights, strict=True)
    ]
    if unit.kind == PRODUCT:
        return " * ".join(f"({_tanh_of_half(one)})" for one in twice)
    return _tanh_of_half(" + ".join([sql_number(2 * unit.bias), *twice]))


def _tanh_of_half(written: str) -> str:
    return f"{sql_number(2.0)} * {logistic(f'({written})')} - {sql_number(1.0)}"
