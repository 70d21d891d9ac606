"""Tables of events, attributes and offers, kept in DuckDB under fixed key names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from workbench.errors import DataError, MissingDataError
from workbench.files.read_log import noted
from workbench.sql.names import literal, no_pattern, quoted
from workbench.tables.contacts import Keyed
from workbench.tables.faults import Faults
from workbench.tables.key_kinds import EXACT_TO, check_key, note_rounded
from workbench.tables.moments import check_range, moments
from workbench.tables.query_files import note_query
from workbench.tables.read import Query, read_table, speaking_plainly

_ZONED = "TIMESTAMP WITH TIME ZONE"
_MOMENTS = ("TIMESTAMP", "DATE")
_INCOMING = "(incoming)"  # no name that a user would give
_TEXT, _NUMBER = (
    ("VARCHAR", "ENUM", "UUID"),
    ("TINY", "SMALL", "INT", "BIG", "HUGE", "U", "DOUBLE", "FLOAT", "DECIMAL"),
)


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
        A Parquet path, and a Query without a connection, stay views: they are read in
        place, as large as they may be.
    keys : Keyed
    roles : mapping of fixed name to the user's column
        Columns of moments: time, arrived, valid_from, valid_until.
    by : {"customer", "campaign"}
        The key that every row needs.
    faults : Faults
    """
    try:
        kept = _keep(database, name, source, keys=keys, roles=roles, by=by, faults=faults)
    except MissingDataError:
        raise
    except DataError as error:
        faults.add(f"{name}: {error}")
        return
    if kept:
        _check_rows(database, name, roles, by, faults)


def _keep(
    database: duckdb.DuckDBPyConnection,
    name: str,
    source: Any,
    *,
    keys: Keyed,
    roles: Mapping[str, str],
    by: str,
    faults: Faults,
) -> bool:
    needed = [_key(keys, by), *roles.values()]
    select = _readable(database, source)
    types = {} if select is None else column_types(database, select, source)
    # moments written as text or numbers are read, and doubted, by one function
    in_duckdb = all(types.get(c, "DATE").startswith(_MOMENTS) for c in roles.values())
    if select is None or not in_duckdb:
        table = read_table(source)
        if not faults.columns(name, table.columns, needed):
            return False
        check_key(table[_key(keys, by)], f"{name}.{_key(keys, by)}", faults)
        read = {
            column: moments(table[column], f"{name}.{column}", faults) for column in roles.values()
        }
        # laid out anew: DuckDB cannot read a reversed or strided frame in place
        database.register(_INCOMING, table.assign(**read).copy())
        select = f"SELECT * FROM {quoted(_INCOMING)}"
        types = column_types(database, select)
    elif faults.columns(name, types, needed):
        for column in roles.values():
            faults.zone(f"{name}.{column}", aware=types[column] == _ZONED)
    else:
        return False
    renamed = _renamed(name, types, keys, roles, by=by, faults=faults)
    kind = "TABLE" if _INCOMING in select else "VIEW"
    database.execute(f"CREATE {kind} {quoted(name)} AS SELECT {renamed} FROM ({select})")
    database.unregister(_INCOMING)
    return True


def _is_parquet(source: Any) -> bool:
    return isinstance(source, (str, Path)) and Path(source).suffix.lower() == ".parquet"


def _readable(database: duckdb.DuckDBPyConnection, source: Any) -> str | None:
    """Return the SQL by which DuckDB reads a source itself, or None."""
    if isinstance(source, Query) and source.connection is None:
        note_query(database, source.sql)
        return source.sql.rstrip().removesuffix(";") + "\n"  # it may end in a comment
    if _is_parquet(source):
        return f"SELECT * FROM {parquet(_existing(Path(source)))}"
    return None


def parquet(path: str | Path) -> str:
    """Write the reading of one Parquet file: its path is no pattern, ``a=1`` in it no column.

    Examples
    --------
    >>> parquet("visits[12].parquet")
    "read_parquet('visits[[]12].parquet', hive_partitioning = false)"
    """
    return f"read_parquet({literal(no_pattern(path))}, hive_partitioning = false)"


