"""What builders may ask of the data while they plan: names and types, never outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pandas as pd

from workbench.checks import check_columns
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features.measures import MICRO, Level, Source
from workbench.features.personal import Personal
from workbench.features.sql_words import OURS, millionths, select_all
from workbench.messages import did_you_mean, listed
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData

SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
WHOLE = (*SIGNED, *(f"U{name}" for name in SIGNED))
NUMERIC = (*WHOLE, "FLOAT", "DOUBLE", "DECIMAL")
# Values that a query and a recipe hold as they are.
LEVELS = (*WHOLE, "FLOAT", "DOUBLE", "BOOLEAN", "VARCHAR", "ENUM")
# Beyond it a value in millionths no longer fits 64 bits.
LARGEST_VALUE = 9_000_000_000_000
FEWEST_WORDS = 3  # on average, for a column of the campaigns to be lines of text
KEYS = ("contact", "customer", "campaign", "time", "arrived", "as_of", "matured_at")


class Tables:
    """Names, columns and types of the tables of one data set, and checks on them.

    Parameters
    ----------
    data : CampaignData
    known_levels : bool
        Whether levels that a builder names must occur. A recipe that is applied to new
        contacts names levels that these may lack.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> from workbench.features import Tables
    >>> Tables(sample()).columns("contacts")["as_of"]
    'TIMESTAMP'
    """

    def __init__(self, data: CampaignData, *, known_levels: bool = True) -> None:
        self.data = data
        self.connection: duckdb.DuckDBPyConnection = data.connect()
        self._known_levels = known_levels
        self.personal = Personal(self.connection, data.allow, looks=known_levels)
        self._columns: dict[str, dict[str, str]] = {}
        self._rows: dict[str, int] = {}

    @property
    def event_tables(self) -> list[str]:
        """Names of the event tables."""
        return list(self.data.event_tables)

    @property
    def attribute_tables(self) -> list[str]:
        """Names of the attribute tables."""
        return list(self.data.attribute_tables)

    @property
    def offer_tables(self) -> list[str]:
        """Names of the offer tables."""
        return list(self.data.offer_tables)

    @property
    def all_tables(self) -> list[str]:
        """Names of everything that SQL may read."""
        own = [*self.event_tables, *self.attribute_tables, *self.offer_tables]
        return [*own, "contacts", "all_contacts", "campaigns"]

    def free_prefix(self, prefix: str) -> str:
        """Return a prefix that no table's name has, in whatever capitals; this one if possible.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> Tables(sample()).free_prefix("step_"), Tables(sample()).free_prefix("vis")
        ('step_', 'vis_')
        """
        while any(name.lower().startswith(prefix) for name in self.all_tables):
            prefix += "_"
        return prefix

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year in which a decision is made."""
        moments = self.data.contacts["as_of"]
        return int(moments.min().year), int(moments.max().year)

    @property
    def outcome(self) -> str | None:
        """Name of the event table that outcomes are read from."""
        return None if self.data.outcome is None else self.data.outcome.events

    @property
    def campaign_text_columns(self) -> tuple[str, ...]:
        """The columns of the campaigns table that hold text, and nothing of people."""
        return tuple(self.of_nobody("campaigns", self.text_columns("campaigns")))

    @property
    def campaign_lines(self) -> tuple[str, ...]:
        """Those of them that hold lines of several words, such as subject lines."""
        lines = []
        for column in self.campaign_text_columns:
            words = f"avg(len(regexp_extract_all({quoted(column)}, '\\S+')))"
            query = f"SELECT {words}, count(DISTINCT {quoted(column)}) FROM campaigns"
            average, distinct = self.connection.execute(query).fetchone() or (None, 0)
            if average is not None and average >= FEWEST_WORDS and distinct > 1:
                lines.append(column)
        return tuple(lines)

    def never_changes(self, table: str) -> bool:
        """Whether the user said that the attributes of a table never change."""
        return bool(self.data.attribute_tables[table].never_changes)

    def value_columns(self, table: str) -> tuple[str, ...]:
        """Return the columns of amounts: whole numbers are more often identifiers."""
        types = self.columns(table)
        return tuple(c for c in types if types[c].startswith(("FLOAT", "DOUBLE", "DECIMAL")))

    def kind_columns(self, table: str) -> list[str]:
        """Return text columns with 2 to 50 levels among events before the first `as_of`."""
        text = self.of_nobody(table, self.text_columns(table))
        counts = [f"count(DISTINCT {quoted(c)})" for c in text] or ["0"]
        query = f"SELECT {', '.join(counts)} FROM {quoted(table)} WHERE {self._early(table)}"
        found = self.connection.execute(query).fetchone() or ()
        return [c for c, levels in zip(text, found, strict=False) if 2 <= levels <= 50]

    def share_without_history(self, table: str, days: int) -> float:
        """Return the share of contacts whose look-back begins before a table's first event."""
        moment = "time" if "time" in self.columns(table) else "as_of"
        began = self.data.began(table)
        first = f"(SELECT min({moment}) FROM {quoted(table)})"
        first = first if began is None else f"TIMESTAMP '{began}'"
        query = f"SELECT avg(CAST(as_of - INTERVAL {days} DAY < {first} AS INTEGER)) FROM contacts"
        (share,) = self.connection.execute(query).fetchone() or (0.0,)
        return float(share or 0.0)

    def fitting(self, table: str, lookbacks: Sequence[int]) -> tuple[int, ...]:
        """Return the look-backs that most contacts have the history for."""
        return tuple(d for d in lookbacks if self.share_without_history(table, d) <= 0.5)

    def of_nobody(self, table: str, columns: Iterable[str]) -> list[str]:
        """Keep the columns that may be features: no personal data, or allowed with a reason."""
        return self.personal.kept(table, columns)

    def _early(self, table: str) -> str:
        """Write the condition that an event was known before the very first decision.

        Of customers with contacts: of others no row is made, and whether they are in the tables
        must not change anything.
        """
        first = "(SELECT min(as_of) FROM contacts)"
        late = f" AND arrived < {first}" if "arrived" in self.columns(table) else ""
        return f"time < {first}{late} AND {OURS}"

    def shared_items(self, events: str, offers: str) -> list[str]:
        """Return the columns, keys aside, of both tables, the finest among the offers first."""
        theirs = self.columns(events)
        shared = [c for c in self.columns(offers) if c in theirs and c not in KEYS]
        if not shared:
            return []
        counts = ", ".join(f"count(DISTINCT {quoted(column)})" for column in shared)
        query = f"SELECT {counts} FROM {quoted(offers)}"
        found = self.connection.execute(query).fetchone() or ()
        finest = sorted(zip(found, shared, strict=True), key=lambda pair: -pair[0])
        return [column for _, column in finest]

    def columns(self, source: Source | str) -> dict[str, str]:
        """Return the columns of a table or source, with their DuckDB types."""
        query = select_all(source)
        if query not in self._columns:
            rows = self.connection.execute(f"DESCRIBE {query}").fetchall()
            self._columns[query] = {row[0]: row[1] for row in rows}
        return self._columns[query]

    def rows(self, source: Source | str) -> int:
        """Return the number of rows of a table or source; each is counted once."""
        query = select_all(source)
        if query not in self._rows:
            (count,) = self.connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)
            self._rows[query] = int(count)
        return self._rows[query]

    def is_numeric(self, table: str, column: str) -> bool:
        """Whether a column holds numbers."""
        return self.columns(table)[column].startswith(NUMERIC)

    def check_table(self, name: str, options: Sequence[str], *, argument: str) -> None:
        """Raise ParameterError unless the table is one of the options."""
        if name not in options:
            raise ParameterError(
                f"`{argument}` must name a table of the data; got {name!r}, there are "
                f"{listed(options)}.{did_you_mean(name, options)}"
            )

    def check_columns(self, table: str, columns: Iterable[str]) -> None:
        """Raise SchemaError unless the table has the columns; the closest is offered."""
        header = pd.DataFrame(columns=list(self.columns(table)))
        check_columns(header, list(columns), name=f"Table {table!r}")

    def check_values(self, table: str, columns: Iterable[str]) -> None:
        """Raise unless the columns hold numbers that can be summed exactly.

        Raises
        ------
        SchemaError
            A column is missing or does not hold numbers.
        DataError
            A value is infinite, or too large to be summed in millionths.
        """
        columns = list(columns)
        self.check_columns(table, columns)
        types = self.columns(table)
        for column in columns:
            if not types[column].startswith((*NUMERIC, "BOOLEAN")):
                numeric = [name for name in types if types[name].startswith(NUMERIC)]
                raise SchemaError(
                    f"Column {column!r} of table {table!r} must hold numbers to be summed; it "
                    f"holds {types[column]}. Numeric columns are {listed(numeric)}."
                )
            self._check_range(table, column)

    def _check_range(self, table: str, column: str) -> None:
        value = f"CAST({quoted(column)} AS DOUBLE)"
        query = (
            f"SELECT count(*) FROM {quoted(table)} "
            f"WHERE NOT isnan({value}) AND abs({value}) > {LARGEST_VALUE}"
        )
        (count,) = self.connection.execute(query).fetchone() or (0,)
        if count:
            values = "1 value is" if count == 1 else f"{count} values are"
            raise DataError(
                f"Column {column!r} of table {table!r} must be finite and at most "
                f"{LARGEST_VALUE:.0e} in size, since sums are kept in units of 1/{MICRO:,}; "
                f"{values} not. Remove them, or use a larger unit."
            )

    def check_text(self, table: str, column: str) -> None:
        """Raise SchemaError unless the column holds text."""
        held = self.columns(table)[column]
        if held != "VARCHAR":
            raise SchemaError(
                f"Column {column!r} of table {table!r} must hold text; it holds {held}. "
                f"Columns of text are {listed(self.text_columns(table))}."
            )

    def text_columns(self, table: str) -> list[str]:
        """Return the columns that hold text, keys aside."""
        types = self.columns(table)
        return [c for c in types if types[c] == "VARCHAR" and c not in KEYS]

    def _check_kinds(self, table: str, column: str) -> None:
        self.check_columns(table, [column])
        held = self.columns(table)[column]
        if not held.startswith(LEVELS):
            raise SchemaError(
                f"Column {column!r} of table {table!r} must hold text, whole numbers or flags to "
                f"tell kinds apart; it holds {held}. Make it text, or name another column."
            )

    def check_levels(
        self, table: str, column: str, levels: Iterable[Level], *, argument: str = "kinds"
    ) -> None:
        """Raise unless each level occurs in the column.

        Raises
        ------
        SchemaError
            The column is missing, or holds something else than text, numbers or flags.
        ParameterError
            A level never occurs.
        """
        self._check_kinds(table, column)
        if not self._known_levels:
            return
        query = f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)} ORDER BY ALL"
        found = [row[0] for row in self.connection.execute(query).fetchall()]
        for level in levels:
            if level not in found:
                raise ParameterError(
                    f"`{argument}` names {level!r}, which column {column!r} of table {table!r} "
                    f"never holds; it holds {listed(found)}.{did_you_mean(level, found)}"
                )

    def frequent_levels(self, table: str, column: str, most: int) -> tuple[Level, ...]:
        """Return the most frequent levels among events before the very first `as_of`.

        Later events must not have a say: which kinds became frequent is not known yet
        when the first decision is made.

        Raises
        ------
        SchemaError
            The column is missing, or holds something else than text, numbers or flags.
        DataError
            No event with a level is that early.
        """
        self._check_kinds(table, column)
        name = quoted(column)
        query = (
            f"SELECT {name} FROM {quoted(table)} WHERE {self._early(table)} AND {name} IS NOT NULL "
            f"GROUP BY {name} ORDER BY count(*) DESC, {name} LIMIT {most}"
        )
        levels = tuple(row[0] for row in self.connection.execute(query).fetchall())
        if not levels:
            raise DataError(
                f"The most frequent kinds of {column!r} are taken from events before the first "
                f"as_of, and table {table!r} has none with a kind. Name the kinds: "
                f"kinds={{{column!r}: [...]}}, or drop the earliest contacts with "
                "`data.with_history(days=...)`."
            )
        return levels

    def typical_total(self, table: str, value: str | None, days: float) -> float:
        """Return the median customer's total in the days before the very first `as_of`.

        Of the number of events, or of a value of theirs; customers without any do not count.

        Raises
        ------
        DataError
            No customer has a total above 0.
        """
        summed = "count(*)" if value is None else f"sum({millionths(quoted(value))})"
        start = f"(SELECT min(as_of) FROM contacts) - INTERVAL {round(days * 86_400)} SECOND"
        query = (
            f"SELECT median(total) FROM (SELECT {summed} AS total FROM {quoted(table)} "
            f"WHERE {self._early(table)} AND time >= {start} GROUP BY customer) WHERE total > 0"
        )
        (found,) = self.connection.execute(query).fetchone() or (None,)
        if found is None:
            raise DataError(
                f"What is typical of {value or table!r} is taken from the {days:g} days before the "
                f"first as_of, and table {table!r} has nothing above 0 there. Give "
                "`half_saturation`, or drop the earliest contacts with "
                "`data.with_history(days=...)`."
            )
        return float(found) if value is None else float(found) / MICRO
