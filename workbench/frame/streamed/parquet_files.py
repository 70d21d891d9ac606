"""Parquet files that are one table: of one schema, read in blocks, and unchanged between passes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DataError, MissingDataError, ParameterError, SchemaError
from workbench.files.read_log import noted
from workbench.frame.streamed.table_folders import check_plain
from workbench.messages import count_of, listed
from workbench.reading.files import no_such
from workbench.sql.names import no_pattern, quoted

ROWS_AT_ONCE = 65_536
_BUFFER = 1 << 16  # bytes of a column that are read at a time: a row group may be of gigabytes
_BLOCK_BYTES = 1 << 25
_TEXTS = (pa.string(), pa.large_string(), pa.string_view())


class State(NamedTuple):
    """What tells that a file is the one that was read before."""

    size: int
    changed_ns: int
    rows: int


@dataclass(frozen=True)
class ParquetFiles:
    """Files of one table.

    Parameters
    ----------
    paths : tuple of path
    schema : Schema
        Of the columns, without what pandas keeps as an index.
    states : tuple of State

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.parquet"
    >>> pq.write_table(pa.table({"visits": [3, 0]}), file)
    >>> files = ParquetFiles.of(file)
    >>> files.rows, [block.num_rows for block in files.blocks()]
    (2, [2])
    """

    paths: tuple[Path, ...]
    schema: pa.Schema
    states: tuple[State, ...]

    @classmethod
    def of(cls, source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> ParquetFiles:
        """Look at the end of each file, where Parquet says what is in it.

        Raises
        ------
        MissingDataError
            There is no such file, or no Parquet file in a folder.
        DataError
            A file is no Parquet, or cut off; or there is no row; or a folder's files are not all
            of its rows, or hold rows that count no more.
        SchemaError
            A file has other columns than the first, or of another type.
        """
        paths = tuple(_paths(source))
        seen = [_looked_at(path) for path in paths]
        schemas = [schema for schema, _ in seen]
        schema = schemas[0]
        for path, other in zip(paths[1:], schemas[1:], strict=True):
            schema = _agreed(schema, other, paths[0], path)
        files = cls(paths, schema, tuple(state for _, state in seen))
        if not files.rows:
            have = "has" if len(paths) == 1 else "have"
            raise DataError(f"The table must have at least one row; {_named(paths)} {have} none.")
        return files

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(state.rows for state in self.states)

    def distinct(self, name: str) -> tuple[int, int]:
        """Return how many values a column has, and how many rows have one."""
        column, paths = quoted(name), [no_pattern(path) for path in self.paths]
        with duckdb.connect() as connection:
            # a folder named `month=2024-10` would be a column of that name
            files = connection.read_parquet(paths, hive_partitioning=False)
            counted = files.aggregate(f"count(DISTINCT {column}), count({column})")
            distinct, there = counted.fetchall()[0]
        return int(distinct), int(there)

    def changed(self) -> DataError:
        """Return what is said where rows are not those of the first pass."""
        return _changed(self.paths[0].name)

    @property
    def block_rows(self) -> int:
        """Rows of a block: 64k, or fewer of a wide table."""
        width = sum(8 if _fixed(kind) else 64 for kind in self.schema.types)
        return max(1_024, min(ROWS_AT_ONCE, _BLOCK_BYTES // max(width, 1)))

    def blocks(
        self, columns: Sequence[str] | None = None, *, rows: int | None = None
    ) -> Iterator[pa.Table]:
        """Read all rows in the order of files, some columns of them, a block at a time.

        A block has at most `rows`, by default `block_rows`.

        Raises
        ------
        DataError
            A file has changed since it was looked at, or is damaged.
        """
        names = list(self.schema.names if columns is None else columns)
        wanted = pa.schema([self.schema.field(name) for name in names])
        for path, state in zip(self.paths, self.states, strict=True):
            _check_same(path, state)
            yield from self._of_file(path, wanted, min(rows or self.block_rows, self.block_rows))
            _check_same(path, state)

    def _of_file(self, path: Path, wanted: pa.Schema, rows: int) -> Iterator[pa.Table]:
        try:
            with _opened(path) as file:
                for batch in file.iter_batches(rows, columns=wanted.names):
                    if len(batch):
                        table = pa.Table.from_batches([batch]).select(wanted.names)
                        yield table.replace_schema_metadata().cast(wanted)
        except MemoryError:  # of Arrow's errors this one says nothing of the file
            raise
        except (pa.ArrowException, OSError) as error:
            raise DataError(
                f"{path.name!r} must be a whole Parquet file; it is damaged: "
                f"{str(error).splitlines()[0]}. Write it anew."
            ) from None


def _paths(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> Iterable[Path]:
    if not isinstance(source, str | os.PathLike):
        several = list(source) if isinstance(source, list | tuple) else []
        if not several or not all(isinstance(one, str | os.PathLike) for one in several):
            raise ParameterError(
                "`path` must be a Parquet file, a folder of them, or a list of files; got "
                f"{'an empty list' if source == [] else f'a {type(source).__name__}'}. Name the "
                "files."
            )
        _check_once(several)
        return [Path(one) for one in several]
    path = Path(source)
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.glob("*.parquet") if not one.name.startswith((".", "_")))
    check_plain(path, found)
    if found:
        return found
    below = sorted({one.parent.name for one in path.glob("*/*.parquet")})
    parted = f" There are some in its folders {listed(below, 3)}: name one of them, or give a list "
    hint = f"{parted}of files." if below else " Check the path."
    raise MissingDataError(f"There is no file *.parquet in the folder {str(path)!r}.{hint}")


def _check_once(paths: Sequence[str | os.PathLike[str]]) -> None:
    """Raise where a file is named twice, perhaps by a link or another way to it."""
    named: dict[Path, str] = {}
    for one in paths:
        place, name = Path(one).resolve(), os.fspath(one)
        if place in named:
            raise ParameterError(
                f"`path` must name each file once; {name!r} is {named[place]!r}, and its rows "
                "would count twice. Leave it out."
            )
        named[place] = name


def _opened(path: Path) -> pq.ParquetFile:
    return pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER)


def _looked_at(path: Path) -> tuple[pa.Schema, State]:
    if not path.is_file():
        raise MissingDataError(
            f"There is no file {str(path)!r}. Check the path; it is taken from "
            "the folder that the command runs in."
        )
    noted(path)
    about = path.stat()
    try:
        with _opened(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except MemoryError:
        raise
    except (pa.ArrowException, OSError):
        raise no_such(path, "a Parquet") from None
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise SchemaError(
            f"{path.name!r} must have every column once; {listed(twice)} stand more than once. "
            "Rename or drop the others."
        )
    return _without_index(schema), State(about.st_size, about.st_mtime_ns, rows)


def _without_index(schema: pa.Schema) -> pa.Schema:
    """Leave out what pandas would read as the names of rows."""
    kept = (schema.pandas_metadata or {}).get("index_columns", [])
    index = {name for name in kept if isinstance(name, str)}
    fields = [pa.field(one.name, one.type) for one in schema if one.name not in index]
    return pa.schema(fields)


def _agreed(first: pa.Schema, other: pa.Schema, of: Path, path: Path) -> pa.Schema:
    """Return the schema of both; a column of nothing has the other's type."""
    missing = [name for name in first.names if name not in other.names]
    more = [name for name in other.names if name not in first.names]
    if missing or more:
        fault = f"lacks {listed(missing)}" if missing else f"has {listed(more)} beside them"
        raise SchemaError(
            f"All files must have the same columns; {path.name!r} {fault}, unlike {of.name!r}. "
            "Write them alike, or leave one of them out."
        )
    agreed = []
    for one in first:
        kind, its = one.type, other.field(one.name).type
        if kind != its and not pa.types.is_null(its) and not {kind, its} <= set(_TEXTS):
            if not pa.types.is_null(kind):
                raise SchemaError(
                    f"All files must have the same types; {one.name!r} is {kind} in {of.name!r} "
                    f"and {its} in {path.name!r}. Write them alike."
                )
            kind = its
        agreed.append(pa.field(one.name, kind))
    return pa.schema(agreed)


def _check_same(path: Path, state: State) -> None:
    try:
        about = path.stat()
        with _opened(path) as file:
            now = State(about.st_size, about.st_mtime_ns, file.metadata.num_rows)
    except (pa.ArrowException, OSError):
        now = None
    if now != state:
        raise _changed(path.name)


def _changed(name: str) -> DataError:
    return DataError(
        f"Files must stay as they are until all is read; {name!r} has changed since it was first "
        "read. Begin anew, when nobody writes to it."
    )


def _named(paths: tuple[Path, ...]) -> str:
    return repr(paths[0].name) if len(paths) == 1 else count_of(len(paths), "file")


def _fixed(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind) or pa.types.is_decimal(kind))
