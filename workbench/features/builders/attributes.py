"""Attributes of the customer, as they were known just before `as_of`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from workbench.errors import DataError, DataWarning, LeakageError
from workbench.features.builder import Builder, register, slugs
from workbench.features.measures import Feature, Lookup, Source
from workbench.features.personal import nothing_left
from workbench.features.tables import Tables
from workbench.frame.column_names import slug
from workbench.frame.personal_columns import warn_of
from workbench.messages import listed

DATES = ("DATE", "TIMESTAMP")
KEYS = ("customer", "valid_from", "valid_until")


@register("attributes")
@dataclass(frozen=True)
class Attributes(Builder):
    """Columns of an attribute table: numbers stay numbers, everything else is a category.

    A row is taken whose validity began strictly before `as_of` and did not end before it;
    of several, the one that began last. Customers without a row have missing values.

    Parameters
    ----------
    table : str
        Name of an attribute table.
    columns : sequence of str, optional
        All of them but dates where it is left out. Personal data are left out in any case, unless
        the data's `allow` has a reason.

    Raises
    ------
    DataError
        Every column holds personal data.
    LeakageError
        The table has no date from which its rows are valid, and its columns were not
        declared never to change: "as of today" values are the commonest leak.

    Warns
    -----
    DataWarning
        Dates, or personal data, are left out.

    Notes
    -----
    Group: the name of the table.

    Examples
    --------
    >>> from workbench.features import attributes
    >>> attributes("demographics", columns=["age"])
    Attributes(table='demographics', columns=['age'])
    """

    table: str
    columns: Sequence[str] | None = None

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an attribute table in which something may be a feature."""
        made = [cls(table) for table in tables.attribute_tables]
        return [one for one in made if one.chosen(tables) != []]

    def resolve(self, tables: Tables) -> Self:
        """Name the columns where some are personal data: new contacts then get the same."""
        tables.check_table(self.table, tables.attribute_tables, argument="table")
        tables.check_columns(self.table, self.columns or [])
        chosen = self.chosen(tables)
        if chosen is None:
            return self
        refused = [tables.personal.left_out[f"{self.table}.{c}"] for c in self._refused(tables)]
        if not chosen:
            raise DataError(nothing_left(self.table, refused))
        warn_of(refused)
        return replace(self, columns=chosen)

    def _all(self, tables: Tables) -> list[str]:
        return [column for column in tables.columns(self.table) if column not in KEYS]

    def _refused(self, tables: Tables) -> list[str]:
        asked = list(self.columns or self._all(tables))
        kept = tables.of_nobody(self.table, asked)
        return [column for column in asked if column not in kept]

    def chosen(self, tables: Tables) -> list[str] | None:
        """Return what is left where something is refused; None where nothing is."""
        refused = self._refused(tables)
        if not refused:
            return None
        asked = self.columns or self._without_dates(tables)
        return [column for column in asked if column not in refused]

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare one feature a column."""
        tables.check_table(self.table, tables.attribute_tables, argument="table")
        tables.check_columns(self.table, self.columns or [])
        available = tables.columns(self.table)
        dated = "valid_from" in available
        if not dated and not tables.never_changes(self.table):
            raise LeakageError(
                f"Table {self.table!r} must say from when its rows are valid, since values of "
                "today were not known at as_of; it has no valid_from. Give "
                "Attributes(…, valid_from=COLUMN), or never_changes=True where that is so; in "
                'campaigns.toml `valid_from = "COLUMN"`, or `never_changes = true`.'
            )
        chosen = self.columns or self._without_dates(tables)
        for column, name in zip(chosen, slugs(chosen), strict=True):
            number = tables.is_numeric(self.table, column)
            yield Feature(
                f"{slug(self.table)}_{name}",
                Lookup(Source(self.table), column, "customer", dated=dated, number=number),
                slug(self.table),
                column if number else "category",
                f"{column} of the customer, from {self.table}.",
            )

    def _without_dates(self, tables: Tables) -> list[str]:
        """Return all columns but dates: as categories, each day would be a column of its own."""
        types = {c: kind for c, kind in tables.columns(self.table).items() if c not in KEYS}
        dates = [column for column, kind in types.items() if kind.startswith(DATES)]
        if dates:
            warnings.warn(
                f"Dates are no categories: {listed(dates)} of {self.table!r} are left out. Give "
                "the days since then as a number.",
                DataWarning,
                stacklevel=2,
            )
        return [column for column in types if column not in dates]


attributes = Attributes
