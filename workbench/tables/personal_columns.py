"""What a table of campaign data holds of people: its first rows are looked at, keys are not."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from workbench.reading.personal.find import find_personal
from workbench.reading.personal.finding import Finding
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData
from workbench.tables.fetched import fetched

MOST_ROWS = 50_000
"""A table of events may be larger than memory; what a column holds shows in its first rows."""

KEYS = (
    *("contact", "customer", "campaign", "time", "arrived", "as_of", "matured_at", "outcome"),
    *("valid_from", "valid_until"),
)
"""Columns with a role in every table."""

OF_NOBODY = ("campaigns",)
"""Tables whose rows are no people: a campaign may be about a religion, and nobody's then."""


def personal_of_table(
    connection: duckdb.DuckDBPyConnection, table: str
) -> tuple[dict[str, Finding], int]:
    """Find personal data in one table, and count the columns that were looked at.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> _ = connection.execute("CREATE TABLE who AS SELECT 1 AS customer, 'a@mail.example' AS m")
    >>> found, columns = personal_of_table(connection, "who")
    >>> found["m"].kind, columns
    ('e-mail', 1)
    """
    query = f"SELECT * FROM {quoted(table)} LIMIT {MOST_ROWS}"
    data = fetched(connection.execute(query))
    found = find_personal(data, but=KEYS)
    if table in OF_NOBODY:
        found = {name: one for name, one in found.items() if one.class_ == "direct identifier"}
    return found, sum(name not in KEYS for name in data.columns)


def personal_of_tables(data: CampaignData) -> Iterator[tuple[str, dict[str, Finding], int]]:
    """Yield each table, what was found in it, and how many columns were looked at."""
    connection = data.connect()
    names = (*data.event_tables, *data.attribute_tables, *data.offer_tables, *OF_NOBODY)
    for name in names:
        yield name, *personal_of_table(connection, name)
