"""A fitted model as a query: scores where the features are, without moving a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sklearn.utils.validation import check_is_fitted

from workbench.errors import ParameterError
from workbench.frame.level_spelling import OF_DECIMALS
from workbench.numbers import Array
from workbench.ridge.design.column import Column
from workbench.ridge.design.levels import GAP, Spellings, spellings_of
from workbench.ridge.design.trained_range import ranges_of
from workbench.ridge.explain.coefficients import FittedColumns
from workbench.ridge.explain.fitted_model import Described
from workbench.ridge.export.model_schema import UPLIFT
from workbench.ridge.outcomes.poisson import HIGHEST
from workbench.sql.names import literal, quoted

FURTHEST = 700  # beyond it exp leaves the doubles, which some databases take for an error
TERMS_A_SUM = 20
CASE_BLIND = ("duckdb", "spark", "bigquery")  # in names of columns, quoted or not
PART = re.compile(r'"(?:[^"]|"")+"|[^."]+')
PARTS = re.compile(rf"(?:{PART.pattern})(?:\.(?:{PART.pattern}))*")


def scoring_sql(
    model: Described,
    *,
    dialect: str = "duckdb",
    table: str = "features",
    key: str = "contact",
) -> str:
    """Write the query that scores a table of features as the model does in Python.

        1 / (1 + e^{−η}) ,  η = b0 + Σ_j b_j x_j

    An amount is η, and a count e^η, of one unit of exposure. An uplift is the difference of two
    propensities, and both are given beside it.

    A training mean takes the place of a gap, with a term of its own where training had
    gaps. A category has one term a level; a level that training did not have adds
    nothing. A number outside of the trained range counts as the nearest inside, unless
    the model has ``extrapolate=True``.

    The table may keep a flag as BOOLEAN, number or text, and a level as text, number or date
    without a zone. It is matched by what it spells, as in Python.

    Parameters
    ----------
    model : RidgePropensity, RidgeAmount, RidgeCount or RidgeUplift
        Fitted, or loaded from a file.
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}
    table : str
        Holds the key and a column each feature, as ``FeatureSet.sql`` gives them. Points
        part a schema from its table, ``"crm.features"``; a name that has one itself stands in
        double quotes, ``'crm."features.2024"'``.
    key : str
        The column that the rows of the result are told apart, and ordered, by.

    Returns
    -------
    str
        Gives the key and ``propensity``, ``amount`` or ``count``; of an uplift ``uplift``,
        ``propensity_treated`` and ``propensity_untreated``.

    Raises
    ------
    NotFittedError
        From scikit-learn: the model has not been fitted.
    ParameterError
        The dialect is unknown, or PostgreSQL would cut off a column's name; or two columns
        differ only in case, which DuckDB, Spark and BigQuery do not tell apart.
    FitError
        Numbers are to be held in ranges that the model's file does not tell.

    References
    ----------
    What is foretold is the model's own: see `RidgePropensity`.

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
        "contact" AS "k",
    ...
    """
    from workbench.sql.dialects import translated
    from workbench.sql.statement import one_select

    if not isinstance(model, FittedColumns):
        raise ParameterError(
            f"`model` must be a ridge model; got {type(model).__name__}. Fit or load one."
        )
    check_is_fitted(model, "columns_")
    columns = model.design_.columns
    scores, results = _results(model)
    check_names([key, *(column.name for column in columns)], dialect, list(results))
    sums = [
        f"{summed([sql_number(start), *sql_terms(model, columns, weights)])} AS {name}"
        for name, (start, weights) in scores.items()
    ]
    # names of its own: those of the table may be any, the key's among them
    features = [f"  {given_column(column)} AS f{j}" for j, column in enumerate(columns)]
    given = ",\n".join([f"  {quoted(key)} AS k", *features])
    query = f"""WITH given AS (
SELECT
{given}
FROM {quoted_table(table)}
),
scored AS (
SELECT k, {", ".join(sums)}
FROM given
)
SELECT k AS {quoted(key)}, {", ".join(f"{said} AS {name}" for name, said in results.items())}
FROM scored
ORDER BY k"""
    return one_select(translated(query, dialect), dialect)


def _results(model: Any) -> tuple[dict[str, tuple[float, Any]], dict[str, str]]:
    """Return intercept and coefficients of each linear score, and what is written of them."""
    if model.foretells == UPLIFT:
        names = ("log_odds_untreated", "log_odds_treated")
        without, contacted = (logistic(name) for name in names)
        written = (f"{contacted} - {without}", contacted, without)
        return dict(zip(names, model.lines, strict=True)), dict(
            zip(OF_UPLIFT, written, strict=True)
        )
    linear, mean = OF_OUTCOME[model.foretells]
    return {linear: (model.at_zero, model.per_unit)}, {model.foretells: mean(linear)}


def check_names(names: Sequence[str], dialect: str, results: Sequence[str]) -> None:
    """Raise where a database would read one column in the place of another."""
    if (result := names[0].casefold()) in results:
        raise ParameterError(
            f"`key` must not be {result!r}, the name of the result. Rename that column of the "
            "table, or choose another one."
        )
    if dialect not in CASE_BLIND:
        return
    spelled: dict[str, str] = {}
    for name in names:
        other = spelled.setdefault(name.casefold(), name)
        if other != name:
            raise ParameterError(
                f"Columns must differ in more than case: {dialect} does not tell {other!r} from "
                f"{name!r}. Rename one of them, and fit again."
            )


def quoted_table(name: str) -> str:
    """Quote each part of a name that points part, but for those inside double quotes."""
    if not PARTS.fullmatch(name):
        raise ParameterError(
            "`table` must be a name, or schema.table with a name on each side of the point; got "
            f"{name!r}. Put a name that has a point itself in double quotes."
        )
    parts = PART.findall(name)
    return ".".join(part if part.startswith('"') else quoted(part) for part in parts)


def given_column(column: Column) -> str:
    """Write a feature as the design reads it: a number, NaN being a gap, or what it spells."""
    name = quoted(column.name)
    if column.levels is not None:
        return _spelled(f"CAST({name} AS VARCHAR)", column.spellings)
    if column.binary:  # few databases cast BOOLEAN to a double, and all of them to text
        number = _zero_or_one(f"trim(CAST({name} AS VARCHAR), ' ')")
    else:
        number = f"CAST({name} AS DOUBLE)"
    return f"CASE WHEN NOT isnan({number}) THEN {number} END"


def _zero_or_one(text: str) -> str:
    spelled = spellings_of(("0", "1")).of_level()
    no, yes = (_listed(literal(word) for word in spelled[level]) for level in (0, 1))
    number = f"CAST(nullif({text}, '') AS DOUBLE)"
    one, zero = sql_number(1.0), sql_number(0.0)
    cases = f"WHEN {text} IN ({yes}) THEN {one} WHEN {text} IN ({no}) THEN {zero}"
    return f"CASE {cases} ELSE {number} END"


def _spelled(text: str, spellings: Spellings) -> str:
    """Fold a text as `levels.fold` does, NULL where it stands for a gap."""
    trimmed = f"trim({text}, ' ')"
    folded = text if spellings.exact else trimmed
    blank = [level for level in spellings.level_of if not level.strip(" ")]
    kept = f"WHEN {text} IN ({_listed(map(literal, blank))}) THEN {folded} " if blank else ""
    gap = f"WHEN {trimmed} = '' THEN NULL"
    decimal = (
        f"{trimmed} LIKE '%.%' AND NOT {trimmed} LIKE '%.%.%' "
        f"AND trim({trimmed}, '{OF_DECIMALS}') = ''"
    )
    zeros = f"WHEN {decimal} THEN rtrim(rtrim({trimmed}, '0'), '.') "
    return f"CASE {kept}{gap} {zeros if spellings.decimals else ''}ELSE {folded} END"


def sql_terms(model: Described, columns: Sequence[Column], of_columns: Array) -> Iterator[str]:
    """Write what each feature adds, of columns called f0, f1 and so on."""
    weights, edges, start = of_columns.tolist(), held_edges(model), 0
    for j, column in enumerate(columns):
        name, width = f"f{j}", len(column.design_names)
        own, first = weights[start : start + width], edges[start]
        start += width
        missing = own.pop() if column.flag else 0.0
        if column.levels is None:
            if column.flag:
                yield f"CASE WHEN {name} IS NULL THEN {sql_number(missing)} ELSE 0 END"
            yield f"{sql_number(own[0])} * {held_number(name, column.mean, first)}"
            continue
        spelled = column.spellings.of_level()
        gaps = [f"{name} IS NULL", *spelled_as(name, spelled.pop(GAP, []))]
        cases = [f"WHEN {' OR '.join(gaps)} THEN {sql_number(missing)}"]
        cases += [
            f"WHEN {spelled_as(name, texts)[0]} THEN {sql_number(own[level])}"
            for level, texts in sorted(spelled.items())
        ]
        yield f"CASE {' '.join(cases)} ELSE 0 END"


def spelled_as(name: str, texts: Sequence[str]) -> list[str]:
    """Write that a text is one of some, if there are any."""
    if len(texts) == 1:
        return [f"{name} = {literal(texts[0])}"]
    return [f"{name} IN ({_listed(map(literal, texts))})"] if texts else []


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def held_edges(model: Described) -> list[tuple[float, float] | None]:
    """Return the range in which each design column is held, if it is."""
    if model.extrapolate:
        return [None] * len(model.columns_)
    low, high = ranges_of(model)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def held_number(name: str, mean: float, edges: tuple[float, float] | None) -> str:
    """Write a number, the mean in its gaps, held between the edges of its range."""
    if edges is None:
        return f"coalesce({name}, {sql_number(mean)})"
    low, high = map(sql_number, edges)
    cases = f"WHEN {name} IS NULL THEN {sql_number(mean)}"
    cases += f" WHEN {name} < {low} THEN {low} WHEN {name} > {high} THEN {high}"
    return f"CASE {cases} ELSE {name} END"


def summed(terms: Sequence[str]) -> str:
    """Add up in brackets of a few: a thousand terms in a row are too deep for some parsers."""
    while len(terms) > TERMS_A_SUM:
        starts = range(0, len(terms), TERMS_A_SUM)
        terms = [f"({' + '.join(terms[i : i + TERMS_A_SUM])})" for i in starts]
    return " + ".join(terms)


def logistic(eta: str) -> str:
    """Write 1 / (1 + exp(-eta)), whatever the size of eta."""
    high = f"WHEN {eta} > {FURTHEST} THEN {FURTHEST}"
    low = f"WHEN {eta} < -{FURTHEST} THEN -{FURTHEST}"
    return f"CAST(1 AS DOUBLE) / (1 + exp(-CASE {high} {low} ELSE {eta} END))"


def _exponential(eta: str) -> str:
    high, low = f"WHEN {eta} > {HIGHEST:g} THEN {HIGHEST:g}", f"WHEN {eta} < -{FURTHEST} THEN 0"
    return f"CASE {low} ELSE exp(CASE {high} ELSE {eta} END) END"


def sql_number(value: float) -> str:
    """Write a number so that no digit is lost."""
    # a bare literal is a decimal in some databases, and loses digits beside others
    return f"CAST({float(value)!r} AS DOUBLE)"


OF_UPLIFT = ("uplift", "propensity_treated", "propensity_untreated")
"""What is written of an uplift, in this order."""
OF_OUTCOME: dict[str, tuple[str, Callable[[str], str]]] = {
    "propensity": ("log_odds", logistic),
    "amount": ("amount", str),
    "count": ("log_count", _exponential),
}
"""What the linear predictor is called, and how the mean is written of it."""
