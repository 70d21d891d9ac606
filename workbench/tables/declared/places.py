"""Where a declared table is: a file, a DuckDB file, a query over files, or a database."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pandas as pd

from workbench.errors import DataError, MissingDataError, MissingPackageError, ParameterError
from workbench.files.read_log import noted, noted_other
from workbench.messages import listed
from workbench.reading import Saying
from workbench.sql.names import literal, quoted
from workbench.tables.read import Query, read_table

DUCKDB = (".duckdb", ".ddb")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def table_at(said: Mapping[str, Any], *, folder: Path, where: str) -> Any:
    """Return a table, or what `CampaignData` reads in place, such as a Parquet file.

    Parameters
    ----------
    said : mapping
        A checked section of a declaration.
    folder : Path
        Where paths begin.
    where : str
        The section, for messages.

    Raises
    ------
    MissingDataError
        There is no such file, or an environment variable is not set.
    MissingPackageError
        SQLAlchemy, or the driver of a database, is not installed.
    DataError
        A query fails, or the table cannot be read.
    """
    found = _found(said, folder, where)
    names = dict(said.get("rename", {}))
    if not names:
        return found
    table = read_table(found)
    if missing := [name for name in names if name not in table.columns]:
        raise DataError(
            f"{where}: `rename` names {listed(missing)}; the table has {listed(table.columns)}."
        )
    if twice := [new for old, new in names.items() if new != old and new in table.columns]:
        raise DataError(
            f"{where}: `rename` gives the name {listed(twice)}, which another column has already."
        )
    return table.rename(columns=names)


def _found(said: Mapping[str, Any], folder: Path, where: str) -> Any:
    reading = {name: said[name] for name in Saying.__annotations__ if name in said}
    if "database" in said:
        return _from_database(said, where)
    if "file" not in said:
        return _from_query(said, folder)
    if not isinstance(said["file"], str):
        return read_table(said["file"], **reading)
    path = folder / said["file"]
    if not path.is_file():
        raise MissingDataError(
            f"{where}: there is no file {str(path)!r}. Paths begin at the folder of the "
            "declaration."
        )
    if path.suffix.lower() in DUCKDB:
        return Query(_statement(said, where), _opened(path, where))
    if path.suffix.lower() == ".parquet" and not reading:
        noted(path)
        return path  # read in place, as large as it may be
    return read_table(path, **reading)


def _from_query(said: Mapping[str, Any], folder: Path) -> Query:
    """Return a query over files, whose paths begin at the folder too."""
    if "query" not in said:  # a table itself, as a notebook may give it
        return Query("SELECT * FROM given", _holding(read_table(said["table"])))
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = {literal(str(folder.resolve()))}")
    return Query(said["query"], connection)


def _holding(table: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("given", table)
    return connection


def _statement(said: Mapping[str, Any], where: str) -> str:
    if "query" in said:
        return str(said["query"])
    if "table" not in said:
        raise ParameterError(
            f"{where}: a DuckDB file holds several tables; say `table`, or `query`."
        )
    return f"SELECT * FROM {'.'.join(quoted(part) for part in said['table'].split('.'))}"


def _opened(path: Path, where: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{where}: {path.name!r} must be a DuckDB file; DuckDB says {reason!r}."
        ) from None


def _from_database(said: Mapping[str, Any], where: str) -> pd.DataFrame:
    """Read by SQLAlchemy: each database has its own driver, and its own dialect."""
    try:
        import sqlalchemy
    except ImportError:
        raise MissingPackageError(
            f"{where}: a `database` needs SQLAlchemy, which is not installed. Install it with: pip "
            'install "marketing-workbench[databases]", and the driver of your database.'
        ) from None
    url = _with_variables(said["database"], where)
    try:
        if "@" in (sqlalchemy.make_url(url).host or ""):  # a driver would tell it as part of a host
            raise ParameterError(
                f"{where}: `database` has an '@' in its user or password. Write it there as %40, "
                "or have the password in an environment variable of its own, as it is."
            )
        # as it is written: neither ":name" nor "%" is a parameter
        engine = sqlalchemy.create_engine(
            url,
            execution_options={"no_parameters": True},
            poolclass=sqlalchemy.pool.NullPool,  # closed when it is read: nothing stays connected
        )
        _note(engine, where)
        with engine.connect() as connection:
            query = said.get("query") or _select_all(said["table"], engine)
            return pd.read_sql_query(query, connection)
    except ImportError as error:
        raise MissingPackageError(
            f"{where}: the database needs a driver that is not installed: {error}. Install it, "
            "such as psycopg for PostgreSQL."
        ) from None
    except sqlalchemy.exc.ArgumentError:
        raise ParameterError(
            f"{where}: `database` must be a URL such as "
            "postgresql+psycopg://user:${PASSWORD}@host/name; it cannot be read as one."
        ) from None
    except (sqlalchemy.exc.SQLAlchemyError, pd.errors.DatabaseError) as error:
        cause = error.__cause__ if isinstance(error, pd.errors.DatabaseError) else error
        reason = str(getattr(cause, "orig", None) or error).strip().splitlines()[0]
        raise DataError(
            f"{where}: the database did not give the table; it says {reason!r}. Check the URL, the "
            "rights of its user, and the query."
        ) from None


def _note(engine: Any, where: str) -> None:
    """Note what is asked, by the name of the database alone: a URL may hold a password."""
    name = engine.url.database
    if name and Path(name).is_file():  # as SQLite has it
        noted(name)
        return
    noted_other(f"{where} of the {engine.dialect.name} database {name!r}")


def _select_all(table: str, engine: Any) -> str:
    quote = engine.dialect.identifier_preparer.quote
    return f"SELECT * FROM {'.'.join(quote(part) for part in table.split('.'))}"


def _with_variables(text: str, where: str) -> str:
    """Put environment variables in, so that no password stands in a file.

    User, password and what follows "?" are decoded as URLs are, so a value is encoded there: a
    password may have any sign. Host and path are not decoded, and may be given with their signs.
    """
    begin, end = text.find("://") + len("://"), text.rfind("@")
    asked = text.find("?", max(end, 0))

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise MissingDataError(
                f"{where}: `database` names the environment variable {match[1]!r}, which is not "
                "set. Set it before the run."
            )
        found = os.environ[match[1]]
        if begin <= match.start() < end:
            both = text[begin:end] == match[0]  # user:password in one
            return quote(found, safe=":" if both else "")
        return quote(found, safe="") if 0 <= asked < match.start() else found

    return _VARIABLE.sub(value, text)
