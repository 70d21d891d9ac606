"""Which files a query of DuckDB reads: those that it names as tables, and those behind views."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from workbench.files.read_log import is_noting, noted_all, noted_other

_QUOTED = re.compile(r"""'((?:[^']|'')+)'|"((?:[^"]|"")+)\"""")
_GLOB = "SELECT file FROM glob(?)"
_FAR = "://"  # in the address of what lies on another machine


def note_query(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Note what a query is about to read, where a run keeps a log.

    Of what is no file, no address is noted: it may hold a password.

    Parameters
    ----------
    connection : DuckDBPyConnection
    sql : str
    """
    if not is_noting():
        return
    names = named_in(connection, sql)
    files = [file for name in names for file in _matching(connection, name)]
    databases = _databases(connection)
    there = [path for path in databases if Path(path).is_file()]
    noted_all([*files, *there])
    if any(_FAR in name for name in names):
        noted_other("a query of files on another machine")
    if len(there) < len(databases):
        noted_other("a query of a database that is no file")
    if not (files or databases or any(_FAR in name for name in names)):
        noted_other("a query of tables that the notebook made itself")


def named_in(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Return the names of tables in a query, and in the views among these; a path is such a name.

    Examples
    --------
    >>> named_in(duckdb.connect(), "FROM read_csv('orders*.csv') JOIN 'shops.csv' USING (id)")
    ['orders*.csv', 'shops.csv']
    """
    views = _views(connection)
    waiting, seen = list(_names(connection, sql)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _names(connection, views[name]) if name in views else []
    return sorted(seen)


def _databases(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the places of the databases that a connection has open."""
    found = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()
    return [path for (path,) in found if path]


def _views(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = connection.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal")
    return {name: sql.partition(" AS ")[2] for name, sql in found.fetchall()}


def _names(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Return what may be the path of a table; of what DuckDB does not tell, all that is quoted."""
    try:
        told = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    except duckdb.Error:
        return []  # whoever runs it says what is wrong with it
    tree = json.loads(told[0]) if told else {"error": True}
    return _quoted(sql) if tree.get("error") else list(_of_tables(tree))


def _of_tables(node: Any, *, inside: bool = False) -> Iterator[str]:
    """Yield the names of tables, and the texts that are given to functions in their place."""
    if isinstance(node, list):
        for entry in node:
            yield from _of_tables(entry, inside=inside)
    if not isinstance(node, dict):
        return
    if node.get("type") == "BASE_TABLE":
        yield node["table_name"]
    inside = inside or node.get("type") == "TABLE_FUNCTION"
    for key, entry in node.items():
        if inside and key in ("text", "value") and isinstance(entry, str):
            yield entry
        yield from _of_tables(entry, inside=inside)


def _quoted(sql: str) -> list[str]:
    both = (match[1] or match[2] for match in _QUOTED.finditer(sql))
    return [text.replace("''", "'").replace('""', '"') for text in both]


def _matching(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Return the files of a path or pattern, as this connection would find them."""
    if _FAR in name:
        return []
    try:
        return [file for (file,) in connection.execute(_GLOB, [name]).fetchall()]
    except duckdb.Error:
        return []
