"""Parquet files of contacts to score: blocks of rows that are read as in the whole table.

What pandas makes of a column may depend on all of its values: whole numbers with a gap become
floating ones, and objects take the type of what is found among them. So the type of each column
is settled by the files' schema, and by whether there is a gap anywhere, before a block is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.frame.streamed.parquet_files import ParquetFiles

_NULLABLE = ("Int", "UInt", "Float", "boolean")


@dataclass(frozen=True)
class ContactFiles:
    """Files of one table of contacts.

    Parameters
    ----------
    files : ParquetFiles
    customer : str or None
        The column that says who each row is of: it is never turned into other numbers.
    nullable : mapping of column to dtype
        Those of pandas that hold whole numbers and flags beside gaps, where the files say so.
    gapped : frozenset of str
        The other columns of whole numbers, or flags, that have a gap in some row.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "new.parquet"
    >>> pq.write_table(pa.table({"visits": [3, 0, None]}), file)
    >>> files = ContactFiles.of(file, customer=None)
    >>> [block["visits"].tolist() for block in files.blocks(2)]
    [[3.0, 0.0], [nan]]
    """

    files: ParquetFiles
    customer: str | None
    nullable: Mapping[str, Any]
    gapped: frozenset[str]

    @classmethod
    def of(cls, path: str | os.PathLike[str], *, customer: str | None) -> ContactFiles:
        """Look at a file, or at all files of a folder.

        Raises
        ------
        MissingDataError, DataError, SchemaError
            As `ParquetFiles.of` says.
        """
        files = ParquetFiles.of(path)
        nullable = _nullable(files.paths[0])
        may_change = [
            one.name
            for one in files.schema
            if (pa.types.is_integer(one.type) or pa.types.is_boolean(one.type))
            and one.name not in nullable
        ]
        return cls(files, customer, nullable, _with_gaps(files, may_change))

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return self.files.rows

    def blocks(
        self, rows: int | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Read all rows in their order, so many at a time, or fewer of a wide table."""
        for block in self.files.blocks(columns, rows=rows):
            yield self._as_pandas(block)

    def whole(self) -> pd.DataFrame:
        """Read all rows at once."""
        return self._as_pandas(pa.concat_tables(self.files.blocks()).combine_chunks())

    def values(self, name: str) -> Iterator[pd.Series[Any]]:
        """Read one column, a block at a time."""
        for block in self.blocks(columns=[name]):
            yield block[name]

    def _as_pandas(self, block: pa.Table) -> pd.DataFrame:
        names = block.column_names
        return pd.DataFrame({name: self._column(name, block.column(name)) for name in names})

    def _column(self, name: str, values: pa.ChunkedArray) -> pd.Series[Any]:
        kind = values.type
        own = self.nullable.get(name)
        if name in self.gapped and pa.types.is_boolean(kind):
            own = pd.BooleanDtype()
        if own is not None:
            return pd.Series(own.__from_arrow__(values))
        if name in self.gapped:
            values = values.cast(pa.float64(), safe=False)
        if pa.types.is_dictionary(kind) and name != self.customer:
            values = values.cast(kind.value_type)  # each block has its own dictionary
        column: pd.Series[Any] = values.to_pandas()
        if name == self.customer:
            return column
        if pa.types.is_decimal(kind):
            return column.astype("float64")
        return pd.Series(pd.to_datetime(column)) if pa.types.is_date(kind) else column


def is_parquet(path: Path) -> bool:
    """Whether rows are read from Parquet there: a folder, or a file that holds some.

    What is wrong with another file is said where it is read.
    """
    if os.path.isdir(path):  # noqa: PTH112 - a path may be too long to ask for
        return True
    if path.suffix.lower() != ".parquet":
        return False
    try:
        with pq.ParquetFile(path) as file:
            return bool(file.metadata.num_rows)
    except (pa.ArrowException, OSError):
        return False


def _nullable(path: Path) -> dict[str, Any]:
    """Return the columns that pandas wrote from a type with gaps of its own."""
    said = (pq.read_schema(path).metadata or {}).get(b"pandas", b"{}")
    columns = json.loads(said).get("columns", [])
    found = {one.get("field_name"): str(one.get("numpy_type")) for one in columns}
    return {
        name: pd.api.types.pandas_dtype(kind)
        for name, kind in found.items()
        if name is not None and kind.startswith(_NULLABLE)
    }


def _with_gaps(files: ParquetFiles, names: list[str]) -> frozenset[str]:
    """Return which columns have a gap: as the ends of files tell, else by reading them."""
    found: set[str] = set()
    unknown: set[str] = set()
    for path in files.paths:
        with pq.ParquetFile(path) as file:
            about = file.metadata
            for group in range(about.num_row_groups):
                of_group = about.row_group(group)
                for place in range(of_group.num_columns):
                    column = of_group.column(place)
                    name = column.path_in_schema
                    counted = column.statistics
                    if counted is None or not counted.has_null_count:
                        unknown.add(name)
                    elif counted.null_count:
                        found.add(name)
    left = [name for name in names if name in unknown and name not in found]
    for block in files.blocks(left) if left else ():
        found |= {name for name in left if block.column(name).null_count}
    return frozenset(found.intersection(names))
