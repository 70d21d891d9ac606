"""Frames and tables without customers who must not be used; only how many is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, TypeVar

import pandas as pd

from workbench.checks import check_columns
from workbench.errors import DataError, ParameterError
from workbench.frame.level_spelling import spelled
from workbench.frame.parts import FrameParts
from workbench.messages import count_of
from workbench.reading import RawTable, Told, find_readings
from workbench.tables.mentions import without_mentions
from workbench.tables.suppression import LeftOut, Suppression

SUPPRESSED = "suppressed"
"""In a recipe: how many customers and rows were left out."""

Parts = TypeVar("Parts", bound=FrameParts)


class Suppressible(FrameParts):
    """Parts of a frame that can leave customers out."""

    def without_customers(self, ids: Any, *, column: str | None = None) -> Self:
        """Leave out customers who must not be used: who objected, or for another reason.

        Parameters
        ----------
        ids : path, table, Series or list
            Their ids, compared as keys are.
        column : str, optional
            The column that holds them, in a list of several.

        Returns
        -------
        FeatureFrame
            ``recipe["suppressed"]`` counts them: no id is kept, nor a level that only they had.

        Raises
        ------
        ParameterError
            The frame does not know its customers.
        DataError
            Ids are of another kind than customers, match but for their spelling, or no row is left.
        SchemaError
            It is not plain which column of the list holds the customer.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> who, X = pd.Series(["a", "b", "b"]), pd.DataFrame({"visits": [1, 0, 2]})
        >>> frame = FeatureFrame(X, pd.Series([1.0, 0.0, 0.0]), customer=who)
        >>> frame.without_customers(["b", "z"]).recipe["suppressed"]
        {'customers': 1, 'rows': 2}
        """
        return without_rows(self, of_frame(self, Suppression.of(ids, column=column)))


def of_frame(frame: FrameParts, suppression: Suppression) -> LeftOut:
    """Find the rows of a frame that must not be used.

    Raises
    ------
    ParameterError
        The frame does not know its customers.
    """
    if frame.customer is None:
        raise ParameterError(
            "`suppress` needs `customer`, the column that says who each row is of; these contacts "
            "have none. Name it."
        )
    named = frame.recipe.get("customer")
    return suppression.matched(frame.customer, customer=str(named) if named else "customer")


def without_rows(frame: Parts, found: LeftOut) -> Parts:
    """Return a frame without the rows that were found, and without a trace of whose they were.

    Raises
    ------
    DataError
        No row is left.
    """
    check_some_left(found, len(frame))
    kept = frame.rows(~found.rows) if found.rows.any() else frame
    X, named = without_names(kept.X, found.ids)
    kept = replace(kept, X=X)
    recipe = {**_pruned(frame.recipe, kept), SUPPRESSED: added(frame.recipe, found.counts)}
    notes = (*said_again(kept.notes, found), note_of(found.counts), *named)
    return replace(kept, recipe=recipe, notes=notes)


def check_some_left(found: LeftOut, rows: int) -> None:
    """Raise DataError where all rows are of suppressed customers."""
    if rows and found.rows.all():
        raise DataError(
            f"`suppress` leaves nobody: all {count_of(rows, 'row')} are of customers of the list. "
            "Check the list."
        )


def note_of(counts: Mapping[str, int]) -> str:
    """Say how many are left out."""
    customers = count_of(counts["customers"], "suppressed customer")
    have = "is" if counts["customers"] == 1 else "are"
    return f"{customers} with {count_of(counts['rows'], 'row')} {have} left out."


def added(recipe: Mapping[str, Any], counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts with those of an earlier list."""
    before = recipe.get(SUPPRESSED) or {}
    return {name: count + int(before.get(name, 0)) for name, count in counts.items()}


def said_again(notes: tuple[str, ...], found: LeftOut) -> tuple[str, ...]:
    """Return sentences in which no suppressed id stands."""
    if not notes:
        return notes
    said = without_mentions(pd.Series(notes, dtype="str"), found.ids)
    return notes if said is None else tuple(said.dropna())


def without_names(
    data: pd.DataFrame, ids: frozenset[Any], *, but: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Take suppressed ids out of other customers' rows, and say in which columns they stood.

    Parameters
    ----------
    data : DataFrame
    ids : frozenset
    but : str, optional
        A column that is left as it is: that of the customers themselves.

    Returns
    -------
    DataFrame
        Levels that no row has are forgotten as well.
    list of str
        A sentence, if there were any.
    """
    changed: dict[Any, pd.Series[Any]] = {}
    named = []
    for place, name in enumerate(data.columns):
        column = data.iloc[:, place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            changed[name] = column.cat.remove_unused_categories()
        if name == but or (plain := without_mentions(column, ids)) is None:
            continue
        is_category = isinstance(column.dtype, pd.CategoricalDtype)
        changed[name] = plain.astype("category") if is_category else plain
        named.append(str(name))
    if not changed:
        return data, []
    said = f"Other customers' rows named suppressed ones, in {', '.join(named)}: taken out there."
    return data.assign(**changed), [said] if named else []


def _pruned(recipe: Mapping[str, Any], kept: FrameParts) -> dict[str, Any]:
    """Forget the levels that only suppressed customers had."""
    if not (readings := recipe.get("reading")):
        return dict(recipe)
    columns = {str(name): kept.X[name] for name in kept.X}
    if kept.customer is not None:
        columns[str(recipe.get("customer"))] = kept.customer
    return {
        **recipe,
        "reading": {
            name: _still(read, columns[name]) if name in columns else read
            for name, read in readings.items()
        },
    }


def _still(reading: Mapping[str, Any], column: pd.Series[Any]) -> Mapping[str, Any]:
    if reading["kind"] != "category" or not reading.get("levels"):
        return reading
    there = set(spelled(column.dropna()).unique())
    return {**reading, "levels": [level for level in reading["levels"] if level in there]}


def without_suppressed(
    raw: RawTable, suppression: Suppression, *, customer: str | None, told: Told
) -> tuple[RawTable, LeftOut]:
    """Take suppressed customers out of a table before anything is learned of it.

    Parameters
    ----------
    raw : RawTable
        As it stands in its file.
    suppression : Suppression
    customer : str or None
        The column that says who each row is of.
    told : Told
        How it is read.

    Returns
    -------
    RawTable
    LeftOut

    Raises
    ------
    ParameterError
        No column of customers is named.
    SchemaError
        There is no such column.
    DataError
        No row is left, or the ids do not match as keys do.
    """
    if customer is None:
        raise ParameterError(
            "`suppress` needs `customer`, the column that says who each row is of. Name it."
        )
    check_columns(raw.data, [customer], name="The table")
    found = suppression.matched(customers_of(raw, customer, told), customer=customer)
    check_some_left(found, len(raw.data))
    kept = raw.data[~found.rows].reset_index(drop=True)
    data, named = without_names(kept, found.ids, but=customer)
    notes = (*said_again(raw.notes, found), note_of(found.counts), *named)
    return replace(raw, data=data, notes=notes), found


def customers_of(raw: RawTable, customer: str, told: Told) -> pd.Series[Any]:
    """Read the column of customers alone, as the whole table would read it."""
    alone = replace(raw, data=raw.data[[customer]])
    said = replace(told, kinds={k: v for k, v in told.kinds.items() if k == customer})
    return find_readings(alone, said, roles={customer: "customer"}).apply(alone.data)[customer]