def column_types(
    database: duckdb.DuckDBPyConnection, select: str, source: Any = None
) -> dict[str, str]:
    """Return the columns of a SELECT and their types."""
    with speaking_plainly(Path(source) if _is_parquet(source) else None):
        return {row[0]: row[1] for row in database.execute(f"DESCRIBE ({select})").fetchall()}


def _renamed(
    name: str,
    types: Mapping[str, str],
    keys: Keyed,
    roles: Mapping[str, str],
    *,
    by: str,
    faults: Faults,
) -> str:
    """Write the columns under their fixed names; what stands in the way is left out, and said."""
    fixed = {_key(keys, by): by}
    if by == "customer" and keys.campaign in types:
        fixed[keys.campaign] = "campaign"
    parts = [f"{quoted(given)} AS {new}" for given, new in fixed.items()]
    parts += [f"{_moment(quoted(given), types[given])} AS {new}" for new, given in roles.items()]
    used = {*fixed, *roles.values()}
    rest = [column for column in types if column not in used]
    kept = faults.without_clashes(name, rest, _reserved(roles, by))
    return ", ".join(parts + [quoted(column) for column in kept])


def _reserved(roles: Mapping[str, str], by: str) -> set[str]:
    """Return the names that have a meaning in such a table, whether it uses them or not."""
    if by == "campaign":
        return {"campaign"}
    moments_of = ("time", "arrived") if "time" in roles else ("valid_from", "valid_until")
    return {"customer", "campaign", *moments_of}


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
    rows, keyed = one_row(database, f"SELECT count(*), count({by}) FROM {quoted(name)}")
    if rows == 0:
        if name not in faults.may_be_empty:
            faults.add(f"{name}: the table is empty; it must have at least one row.")
        return
    if keyed < rows:
        lack = rows - keyed
        have = "rows have" if lack != 1 else "row has"
        faults.add(f"{name}: {lack:,} {have} no {by}; every row needs one.")
    for role, given in roles.items():
        where = f"{name}.{given}"
        dated, first, last = one_row(
            database, f"SELECT count({role}), min({role}), max({role}) FROM {quoted(name)}"
        )
        if dated < rows and role == "time" and not any(f.startswith(where) for f in faults.lines):
            faults.add(
                f"{where}: {rows - dated:,} of {rows:,} rows have no date; every event needs one."
            )
        if role in ("time", "arrived"):  # a validity may end in the year 9999: it is still open
            check_range((first, last), where, faults)
    _check_kinds(database, name, faults)


def _check_kinds(database: duckdb.DuckDBPyConnection, name: str, faults: Faults) -> None:
    """Note a key that is text here and a number in the contacts: nothing would match."""
    types = column_types(database, f"SELECT * FROM {quoted(name)}")
    for key in ("customer", "campaign"):
        if key not in types or not one_row(database, f"SELECT count({key}) FROM {quoted(name)}")[0]:
            continue
        faults.same_kind(key, name, _kind(types[key]))
        if (limit := EXACT_TO.get(types[key].lower())) is not None:
            rounded = f"SELECT count(*) FROM {quoted(name)} WHERE abs({key}) >= {limit}"
            note_rounded(one_row(database, rounded)[0], f"{name}.{key}", faults)


def _kind(type_name: str) -> str | None:
    kinds = {_TEXT: "text", _NUMBER: "numbers", _MOMENTS: "moments", ("BOOL",): "truth values"}
    return next((kind for begins, kind in kinds.items() if type_name.startswith(begins)), None)


def one_row(database: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """Run a SELECT that gives one row."""
    return tuple(database.execute(sql).fetchall()[0])


def _key(keys: Keyed, by: str) -> str:
    return keys.customer if by == "customer" else keys.campaign


def _existing(path: Path) -> str:
    if not path.is_file():
        raise MissingDataError(
            f"There is no file {str(path)!r}. Check the path; it is taken from the folder that "
            "the command runs in."
        )
    noted(path)
    return str(path.resolve())  # the view must find it from any folder
