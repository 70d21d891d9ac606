"""Tables of events, attributes and offers, kept in DuckDB under fixed key names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from workbench._campaign_checks import Faults, Keyed, check_range, moments
from workbench.errors import MissingDataError
from workbench.tables import Query, read_table

_ZONED = "TIMESTAMP WITH TIME ZONE"


def store(
    database: duckdb.DuckDBPyConnection,
    name: str,
    source: Any,
    *,
    keys: Keyed,
    roles: Mapping[str, str],
    by: str,
    faults: Faults,
) -> None:
    """Keep a table in the database, its keys renamed; note its faults.

    Parameters
    ----------
    database : DuckDBPyConnection
    name : str
    source : anything that `workbench.read_table` reads
        A Parquet path stays a view: it is read in place, as large as it may be.
    keys : Keyed
    roles : mapping of fixed name to the user's column
        Columns of moments: time, arrived, valid_from, valid_until.
    by : {"customer", "campaign"}
        The key that every row needs.
    faults : Faults
    """
    in_place = isinstance(source, (str, Path)) and Path(source).suffix.lower() == ".parquet"
    if in_place:
        select = f"SELECT * FROM read_parquet({_literal(_existing(Path(source)))})"
    elif isinstance(source, Query) and source.connection is None:
        select = source.sql
    else:
        table = read_table(source)
        if not faults.columns(name, table.columns, [_key(keys, by), *roles.values()]):
            return
        read = {
            column: moments(table[column], f"{name}.{column}", faults) for column in roles.values()
        }
        # laid out anew: DuckDB cannot read a reversed or strided frame in place
        database.register("incoming", table.assign(**read).copy())
        select = "SELECT * FROM incoming"
    types = {row[0]: row[1] for row in database.execute(f"DESCRIBE ({select})").fetchall()}
    if faults.columns(name, list(types), [_key(keys, by), *roles.values()]):
        renamed = _renamed(types, keys, roles, by)
        kind = "VIEW" if in_place else "TABLE"
        database.execute(f"CREATE {kind} {_quoted(name)} AS SELECT {renamed} FROM ({select})")
        _check_rows(database, name, roles, by, faults)


def _renamed(types: Mapping[str, str], keys: Keyed, roles: Mapping[str, str], by: str) -> str:
    fixed = {_key(keys, by): by}
    if by == "customer" and keys.campaign in types:
        fixed[keys.campaign] = "campaign"
    parts = [f"{_quoted(given)} AS {new}" for given, new in fixed.items()]
    parts += [f"{_moment(_quoted(given), types[given])} AS {new}" for new, given in roles.items()]
    taken = {*fixed, *fixed.values(), *roles, *roles.values()}
    return ", ".join(parts + [_quoted(column) for column in types if column not in taken])


def _moment(column: str, kind: str) -> str:
    # through microseconds since 1970: no time zone of the machine takes part
    if kind == _ZONED:
        return f"make_timestamp(epoch_us({column}))"
    return f"TRY_CAST({column} AS TIMESTAMP)"


def _check_rows(
    database: duckdb.DuckDBPyConnection,
    name: str,
    roles: Mapping[str, str],
    by: str,
    faults: Faults,
) -> None:
    rows, keyed = _one_row(database, f"SELECT count(*), count({by}) FROM {_quoted(name)}")
    if rows == 0:
        faults.add(f"{name}: the table is empty; it must have at least one row.")
        return
    if keyed < rows:
        lack = rows - keyed
        have = "rows have" if lack != 1 else "row has"
        faults.add(f"{name}: {lack:,} {have} no {by}; every row needs one.")
    for role, given in roles.items():
        where = f"{name}.{given}"
        dated, first, last = _one_row(
            database, f"SELECT count({role}), min({role}), max({role}) FROM {_quoted(name)}"
        )
        if dated < rows and role == "time" and not any(f.startswith(where) for f in faults.lines):
            faults.add(
                f"{where}: {rows - dated:,} of {rows:,} rows have no date; every event needs one."
            )
        check_range((first, last), where, faults)


def _one_row(database: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return tuple(database.execute(sql).fetchall()[0])


def _key(keys: Keyed, by: str) -> str:
    return keys.customer if by == "customer" else keys.campaign


def _existing(path: Path) -> str:
    if not path.is_file():
        raise MissingDataError(
            f"There is no file {str(path)!r}. Check the path; it is taken from the folder that "
            "the command runs in."
        )
    return str(path)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
