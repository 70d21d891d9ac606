"""A Spark DataFrame as one table: of types that can be read, in the order of its partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from workbench.cluster.executors import asked
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.messages import listed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ARROW = {
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "void": pa.null(),
}
_TEXTS = ("char", "varchar")


@dataclass(frozen=True, eq=False)
class SparkTable:
    """Rows of a DataFrame.

    Parameters
    ----------
    dataframe : pyspark.sql.DataFrame
    schema : Schema
        Of the columns that can be read.
    rows : int
        -1 before they are counted.
    """

    dataframe: DataFrame
    schema: pa.Schema
    rows: int = -1

    @classmethod
    def of(cls, dataframe: Any, drop: Sequence[str] = ()) -> SparkTable:
        """Look at the types of the columns.

        Raises
        ------
        ParameterError
            It is no DataFrame of Spark, or a stream.
        MissingPackageError
            PySpark is not installed.
        SchemaError
            A column is there twice, or of a type that is no feature.
        """
        _check_dataframe(dataframe)
        _check_once(dataframe)
        fields, others = [], []
        for field in dataframe.schema.fields:
            kind = _arrow_type(field.dataType)
            if kind is not None:
                fields.append(pa.field(field.name, kind))
            elif field.name not in drop:
                others.append(f"{field.name!r} is {field.dataType.simpleString()}")
        if others:
            raise SchemaError(
                "`SparkRows` reads numbers, truth values, text, days and moments; "
                f"{', '.join(others)}. Leave such columns out, by `drop`, or make numbers or text "
                "of them."
            )
        return cls(dataframe, pa.schema(fields))

    def read(self, columns: Sequence[str]) -> DataFrame:
        """Return some of the columns."""
        return self.dataframe.select([_quoted(name) for name in columns])

    def distinct(self, name: str) -> tuple[int, int]:
        """Return how many values a column has, and how many rows have one."""
        from pyspark.sql.functions import count, count_distinct

        column = self.dataframe[_quoted(name)]
        with asked():
            [row] = self.dataframe.agg(count_distinct(column), count(column)).collect()
        return int(row[0]), int(row[1])

    def changed(self) -> DataError:
        """Return what is said where rows are not those of the first pass."""
        return DataError(
            "Rows must stay as they are until the fit is made; Spark gave others than at the first "
            "pass. Where they are drawn, or their source is written to, keep them first: write the "
            "DataFrame to a table and read that, or take `dataframe.checkpoint()`."
        )


def _check_dataframe(given: Any) -> None:
    whose = {one.__module__.split(".")[0] for one in type(given).__mro__}
    if "pyspark" not in whose or not hasattr(given, "mapInArrow"):
        raise ParameterError(
            "`dataframe` must be a DataFrame of Apache Spark; got a "
            f"{type(given).__module__.split('.')[0]} {type(given).__name__}. Take `ParquetRows` "
            "for files, and `FeatureFrame.from_table` for a table in memory."
        )
    if given.isStreaming:
        raise ParameterError(
            "`dataframe` must be a table that ends; this one is a stream. Write it to a table, and "
            "read that."
        )


def _check_once(dataframe: DataFrame) -> None:
    names = list(dataframe.columns)
    session = dataframe.sparkSession
    cased = str(session.conf.get("spark.sql.caseSensitive")).lower() == "true"
    alike = names if cased else [name.lower() for name in names]
    twice = sorted({name for name in alike if alike.count(name) > 1})
    if twice:
        raise SchemaError(
            f"The DataFrame must have every column once; {listed(twice)} stand more than once"
            f"{'' if cased else ' (Spark does not tell small letters from capitals)'}. Rename or "
            "drop the others."
        )


def _arrow_type(kind: Any) -> pa.DataType | None:
    """Return what a Spark type is read as; None where it is no feature."""
    name = kind.typeName()
    if name == "decimal":
        return pa.decimal128(kind.precision, kind.scale)
    return pa.string() if name in _TEXTS else _ARROW.get(name)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
