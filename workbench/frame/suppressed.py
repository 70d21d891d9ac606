"""Frames and tables without customers who must not be used; only how many is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, TypeVar

import pandas as pd

from workbench.checks import check_columns
from workbench.errors import ParameterError
from workbench.frame.level_spelling import spelled
from workbench.frame.parts import FrameParts
from workbench.reading import RawTable, Told, find_readings
from workbench.tables.matching import LeftOut
from workbench.tables.mentions import note_of_names, said_without, without_names
from workbench.tables.suppression import SuppressionList, check_some_left, note_of

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
        return without_rows(self, of_frame(self, SuppressionList.of(ids, column=column)))


def of_frame(frame: FrameParts, suppression: SuppressionList) -> LeftOut:
    """Find the rows of a frame that must not be used.

    Raises
    ------
    ParameterError
        The frame does not know its customers.
    """
    who, customer = customer_of(frame)
    return suppression.matched(who, customer=customer)


def customer_of(frame: FrameParts) -> tuple[pd.Series[Any], str]:
    """Return who each row is of, and what that column is called.

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
    return frame.customer, str(named) if named else "customer"


def without_rows(frame: Parts, found: LeftOut) -> Parts:
    """Return a frame without the rows that were found, and without a trace of whose they were.

    Raises
    ------
    DataError
        No row is left.
    """
    check_some_left(found)
    kept = frame.rows(~found.rows) if found.rows.any() else frame
    X, named = without_names(kept.X, found.listed)
    kept = replace(kept, X=X)
    before = frame.recipe.get(SUPPRESSED) or {}
    recipe = {**_pruned(frame.recipe, kept), SUPPRESSED: found.counts_with(before)}
    notes = said_without(kept.notes, found.listed)
    notes = (*notes, note_of(found.counts), *note_of_names(named))
    return replace(kept, recipe=recipe, notes=notes)


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
            name: still_read(read, columns[name]) if name in columns else read
            for name, read in readings.items()
        },
    }


def still_read(reading: Mapping[str, Any], column: pd.Series[Any]) -> Mapping[str, Any]:
    """Return how a column was read, without the levels that no row has any more.

    Examples
    --------
    >>> still_read({"kind": "category", "levels": ["a", "b"]}, pd.Series(["b"]))["levels"]
    ['b']
    """
    if reading["kind"] != "category" or not reading.get("levels"):
        return reading
    there = set(spelled(column.dropna()).unique())
    return {**reading, "levels": [level for level in reading["levels"] if level in there]}


def without_suppressed(
    raw: RawTable, suppression: SuppressionList, *, customer: str | None, told: Told
) -> tuple[RawTable, LeftOut]:
    """Take suppressed customers out of a table before anything is learned of it.

    Parameters
    ----------
    raw : RawTable
        As it stands in its file.
    suppression : SuppressionList
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
    check_some_left(found)
    kept = raw.data[~found.rows].reset_index(drop=True)
    data, named = without_names(kept, found.listed, but=customer)
    notes = said_without(raw.notes, found.listed)
    notes = (*notes, note_of(found.counts), *note_of_names(named))
    return replace(raw, data=data, notes=notes), found


def customers_of(raw: RawTable, customer: str, told: Told) -> pd.Series[Any]:
    """Read the column of customers alone, as the whole table would read it."""
    alone = replace(raw, data=raw.data[[customer]])
    said = replace(told, kinds={k: v for k, v in told.kinds.items() if k == customer})
    return find_readings(alone, said, roles={customer: "customer"}).apply(alone.data)[customer]
