"""Customers who are the same person to people, and another one to a join."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pandas as pd

from workbench.sql.names import quoted
from workbench.tables.faults import Faults

# what people do not read: blanks around, capitals, zeros before, and the .0 of a number
_AS_READ = r"regexp_replace(regexp_replace(lower(trim({0})), '\.0+$', ''), '^0+(.)', '\1')"


def check_spelling(
    database: duckdb.DuckDBPyConnection,
    contacts: pd.DataFrame,
    tables: Iterable[str],
    faults: Faults,
) -> None:
    """Note tables whose customers are not the contacts' by letter, and are as people read them.

    '001' and '1', 'a ' and 'a', 'A7' and 'a7'. Where some match and others do so only as
    read, a note says how many; where none is among the contacts at all, too.
    """
    people = contacts[["customer"]].dropna().drop_duplicates()
    database.register("known_customers", people)
    counted = {name: _strangers(database, name) for name in tables}
    database.unregister("known_customers")
    for name, (strange, as_read, of_all, example) in counted.items():
        if not strange:
            continue
        if as_read and strange == of_all:
            faults.add(
                f"{name}: no customer is among the contacts letter by letter, and {as_read:,} of "
                f"{of_all:,} are but for blanks, capitals or zeros before them, such as "
                f"{example!r}. Spell them alike in both."
            )
        elif as_read:
            faults.notes.append(
                f"Of {name}, {as_read:,} customers are among the contacts but for blanks, capitals "
                f"or zeros before them, such as {example!r}: they are taken for others."
            )
        elif strange == of_all:
            faults.notes.append(f"Of {name}, no customer is among the contacts.")


def _strangers(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int, int, Any]:
    """Count customers of a table, those unknown, and those known but for their spelling."""
    theirs, known = (_AS_READ.format(f"CAST({t}.customer AS VARCHAR)") for t in ("e", "k"))
    found = connection.execute(f"""
        WITH e AS (SELECT DISTINCT customer FROM {quoted(table)} WHERE customer IS NOT NULL),
        strange AS (SELECT * FROM e ANTI JOIN known_customers k ON e.customer = k.customer),
        near AS (SELECT * FROM strange e WHERE {theirs} IN
            (SELECT {known} FROM known_customers k))
        SELECT (SELECT count(*) FROM strange), (SELECT count(*) FROM near),
            (SELECT count(*) FROM e), (SELECT min(customer) FROM near)""").fetchall()
    strange, near, of_all, example = found[0]
    return strange, near, of_all, example
