"""Which files a query of DuckDB reads: those that it names as tables, and those behind views."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from workbench.files.read_log import is_noting, noted_all, noted_other

_MOST_SHOWN = 60
_QUOTED = re.compile(r"""'((?:[^']|'')+)'|"((?:[^"]|"")+)\"""")


def note_query(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Note what a query is about to read, where a run keeps a log.

    Parameters
    ----------
    connection : DuckDBPyConnection
    sql : str
    """
    if not is_noting():
        return
    files = [*files_in(connection, sql), *database_files(connection)]
    noted_all(files)
    if not files:
        words = " ".join(sql.split())
        shown = words if len(words) <= _MOST_SHOWN else f"{words[:_MOST_SHOWN]}…"
        noted_other(f"the query {shown!r} of a connection of the notebook's own")


def files_in(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Return the files that a query names: each name of a table is tried as a path or pattern.

    Examples
    --------
    >>> files_in(duckdb.connect(), "SELECT * FROM 'nowhere.csv'")
    []
    """
    views = _views(connection)
    waiting, seen = list(_names(connection, sql)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _quoted(views.get(name, ""))
    return sorted({file for name in seen for file in _matching(connection, name)})


def database_files(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the files of the databases that a connection has open."""
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
    try:
        return [file for (file,) in connection.execute(_GLOB, [name]).fetchall()]
    except duckdb.Error:
        return []


_GLOB = "SELECT file FROM glob(?)"
